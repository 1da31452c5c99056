// SPDX-License-Identifier: GPL-2.0-only
/** The programs that a campaign keeps, on a real kernel: it is much slower, so they wait in a queue. */
import type { ArgKind } from '../generated/abi.js';
import { type CompareWithKernelOptions, compareWithKernel } from '../kernel/compare.js';
import { LiveKernelError } from '../kernel/errors.js';
import type { Session } from '../kernel/session/session.js';
import { shrink } from '../programs/shrink.js';
import type { Difference } from '../trace/compare.js';
import { withJson } from '../trace/json.js';
import { makeCall, makeComment, traceOf } from '../trace/make.js';
import { type Argument, operationOf } from '../trace/operations.js';
import { runTrace } from '../trace/replay.js';
import type { Trace, TraceCall, TraceItem } from '../trace/types.js';
import { codeLines, type FuzzFinding } from './fuzz.js';
import { inputToTrace, isUsualMachine } from './input.js';

/** Pages whose state is compared, besides everything about gmaps. */
const MOST_PAGES = 64;
const PAGE_MASK = ~0xfffn;

export class KernelOracle {
  readonly #session: Session;
  readonly #onFinding: (finding: FuzzFinding) => void;
  readonly #model: Pick<CompareWithKernelOptions, 'kernel' | 'code'>;
  readonly #waiting: Uint8Array[] = [];
  readonly #seen = new Set<string>();
  #working: Promise<void> | undefined;
  #stopped = false;
  #compared = 0;
  #left = 0;

  /** `model`: what is compared with the kernel, the port as some kernel or a built code. */
  constructor(
    session: Session,
    onFinding: (finding: FuzzFinding) => void,
    model: Pick<CompareWithKernelOptions, 'kernel' | 'code'>,
  ) {
    this.#session = session;
    this.#onFinding = onFinding;
    this.#model = model;
  }

  /** Programs that were compared, that wait, and that no real machine here could run: on a machine without something. */
  get counts(): { readonly compared: number; readonly waiting: number; readonly leftOut: number } {
    return { compared: this.#compared, waiting: this.#waiting.length, leftOut: this.#left };
  }

  offer(input: Uint8Array): void {
    if (!isUsualMachine(input)) {
      this.#left++;
      return;
    }
    this.#waiting.push(input);
    this.#working ??= this.#work();
  }

  /** Waits until everything is compared, or `signal` says that it takes too long. Throws what went wrong with the kernel. */
  async finish(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => {
      this.#stopped = true;
    });
    this.#stopped ||= signal.aborted;
    await this.#working;
  }

  async #work(): Promise<void> {
    for (let input = this.#waiting.shift(); input && !this.#stopped; input = this.#waiting.shift()) {
      await this.#compare(input);
      this.#compared++;
    }
    this.#working = undefined;
  }

  async #compare(input: Uint8Array): Promise<void> {
    const program = programFor(input, this.#model.code);
    const difference = await this.#difference(program);
    if (!difference) return;
    const key = keyOf(difference);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    let best = { difference, program };
    await shrink(program, async (smaller) => {
      const other = this.#stopped ? undefined : await this.#difference(smaller);
      if (!other || keyOf(other) !== key) return false;
      best = { difference: other, program: smaller };
      return true;
    });
    this.#onFinding(findingOf(best.difference, best.program, input, this.#model.code));
  }

  async #difference(program: Trace): Promise<Difference | undefined> {
    try {
      return (await compareWithKernel(this.#session, program, this.#model)).difference;
    } catch (error) {
      // A program that the guest's own programs cannot cope with says nothing about the model.
      if (error instanceof LiveKernelError && error.code === 'ERR_HARNESS') return undefined;
      throw error;
    }
  }
}

function findingOf(difference: Difference, program: Trace, input: Uint8Array, code: string | undefined): FuzzFinding {
  const calls = program.items.filter((item) => item.kind === 'call');
  const operation = calls.findIndex(({ line }) => line === difference.line);
  return withJson({
    oracle: 'kernel',
    rule: keyOf(difference),
    text: `the kernel: ${difference.expected}, ${code === undefined ? 'the model' : `the code ${code}`}: ${difference.got}, ${difference.call}`,
    op: calls[operation]?.name ?? 'observe',
    operation,
    input,
    run: 0,
    seed: 0n,
    code,
    against: undefined,
    failed: undefined,
    trace: program,
  });
}

function keyOf({ call, what, expected, got }: Difference): string {
  const name = call.replace(/\(.*/s, '');
  return what === 'result' ? `${name} ${expected} ${got}` : `${name} ${what}`;
}

/**
 * What a kernel can be asked to do: without the calls that the model refuses, without one that the kernel does not
 * survive and what comes after it, on an ordinary machine, with its pages watched.
 */
export function programFor(input: Uint8Array, code?: string): Trace {
  const recording = runTrace(inputToTrace(input, 'input'), code === undefined ? {} : { code });
  const calls = recording.items.filter(isKept).map((call) => ({ ...call, events: [], changes: [] }));
  const scene = [makeCall('observe', [1n]), makeCall('watch', [0n, ...pagesOf(calls)])];
  const kernel = recording.header.get('kernel') ?? '';
  const made = calls.map((kept) => ({ ...kept, result: kept.result?.kind === 'handle' ? kept.result : undefined }));
  const head = [`# kernel: ${kernel}`, ...codeLines({ code })].map(makeComment);
  return traceOf([...head, ...scene, ...made], 'input');
}

/** Watching and observing are what this oracle does itself. */
function isKept(item: TraceItem): item is TraceCall {
  if (item.kind !== 'call' || item.name === 'observe' || item.name === 'watch' || isUnknown(item)) return false;
  return item.result?.kind !== 'refused' && item.result?.kind !== 'bug' && hostRanges(item).every(isFree);
}

/** What the model does not know: other advice, and fault flags besides FAULT_FLAG_WRITE, which kernels have more and more of. */
function isUnknown({ name, args }: TraceCall): boolean {
  if (name === 'madvise') return args[3] !== MADV_DONTNEED;
  return name === 'gmap_fault' && (args[2] ?? 0n) > 1n;
}

const MADV_DONTNEED = 4n;

/** Host memory that calls name: addresses, and how many bytes from there on. */
function hostRanges(made: TraceCall): { readonly start: bigint; readonly length: bigint }[] {
  const { args } = operationOf(made);
  return args.flatMap(({ kind }, i) => {
    if (!HOST_ADDRESSES.includes(kind)) return [];
    const isLength = (arg: Argument | undefined) => arg?.kind === 'PAGES' || arg?.kind === 'SEGMENTS';
    const length = made.args[isLength(args[i + 1]) ? i + 1 : args.findIndex(isLength)];
    return [{ start: made.args[i] ?? 0n, length: length ?? 0n }];
  });
}

const HOST_ADDRESSES: readonly ArgKind[] = ['VMADDR', 'VPAGE', 'VPTE', 'VSEGMENT'];

/** The process on a real kernel has memory of its own elsewhere: its program, its stack. */
function isFree({ start, length }: { readonly start: bigint; readonly length: bigint }): boolean {
  return start >= FREE_START && length <= FREE_END && start + length <= FREE_END;
}

const FREE_START = 1n << 40n;
const FREE_END = 1n << 41n;

/** The pages of the host addresses in the calls. */
function pagesOf(calls: readonly TraceCall[]): bigint[] {
  const pages = calls.flatMap((made) => hostRanges(made).map(({ start }) => start & PAGE_MASK));
  return [...new Set(pages)].slice(0, MOST_PAGES);
}
