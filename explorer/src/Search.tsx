// SPDX-License-Identifier: GPL-2.0-only
/** Finds an address: as that of a guest, of a process, or of storage. */
import { useState } from 'preact/hooks';
import type { FilmPlayer } from '../../lib/film/player.js';
import { walkChain } from '../../lib/inspect/chain.js';
import { pteState } from '../../lib/inspect/fields.js';
import { tableEntries } from '../../lib/inspect/tables.js';
import { interruptionText } from '../../lib/machine/result.js';
import { placesOf } from './describe-change.js';
import { hex, levelNames, parseAddress } from './format.js';
import { type Scene, tableAt } from './scene.js';
import type { Choices, Choose } from './store.js';

interface Hit {
  readonly text: string;
  readonly change: Partial<Choices>;
}

function hits(player: FilmPlayer, scene: Scene, address: bigint): Hit[] {
  const spaces = [...scene.gmaps, ...scene.mms].map(({ name, asce }): Hit => {
    const { load } = walkChain(player, asce, address);
    const answer = 'absolute' in load ? `absolute ${hex(load.absolute)}` : interruptionText(load.interruption);
    const kind = name.startsWith('g') ? 'guest' : 'host';
    return {
      text: `${kind} address in ${name}: ${answer}`,
      change: { lookup: { space: name, address }, detail: 'address', panel: 'table' },
    };
  });
  const table = tableAt(scene.tables, address);
  if (!table) return [...pagesAt(player, scene, address), ...spaces];
  const slot = Number((address - table.origin) / 8n);
  const index = table.level === 'PTE' ? slot % 256 : slot;
  const what = slot === index ? table.level : 'PGSTE';
  const storage: Hit = {
    text: `absolute address: ${what} ${index} of the ${levelNames[table.level]} at ${hex(table.origin)}`,
    change: { selection: { origin: table.origin, index }, detail: 'table', panel: 'table' },
  };
  return [storage, ...spaces];
}

/** The PTEs that map the frame of an absolute address. */
function pagesAt(player: FilmPlayer, { graph }: Scene, address: bigint): Hit[] {
  const frame = address & ~0xfffn;
  return graph.tables
    .filter(({ level }) => level === 'PTE')
    .flatMap((table) =>
      [...tableEntries(player, 'PTE', table.origin).entries()]
        .filter(([, pte]) => pteState(pte) === 'present' && (pte & ~0xfffn) === frame)
        .map(([index]) => ({
          text: `absolute address: the page at ${placesOf(table, index).join(', ')}`,
          change: { selection: { origin: table.origin, index }, detail: 'table', panel: 'table' },
        })),
    );
}

export function Search({
  player,
  scene,
  choose,
  open,
  setOpen,
}: {
  player: FilmPlayer;
  scene: Scene;
  choose: Choose;
  open: boolean;
  setOpen: (open: boolean) => void;
}) {
  const [text, setText] = useState('');
  const address = parseAddress(text);
  const found = address === undefined ? [] : hits(player, scene, address);
  const pick = ({ change }: Hit) => {
    choose(change);
    setOpen(false);
  };
  return (
    <search>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (found[0]) pick(found[0]);
        }}
      >
        <input
          id="search"
          type="search"
          autocomplete="off"
          spellcheck={false}
          placeholder="Search an address (/)"
          aria-label="Search an address, in hex"
          aria-describedby="search-state"
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setOpen(true);
          }}
          onFocus={() => setOpen(true)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setOpen(false);
          }}
        />
        <p id="search-state" class="hidden" aria-live="polite">
          {searchState(text, address, found.length)}
        </p>
      </form>
      {open && text !== '' && (
        <div class="hits">
          {address === undefined ? (
            <p>Not an address: up to 16 hex digits.</p>
          ) : found.length === 0 ? (
            <p>There is no address space at this moment.</p>
          ) : (
            <ul>
              {found.map((hit) => (
                <li key={hit.text}>
                  <button type="button" onClick={() => pick(hit)}>
                    {hit.text}
                  </button>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </search>
  );
}

function searchState(text: string, address: bigint | undefined, count: number): string {
  if (text === '') return '';
  return address === undefined ? 'not an address' : `${count} results; Enter opens the first`;
}
