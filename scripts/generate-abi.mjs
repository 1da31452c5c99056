// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes lib/generated/abi.ts from the tables and enums that the native code is compiled from, so that both
 * always agree. Stops at the first line that it cannot read.
 *
 * Usage: node scripts/generate-abi.mjs [DIRECTORY OF THE SOURCES [OUTPUT FILE]]
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = process.argv[2] ?? repository;
const output = process.argv[3] ?? join(source, 'lib/generated/abi.ts');

/** Reads a C file, its comments blanked out but its line numbers kept. */
function readSource(file) {
  const text = readFileSync(join(source, file), 'utf8');
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, (comment) => comment.replace(/[^\n]/g, ''));
}

/** The rows of a .def file, each matched by `pattern`; `read` makes a row of its groups. */
function readTable(file, pattern, read) {
  const rows = [];
  readSource(file)
    .split('\n')
    .forEach((line, i) => {
      if (line.trim() === '') return;
      const groups = pattern.exec(line.trim());
      const row = groups && read(...groups.slice(1));
      if (!row) throw new Error(`${file}:${i + 1}: cannot read this row: ${line.trim()}`);
      rows.push(row);
    });
  if (rows.length === 0) throw new Error(`${file}: no rows`);
  return rows;
}

/** The values of an enum of wire.h, by name without `prefix`. */
function readEnum(header, name, prefix) {
  const body = new RegExp(`enum ${name} \\{([^}]*)\\}`).exec(header)?.[1];
  if (body === undefined) throw new Error(`native/abi/wire.h: cannot find enum ${name}`);
  const values = {};
  let next = 0;
  for (const item of body.split(',').map((text) => text.trim())) {
    if (item === '') continue;
    const [, constant, value] = /^(\w+)(?: = (\d+))?$/.exec(item) ?? [];
    if (!constant?.startsWith(prefix)) {
      throw new Error(`native/abi/wire.h: cannot read '${item}' in enum ${name}`);
    }
    next = value === undefined ? next : Number(value);
    values[constant.slice(prefix.length)] = next++;
  }
  return values;
}

function readConstant(header, name) {
  const value = new RegExp(`^#define ${name} (0x[0-9a-f]+|\\d+)u?$`, 'm').exec(header)?.[1];
  if (value === undefined) throw new Error(`native/abi/wire.h: cannot find #define ${name}`);
  return Number(value);
}

const splitList = (text) => (text === '' ? [] : text.split(',').map((item) => item.trim()));

function readOperations(header) {
  const results = readEnum(header, 'wire_result', 'RESULT_');
  const kinds = readEnum(header, 'wire_arg', 'ARG_');
  return readTable(
    'native/abi/ops.def',
    /^OP\((\w+), (\w+), (\d+), \(([^()]*)\), \(([^()]*)\)\)$/,
    (name, result, arity, kindList, nameList) => {
      const argKinds = splitList(kindList).map((kind) => kind.replace(/^ARG_/, ''));
      const argNames = splitList(nameList);
      const fits =
        result in results &&
        argKinds.length === Number(arity) &&
        argNames.length === Number(arity) &&
        argKinds.every((kind) => kind in kinds) &&
        argKinds.every((kind, i) => !['REST', 'OPT'].includes(kind) || i === argKinds.length - 1);
      return fits && { name, result, args: argNames.map((arg, i) => ({ name: arg, kind: argKinds[i] })) };
    },
  );
}

/** What a field of answers.def or options.def is in TypeScript. */
const fieldTypes = { WORD: 'bigint', COUNT: 'number', FLAG: 'boolean', TEXT: 'string' };

/** The objects of such a file as interfaces: `gmap_info` is NativeGmapInfo. */
function readObjects(file, begin) {
  const pascal = (name) => name.replace(/(?:^|_)([a-z])/g, (_, letter) => letter.toUpperCase());
  return readTable(file, /^(\w+)\((\w+)(?:, (\w+))?\)$/, (macro, name, field) => {
    if (macro === begin && !field) return `export interface Native${pascal(name)} {`;
    if (macro === 'END' && !field) return '}';
    return field && macro in fieldTypes ? `  readonly ${field}: ${fieldTypes[macro]};` : undefined;
  }).join('\n');
}

/** The kernels that the model has a behaviour profile of. */
function readKernels() {
  const names = [...readSource('native/core/linux/profile.c').matchAll(/\.name = "([^"]+)"/g)].map((match) => match[1]);
  if (names.length === 0) throw new Error('native/core/linux/profile.c: cannot find the name of a profile');
  return names;
}

/** A value as TypeScript, in the quotes that the rest of the code has. */
function literal(value) {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'object') {
    return `{ ${Object.entries(value)
      .map(([key, item]) => `${key}: ${literal(item)}`)
      .join(', ')} }`;
  }
  return typeof value === 'string' ? `'${value.replace(/[\\']/g, '\\$&')}'` : String(value);
}

const table = (doc, name, rows) =>
  `/** ${doc} */\nexport const ${name} = [\n${rows.map((row) => `  ${literal(row)},\n`).join('')}] as const;\n`;
const object = (doc, name, value) => `/** ${doc} */\nexport const ${name} = ${literal(value)} as const;\n`;
const number = (doc, name, value) => `/** ${doc} */\nexport const ${name} = ${value};\n`;
const union = (doc, name, expression) => `/** ${doc} */\nexport type ${name} = ${expression};\n`;

function generate() {
  const header = readSource('native/abi/wire.h');
  const errnos = readTable('native/abi/errno.def', /^ERRNO\((\w+), (\d+), "([^"]*)"\)$/, (name, number, text) => ({
    name,
    number: Number(number),
    text,
  }));
  const injects = readTable('native/abi/inject.def', /^INJECT\((\w+)\)$/, (name) => name);
  const bugs = readTable('native/abi/bugs.def', /^BUG_PLACE\((\w+), "([^"]*)"\)$/, (name, text) => ({ name, text }));
  const invariants = readTable('native/abi/invariants.def', /^INVARIANT\((\d+), "([^"]*)"\)$/, (number, sentence) => ({
    rule: `I${number}`,
    sentence,
  }));
  return [
    '// SPDX-License-Identifier: GPL-2.0-only',
    '// Made by scripts/generate-abi.mjs from native/abi: change that, then build.\n',
    table('What a program can do; the place in the table is the operation code.', 'operations', readOperations(header)),
    union('The name of an operation.', 'OperationName', "(typeof operations)[number]['name']"),
    union('What an operation answers, see ops.def.', 'ResultKind', "(typeof operations)[number]['result']"),
    union('What an argument is, see ops.def.', 'ArgKind', "(typeof operations)[number]['args'][number]['kind']"),
    table('The errors that operations answer with, as Linux numbers them on s390.', 'errnos', errnos),
    union('The name of an error.', 'ErrnoCode', "(typeof errnos)[number]['name']"),
    table('Where a failure can be ordered; the place in the table is the number in programs.', 'injectKinds', injects),
    union('A place where a failure can be ordered.', 'InjectKind', '(typeof injectKinds)[number]'),
    table('Where a kernel does not survive; observations count these from 1.', 'bugPlaces', bugs),
    union('The name of a place where a kernel does not survive.', 'BugPlace', "(typeof bugPlaces)[number]['name']"),
    table('The invariants by number, as docs/specification/invariants.md has them.', 'invariants', invariants),
    table('The kernels that the model can behave like.', 'kernels', readKernels()),
    union('The name of a kernel.', 'Kernel', '(typeof kernels)[number]'),
    object('How a call went.', 'wireStatus', readEnum(header, 'wire_status', 'WIRE_')),
    object('Why a call was not executed.', 'wireRefusal', readEnum(header, 'wire_refusal', 'WIRE_')),
    object('Kinds of events.', 'wireEvent', readEnum(header, 'wire_event', 'WIRE_EVENT_')),
    object('Kinds of facts.', 'wireFact', readEnum(header, 'wire_fact_kind', 'WIRE_FACT_')),
    object('What the lowcore holds.', 'wireLowcore', readEnum(header, 'wire_lowcore', 'WIRE_LOWCORE_')),
    object('Levels of table entries.', 'wireLevel', readEnum(header, 'wire_level', 'WIRE_')),
    object('Kinds of watched pages.', 'wirePte', readEnum(header, 'wire_pte', 'WIRE_PTE_')),
    number('Words of an event.', 'WIRE_EVENT_WORDS', readConstant(header, 'WIRE_EVENT_WORDS')),
    number('Words of a fact.', 'WIRE_FACT_WORDS', readConstant(header, 'WIRE_FACT_WORDS')),
    number('Stands for a storage key that nobody set.', 'WIRE_NO_KEY', readConstant(header, 'WIRE_NO_KEY')),
    number('Stands for no handle.', 'WIRE_NO_HANDLE', readConstant(header, 'WIRE_NO_HANDLE')),
    '// What the addon answers as objects.',
    readObjects('native/abi/answers.def', 'ANSWER'),
    '\n// What it is given as objects.',
    readObjects('native/abi/options.def', 'OPTIONS'),
    '',
  ].join('\n');
}

try {
  const text = generate();
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, text);
} catch (error) {
  console.error(`generate-abi: ${error.message}`);
  process.exitCode = 1;
}
