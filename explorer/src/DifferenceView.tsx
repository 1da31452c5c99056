// SPDX-License-Identifier: GPL-2.0-only
/** What was recorded and what the model says, side by side: answers, events, facts. */
import { useState } from 'preact/hooks';
import type { FilmPlayer } from '../../lib/film/player.js';
import type { Scene } from './scene.js';
import type { Choices, Choose } from './store.js';

export function DifferenceView({
  player,
  scene,
  choose,
}: {
  player: FilmPlayer;
  scene: Scene;
  choices: Choices;
  choose: Choose;
}) {
  const { calls, firstDifference } = player.film;
  const [onlyDiffering, setOnlyDiffering] = useState(firstDifference !== null);
  const { call } = scene;
  const differing = new Set(call?.differs ?? []);
  const recorded = player.map('recorded');
  const model = player.map('fact');
  const keys = [...new Set([...recorded.keys(), ...model.keys()])].sort(naturally);
  const shown = onlyDiffering ? keys.filter((key) => differing.has(key)) : keys;
  return (
    <>
      <p>
        {firstDifference === null ? (
          'The model does what was recorded, at every call.'
        ) : (
          <>
            They first differ at{' '}
            <button type="button" class="link" onClick={() => choose({ position: firstDifference + 1 })}>
              line {calls[firstDifference]?.line}
            </button>
            .
          </>
        )}
      </p>
      <table class="sides">
        <thead>
          <tr>
            <td />
            <th scope="col">recorded</th>
            <th scope="col">model</th>
          </tr>
        </thead>
        <tbody>
          {call?.recorded && (
            <>
              <Row
                name="result"
                recorded={call.recorded.result}
                model={call.result}
                differs={call.answersDiffer && call.recorded.result !== call.result}
              />
              <Row
                name="events"
                recorded={call.recorded.events.join('\n') || null}
                model={call.events.join('\n') || null}
                differs={call.answersDiffer && call.recorded.events.join() !== call.events.join()}
              />
            </>
          )}
        </tbody>
        <tbody>
          {shown.map((key) => (
            <Row
              key={key}
              name={key}
              recorded={recorded.get(key) ?? null}
              model={model.get(key) ?? null}
              differs={differing.has(key)}
            />
          ))}
        </tbody>
      </table>
      {shown.length === 0 && (
        <p class="empty">
          {recorded.size === 0 ? 'The recording does not observe the state here.' : 'No fact differs here.'}
        </p>
      )}
      <label>
        <input
          type="checkbox"
          checked={onlyDiffering}
          onChange={(event) => setOnlyDiffering(event.currentTarget.checked)}
        />{' '}
        only facts that differ ({differing.size} of {keys.length})
      </label>
    </>
  );
}

function naturally(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function Row({
  name,
  recorded,
  model,
  differs,
}: {
  name: string;
  recorded: string | null;
  model: string | null;
  differs: boolean;
}) {
  return (
    <tr class={differs ? 'differs-row' : ''}>
      <th scope="row">
        {differs && <span class="mark">≠ </span>}
        {name}
      </th>
      <td>{recorded ?? <i>nothing</i>}</td>
      <td>{model ?? <i>nothing</i>}</td>
    </tr>
  );
}
