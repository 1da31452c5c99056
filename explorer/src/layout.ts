// SPDX-License-Identifier: GPL-2.0-only
/**
 * Where the boxes of the picture stand: processes on the left, then their tables from the top level down, page tables in the middle,
 * guests' tables from the lowest level up, and gmaps on the right.
 */
import type { Table, TableLevel, TableLink } from '../../lib/inspect/tables.js';
import type { Scene } from './scene.js';

export const BOX = { width: 126, height: 46 };
const GAP_X = 34;
const GAP_Y = 12;
const MARGIN = 12;
/** Boxes of one column; what is beyond is behind one more box. */
const MAX_BOXES = 40;

export interface SpaceBox {
  readonly kind: 'space';
  readonly name: string;
  readonly asce: bigint;
}
export interface TableBox {
  readonly kind: 'table';
  readonly table: Table;
}
export interface MoreBox {
  readonly kind: 'more';
  readonly tables: readonly Table[];
}
export type Box = (SpaceBox | TableBox | MoreBox) & { readonly x: number; readonly y: number };

export interface Arrow {
  readonly link: TableLink;
  readonly from: Box;
  readonly to: Box;
  /** Of a guest: it goes from right to left. */
  readonly isGuest: boolean;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

const HOST_LEVELS: readonly TableLevel[] = ['RFTE', 'RSTE', 'RTTE', 'STE'];

type Content = SpaceBox | TableBox | MoreBox;

function isGuestTable(table: Table): boolean {
  return table.level !== 'PTE' && table.owners.every(({ space }) => space.startsWith('g'));
}

/** The tables of a column: all if there is room, otherwise those that matter now. */
function column(tables: readonly Table[], scene: Scene, selected: bigint | undefined): Content[] {
  const box = (table: Table): Content => ({ kind: 'table', table });
  if (tables.length <= MAX_BOXES) return tables.map(box);
  const weight = ({ origin }: Table) => (origin === selected ? 2 : scene.changedTables.has(origin) ? 1 : 0);
  const first = [...tables].sort((a, b) => weight(b) - weight(a)).slice(0, MAX_BOXES - 1);
  const shown = new Set(first.map(({ origin }) => origin));
  const rest = tables.filter(({ origin }) => !shown.has(origin));
  return [...tables.filter(({ origin }) => shown.has(origin)).map(box), { kind: 'more', tables: rest }];
}

function columnsOf(scene: Scene, selected: bigint | undefined): Content[][] {
  const { tables } = scene.graph;
  const host = HOST_LEVELS.map((level) => tables.filter((table) => table.level === level && !isGuestTable(table)));
  const guest = HOST_LEVELS.map((level) => tables.filter((table) => table.level === level && isGuestTable(table)));
  const pages = tables.filter(({ level }) => level === 'PTE');
  const space = ({ name, asce }: { name: string; asce: bigint }): Content => ({ kind: 'space', name, asce });
  return [
    scene.mms.map(space),
    ...host.filter((level) => level.length > 0).map((level) => column(level, scene, selected)),
    column(pages, scene, selected),
    ...guest
      .reverse()
      .filter((level) => level.length > 0)
      .map((level) => column(level, scene, selected)),
    scene.gmaps.map(space),
  ].filter((boxes) => boxes.length > 0);
}

export function layoutOf(scene: Scene, selected: bigint | undefined): Layout {
  const columns = columnsOf(scene, selected);
  // biome-ignore lint/plugin: a column for each level of tables
  const tallest = Math.max(1, ...columns.map((boxes) => boxes.length));
  const height = tallest * (BOX.height + GAP_Y) - GAP_Y;
  const boxes = columns.flatMap((contents, i) => {
    const own = contents.length * (BOX.height + GAP_Y) - GAP_Y;
    return contents.map(
      (content, j): Box => ({
        ...content,
        x: MARGIN + i * (BOX.width + GAP_X),
        y: MARGIN + (height - own) / 2 + j * (BOX.height + GAP_Y),
      }),
    );
  });
  return {
    width: 2 * MARGIN + columns.length * (BOX.width + GAP_X) - GAP_X,
    height: 2 * MARGIN + height,
    boxes,
    arrows: arrowsOf(scene, boxes),
  };
}

/** Arrows between boxes that are shown; tables behind a "more" box are reached through it. */
function arrowsOf(scene: Scene, boxes: readonly Box[]): Arrow[] {
  const places = new Map<string | bigint, Box>();
  for (const box of boxes) {
    if (box.kind === 'space') places.set(box.name, box);
    if (box.kind === 'table') places.set(box.table.origin, box);
    if (box.kind === 'more') for (const { origin } of box.tables) places.set(origin, box);
  }
  const drawn = new Set<string>();
  return scene.graph.links.flatMap((link): Arrow[] => {
    const from = places.get(link.from);
    const to = places.get(link.to);
    const path = `${from?.x} ${from?.y} ${to?.x} ${to?.y}`;
    if (!from || !to || from === to || drawn.has(path)) return [];
    drawn.add(path);
    return [{ link, from, to, isGuest: from.x > to.x }];
  });
}
