// SPDX-License-Identifier: GPL-2.0-only
/** The call that led here: its answer, its events, and all that it changed. */
import type { FilmCall } from '../../lib/film/film.js';
import type { FilmPlayer } from '../../lib/film/player.js';
import { wordAt } from '../../lib/inspect/storage.js';
import { type EntryChange, entryChanges, otherChanges } from './describe-change.js';
import { word } from './format.js';
import { SpecLink } from './SpecDialog.js';
import type { Scene } from './scene.js';
import type { Choose } from './store.js';

const SHOWN = 200;

export function CallPanel({ player, scene, choose }: { player: FilmPlayer; scene: Scene; choose: Choose }) {
  const { call } = scene;
  return (
    <section class="panel call" aria-label="This call">
      <div class="scroll" tabIndex={0} role="group" aria-label="What this call did">
        {call ? (
          <Call player={player} scene={scene} call={call} choose={choose} />
        ) : (
          <Start scene={scene} choose={choose} />
        )}
      </div>
    </section>
  );
}

function Start({ scene, choose }: { scene: Scene; choose: Choose }) {
  return (
    <>
      <h2>Before the first call</h2>
      <p>
        The machine has {scene.mms.length} process and {scene.graph.tables.length} tables.{' '}
        <button type="button" class="link" onClick={() => choose({ position: 1 })}>
          Make the first call
        </button>{' '}
        or press →.
      </p>
    </>
  );
}

function Call({ player, scene, call, choose }: { player: FilmPlayer; scene: Scene; call: FilmCall; choose: Choose }) {
  const entries = entryChanges(scene, (address) => wordAt(player, address) ?? 0n);
  const others = otherChanges(call.patches);
  const rest = call.text.slice(call.name.length);
  return (
    <>
      {call.comments.map((comment) => (
        <p key={comment} class="comment">
          # {comment}
        </p>
      ))}
      <h2 class="code">
        <SpecLink name={call.name} choose={choose} />
        {rest}
        {call.result !== null && <> = {call.result}</>}
      </h2>
      <p class="note">line {call.line}</p>
      {call.recorded && call.answersDiffer && (
        <p class="differs-row">
          ≠ recorded: {call.recorded.result ?? 'nothing'}
          {call.recorded.events.map((event) => ` ! ${event}`)}
        </p>
      )}
      {call.events.length > 0 && (
        <>
          <h3>Events</h3>
          <ul class="code">
            {call.events.map((event, i) => (
              <li key={`${i} ${event}`}>! {event}</li>
            ))}
          </ul>
        </>
      )}
      <h3>Entries changed</h3>
      {entries.length === 0 ? <p class="empty">none</p> : <Entries entries={entries} choose={choose} />}
      {scene.lostWords > 0 && <p class="note">and {scene.lostWords} in tables that nothing reaches any more</p>}
      {others.length > 0 && (
        <>
          <h3>State</h3>
          <ul class="code">
            {others.slice(0, SHOWN).map(({ sign, text }) => (
              <li key={`${sign} ${text}`} class={sign === '+' ? 'came' : 'went'}>
                {sign} {text}
              </li>
            ))}
          </ul>
          <More count={others.length} />
        </>
      )}
    </>
  );
}

function Entries({ entries, choose }: { entries: readonly EntryChange[]; choose: Choose }) {
  return (
    <>
      <ul class="entries">
        {entries.slice(0, SHOWN).map((change) => (
          <li key={String(change.address)}>
            <button
              type="button"
              onClick={() =>
                choose({
                  selection: { origin: change.table.origin, index: change.index },
                  detail: 'table',
                  panel: 'table',
                })
              }
            >
              <strong>{change.what}</strong> {change.where}
            </button>
            <div class="code">
              {word(change.before)} → {word(change.after)}
            </div>
            <div class="bits">
              {change.went.map((name) => (
                <span key={name} class="went">
                  −{name}
                </span>
              ))}
              {change.came.map((name) => (
                <span key={name} class="came">
                  +{name}
                </span>
              ))}
            </div>
          </li>
        ))}
      </ul>
      <More count={entries.length} />
    </>
  );
}

function More({ count }: { count: number }) {
  return count > SHOWN ? <p class="note">… and {count - SHOWN} more</p> : null;
}
