// SPDX-License-Identifier: GPL-2.0-only
/** The page as a whole: what is chosen, and where everything stands. */
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import type { FilmPlayer } from '../../lib/film/player.js';
import { CallList } from './CallList.js';
import { CallPanel } from './CallPanel.js';
import { Details } from './Details.js';
import { DumpPanel } from './DumpPanel.js';
import { Header } from './Header.js';
import { HelpDialog } from './HelpDialog.js';
import { readHash, writeHash } from './hash.js';
import { Picture } from './Picture.js';
import { SpecDialog } from './SpecDialog.js';
import { type Scene, sceneAt } from './scene.js';
import { type Choices, type Choose, panels, savedTheme, saveTheme } from './store.js';
import { Timeline } from './Timeline.js';
import { useKeys } from './use-keys.js';

const PLAY_MS = 600;
const HASH_MS = 200;
const dumpPanels = panels.filter((panel) => panel !== 'calls');
const panelNames = { picture: 'Picture', call: 'This call', table: 'Table', calls: 'All calls' };

function firstChoices(player: FilmPlayer): Choices {
  const { position, spec } = readHash(location.hash, player.film);
  const { firstDifference, calls } = player.film;
  const start = firstDifference === null ? 0 : firstDifference + 1;
  return {
    position: Math.max(0, Math.min(position ?? start, calls.length)),
    selection: undefined,
    lookup: undefined,
    panel: 'picture',
    detail: firstDifference === null ? 'table' : 'difference',
    theme: savedTheme(),
    spec,
    help: false,
    playing: false,
  };
}

export function App({ player }: { player: FilmPlayer }) {
  const [choices, setChoices] = useState(() => firstChoices(player));
  const total = player.film.calls.length;
  const { dump } = player.film;
  const choose: Choose = useCallback(
    (change) =>
      setChoices((before) => {
        const after = { ...before, ...(typeof change === 'function' ? change(before) : change) };
        return { ...after, position: Math.max(0, Math.min(after.position, total)) };
      }),
    [total],
  );
  const { position, playing, theme } = choices;
  const scene = useMemo(() => sceneAt(player, position), [player, position]);

  // Browsers refuse to change the address more than some times a second.
  useEffect(() => {
    if (dump) return;
    const timer = setTimeout(() => writeHash(position), HASH_MS);
    return () => clearTimeout(timer);
  }, [position, dump]);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    saveTheme(theme);
  }, [theme]);
  useEffect(() => {
    const onHash = () => {
      const place = readHash(location.hash, player.film);
      choose({
        ...(place.position !== undefined && { position: place.position }),
        ...(place.spec !== undefined && { spec: place.spec }),
      });
    };
    addEventListener('hashchange', onHash);
    return () => removeEventListener('hashchange', onHash);
  }, [player, choose]);
  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(
      () =>
        setChoices((before) =>
          before.position < total ? { ...before, position: before.position + 1 } : { ...before, playing: false },
        ),
      PLAY_MS,
    );
    return () => clearInterval(timer);
  }, [playing, total]);
  useKeys(choices, choose, total);

  return (
    <div class="page" data-panel={choices.panel} data-film={dump ? 'dump' : 'program'}>
      <Header player={player} scene={scene} choices={choices} choose={choose} />
      {!dump && <Timeline player={player} choices={choices} choose={choose} />}
      <nav class="tabs panel-tabs" aria-label="Parts of the page">
        {(dump ? dumpPanels : panels).map((panel) => (
          <button key={panel} type="button" aria-pressed={choices.panel === panel} onClick={() => choose({ panel })}>
            {dump && panel === 'call' ? 'The dump' : panelNames[panel]}
          </button>
        ))}
      </nav>
      <main>
        {!dump && <CallList player={player} choices={choices} choose={choose} />}
        <Picture player={player} scene={scene} choices={choices} choose={choose} />
        {dump ? (
          <DumpPanel player={player} dump={dump} scene={scene} choose={choose} />
        ) : (
          <CallPanel player={player} scene={scene} choose={choose} />
        )}
        <Details player={player} scene={scene} choices={choices} choose={choose} />
      </main>
      <p class="hidden" aria-live="polite">
        {!dump && announcement(scene, total)}
      </p>
      <SpecDialog name={choices.spec} choose={choose} />
      <HelpDialog open={choices.help} hasCalls={!dump} choose={choose} />
    </div>
  );
}

function announcement({ position, call }: Scene, total: number): string {
  if (!call) return `Before the first of ${total} calls`;
  return `Call ${position} of ${total}: ${call.text}${call.result === null ? '' : ` = ${call.result}`}`;
}
