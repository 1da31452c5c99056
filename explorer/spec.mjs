// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each call does, for the page's specification: from the documentation of the methods of lib/ ("Kernel: gmap_fault."), or of
 * the functions of lib/raw.ts that are no method, which is written once. Makes src/generated/spec.json.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readOperations } from '../scripts/abi-tables.mjs';

const repository = fileURLToPath(new URL('../', import.meta.url));
const file = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');

/** What is no function of a kernel, and no method. */
const RECORDING = {
  observe: 'From here on the state is observed after each call, or no longer. It changes nothing.',
  shadow_in_callback:
    'Stands for another CPU: the next callback of the block calls gmap_shadow, once, if a shadow of that pair is just being made.',
  watch: 'From here on these pages belong to the observed state. It changes nothing.',
};

/** Every documented method of the classes, the process's before others of the same name. */
const methods = ['mm', 'gmap', 'machine', 'notifier'].flatMap((name) =>
  [
    ...file(`../lib/machine/${name}.ts`).matchAll(
      /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*\n\s*(?:get |set |static )?(\w+)\s*[(:]/g,
    ),
  ].map(([, comment, method]) => ({ method, text: textOf(comment) })),
);

/** Functions that are no method of a class, by their names. */
const functions = new Map(
  [...file('../lib/raw.ts').matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*\nexport const (\w+):/g)].map(
    ([, comment, name]) => [name, textOf(comment)],
  ),
);

function textOf(comment) {
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\* ?/, ''));
  return lines
    .join('\n')
    .replaceAll(/\{@link ([^}]*)\}/g, '$1')
    .trim();
}

/** The names in "Kernel: gmap_alloc, 4.7 only; later kernels have createGmap." */
const kernelNames = (text) =>
  [...text.matchAll(/Kernel: ([\s\S]*?)(?:\.\s|\.$|$)/g)].flatMap(([, names]) => names.match(/\w+/g) ?? []);

/** Paragraphs and the lists of errors in them. */
function paragraphs(text) {
  return text
    .split(/\n\s*\n/)
    .map((part) => part.replaceAll(/\n(?!- )/g, ' ').trim())
    .filter(Boolean);
}

function textFor({ name, method: named }) {
  if (RECORDING[name]) return RECORDING[name];
  const found =
    methods.find(({ text }) => kernelNames(text).includes(name)) ?? methods.find(({ method }) => method === named);
  const text = found?.text ?? functions.get(name);
  if (text === undefined)
    throw new Error(
      `nothing says what ${name} does: a method with "Kernel: ${name}.", METHOD(…) in ops.def, or lib/raw.ts`,
    );
  return text;
}

const spec = Object.fromEntries(
  readOperations(repository).map((operation) => [
    operation.name,
    {
      signature: `${operation.name}(${operation.args.map(({ name }) => name).join(', ')})`,
      paragraphs: paragraphs(textFor(operation)),
    },
  ]),
);
mkdirSync(new URL('src/generated/', import.meta.url), { recursive: true });
writeFileSync(new URL('src/generated/spec.json', import.meta.url), `${JSON.stringify(spec, null, 1)}\n`);
