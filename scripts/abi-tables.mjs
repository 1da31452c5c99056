// SPDX-License-Identifier: GPL-2.0-only
// Reads the tables and enums that the native code is compiled from. Stops at the first row that it cannot read.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Reads a C file below the folder `source`, its comments blanked out but its line numbers kept. */
export function readSource(source, file) {
  const text = readFileSync(join(source, file), 'utf8');
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, (comment) => comment.replace(/[^\n]/g, ''));
}

const depth = (text) => (text.match(/\(/g) ?? []).length - (text.match(/\)/g) ?? []).length;

/** The rows of a .def file, which may take several lines, each matched by `pattern`; `read` makes a row of its groups. */
export function readTable(source, file, pattern, read) {
  const rows = [];
  let open;
  const refuse = ({ line, text }) => {
    throw new Error(`${file}:${line}: cannot read this row: ${text}`);
  };
  readSource(source, file)
    .split('\n')
    .forEach((text, i) => {
      if (text.trim() === '') return;
      open = open ? { ...open, text: `${open.text} ${text.trim()}` } : { line: i + 1, text: text.trim() };
      if (depth(open.text) > 0) return;
      const groups = pattern.exec(open.text);
      const row = groups && read(...groups.slice(1));
      if (!row) refuse(open);
      rows.push(row);
      open = undefined;
    });
  if (open) refuse(open);
  if (rows.length === 0) throw new Error(`${file}: no rows`);
  return rows;
}

/** The values of an enum, by name without `prefix`; `count` is the one that says how many there are, and is left out. */
export function readEnum(source, file, name, prefix, count) {
  const body = new RegExp(`enum ${name} \\{([^}]*)\\}`).exec(readSource(source, file))?.[1];
  if (body === undefined) throw new Error(`${file}: cannot find enum ${name}`);
  const values = {};
  let next = 0;
  for (const item of body.split(',').map((text) => text.trim())) {
    if (item === '' || item === count) continue;
    const [, constant, value] = /^(\w+)(?: = (-?(?:0x[0-9a-f]+|\d+)))?$/.exec(item) ?? [];
    if (!constant?.startsWith(prefix)) throw new Error(`${file}: cannot read '${item}' in enum ${name}`);
    next = value === undefined ? next : value.startsWith('-') ? -Number(value.slice(1)) : Number(value);
    values[constant.slice(prefix.length)] = next++;
  }
  return values;
}

const NUMBER = '(0x[0-9a-f]+|\\d+)';

/** A number of C as a bigint: `0x20u`, `0x80ULL`, `((u64)1 << 16)`; undefined if it is none. */
function numberOf(text) {
  const [, plain] = new RegExp(`^${NUMBER}(?:u|ULL)?$`).exec(text) ?? [];
  const [, cast, mantissa, shift] = new RegExp(`^\\(?(\\(u64\\))?${NUMBER}u?(?: << (\\d+))?\\)?$`).exec(text) ?? [];
  if (plain !== undefined) return BigInt(plain);
  return mantissa === undefined || (cast === undefined && shift === undefined)
    ? undefined
    : BigInt(mantissa) << BigInt(shift ?? 0);
}

/** Every #define of a header that is a number, as a bigint. */
export function readDefines(source, file) {
  const lines = readSource(source, file).matchAll(/^#define (\w+)[ \t]+(\S.*)$/gm);
  const values = [...lines].map(([, name, text]) => [name, numberOf(text.trim())]);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

/** The value of a #define that is a number. */
export function readConstant(source, file, name) {
  const value = readDefines(source, file)[name];
  if (value === undefined) throw new Error(`${file}: cannot find #define ${name}`);
  return Number(value);
}

const OPS = 'native/abi/ops.h';
const splitList = (text) => (text === '' ? [] : text.split(',').map((item) => item.trim()));

/** Kinds of arguments: `{ name, form, text }`. */
export function readKinds(source) {
  const forms = readEnum(source, OPS, 'wire_form', 'FORM_');
  return readTable(
    source,
    'native/abi/kinds.def',
    /^KIND\((\w+), (\w+), "([^"]*)"\)$/,
    (name, form, text) => form in forms && { name, form, text },
  );
}

export const readErrnos = (source) =>
  readTable(source, 'native/abi/errno.def', /^ERRNO\((\w+), (\d+), "([^"]*)"\)$/, (name, number, text) => ({
    name,
    number: Number(number),
    text,
  }));

/** The further columns of a row of ops.def, by name: each a list of words. */
function readColumns(text, separators) {
  const columns = {};
  for (const [, name, words] of text.matchAll(/, (\w+)\(([^()]*)\)/g)) {
    if (!(name in separators) || name in columns) return undefined;
    columns[name] = words.split(separators[name]).map((word) => word.trim());
  }
  return columns;
}

/** All that ops.def says. */
export function readOperations(source) {
  const results = readEnum(source, OPS, 'wire_result', 'RESULT_');
  const inKernels = readEnum(source, OPS, 'op_kernels', '');
  const makers = readEnum(source, OPS, 'op_maker', '');
  const allMarks = readEnum(source, OPS, 'op_mark', '');
  const kinds = new Map(readKinds(source).map((kind) => [`ARG_${kind.name}`, kind]));
  const errors = new Set([...readErrnos(source).map(({ name }) => name), 'BUG']);
  const operations = readTable(
    source,
    'native/abi/ops.def',
    /^OP\((\w+), (\w+), (\d+), \(([^()]*)\), \(([^()]*)\), (\w+), (\w+), (\w+)((?:, \w+\([^()]*\))*)\)$/,
    (name, result, arity, kindList, nameList, kernels, model, maker, more) => {
      const args = splitList(kindList).map((kind) => kinds.get(kind));
      const names = splitList(nameList);
      const columns = readColumns(more, { RENAMED: ',', ERRORS: ',', METHOD: ',', MARKS: '|' });
      const fits =
        result in results &&
        args.length === Number(arity) &&
        names.length === Number(arity) &&
        args.every((kind) => kind !== undefined) &&
        args.every(({ form }, i) => !['REST', 'OPT'].includes(form) || i === args.length - 1) &&
        (kernels === 'LAST_SINCE_4_8') === (args.at(-1)?.form === 'OPT') &&
        kernels in inKernels &&
        ['PREDICTED', 'UNPREDICTED'].includes(model) &&
        maker in makers &&
        columns !== undefined &&
        (columns.ERRORS ?? []).every((error) => errors.has(error)) &&
        (columns.MARKS ?? []).every((mark) => mark in allMarks);
      return (
        fits && {
          name,
          result,
          args: args.map(({ name: kind, form }, i) => ({ name: names[i], kind, form })),
          kernels,
          renamed: columns.RENAMED?.[0],
          errors: columns.ERRORS ?? [],
          maker: maker.replace('BY_', ''),
          method: columns.METHOD?.[0],
        }
      );
    },
  );
  for (const { name, kernels, renamed } of operations) {
    const other = operations.find((operation) => operation.name === renamed);
    const isPair = other?.renamed === name && kernels !== 'ALL_KERNELS' && other.kernels !== kernels;
    if (renamed && !isPair)
      throw new Error(`native/abi/ops.def: ${name} is RENAMED(${renamed}), but that is not its name in other kernels`);
  }
  return operations;
}
