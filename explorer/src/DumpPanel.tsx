// SPDX-License-Identifier: GPL-2.0-only
/** What a crash dump has, in place of calls: what is wrong with it, its processes and gmaps. */
import type { FilmDump, FilmProblem } from '../../lib/film/film.js';
import type { FilmPlayer } from '../../lib/film/player.js';
import { hex } from './format.js';
import type { Scene } from './scene.js';
import type { Choose } from './store.js';

interface Props {
  readonly player: FilmPlayer;
  readonly dump: FilmDump;
  readonly scene: Scene;
  readonly choose: Choose;
}

export function DumpPanel({ player, dump, scene, choose }: Props) {
  const { problems } = dump;
  return (
    <section class="panel call" aria-label="The dump">
      <div class="scroll" tabIndex={0} role="group" aria-label="What the dump has">
        <h2>
          {problems.length === 0 ? 'No problem' : problems.length === 1 ? '1 problem' : `${problems.length} problems`}
        </h2>
        {problems.length > 0 && (
          <ul class="problems">
            {problems.map((problem) => (
              <Problem key={problem.text} problem={problem} />
            ))}
          </ul>
        )}
        <h3>Address spaces</h3>
        <Spaces player={player} scene={scene} choose={choose} />
        <p class="note">One moment of a kernel that ran: without calls, events and storage keys, which no dump has.</p>
      </div>
    </section>
  );
}

function Problem({ problem: { rule, text, held } }: { problem: FilmProblem }) {
  return (
    <li>
      <strong class="bad">{rule}</strong> {text}
      {held.length > 0 && <span class="note"> held: {held.join(', ')}</span>}
    </li>
  );
}

function Spaces({ player, scene, choose }: Omit<Props, 'dump'>) {
  const counts = countFacts(player);
  const show = (space: string) => choose({ lookup: { space, address: 0n }, detail: 'address', panel: 'table' });
  return (
    <ul class="code">
      {scene.mms.map(({ name, asce }) => (
        <li key={name}>
          <button type="button" class="link" onClick={() => show(name)}>
            {name}
          </button>{' '}
          ASCE {hex(asce)}
        </li>
      ))}
      {scene.gmaps.map(({ name, mm, end }) => (
        <li key={name}>
          <button type="button" class="link" onClick={() => show(name)}>
            {name}
          </button>{' '}
          of {mm} up to {hex(end)}, {counts.get(`g2h ${name}`) ?? 0} segments mapped, {counts.get(`h2g ${name}`) ?? 0}{' '}
          linked
        </li>
      ))}
    </ul>
  );
}

/** How many facts of each kind each gmap has. */
function countFacts(player: FilmPlayer): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of player.map('fact').keys()) {
    const [kind, gmap] = key.split(' ');
    counts.set(`${kind} ${gmap}`, (counts.get(`${kind} ${gmap}`) ?? 0) + 1);
  }
  return counts;
}
