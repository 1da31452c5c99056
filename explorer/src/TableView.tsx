// SPDX-License-Identifier: GPL-2.0-only
/** The selected table: its map, and the entry at the cursor. Without a selection: all tables to choose from. */
import type { FilmPlayer } from '../../lib/film/player.js';
import { EntryView } from './EntryView.js';
import { hex, levelNames } from './format.js';
import { firstUsed, type Scene } from './scene.js';
import type { Choices, Choose } from './store.js';
import { TableMap } from './TableMap.js';

export function TableView(props: { player: FilmPlayer; scene: Scene; choices: Choices; choose: Choose }) {
  const { player, scene, choices, choose } = props;
  const { selection } = choices;
  const table = selection && scene.tables.get(selection.origin);
  if (selection && !table)
    return (
      <>
        <p class="empty">Nothing reaches the table at {hex(selection.origin)} at this moment.</p>
        <AllTables player={player} scene={scene} choose={choose} />
      </>
    );
  if (!selection || !table) return <AllTables player={player} scene={scene} choose={choose} />;
  return (
    <>
      <h2>
        {levelNames[table.level]} <span class="code">{hex(table.origin)}</span>{' '}
        <button type="button" class="link" onClick={() => choose({ selection: undefined })}>
          all tables
        </button>
      </h2>
      <TableMap player={player} scene={scene} table={table} index={selection.index} choose={choose} />
      <EntryView player={player} scene={scene} table={table} index={selection.index} choose={choose} />
    </>
  );
}

function AllTables({ player, scene, choose }: { player: FilmPlayer; scene: Scene; choose: Choose }) {
  const { tables } = scene.graph;
  return (
    <>
      <h2>{tables.length} tables</h2>
      <p class="note">Choose one here or in the picture.</p>
      <ul class="tables">
        {tables.map((table) => (
          <li key={String(table.origin)}>
            <button
              type="button"
              onClick={() => choose({ selection: { origin: table.origin, index: firstUsed(player, table) } })}
            >
              <strong>{table.level}</strong> {hex(table.origin)}{' '}
              {scene.changedTables.has(table.origin) && <span class="dot">● changed</span>}
              <span class="sub">
                {table.owners.map(({ space, start }) => `${space} ${hex(start)}`).join(', ')}; {table.used} used
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
