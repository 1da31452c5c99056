// SPDX-License-Identifier: GPL-2.0-only
/** One entry: what it translates, every bit of it, and where it points. Of a page: the PGSTE and the storage key too. */
import type { FilmPlayer } from '../../lib/film/player.js';
import { originOf, PGSTE_OFFSET } from '../../lib/inspect/chain.js';
import { type Field, fieldsOf, fieldText, keyFields, pgsteFields, pteState } from '../../lib/inspect/fields.js';
import { wordAt } from '../../lib/inspect/storage.js';
import { coverage, type Table } from '../../lib/inspect/tables.js';
import { cellNames, stateOf } from './cells.js';
import { hex, word } from './format.js';
import { hasPgstes, type Scene } from './scene.js';
import type { Choose } from './store.js';

export function EntryView(props: { player: FilmPlayer; scene: Scene; table: Table; index: number; choose: Choose }) {
  const { player, scene, table, index, choose } = props;
  const address = table.origin + BigInt(index) * 8n;
  const value = wordAt(player, address) ?? 0n;
  const state = stateOf(table.level, value);
  const isPage = table.level === 'PTE';
  const pgste = hasPgstes(scene, table) ? wordAt(player, address + PGSTE_OFFSET) : undefined;
  return (
    <div class="entry">
      <h3>
        {table.level} {index}, {cellNames[state]}
        {scene.changedWords.has(address) && <span class="dot"> ● changed</span>}
      </h3>
      <dl>
        <dt>at</dt>
        <dd class="code">{hex(address)}</dd>
        <dt>value</dt>
        <dd class="code">{word(value)}</dd>
        {table.owners.map(({ space, start }) => {
          const first = start + BigInt(index) * coverage(table.level);
          return (
            <Translated
              key={`${space} ${start}`}
              space={space}
              first={first}
              last={first + coverage(table.level) - 1n}
              choose={choose}
            />
          );
        })}
        <Target table={table} value={value} choose={choose} scene={scene} />
      </dl>
      <Bits name={table.level} fields={fieldsOf(table.level, value)} value={value} />
      {pgste !== undefined && (
        <>
          <h3>
            PGSTE <span class="code">{word(pgste)}</span>
            {scene.changedWords.has(address + PGSTE_OFFSET) && <span class="dot"> ● changed</span>}
          </h3>
          <Bits name="PGSTE" fields={pgsteFields} value={pgste} />
        </>
      )}
      {isPage && state !== 'empty' && pteState(value) === 'present' && <Key player={player} frame={value & ~0xfffn} />}
    </div>
  );
}

function Translated({ space, first, last, choose }: { space: string; first: bigint; last: bigint; choose: Choose }) {
  return (
    <>
      <dt>{space}</dt>
      <dd>
        <button
          type="button"
          class="link code"
          onClick={() => choose({ lookup: { space, address: first }, detail: 'address' })}
        >
          {hex(first)}
        </button>{' '}
        <span class="code">to {hex(last)}</span>
      </dd>
    </>
  );
}

function Target({ table, value, scene, choose }: { table: Table; value: bigint; scene: Scene; choose: Choose }) {
  const state = stateOf(table.level, value);
  if (state === 'empty' || state === 'swap') return null;
  const origin = originOf(table.level, value);
  const below = table.level !== 'PTE' && state !== 'large' && scene.tables.has(origin);
  return (
    <>
      <dt>points at</dt>
      <dd class="code">
        {below ? (
          <button type="button" class="link" onClick={() => choose({ selection: { origin, index: 0 } })}>
            {hex(origin)}
          </button>
        ) : (
          `${hex(origin)}${table.level === 'PTE' ? ', a page' : ''}`
        )}
      </dd>
    </>
  );
}

function Key({ player, frame }: { player: FilmPlayer; frame: bigint }) {
  const key = player.keyOf(frame);
  if (key === undefined) return <p class="note">The storage key of {hex(frame)} was never set.</p>;
  return (
    <>
      <h3>
        Storage key <span class="code">0x{key.toString(16).padStart(2, '0')}</span>
      </h3>
      <Bits name="key" fields={keyFields} value={BigInt(key)} />
    </>
  );
}

/** Every field of a word, those that are 0 as well. */
export function Bits({ name, fields, value }: { name: string; fields: readonly Field[]; value: bigint }) {
  return (
    <ul class="strip-bits" aria-label={`Bits of the ${name}`}>
      {fields.map((field) => {
        return (
          <li
            key={field.name}
            class={value & field.mask ? 'on' : 'off'}
            title={`${field.meaning} (mask ${hex(field.mask)})`}
          >
            <span>{field.name}</span>
            <b>{fieldText(field, value)}</b>
          </li>
        );
      })}
    </ul>
  );
}
