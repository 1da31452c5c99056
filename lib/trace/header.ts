// SPDX-License-Identifier: GPL-2.0-only
/** The `# key: value` lines before the first call, and the machine that they ask for. */
import type { Kernel } from '../generated/abi.js';
import { facilityWords, flagOptions, type MachineOptions, numberOptions } from '../machine-options.js';
import { show } from '../show.js';
import { DEFAULT_KERNEL, requireKernel } from './kernel.js';
import { TraceSyntaxError } from './syntax-error.js';
import type { TraceEvent, TraceItem, TraceItems } from './types.js';

/** The first line of every trace. */
export const FIRST_LINE = '# gmap-trace 1';

const HEADER_LINE = /^# ([a-z][a-z0-9_-]*): (.*)$/;

/** What the `machine` header can say; other words there describe the machine to people. */
const FLAGS = [...Object.keys(facilityWords), ...flagOptions.flatMap(({ word }) => word ?? [])];
const SETTING = new RegExp(`^(${[...FLAGS, ...numberOptions.map(({ word }) => word)].join('|')})=(.*)$`);
const NUMBER = /^(0x[0-9a-f]{1,14}|[0-9]{1,16})$/;

/** Header lines that say one thing: a second one would contradict it. */
const ONCE = new Set(['kernel', 'machine', 'events', 'strict']);

/** The kinds of events that a recorder may see. */
const EVENT_KINDS = ['notify', 'idte'] as const satisfies readonly TraceEvent['kind'][];

/**
 * The header of a trace with these items.
 *
 * @throws {TraceSyntaxError} if it has two kernels or two machines, a setting out of range, events of an
 * unknown kind, or is strict in a way that is neither 0 nor 1.
 */
export function readHeader(items: readonly TraceItem[], source: string): Map<string, string> {
  const header = new Map<string, string>();
  for (const item of items) {
    if (item.kind === 'call') break;
    const [, key, value] = HEADER_LINE.exec(item.text) ?? [];
    if (key === undefined || value === undefined) continue;
    if (key === 'machine') checkSettings(item.text, source, item.line);
    if (key === 'events') checkEvents(item.text, source, item.line);
    if (key === 'strict') checkStrict(item.text, value, source, item.line);
    if (!header.has(key)) header.set(key, value);
    else if (ONCE.has(key)) throw new TraceSyntaxError(source, item.line, 1, `a second '# ${key}:' line`);
  }
  return header;
}

function checkEvents(text: string, source: string, line: number): void {
  const prefix = '# events: ';
  let column = prefix.length + 1;
  for (const word of text.slice(prefix.length).split(' ')) {
    if (!EVENT_KINDS.some((kind) => kind === word)) {
      const problem = `expected kinds of events (${EVENT_KINDS.join(', ')}), found ${show(word)}`;
      throw new TraceSyntaxError(source, line, column, problem);
    }
    column += word.length + 1;
  }
}

function checkStrict(text: string, value: string, source: string, line: number): void {
  if (value === '0' || value === '1') return;
  throw new TraceSyntaxError(source, line, text.length - value.length + 1, `expected 0 or 1, found ${show(value)}`);
}

/** Whether the trace is about reference and change bits: comparing it leaves none of them out. */
export function isStrict(trace: Pick<TraceItems, 'header'>): boolean {
  return trace.header.get('strict') === '1';
}

/** Whether a line could be of the header. */
export function isHeaderLine(text: string): boolean {
  return HEADER_LINE.test(text);
}

/** What such a line is about. */
export function headerKey(text: string): string | undefined {
  return HEADER_LINE.exec(text)?.[1];
}

/**
 * The kinds of events that whoever recorded the trace could see; all if the header does not say. What happens inside of a
 * notifier's callback is seen by whoever sees its call.
 */
export function seenEvents(trace: Pick<TraceItems, 'header'>): readonly TraceEvent['kind'][] {
  const words = trace.header.get('events')?.split(' ');
  const kinds = words ? EVENT_KINDS.filter((kind) => words.includes(kind)) : EVENT_KINDS;
  return kinds.includes('notify') ? [...kinds, 'inner_shadow'] : kinds;
}

function checkSettings(text: string, source: string, line: number): void {
  let column = 1;
  for (const word of text.split(' ')) {
    const [, name, value] = SETTING.exec(word) ?? [];
    const expected = name === undefined || value === undefined ? undefined : problemWith(name, value);
    if (expected !== undefined)
      throw new TraceSyntaxError(source, line, column, `expected ${expected}, found ${show(word)}`);
    column += word.length + 1;
  }
}

/** What should have stood there; nothing if the value will do. */
function problemWith(name: string, value: string): string | undefined {
  const option = numberOptions.find(({ word }) => word === name);
  if (!option) return value === '0' || value === '1' ? undefined : `${name}=0 or ${name}=1`;
  const { min, max, multiple } = option;
  const number = NUMBER.test(value) ? Number(value) : Number.NaN;
  if (number >= min && number <= max && number % multiple === 0) return undefined;
  return `${name}=N, a ${multiple === 1 ? 'number' : `multiple of ${multiple}`} from ${min} to ${max}`;
}

/** The header lines of a program for a machine with these options, without `#`; what is the default is left out. */
export function headerOf({ kernel = DEFAULT_KERNEL, code, facilities = {}, ...options }: MachineOptions): string[] {
  const off = Object.entries(facilityWords).filter(([, name]) => facilities[name] === false);
  const flags = flagOptions.filter(({ option, byDefault }) => (options[option] ?? byDefault) !== byDefault);
  const numbers = numberOptions.filter(({ option }) => options[option] !== undefined);
  const words = [
    ...off.map(([word]) => `${word}=0`),
    ...flags.flatMap(({ word, byDefault }) => (word === undefined ? [] : `${word}=${byDefault ? 0 : 1}`)),
    ...numbers.map(({ option, word }) => `${word}=${options[option]}`).filter((word) => word !== 'cpus=1'),
  ];
  return [
    `kernel: ${requireKernel(kernel)}`,
    ...(code === undefined ? [] : [`code: ${code}`]),
    ...(words.length > 0 ? [`machine: ${words.join(' ')}`] : []),
  ];
}

/**
 * The machine that a trace was recorded on, or shall run on. `kernel` goes before the header's kernel.
 *
 * @throws {UnknownKernelError} if the model does not know the kernel.
 */
export function machineOptions(
  trace: Pick<TraceItems, 'header'>,
  kernel: string | undefined,
): MachineOptions & { readonly kernel: Kernel } {
  return { ...settingsOf(trace), kernel: requireKernel(kernel ?? trace.header.get('kernel') ?? DEFAULT_KERNEL) };
}

/** What runs a trace: the port as a kernel, which goes before the header's, or a built code. */
export interface Runner {
  readonly kernel?: string | undefined;
  readonly code?: string | undefined;
}

/**
 * The same for what shall run the trace. A code brings its kernel: it is that of the header, or of `kernel`, or the machine
 * refuses.
 *
 * @throws {UnknownKernelError} if the model does not know the kernel.
 */
export function machineFor(trace: Pick<TraceItems, 'header'>, { kernel, code }: Runner): MachineOptions {
  if (code === undefined) return machineOptions(trace, kernel);
  const asked = kernel ?? trace.header.get('kernel');
  return { ...settingsOf(trace), code, ...(asked !== undefined && { kernel: requireKernel(asked) }) };
}

function settingsOf(trace: Pick<TraceItems, 'header'>): MachineOptions {
  const facilities: MachineOptions['facilities'] = {};
  const options: MachineOptions = { facilities, debugVm: true };
  for (const text of trace.header.get('machine')?.split(' ') ?? []) {
    const [, name = '', value = ''] = SETTING.exec(text) ?? [];
    const flag = flagOptions.find(({ word }) => word === name);
    const number = numberOptions.find(({ word }) => word === name);
    if (flag) options[flag.option] = value === '1';
    else if (number) options[number.option] = Number(value);
    else if (name in facilityWords) facilities[facilityWords[name as keyof typeof facilityWords]] = value === '1';
  }
  return options;
}
