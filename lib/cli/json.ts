// SPDX-License-Identifier: GPL-2.0-only
/**
 * Prints what `--json` asks for. The type is one of `lib/json/`, and has to be said: `printJson<ReplayJson>(…)`. So nothing is printed that is
 * not documented there.
 */
export function printJson<Document = never>(document: NoInfer<Document>): void {
  console.log(JSON.stringify(document, null, 2));
}
