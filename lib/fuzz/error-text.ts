// SPDX-License-Identifier: GPL-2.0-only
/** What is said of something that was thrown. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
