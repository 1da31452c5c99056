// SPDX-License-Identifier: GPL-2.0-only
/** A finding as a Vitest test. */
import { injectKinds } from '../../generated/abi.js';
import type { MachineOptions } from '../../machine-options.js';
import { buildCommand, PORT } from '../../own-code/names.js';
import { FIRST_LINE, machineOptions } from '../../trace/header.js';
import { type Argument, operationOf } from '../../trace/operations.js';
import { printCallWithoutResult, printResult } from '../../trace/print.js';
import type { CallResult, Trace, TraceCall } from '../../trace/types.js';
import { errnoOf, hex } from '../../trace/words.js';
import { againstOf, checkReproduced, codeOf, type Finding, headOf, isUnseen, textOf, titleOf } from './finding.js';
import { type Made, nameOf, type Program, programOf, type Step, signedValue } from './steps.js';

const LINE_WIDTH = 120;

/**
 * A test that makes the calls of `trace` through `s390-gmap/raw`, with the same objects, and fails as long as the fault is
 * there. What the trace says that calls answered is expected, as is what the finding says.
 *
 * `trace` should be a recording, as `runTrace` makes one: a call without a result is taken to have succeeded. Calls that
 * a machine refuses are left out.
 *
 * @throws {UnknownKernelError} if the model does not know the kernel.
 */
export function printTypeScriptTest(trace: Trace, finding: Finding): string {
  checkReproduced('printTypeScriptTest', trace, finding);
  const program = programOf(trace, finding, finding.oracle === 'leaks');
  return [
    '// SPDX-License-Identifier: GPL-2.0-only',
    ...headOf(finding).map((line) => `// ${line}`),
    ...[codeOf(trace), againstOf(trace)].flatMap(needsOf),
    ...imports(program, isUnseen(finding)),
    '',
    `it('${titleOf(finding)}', () => {`,
    ...body(program, trace, finding).map((line) => `  ${line}`),
    '});',
    '',
  ].join('\n');
}

function imports({ steps }: Program, isJudged: boolean): string[] {
  const kept = (kind: Made['kind']) => steps.some(({ made }) => made?.kind === kind && made.isUsed);
  const classes = [...(kept('gmap') ? ['type Gmap'] : []), 'Machine', ...(kept('mm') ? ['type Mm'] : [])];
  const names = [...new Set(steps.map(({ call }) => call.name))].sort();
  return [
    `import { ${[...classes, ...(isJudged ? ['parseTrace'] : [])].join(', ')} } from 's390-gmap';`,
    ...(isJudged ? ["import { Fuzzer, traceToInput } from 's390-gmap/fuzz';"] : []),
    ...(names.length === 0 ? [] : importOf(names, 's390-gmap/raw')),
    "import { expect, it } from 'vitest';",
  ];
}

/** On one line if it fits. */
function importOf(names: readonly string[], module: string): string[] {
  const line = `import { ${names.join(', ')} } from '${module}';`;
  return line.length <= LINE_WIDTH ? [line] : ['import {', ...names.map((name) => `  ${name},`), `} from '${module}';`];
}

function body(program: Program, trace: Trace, finding: Finding): string[] {
  const variables = new Variables(program.steps);
  const blocks = [...program.used].filter((name) => name.startsWith('n')).sort();
  return [
    `using machine = new Machine({ ${[...codeOption(trace), ...printOptions(machineOptions(trace, undefined))].join(', ')} });`,
    ...(program.used.has('mm0') ? [variables.assign('mm0', 'machine.mm')] : []),
    ...blocks.map((name) => `const ${name} = machine.createNotifier(() => {});`),
    ...program.steps.flatMap((step) => [
      ...(step.isFault ? [`// ${textOf(finding)}`] : []),
      statement(step, variables),
    ]),
    ...ending(program, finding),
    ...(isUnseen(finding) ? judgement(trace, finding) : []),
  ];
}

/** A handle that is used again is a variable that is assigned again. */
class Variables {
  readonly #names: readonly string[];
  readonly #declared = new Set<string>();

  constructor(steps: readonly Step[]) {
    this.#names = ['mm0', ...steps.flatMap(({ made }) => made?.name ?? [])];
  }

  assign(name: string, value: string): string {
    if (this.#declared.has(name)) return `${name} = ${value};`;
    this.#declared.add(name);
    const isOnce = this.#names.indexOf(name) === this.#names.lastIndexOf(name);
    return `${isOnce ? 'const' : 'let'} ${name} = ${value};`;
  }
}

function needsOf(code: string | undefined): string[] {
  return code === undefined || code === PORT
    ? []
    : [`// It needs the built code ${code}: ${buildCommand(code, undefined)}`];
}

function codeOption(trace: Trace): string[] {
  const code = codeOf(trace);
  return code === undefined ? [] : [`code: '${code}'`];
}

/** A code brings its kernel. */
function judgeOf(trace: Trace): string[] {
  const against = againstOf(trace);
  const codes = [...codeOption(trace), ...(against === undefined ? [] : [`against: '${against}'`])];
  return codes.length > 0 ? codes : ["kernel: 'any'"];
}

/** The properties of the options that differ from the default, and that the machine checks itself. */
export function printOptions(options: MachineOptions): string[] {
  const { kernel, facilities = {}, debugVm, debugList, cpus, storageLimit, maxSegments, maxPages } = options;
  const missing = Object.entries(facilities).filter(([, has]) => has === false);
  return [
    `kernel: '${kernel}'`,
    ...(missing.length === 0 ? [] : [`facilities: { ${missing.map(([name]) => `${name}: false`).join(', ')} }`]),
    ...(debugVm === false ? ['debugVm: false'] : []),
    ...(debugList ? ['debugList: true'] : []),
    ...(cpus === undefined ? [] : [`cpus: ${cpus}`]),
    ...(storageLimit === undefined ? [] : [`storageLimit: 0x${storageLimit.toString(16)}`]),
    ...(maxSegments === undefined ? [] : [`maxSegments: ${maxSegments}`]),
    ...(maxPages === undefined ? [] : [`maxPages: ${maxPages}`]),
    'checkAlways: true',
  ];
}

function statement({ call, made, expected, isFault }: Step, variables: Variables): string {
  const text = printRawCall(call);
  if (made?.isUsed) return variables.assign(made.name, `${text} as ${made.kind === 'mm' ? 'Mm' : 'Gmap'}`);
  if (expected !== undefined) return expectation(call, text, expected);
  return isFault && call.result ? `${text}; // answered ${describe(call, call.result)}` : `${text};`;
}

function expectation(call: TraceCall, text: string, expected: CallResult): string {
  switch (expected.kind) {
    case 'null':
      return `expect(${text}).toBeNull();`;
    case 'handle':
      return `expect(${text}).not.toBeNull();`;
    case 'list':
      return `expect(${text}).toEqual([${expected.gmaps.map((gmap) => `g${gmap}`).join(', ')}]);`;
    case 'bug':
      return `expect(() => ${text}).toThrow('${call.name}: BUG');`;
    case 'number': {
      const error = errnoOf(expected.value);
      return `expect(${text}).toBe(${printNumber(call, expected.value)});${error ? ` // -${error}` : ''}`;
    }
    default:
      return `${text};`;
  }
}

/** Functions of type unsigned long answer a bigint, those of type int a number. */
function printNumber(call: TraceCall, value: bigint): string {
  return operationOf(call).result === 'WORD' ? `${hex(value)}n` : `${signedValue(value)}`;
}

function describe(call: TraceCall, result: CallResult): string {
  if (result.kind !== 'number') return result.kind === 'bug' ? 'BUG' : result.kind;
  const error = errnoOf(result.value);
  return error ? `-${error}` : printNumber(call, result.value);
}

/** The call as `s390-gmap/raw` takes it. */
export function printRawCall(call: TraceCall): string {
  const { args } = operationOf(call);
  const first = args[0]?.form;
  const hasTarget = first === 'MM' || first === 'GMAP' || first === 'NOTIFIER';
  const values = call.args.map((arg, i) => printArgument(args[i], arg));
  return `${call.name}(${[...(hasTarget ? [] : ['machine']), ...values].join(', ')})`;
}

/** One that the operation does not have by name. */
const UNNAMED: Argument = { name: '', kind: 'WATCHED', form: 'REST' };

function printArgument({ kind, form }: Argument = UNNAMED, arg: bigint): string {
  switch (form) {
    case 'INJECT':
      return `'${injectKinds[Number(arg)]}'`;
    case 'NULL':
      return 'null';
    case 'DEC':
      // No number is larger. Counts of that size are never reached; of flags the low bits say all.
      if (kind === 'MAP_FLAGS') return `${BigInt.asUintN(53, arg)}`;
      return `${arg > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : arg}`;
    default:
      return nameOf(form, arg) ?? `${hex(arg)}n`;
  }
}

/** The same program once more, for the oracle: perhaps nobody else sees the fault. */
function judgement(trace: Trace, { oracle, operation }: Finding): string[] {
  const header = ['kernel', 'machine'].flatMap((key) => {
    const value = trace.header.get(key);
    return value === undefined ? [] : [`# ${key}: ${value}`];
  });
  const calls = trace.items.filter((item): item is TraceCall => item.kind === 'call').slice(0, operation + 1);
  const lines = [FIRST_LINE, ...header, ...calls.map(printProgramCall), ''];
  return [
    `// The fuzzer's oracle "${oracle}" sees it, if nobody else does.`,
    'const program = [',
    ...lines.map((line) => `  '${line}',`),
    '];',
    `using fuzzer = new Fuzzer({ ${[...judgeOf(trace), `oracles: ['${oracle}']`].join(', ')} });`,
    "expect(fuzzer.judge(traceToInput(parseTrace(program.join('\\n'))))).toBeUndefined();",
  ];
}

/** A handle that the trace names is part of the program. */
function printProgramCall(call: TraceCall): string {
  const text = printCallWithoutResult(call);
  return call.result?.kind === 'handle' ? `${text} = ${printResult(call, call.result)}` : text;
}

const NOTHING = '{ mms: 0, gmaps: 0, vmas: 0, files: 0, frames: lostTables, radixNodes: lostNodes }';

function ending({ gmapsLeft, dies }: Program, finding: Finding): string[] {
  if (dies) return [];
  const check = 'expect(machine.check()).toEqual({ ok: true, value: undefined });';
  if (finding.oracle !== 'leaks') return [check];
  return [
    check,
    `// ${textOf(finding)}`,
    'for (const mm of machine.processes) mm.exit();',
    ...gmapsLeft.map((gmap) => `${gmap}.close();`),
    'const { lostTables, lostNodes, ...counts } = machine.counts();',
    `expect(counts).toMatchObject(${NOTHING});`,
  ];
}
