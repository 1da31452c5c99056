// SPDX-License-Identifier: GPL-2.0-only
/** A finding as a C program for the core's tests. */
import type { MachineOptions } from '../../machine-options.js';
import { machineOptions } from '../../trace/header.js';
import { operationOf } from '../../trace/operations.js';
import type { CallResult, Trace, TraceCall } from '../../trace/types.js';
import { errnoOf, hex } from '../../trace/words.js';
import { isOperation, printCCall } from './c-call.js';
import { checkReproduced, codeOf, type Finding, headOf, textOf, unseenOf } from './finding.js';
import { type Made, type Program, programOf, type Step, signedValue } from './steps.js';

/**
 * A program for `native/core/test`, as a file `test_*.c` of which it is built and run with the other tests. It makes the
 * calls of `trace` with the functions of the core, says what does not hold, and ends with 1 as long as the fault is
 * there. What the trace says that calls answered is expected, as is what the finding says.
 *
 * `trace` should be a recording, as `runTrace` makes one: a call without a result is taken to have succeeded. Calls that
 * a machine refuses are left out.
 *
 * @throws {UnknownKernelError} if the model does not know the kernel.
 */
export function printCTest(trace: Trace, finding: Finding): string {
  checkReproduced('printCTest', trace, finding);
  const program = programOf(trace, finding);
  return [
    '// SPDX-License-Identifier: GPL-2.0-only',
    '/*',
    ...[...headOf(finding), ...portOnly(codeOf(trace)), ...unseenOf(finding)].map((line) => ` * ${line}`),
    ' */',
    '#include "core/program/interp.h"',
    '#include "test.h"',
    '',
    ...printOptions(machineOptions(trace, undefined)),
    ...helpers(program),
    'static void finding(struct machine *m)',
    '{',
    ...body(program, finding).map((line) => (line === '' ? '' : `\t${line}`)),
    '}',
    '',
    ...main(program, finding),
    '',
  ].join('\n');
}

/** The core's tests run the port. */
function portOnly(code: string | undefined): string[] {
  return code === undefined
    ? []
    : [`It needs the built code ${code}: this program runs the port, where it need not fail.`];
}

function printOptions(options: MachineOptions): string[] {
  const { kernel, facilities = {}, debugVm, debugList, cpus, storageLimit, maxSegments, maxPages } = options;
  const { esop, idte, tlbLc, nx } = facilities;
  const off = Object.entries({ esop, idte, tlb_lc: tlbLc, nx, debug_vm: debugVm }).filter(([, has]) => has === false);
  return [
    'static void change(struct machine_options *options)',
    '{',
    `\toptions->profile = profile_find("${kernel}");`,
    ...off.map(([name]) => `\toptions->${name} = false;`),
    ...(debugList ? ['\toptions->debug_list = true;'] : []),
    ...(cpus === undefined ? [] : [`\toptions->cpus = ${cpus};`]),
    ...(storageLimit === undefined ? [] : [`\toptions->storage_limit = 0x${storageLimit.toString(16)};`]),
    ...(maxSegments === undefined ? [] : [`\toptions->max_segments = ${maxSegments};`]),
    ...(maxPages === undefined ? [] : [`\toptions->max_pages = ${maxPages};`]),
    '\toptions->check_always = true;',
    '}',
    '',
  ];
}

const OPERATION = `\
/* An operation as programs make it, with what its callers do: locks, for example. */
#define OPERATION(name, ...) \\
	operation(m, OP_##name, (const struct call){ .result_handle = WIRE_NO_HANDLE, .arg = { __VA_ARGS__ } })
`;

const FUNCTION = `\
static u64 operation(struct machine *m, enum wire_op op, struct call call)
{
	struct reply reply = machine_call(m, op, &call);

	if (reply.status == WIRE_BUG)
		machine_unwind(m);
	EXPECT_EQ(reply.status, WIRE_OK);
	return reply.value;
}
`;

const MAKE = `\
/* Makes a gmap or a process, which gets that handle. */
static void make(struct machine *m, enum wire_op op, u64 mm, u64 limit, u64 handle)
{
	if (operation(m, op, (const struct call){ .arg = { mm, limit }, .result_handle = handle }) == handle)
		return;
	printf("%s made nothing\\n", op_infos[op].name);
	exit(1);
}
`;

/** Those that the program needs: others would be warned of. */
function helpers({ steps }: Program): string[] {
  const makes = steps.some(({ made }) => made !== undefined);
  const operates = steps.some(({ call, made }) => made === undefined && call.name !== 'gmaps' && isOperation(call));
  return [...(operates ? [OPERATION] : []), ...(makes || operates ? [FUNCTION] : []), ...(makes ? [MAKE] : [])];
}

function body(program: Program, finding: Finding): string[] {
  const calls = program.steps.flatMap((step) => [
    ...(step.isFault ? [`/* ${textOf(finding)} */`] : []),
    ...statements(step),
    ...(step.isFault ? judged(step.call, finding) : []),
  ]);
  const declared = declarations(program);
  const lines = [...declared, ...(declared.length > 0 && calls.length > 0 ? [''] : []), ...calls];
  return lines.length > 0 ? lines : ['(void)m;'];
}

function declarations({ steps, used }: Program): string[] {
  const made = steps.flatMap((step) => (step.made?.isUsed && step.made.name !== 'mm0' ? step.made : []));
  const lines = made.map(({ kind, name }) => `struct ${kind} *${name};`);
  return [...(used.has('mm0') ? ['struct mm *mm0 = m->s.mm[0];'] : []), ...new Set(lines)];
}

/** What the interpreter looks at after each operation, where the call was not made through it. */
function judged(call: TraceCall, { oracle }: Finding): string[] {
  if (oracle === 'locks') return [`lock_none_checked(m, "${call.name}");`];
  return oracle === 'rules' ? ['EXPECT_CHECK(m);'] : [];
}

function statements({ call, made, expected }: Step): string[] {
  if (made !== undefined) return making(call, made);
  if (call.name === 'gmaps') return listed(call, expected);
  const text = printCCall(call);
  if (expected === undefined) return [`${text};`];
  if (expected.kind !== 'bug') return [expectation(call, text, expected)];
  return expected.place === undefined
    ? [`EXPECT_BUG(m->dead, ${text});`, 'EXPECT(m->dead != BUG_none);']
    : [`EXPECT_BUG(BUG_${expected.place}, ${text});`];
}

function making(call: TraceCall, { kind, name, handle, isUsed }: Made): string[] {
  const [mm = 0n, limit = 0n] = call.args;
  const args = kind === 'mm' ? '0, 0' : `mm${mm}->handle, ${hex(limit)}`;
  const make = `make(m, OP_${call.name}, ${args}, ${handle});`;
  return isUsed ? [make, `${name} = m->s.${kind}[${handle}];`] : [make];
}

function expectation(call: TraceCall, text: string, expected: CallResult): string {
  if (expected.kind === 'null') return `EXPECT_EQ(${text}, WIRE_NO_HANDLE);`;
  if (expected.kind === 'handle') return `EXPECT(${text} != WIRE_NO_HANDLE);`;
  return expected.kind === 'number' ? `EXPECT_EQ(${text}, ${printNumber(call, expected.value)});` : `${text};`;
}

function printNumber(call: TraceCall, value: bigint): string {
  const error = errnoOf(value);
  if (operationOf(call).result !== 'WORD') return error ? `-${error}` : `${signedValue(value)}`;
  return error ? `ERROR_WORD(${error})` : hex(value);
}

/** An mm's gmaps, one by one. */
function listed(call: TraceCall, expected: CallResult | undefined): string[] {
  if (expected?.kind !== 'list') return [];
  const mm = `mm${call.args[0]}`;
  return [
    ...expected.gmaps.map((gmap, i) => `EXPECT(mm_gmap_at(${mm}, ${i}) == g${gmap});`),
    `EXPECT(!mm_gmap_at(${mm}, ${expected.gmaps.length}));`,
  ];
}

const LEAKS = `\
	EXPECT(bug_guard(m, free_everything));
	/* what the kernel itself leaks is no fault */
	expect_nothing_left(m, m->s.lost_tables + m->s.lost_nodes > 0);
`;

function main({ dies }: Program, { oracle }: Finding): string[] {
  return [
    'int main(void)',
    '{',
    '\tstruct machine *m = test_machine(change);',
    '',
    '\tif (!bug_guard(m, finding)) {',
    '\t\tprintf("BUG %s: %s\\n", bug_place_name(m->dead), m->bug_text);',
    '\t\tfailures++;',
    '\t}',
    '\tEXPECT_CHECK(m);',
    ...(oracle === 'leaks' && !dies ? LEAKS.trimEnd().split('\n') : []),
    '\tmachine_destroy(m);',
    '\treturn failures != 0;',
    '}',
  ];
}
