// SPDX-License-Identifier: GPL-2.0-only
import { useState } from 'preact/hooks';
import type { FilmPlayer } from '../../lib/film/player.js';
import { IconButton } from './Icon.js';
import { Search } from './Search.js';
import type { Scene } from './scene.js';
import { type Choices, type Choose, themes } from './store.js';

const themeNames = { auto: 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' };

export function Header(props: { player: FilmPlayer; scene: Scene; choices: Choices; choose: Choose }) {
  const { player, choices, choose } = props;
  const { source, kernel, code, recordedOn, dump, excerpt, calls } = player.film;
  const [next = 'auto'] = themes.slice((themes.indexOf(choices.theme) + 1) % themes.length);
  const [searching, setSearching] = useState(false);
  return (
    <header>
      <h1 title={source}>{source.split('/').at(-1)}</h1>
      <p class="about">
        <strong>{kernel}</strong>
        {recordedOn && <span> recorded on {recordedOn}</span>}
        {dump ? (
          <span> a crash dump ({dump.format})</span>
        ) : code ? (
          <span class="code"> executed by the code {code}</span>
        ) : (
          recordedOn === null && <span> executed by the model</span>
        )}
        {excerpt && (
          <span class="excerpt">
            {' '}
            excerpt: calls {excerpt.from + 1} to {excerpt.from + calls.length} of {excerpt.total}
          </span>
        )}
      </p>
      <Search {...props} open={searching} setOpen={setSearching} />
      <IconButton icon={choices.theme} name={themeNames[choices.theme]} onClick={() => choose({ theme: next })} />
      <button
        type="button"
        class="icon"
        title="Keys and colours (?)"
        aria-label="Keys and colours"
        onClick={() => choose({ help: true })}
      >
        ?
      </button>
    </header>
  );
}
