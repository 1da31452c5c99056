// SPDX-License-Identifier: GPL-2.0-only
/** The `# key: value` lines before the first call, and the machine that they ask for. */
import type { Kernel } from '../generated/abi.js';
import type { MachineOptions } from '../machine.js';
import { DEFAULT_KERNEL, requireKernel } from './kernel.js';
import { TraceSyntaxError } from './syntax-error.js';
import type { Trace, TraceItem } from './types.js';

/** The first line of every trace. */
export const FIRST_LINE = '# gmap-trace 1';

const HEADER_LINE = /^# ([a-z][a-z0-9_-]*): (.*)$/;

/** Facilities as the `machine` header names them; other words there describe the machine to people. */
const FACILITIES = { esop: 'esop', idte: 'idte', tlb_lc: 'tlbLc' } as const;
const FACILITY = /^(esop|idte|tlb_lc)=(.*)$/;

/**
 * The header of a trace with these items.
 *
 * @throws {TraceSyntaxError} if it has two kernels or two machines, or a facility that is neither on nor off.
 */
export function readHeader(items: readonly TraceItem[], source: string): Map<string, string> {
  const header = new Map<string, string>();
  for (const item of items) {
    if (item.kind === 'call') break;
    const [, key, value] = HEADER_LINE.exec(item.text) ?? [];
    if (key === undefined || value === undefined) continue;
    if (key === 'machine') checkFacilities(item.text, source, item.line);
    if (!header.has(key)) header.set(key, value);
    else if (key === 'kernel' || key === 'machine') {
      throw new TraceSyntaxError(source, item.line, 1, `a second '# ${key}:' line`);
    }
  }
  return header;
}

function checkFacilities(text: string, source: string, line: number): void {
  let column = 1;
  for (const word of text.split(' ')) {
    const [, name, value] = FACILITY.exec(word) ?? [];
    if (name !== undefined && value !== '0' && value !== '1') {
      throw new TraceSyntaxError(
        source,
        line,
        column,
        `expected ${name}=0 or ${name}=1, found ${JSON.stringify(word)}`,
      );
    }
    column += word.length + 1;
  }
}

/**
 * The machine that a trace was recorded on, or shall run on. `kernel` goes before the header's kernel.
 *
 * @throws {UnknownKernelError} if the model does not know the kernel.
 */
export function machineOptions(trace: Trace, kernel: string | undefined): MachineOptions & { readonly kernel: Kernel } {
  const facilities: { esop?: boolean; idte?: boolean; tlbLc?: boolean } = {};
  for (const word of trace.header.get('machine')?.split(' ') ?? []) {
    const [, name, value] = FACILITY.exec(word) ?? [];
    if (name !== undefined) facilities[FACILITIES[name as keyof typeof FACILITIES]] = value === '1';
  }
  return { kernel: requireKernel(kernel ?? trace.header.get('kernel') ?? DEFAULT_KERNEL), facilities };
}
