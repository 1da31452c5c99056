// SPDX-License-Identifier: GPL-2.0-only
/**
 * What a code does: the recordings of its kernel, and a campaign. In processes of their own: another build is another addon, none
 * of which is ever unloaded, and what the code does to its process shall not end the watch.
 */
import { isFolder, withTemporaryFolder } from '../../files/folders.js';
import { packageFile } from '../../files/package-file.js';
import type { FindingJson, FuzzJson, ReplayedFile, ReplayJson } from '../../json/index.js';
import { CommandError, run } from '../../kernel/command.js';
import type { BuiltCode } from '../../own-code/cache.js';

/** How much a save costs. */
export interface CheckOptions {
  /** A recording or a folder of them; default: those of the code's profile that this package has. */
  readonly recordings: string | undefined;
  readonly runs: number;
  readonly seed: bigint;
  /** Milliseconds. */
  readonly time: number;
}

export interface CheckResult {
  /** By file; none where there are no recordings of that kernel. */
  readonly recordings: ReadonlyMap<string, ReplayedFile>;
  /** By what is wrong, whichever program shows it. */
  readonly findings: ReadonlyMap<string, FindingJson>;
  readonly runs: number;
  /** What went wrong with the check itself. */
  readonly problems: readonly string[];
}

/** They say that something differs, or was found. */
const GOOD = [0, 1];

export async function checkSave(code: BuiltCode, options: CheckOptions, signal: AbortSignal): Promise<CheckResult> {
  const problems: string[] = [];
  const say = async <Document>(args: readonly string[]): Promise<Document | undefined> => {
    try {
      return await document<Document>(code, args, signal);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      problems.push(`${args[0]}: ${error.message}\n${error.lastLines(4)}`);
      return undefined;
    }
  };
  const folder = recordingsOf(code, options);
  const replayed = folder === undefined ? undefined : await say<ReplayJson>(['replay', folder]);
  const fuzzed = signal.aborted
    ? undefined
    : await withTemporaryFolder('watch', (to) => say<FuzzJson>(campaign(to, options)));
  return {
    recordings: new Map(replayed?.files.map((result) => [result.file, result])),
    findings: new Map(fuzzed?.findings.map((found) => [`${found.oracle} ${found.rule} ${found.op}`, found])),
    runs: fuzzed?.runs ?? 0,
    problems,
  };
}

/** Where the recordings are; undefined: there are none of its kernel. */
export function recordingsOf({ kernel }: BuiltCode, { recordings }: CheckOptions): string | undefined {
  if (recordings !== undefined) return recordings;
  const ours = packageFile(`recordings/${kernel}`);
  return isFolder(ours) ? ours : undefined;
}

function campaign(findings: string, { runs, seed, time }: CheckOptions): string[] {
  const numbers = { runs: String(runs), seed: String(seed), time: `${time}ms` };
  return ['fuzz', ...Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, value]), '--findings', findings];
}

async function document<Document>(code: BuiltCode, args: readonly string[], signal: AbortSignal): Promise<Document> {
  const preload = { LD_PRELOAD: code.preload.join(':'), ASAN_OPTIONS: 'detect_leaks=0' };
  const env = code.preload.length > 0 ? preload : {};
  const all = [packageFile('dist/cli/main.js'), ...args, '--code', code.name, '--json'];
  return JSON.parse(await run(process.execPath, all, { env, signal, good: GOOD })) as Document;
}
