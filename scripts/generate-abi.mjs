// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes lib/generated/abi.ts from the tables and enums that the native code is compiled from, so that both
 * always agree. Stops at the first line that it cannot read.
 *
 * Usage: node scripts/generate-abi.mjs [DIRECTORY OF THE SOURCES [OUTPUT FILE]]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  readConstant,
  readDefines,
  readEnum,
  readErrnos,
  readKinds,
  readOperations,
  readSource,
  readTable,
} from './abi-tables.mjs';
import { isMain, root } from './steps.mjs';

/** Where the sources are. */
let source = root;

/** What a field of answers.def or options.def is in TypeScript. */
const fieldTypes = { WORD: 'bigint', COUNT: 'number', FLAG: 'boolean', TEXT: 'string' };

/** The objects of such a file as interfaces: `gmap_info` is NativeGmapInfo. */
function readObjects(file, begin) {
  const pascal = (name) => name.replace(/(?:^|_)([a-z])/g, (_, letter) => letter.toUpperCase());
  return readTable(source, file, /^(\w+)\((\w+)(?:, (\w+))?\)$/, (macro, name, field) => {
    if (macro === begin && !field) return `export interface Native${pascal(name)} {`;
    if (macro === 'END' && !field) return '}';
    return field && macro in fieldTypes ? `  readonly ${field}: ${fieldTypes[macro]};` : undefined;
  }).join('\n');
}

/** The kernels that the model has a behaviour profile of, and which functions they have. */
function readKernels() {
  const pattern = /^PROFILE\("([^"]+)", \.functions = FUNCTIONS_(\w+),.*\)$/;
  return Object.fromEntries(readTable(source, 'native/core/linux/profiles.def', pattern, (...row) => row));
}

/** The levels of tables, from the top; the row of each is an initialiser in C. */
function readLevels() {
  const text = readSource(source, 'native/abi/table_levels.h');
  const rows = [...text.matchAll(/\[LEVEL_(\w+)\] = \{ "[^"]*", (\w+), (\w+), (\w+), (\w+), (\w+) \}/g)];
  if (rows.length === 0) throw new Error('native/abi/table_levels.h: cannot find the levels');
  return rows.map(([, name, shift, type, , empty, exception]) => ({
    name,
    shift: BigInt(shift),
    type: BigInt(type),
    empty: BigInt(empty),
    exception: Number(exception),
  }));
}

/** Bits of table entries and of storage keys, under the names that C has for them. */
function readEntryBits() {
  const all = {
    ...readDefines(source, 'native/core/hardware/dat.h'),
    ...readDefines(source, 'native/core/linux/entries.h'),
  };
  const isBits = ([name]) => /^(?:ASCE|REGION_ENTRY|SEGMENT_ENTRY|PAGE|SWAP|PGSTE|KEY)_(?!.*SHIFT$)/.test(name);
  return Object.fromEntries(Object.entries(all).filter(isBits));
}

/** How many there can be of something, and what a machine has if nobody says. */
function readLimits() {
  const limits = readDefines(source, 'native/abi/limits.h');
  const options = readDefines(source, 'native/core/machine/options.h');
  return Object.fromEntries(
    Object.entries({ ...limits, ...options, ...readDefines(source, 'native/fuzz/engine/mutate.h') })
      .filter(([name]) => /^(?:MIN|MAX|DEFAULT)_/.test(name))
      .map(([name, value]) => [name, Number(value)]),
  );
}

const readVmFlags = () =>
  Object.fromEntries(
    Object.entries(readDefines(source, 'native/core/linux/mm/mm.h'))
      .filter(([name]) => name.startsWith('VM_'))
      .map(([name, value]) => [name.slice(3), value]),
  );

/** Without the one that says that there is none. */
function readEnumButNone(file, name, prefix, count) {
  const { NONE: _, ...values } = readEnum(source, file, name, prefix, count);
  return values;
}

const lowerCase = (values) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]));

/** A value as TypeScript, in the quotes that the rest of the code has. */
function literal(value) {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'object') {
    return `{ ${Object.entries(value)
      .map(([key, item]) => `${/^\w+$/.test(key) ? key : `'${key}'`}: ${literal(item)}`)
      .join(', ')} }`;
  }
  if (typeof value === 'bigint') return `0x${value.toString(16)}n`;
  return typeof value === 'string' ? `'${value.replace(/[\\']/g, '\\$&')}'` : String(value);
}

const table = (doc, name, rows) =>
  `/** ${doc} */\nexport const ${name} = [\n${rows.map((row) => `  ${literal(row)},\n`).join('')}] as const;\n`;
const object = (doc, name, value) => `/** ${doc} */\nexport const ${name} = ${literal(value)} as const;\n`;
const number = (doc, name, value) => `/** ${doc} */\nexport const ${name} = ${value};\n`;
const union = (doc, name, expression) => `/** ${doc} */\nexport type ${name} = ${expression};\n`;

function generate() {
  const wire = 'native/abi/wire.h';
  const constants = (name, prefix) => readEnum(source, wire, name, prefix);
  const constant = (name) => readConstant(source, wire, name);
  const injects = readTable(source, 'native/abi/inject.def', /^INJECT\((\w+)\)$/, (name) => name);
  const bugs = readTable(
    source,
    'native/abi/bugs.def',
    /^BUG_PLACE\((\w+), (?:OF_PROGRAM|OF_MODEL), "([^"]*)"\)$/,
    (name, text) => ({
      name,
      text,
    }),
  );
  const invariants = readTable(
    source,
    'native/abi/invariants.def',
    /^INVARIANT\((\d+), "([^"]*)"\)$/,
    (number, sentence) => ({
      rule: `I${number}`,
      sentence,
    }),
  );
  const refusals = readTable(source, 'native/abi/refusals.def', /^REFUSAL\((\w+), "([^"]*)"\)$/, (name, text) => ({
    name,
    text,
  }));
  const known = readTable(
    source,
    'native/abi/known.def',
    /^KNOWN\((\w+), "([^"]*)", "([^"]*)", (\w+), "([^"]*)", "([^"]*)"\)$/,
    (id, first, last, oracle, rule, text) => ({ id, first, last, oracle: oracle.toLowerCase(), rule, text }),
  );
  const functionsOfKernels = readKernels();
  return [
    '// SPDX-License-Identifier: GPL-2.0-only',
    '// Made by scripts/generate-abi.mjs from native/abi: change that, then build.\n',
    table(
      'What a program can do, see ops.def; the place in the table is the operation code.',
      'operations',
      readOperations(source),
    ),
    union('A row of the table.', 'OperationRow', '(typeof operations)[number]'),
    union('The name of an operation.', 'OperationName', "OperationRow['name']"),
    union('What an operation answers, see ops.def.', 'ResultKind', "OperationRow['result']"),
    table('What an argument can be.', 'argKinds', readKinds(source)),
    union('What an argument is, see kinds.def.', 'ArgKind', "(typeof argKinds)[number]['name']"),
    union('How an argument is written, see kinds.def.', 'ArgForm', "(typeof argKinds)[number]['form']"),
    table('The errors that operations answer with, as Linux numbers them on s390.', 'errnos', readErrnos(source)),
    union('The name of an error.', 'ErrnoCode', "(typeof errnos)[number]['name']"),
    table('Where a failure can be ordered; the place in the table is the number in programs.', 'injectKinds', injects),
    union('A place where a failure can be ordered.', 'InjectKind', '(typeof injectKinds)[number]'),
    table('Where a kernel does not survive; observations count these from 1.', 'bugPlaces', bugs),
    union('The name of a place where a kernel does not survive.', 'BugPlace', "(typeof bugPlaces)[number]['name']"),
    table('The invariants by number, as docs/specification/invariants.md has them.', 'invariants', invariants),
    table('Defects that real kernels have, see known.def.', 'knownDefects', known),
    union('The name of a defect that real kernels have.', 'KnownDefect', "(typeof knownDefects)[number]['id']"),
    table('The kernels that the model can behave like.', 'kernels', Object.keys(functionsOfKernels)),
    union('The name of a kernel.', 'Kernel', '(typeof kernels)[number]'),
    object('Which functions a kernel has, by the version that they came with.', 'kernelFunctions', functionsOfKernels),
    object('How a call went.', 'wireStatus', constants('wire_status', 'WIRE_')),
    table('Why a call was not executed; observations count these from 1.', 'refusals', refusals),
    union('The name of a reason.', 'RefusalName', "(typeof refusals)[number]['name']"),
    object('The number of a reason.', 'wireRefusal', Object.fromEntries(refusals.map(({ name }, i) => [name, i + 1]))),
    object('Kinds of events.', 'wireEvent', constants('wire_event', 'WIRE_EVENT_')),
    object('Kinds of facts.', 'wireFact', constants('wire_fact_kind', 'WIRE_FACT_')),
    object('What the lowcore holds.', 'wireLowcore', constants('wire_lowcore', 'WIRE_LOWCORE_')),
    object('Levels of table entries.', 'wireLevel', constants('wire_level', 'WIRE_')),
    object('Kinds of watched pages.', 'wirePte', constants('wire_pte', 'WIRE_PTE_')),
    number('Words of an event.', 'WIRE_EVENT_WORDS', constant('WIRE_EVENT_WORDS')),
    number('Words of a fact.', 'WIRE_FACT_WORDS', constant('WIRE_FACT_WORDS')),
    number('Stands for a storage key that nobody set.', 'WIRE_NO_KEY', constant('WIRE_NO_KEY')),
    number('Stands for no handle.', 'WIRE_NO_HANDLE', constant('WIRE_NO_HANDLE')),
    object(
      'What a function of the addon answers in place of a result.',
      'outcome',
      readEnum(source, 'native/addon/addon.h', 'outcome', 'OUTCOME_'),
    ),
    object(
      'Program interruptions of address translation: z/Architecture Principles of Operation, chapter 6.',
      'programInterruptions',
      readEnumButNone('native/core/hardware/dat_walk.h', 'program_code', 'PGM_'),
    ),
    table(
      'What can happen inside of a call; the place in the table is the number.',
      'eventKinds',
      Object.keys(readEnum(source, 'native/core/machine/events.h', 'event_kind', 'EVENT_', 'EVENT_KINDS')),
    ),
    object(
      'The oracles of the fuzzer, and their bits.',
      'oracleBits',
      lowerCase(readEnumButNone('native/fuzz/oracles/judge.h', 'oracle', 'ORACLE_', 'ORACLES')),
    ),
    table('The levels of tables above page tables, from the top.', 'tableLevels', readLevels()),
    object('Bits of table entries, PGSTEs and storage keys, and masks of fields.', 'entryBits', readEntryBits()),
    object('Flags of a VMA, without VM_.', 'vmFlags', readVmFlags()),
    object('Bounds and defaults.', 'limits', readLimits()),
    object('MADV_DONTNEED and its like.', 'advice', {
      DONTNEED: readConstant(source, 'native/core/linux/mm/mm.h', 'MADV_DONTNEED'),
    }),
    object('What the tracer tells.', 'traceWords', readDefines(source, 'native/core/program/tracer.h')),
    ...['EVENT_WORDS', 'SPACE_WORDS', 'MAPPING_WORDS'].map((name) =>
      number(
        `Words of a row: ${name.replace('_WORDS', '').toLowerCase()}.`,
        name,
        readConstant(source, 'native/addon/model/model.h', name),
      ),
    ),
    '// What the addon answers as objects.',
    readObjects('native/abi/answers.def', 'ANSWER'),
    '\n// What it is given as objects.',
    readObjects('native/abi/options.def', 'OPTIONS'),
    '',
  ].join('\n');
}

/** Writes nothing if there is a line that it cannot read. */
export function writeAbi(from, output = join(from, 'lib/generated/abi.ts')) {
  source = from;
  const text = generate();
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, text);
}

if (isMain(import.meta.url)) {
  try {
    writeAbi(process.argv[2] ?? root, process.argv[3]);
  } catch (error) {
    console.error(`generate-abi: ${error.message}`);
    process.exitCode = 1;
  }
}
