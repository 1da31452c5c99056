// SPDX-License-Identifier: GPL-2.0-only
/** A table as a map of its entries, in three distances: all, a part, one by one. */
import { useState } from 'preact/hooks';
import type { FilmPlayer } from '../../lib/film/player.js';
import { PGSTE_OFFSET } from '../../lib/inspect/chain.js';
import { describeFields, fieldsOf, pgsteFields } from '../../lib/inspect/fields.js';
import { type Table, tableEntries } from '../../lib/inspect/tables.js';
import { type CellState, cellNames, cellStates, stateOf } from './cells.js';
import { placesOf } from './describe-change.js';
import { hex, word } from './format.js';
import { hasPgstes, type Scene } from './scene.js';
import type { Choose } from './store.js';

interface Grid {
  readonly first: number;
  readonly columns: number;
  readonly rows: number;
  readonly cell: number;
}

/** How many entries are shown from how far. */
function gridOf(count: number, index: number, zoom: number): Grid {
  if (zoom === 0)
    return count > 256 ? { first: 0, columns: 64, rows: 32, cell: 9 } : { first: 0, columns: 32, rows: 8, cell: 18 };
  if (zoom === 1 && count > 256) return { first: index - (index % 128), columns: 16, rows: 8, cell: 36 };
  return { first: index - (index % 16), columns: 1, rows: 16, cell: 24 };
}

const lastZoom = (count: number) => (count > 256 ? 2 : 1);

export function TableMap(props: { player: FilmPlayer; scene: Scene; table: Table; index: number; choose: Choose }) {
  const { player, scene, table, index, choose } = props;
  const [zoom, setZoom] = useState(0);
  const entries = tableEntries(player, table.level, table.origin);
  const closest = lastZoom(entries.length);
  const level = Math.min(zoom, closest);
  const grid = gridOf(entries.length, index, level);
  const go = (to: number) =>
    choose({ selection: { origin: table.origin, index: Math.max(0, Math.min(to, entries.length - 1)) } });
  const onKey = (event: KeyboardEvent) => {
    const moves: Record<string, number> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -grid.columns,
      ArrowDown: grid.columns,
    };
    const move = moves[event.key];
    if (move !== undefined) go(index + move);
    else if (event.key === 'Enter') setZoom(Math.min(level + 1, closest));
    else if (event.key === 'Backspace' || event.key === 'Escape') setZoom(Math.max(level - 1, 0));
    else return;
    event.preventDefault();
  };
  const current = `${table.level} ${index}: ${cellNames[stateOf(table.level, entries[index] ?? 0n)]}`;
  return (
    <div class="map">
      <div class="zoom">
        <button type="button" disabled={level === 0} onClick={() => setZoom(level - 1)}>
          − further
        </button>
        <button type="button" disabled={level === closest} onClick={() => setZoom(level + 1)}>
          + closer
        </button>
        <span class="note">
          entries {grid.first} to {grid.first + grid.columns * grid.rows - 1} of {entries.length}
        </span>
      </div>
      {level < closest ? (
        <div
          role="application"
          tabIndex={0}
          aria-label={`Map of the entries. Arrows move, Enter goes closer, Backspace further away. ${current}`}
          onKeyDown={onKey}
        >
          <Cells
            scene={scene}
            table={table}
            entries={entries}
            grid={grid}
            index={index}
            onPick={(to) => go(to)}
            onZoom={() => setZoom(level + 1)}
          />
        </div>
      ) : (
        <Rows
          player={player}
          scene={scene}
          table={table}
          entries={entries}
          first={grid.first}
          index={index}
          go={go}
          onKey={onKey}
        />
      )}
      <ul class="legend">
        {cellStates.map((state) => (
          <li key={state}>
            <span class={`swatch cell-${state}`} /> {cellNames[state]}
          </li>
        ))}
        <li>
          <span class="swatch cell-changed" /> changed
        </li>
      </ul>
    </div>
  );
}

interface CellsProps {
  readonly scene: Scene;
  readonly table: Table;
  readonly entries: BigUint64Array;
  readonly grid: Grid;
  readonly index: number;
  readonly onPick: (index: number) => void;
  readonly onZoom: () => void;
}

/** One path for all cells that look alike: 2,048 elements would be slow. */
function Cells({ scene, table, entries, grid, index, onPick, onZoom }: CellsProps) {
  const { first, columns, rows, cell } = grid;
  const gap = cell > 10 ? 2 : 1;
  const paths = new Map<CellState | 'changed', string>();
  const at = (i: number) => ({ x: ((i - first) % columns) * cell, y: Math.floor((i - first) / columns) * cell });
  for (let i = first; i < first + columns * rows && i < entries.length; i++) {
    const state = stateOf(table.level, entries[i] ?? 0n);
    const { x, y } = at(i);
    const square = `M${x} ${y}h${cell - gap}v${cell - gap}h${gap - cell}z`;
    paths.set(state, (paths.get(state) ?? '') + square);
    const word = table.origin + BigInt(i) * 8n;
    if (scene.changedWords.has(word) || (table.level === 'PTE' && scene.changedWords.has(word + PGSTE_OFFSET)))
      paths.set('changed', (paths.get('changed') ?? '') + square);
  }
  const indexAt = (event: MouseEvent & { currentTarget: SVGSVGElement }) => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = Math.floor(((event.clientX - box.left) / box.width) * columns);
    const y = Math.floor(((event.clientY - box.top) / box.height) * rows);
    return first + y * columns + x;
  };
  const cursor = at(index);
  return (
    <svg
      class="cells"
      viewBox={`0 0 ${columns * cell} ${rows * cell}`}
      style={{ maxWidth: `${columns * cell}px` }}
      aria-hidden="true"
      onClick={(event) => onPick(indexAt(event))}
      onDblClick={onZoom}
    >
      <title>Click chooses an entry, double click goes closer</title>
      {[...paths].map(([state, path]) => (
        <path key={state} class={`cell-${state}`} d={path} />
      ))}
      {cell > 30 &&
        Array.from({ length: columns * rows }, (_, i) => {
          const { x, y } = at(first + i);
          return (
            <text key={first + i} x={x + (cell - gap) / 2} y={y + cell / 2 + 3}>
              {(first + i).toString(16)}
            </text>
          );
        })}
      <rect class="cursor" x={cursor.x - 1} y={cursor.y - 1} width={cell - gap + 2} height={cell - gap + 2} />
    </svg>
  );
}

interface RowsProps {
  readonly player: FilmPlayer;
  readonly scene: Scene;
  readonly table: Table;
  readonly entries: BigUint64Array;
  readonly first: number;
  readonly index: number;
  readonly go: (index: number) => void;
  readonly onKey: (event: KeyboardEvent) => void;
}

function Rows({ player, scene, table, entries, first, index, go, onKey }: RowsProps) {
  const withPgstes = hasPgstes(scene, table);
  const pgstes = withPgstes ? player.words(table.origin + PGSTE_OFFSET, entries.length) : undefined;
  const last = Math.min(first + 16, entries.length);
  return (
    <table class="rows">
      <thead>
        <tr>
          <th scope="col">entry</th>
          <th scope="col">{table.level}</th>
          {withPgstes && <th scope="col">PGSTE</th>}
          <th scope="col">bits</th>
        </tr>
      </thead>
      <tbody>
        {Array.from({ length: last - first }, (_, i) => first + i).map((i) => {
          const value = entries[i] ?? 0n;
          const pgste = pgstes?.[i] ?? 0n;
          const bits = [
            ...describeFields(fieldsOf(table.level, value), value),
            ...(pgste === 0n ? [] : describeFields(pgsteFields, pgste)),
          ];
          const changed =
            scene.changedWords.has(table.origin + BigInt(i) * 8n) ||
            scene.changedWords.has(table.origin + BigInt(i) * 8n + PGSTE_OFFSET);
          return (
            <tr key={i} class={changed ? 'changed' : ''} aria-current={i === index ? 'true' : undefined}>
              <th scope="row">
                <button type="button" title={placesOf(table, i).join(', ')} onClick={() => go(i)} onKeyDown={onKey}>
                  {i} {changed && <span class="dot">●</span>}
                </button>
              </th>
              <td class="code">{word(value)}</td>
              {withPgstes && <td class="code">{word(pgste)}</td>}
              <td>{bits.join(' ') || hex(value)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
