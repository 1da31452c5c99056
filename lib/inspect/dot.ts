// SPDX-License-Identifier: GPL-2.0-only
/** A graph of tables for Graphviz: processes on the left, gmaps on the right, the page tables that they share between them. */
import { checkShape } from '../shapes.js';
import { hex } from '../trace/words.js';
import { graphShape, type TableGraph, type TableLink } from './tables.js';

/** `dot -Tsvg` makes a picture of it. */
export function printDot(graph: TableGraph): string {
  checkShape('printDot: graph', graph, graphShape);
  const guests = new Set(graph.spaces.filter(({ name }) => name.startsWith('g')).map(({ name }) => name));
  const isGuests = (origin: bigint) =>
    graph.tables.find((table) => table.origin === origin)?.owners.every(({ space }) => guests.has(space)) ?? false;
  return [
    'digraph tables {',
    '  rankdir=LR;',
    '  node [shape=box, fontname="monospace"];',
    '  edge [fontname="monospace"];',
    ...graph.spaces.map(({ name, asce }) => `  ${name} [shape=oval, label="${name}\\nASCE ${hex(asce)}"];`),
    ...graph.tables.map(
      ({ level, origin, owners, used }) =>
        `  ${node(origin)} [label="${level} ${hex(origin)}\\n${owners
          .map(({ space, start }) => `${space} ${hex(start)}`)
          .join('\\n')}\\n${used} used"];`,
    ),
    ...graph.links.map((link) => edge(link, guests, isGuests)),
    '}',
    '',
  ].join('\n');
}

/** A guest's arrows are drawn against the direction of the layout, so that gmaps stand on the right. */
function edge({ from, index, to }: TableLink, guests: ReadonlySet<string>, isGuests: (origin: bigint) => boolean) {
  const isGuest = typeof from === 'string' ? guests.has(from) : isGuests(from);
  const start = typeof from === 'string' ? from : node(from);
  const label = index === undefined ? '' : `label="${index}"`;
  const [left, right] = isGuest ? [node(to), start] : [start, node(to)];
  const attributes = [label, ...(isGuest ? ['dir=back'] : [])].filter(Boolean).join(', ');
  return `  ${left} -> ${right}${attributes ? ` [${attributes}]` : ''};`;
}

const node = (origin: bigint) => `t${origin.toString(16)}`;
