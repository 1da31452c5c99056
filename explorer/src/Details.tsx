// SPDX-License-Identifier: GPL-2.0-only
/** One of: a table, an address, the difference. */
import type { FilmPlayer } from '../../lib/film/player.js';
import { AddressView } from './AddressView.js';
import { DifferenceView } from './DifferenceView.js';
import type { Scene } from './scene.js';
import { type Choices, type Choose, details } from './store.js';
import { TableView } from './TableView.js';

const names = { table: 'Table', address: 'Address', difference: 'Recorded | model' };

export function Details(props: { player: FilmPlayer; scene: Scene; choices: Choices; choose: Choose }) {
  const { player, choices, choose } = props;
  const isRecording = player.film.calls.some(({ recorded }) => recorded !== null);
  const shown = details.filter((detail) => detail !== 'difference' || isRecording);
  return (
    <section class="panel details" aria-label="Details">
      <nav class="tabs" aria-label="What the details show">
        {shown.map((detail) => (
          <button
            key={detail}
            type="button"
            aria-pressed={choices.detail === detail}
            onClick={() => choose({ detail })}
          >
            {names[detail]}
          </button>
        ))}
      </nav>
      <div class="scroll" tabIndex={0} role="group" aria-label={names[choices.detail]}>
        {choices.detail === 'table' && <TableView {...props} />}
        {choices.detail === 'address' && <AddressView {...props} />}
        {choices.detail === 'difference' && <DifferenceView {...props} />}
      </div>
    </section>
  );
}
