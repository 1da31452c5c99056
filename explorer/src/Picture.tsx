// SPDX-License-Identifier: GPL-2.0-only
/** The tables and what points at them. */
import { useMemo, useState } from 'preact/hooks';
import type { FilmPlayer } from '../../lib/film/player.js';
import { isEmptyEntry, tableEntries } from '../../lib/inspect/tables.js';
import { hex, levelNames } from './format.js';
import { type Arrow, BOX, type Box, layoutOf } from './layout.js';
import { firstUsed, type Scene } from './scene.js';
import type { Choices, Choose } from './store.js';

const MINI_CELLS = 55;
const MINI = { x: 8, y: 36, width: BOX.width - 16, height: 5 };

function curve({ from, to, isGuest }: Arrow): string {
  const x1 = isGuest ? from.x : from.x + BOX.width;
  const x2 = isGuest ? to.x + BOX.width : to.x;
  const [y1, y2] = [from.y + BOX.height / 2, to.y + BOX.height / 2];
  const bend = (x2 - x1) / 2;
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

const keyOf = (box: Box): string => {
  if (box.kind === 'space') return box.name;
  return box.kind === 'table' ? hex(box.table.origin) : `more ${box.x}`;
};

export function Picture(props: { player: FilmPlayer; scene: Scene; choices: Choices; choose: Choose }) {
  const { player, scene, choices, choose } = props;
  const selected = choices.selection?.origin;
  const layout = useMemo(() => layoutOf(scene, selected), [scene, selected]);
  const [lit, setLit] = useState<string>();
  const isLit = ({ from, to }: Arrow) => keyOf(from) === lit || keyOf(to) === lit;
  const isChanged = ({ link }: Arrow) =>
    typeof link.from === 'string'
      ? scene.changedSpaces.has(link.from)
      : scene.changedWords.has(link.from + BigInt(link.index ?? 0) * 8n);
  return (
    <section class="panel picture" aria-label="Tables">
      <div
        class="scroll"
        tabIndex={0}
        role="group"
        aria-label="Processes on the left, gmaps on the right, shared page tables between them"
      >
        <div class="canvas" style={{ width: `${layout.width}px`, height: `${layout.height}px` }}>
          <svg width={layout.width} height={layout.height} aria-hidden="true">
            <title>Arrows between tables</title>
            <defs>
              {['plain', 'changed', 'lit'].map((name) => (
                <marker
                  key={name}
                  id={`head-${name}`}
                  class={`head-${name}`}
                  viewBox="0 0 8 8"
                  refX="7"
                  refY="4"
                  markerWidth="7"
                  markerHeight="7"
                  orient="auto"
                >
                  <path d="M0 0L8 4L0 8z" />
                </marker>
              ))}
            </defs>
            {layout.arrows.map((arrow) => {
              const look = isChanged(arrow) ? 'changed' : isLit(arrow) ? 'lit' : 'plain';
              return (
                <path
                  key={`${keyOf(arrow.from)} ${keyOf(arrow.to)}`}
                  class={`arrow arrow-${look}`}
                  d={curve(arrow)}
                  marker-end={`url(#head-${look})`}
                />
              );
            })}
          </svg>
          {layout.boxes.map((box) => (
            <BoxButton
              key={keyOf(box)}
              box={box}
              player={player}
              scene={scene}
              choices={choices}
              choose={choose}
              light={setLit}
            />
          ))}
        </div>
      </div>
      {scene.gmaps.length === 0 && <p class="note corner">No gmap at this moment.</p>}
    </section>
  );
}

interface BoxProps {
  readonly box: Box;
  readonly player: FilmPlayer;
  readonly scene: Scene;
  readonly choices: Choices;
  readonly choose: Choose;
  readonly light: (key: string | undefined) => void;
}

function BoxButton(props: BoxProps) {
  const { box, light } = props;
  const key = keyOf(box);
  const look = lookOf(props);
  return (
    <button
      type="button"
      class={`box ${look.classes}`}
      style={{ left: `${box.x}px`, top: `${box.y}px`, width: `${BOX.width}px`, height: `${BOX.height}px` }}
      aria-pressed={look.pressed}
      title={look.title}
      onClick={look.onClick}
      onMouseEnter={() => light(key)}
      onMouseLeave={() => light(undefined)}
      onFocus={() => light(key)}
      onBlur={() => light(undefined)}
    >
      {look.content}
      <span class="hidden"> {look.title}</span>
    </button>
  );
}

function lookOf(props: BoxProps) {
  const { box, player, scene, choices, choose } = props;
  if (box.kind === 'more') {
    return {
      classes: 'more',
      title: 'Show them',
      pressed: undefined,
      onClick: () => choose({ detail: 'table', panel: 'table', selection: undefined }),
      content: <span class="name">… and {box.tables.length} more tables</span>,
    };
  }
  if (box.kind === 'space') {
    const changed = scene.changedSpaces.has(box.name);
    const isGuest = box.name.startsWith('g');
    const end = scene.gmaps.find(({ name }) => name === box.name)?.end;
    const below = isGuest ? `up to ${hex(end ?? 0n)}` : `${player.mappings(box.name).length} mappings`;
    return {
      classes: `space ${isGuest ? 'guest' : 'host'}${changed ? ' changed' : ''}`,
      title: `${isGuest ? 'gmap' : 'process'} ${box.name}${changed ? ', changed by this call' : ''}`,
      pressed: undefined,
      onClick: () =>
        choose({
          detail: 'address',
          panel: 'table',
          lookup: { space: box.name, address: choices.lookup?.address ?? 0n },
        }),
      content: (
        <>
          <span class="name">
            {box.name} {changed && <span class="dot">●</span>}
          </span>
          <span class="sub">ASCE {hex(box.asce)}</span>
          <span class="sub">{below}</span>
        </>
      ),
    };
  }
  const { table } = box;
  const changed = scene.changedTables.has(table.origin);
  const owners = table.owners.map(({ space, start }) => `${space} ${hex(start)}`);
  const shared = new Set(table.owners.map(({ space }) => space)).size > 1;
  // Addresses of a process are too long for a box: those are told from where storage begins.
  const start = BigInt(player.film.storageStart ?? 0);
  const place = start === 0n ? hex(table.origin) : `+${hex(table.origin - start)}`;
  return {
    classes: `table level-${table.level}${changed ? ' changed' : ''}`,
    title: `${levelNames[table.level]}${start === 0n ? '' : ` at ${hex(table.origin)}`}, for ${owners.join(' and ')}, ${table.used} used${changed ? ', changed by this call' : ''}`,
    pressed: choices.selection?.origin === table.origin,
    onClick: () =>
      choose({ selection: { origin: table.origin, index: firstUsed(player, table) }, detail: 'table', panel: 'table' }),
    content: (
      <>
        <span class="name">
          {table.level} {place} {changed && <span class="dot">●</span>}
        </span>
        <span class="sub">
          {owners[0]}
          {owners.length > 1 && ` +${owners.length - 1}`}
          {shared && <span class="shared"> shared</span>}
        </span>
        <MiniMap player={player} scene={scene} table={table} />
      </>
    ),
  };
}

/** Which parts of a table are in use. */
function MiniMap({
  player,
  scene,
  table,
}: {
  player: FilmPlayer;
  scene: Scene;
  table: Scene['graph']['tables'][number];
}) {
  const entries = tableEntries(player, table.level, table.origin);
  const size = entries.length / MINI_CELLS;
  let used = '';
  let changed = '';
  for (const [i, value] of entries.entries()) {
    const x = MINI.width * (Math.floor(i / size) / MINI_CELLS);
    const cell = `M${x.toFixed(1)} 0h2v${MINI.height}h-2z`;
    if (scene.changedWords.has(table.origin + BigInt(i) * 8n)) changed += cell;
    else if (!isEmptyEntry(table.level, value) && !used.endsWith(cell)) used += cell;
  }
  return (
    <svg class="mini" width={MINI.width} height={MINI.height} aria-hidden="true">
      <title>Entries in use</title>
      <path class="mini-used" d={used} />
      <path class="mini-changed" d={changed} />
    </svg>
  );
}
