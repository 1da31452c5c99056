// SPDX-License-Identifier: GPL-2.0-only
/** The way of one address through the tables, as it is at this moment: what vtop prints. */
import type { FilmPlayer } from '../../lib/film/player.js';
import { type AccessAnswer, type ChainEntry, pgsteOf, walkChain } from '../../lib/inspect/chain.js';
import { interruptionText } from '../../lib/machine/result.js';
import { hex, parseAddress, word } from './format.js';
import { hasPgstes, type Scene, tableAt } from './scene.js';
import type { Choices, Choose, Lookup } from './store.js';

const SEGMENT = 0xfffffn;

export function AddressView({
  player,
  scene,
  choices,
  choose,
}: {
  player: FilmPlayer;
  scene: Scene;
  choices: Choices;
  choose: Choose;
}) {
  const spaces = [...scene.gmaps, ...scene.mms];
  const [first] = spaces;
  const lookup = choices.lookup ?? { space: first?.name ?? '', address: 0n };
  const space = spaces.find(({ name }) => name === lookup.space);
  const gmap = scene.gmaps.find(({ name }) => name === lookup.space);
  const host = gmap && hostOf(player, lookup);
  const mm = scene.mms.find(({ name }) => name === gmap?.mm);
  return (
    <>
      <form class="lookup" onSubmit={(event) => event.preventDefault()}>
        <label>
          in{' '}
          <select
            value={lookup.space}
            onChange={(event) => choose({ lookup: { ...lookup, space: event.currentTarget.value } })}
          >
            {spaces.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
            {!space && <option value={lookup.space}>{lookup.space}</option>}
          </select>
        </label>
        <label>
          address{' '}
          <input
            class="code"
            value={hex(lookup.address)}
            spellcheck={false}
            onInput={(event) => {
              const address = parseAddress(event.currentTarget.value);
              if (address !== undefined) choose({ lookup: { ...lookup, address } });
            }}
          />
        </label>
      </form>
      {!space ? (
        <p class="empty">There is no {lookup.space} at this moment.</p>
      ) : (
        <Chain player={player} scene={scene} asce={space.asce} lookup={lookup} choose={choose} />
      )}
      {space && !gmap && <Mappings player={player} mm={lookup.space} choose={choose} />}
      {gmap && (
        <p class="code">
          guest_to_host:{' '}
          {host === undefined ? 'not mapped' : `${hex(lookup.address & ~SEGMENT)} → ${hex(host & ~SEGMENT)}`}
          {host !== undefined && (
            <>
              <br />
              host_to_guest: {linkOf(player, lookup.space, host)}
            </>
          )}
        </p>
      )}
      {host !== undefined && mm && (
        <>
          <h3>The process, {mm.name}</h3>
          <Chain
            player={player}
            scene={scene}
            asce={mm.asce}
            lookup={{ space: mm.name, address: host }}
            choose={choose}
          />
        </>
      )}
    </>
  );
}

/** As /proc/PID/maps has them. */
function Mappings({ player, mm, choose }: { player: FilmPlayer; mm: string; choose: Choose }) {
  return (
    <>
      <h3>Mappings</h3>
      <ul class="code">
        {player.mappings(mm).map(({ start, end, flags }) => (
          <li key={String(start)}>
            <button type="button" class="link" onClick={() => choose({ lookup: { space: mm, address: start } })}>
              {hex(start)}
            </button>
            -{hex(end)} {flags}
          </li>
        ))}
      </ul>
    </>
  );
}

/** The host address by guest_to_host. */
function hostOf(player: FilmPlayer, { space, address }: Lookup): bigint | undefined {
  const item = player.map('fact').get(`g2h ${space} ${hex(address & ~SEGMENT)}`);
  return item === undefined ? undefined : BigInt(item) + (address & SEGMENT);
}

function linkOf(player: FilmPlayer, space: string, host: bigint): string {
  const item = player.map('fact').get(`h2g ${space} ${hex(host & ~SEGMENT)}`);
  return item === undefined ? 'not linked' : `${hex(host & ~SEGMENT)} → ${item}`;
}

function Chain({
  player,
  scene,
  asce,
  lookup,
  choose,
}: {
  player: FilmPlayer;
  scene: Scene;
  asce: bigint;
  lookup: Lookup;
  choose: Choose;
}) {
  const chain = walkChain(player, asce, lookup.address);
  const pte = chain.entries.find(({ level }) => level === 'PTE');
  const table = pte && tableAt(scene.tables, pte.address);
  const pgste = pte && table && hasPgstes(scene, table) ? pgsteOf(player, pte.address) : undefined;
  return (
    <div class="chain">
      <ol>
        <li>
          <span class="level">ASCE</span> <span class="code">{word(asce)}</span>{' '}
          <span class="flags">{chain.asceFlags.join(' ')}</span>
        </li>
        {chain.entries.map((entry) => (
          <Entry key={String(entry.address)} entry={entry} scene={scene} choose={choose} />
        ))}
        {pgste && (
          <li>
            <span class="level">PGSTE</span> <span class="code">{word(pgste.value)}</span>{' '}
            <span class="flags">{pgste.flags.join(' ')}</span>
          </li>
        )}
      </ol>
      <dl>
        <dt>load</dt>
        <dd>{answer(chain.load)}</dd>
        <dt>store</dt>
        <dd>{answer(chain.store)}</dd>
      </dl>
    </div>
  );
}

function Entry({ entry, scene, choose }: { entry: ChainEntry; scene: Scene; choose: Choose }) {
  const table = tableAt(scene.tables, entry.address);
  const index = table ? Number((entry.address - table.origin) / 8n) : 0;
  return (
    <li class={scene.changedWords.has(entry.address) ? 'changed' : ''}>
      <button
        type="button"
        class="link level"
        disabled={!table}
        title={`at ${hex(entry.address)}`}
        onClick={() => table && choose({ selection: { origin: table.origin, index }, detail: 'table' })}
      >
        {entry.level}
      </button>{' '}
      <span class="code">{word(entry.value)}</span> <span class="flags">{entry.flags.join(' ')}</span>
    </li>
  );
}

function answer(access: AccessAnswer) {
  if ('absolute' in access) return <span class="code">absolute {hex(access.absolute)}</span>;
  return <span class="bad">{interruptionText(access.interruption)}</span>;
}
