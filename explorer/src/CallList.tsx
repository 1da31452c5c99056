// SPDX-License-Identifier: GPL-2.0-only
/** The calls as text. Only what is in view is in the page. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { FilmCall } from '../../lib/film/film.js';
import type { FilmPlayer } from '../../lib/film/player.js';
import { kindOf } from './kinds.js';
import { isDifferent, isFailure } from './outcome.js';
import type { Choices, Choose } from './store.js';

const ROW = 22;
const MARGIN = 20;

type Row = { readonly comment: string } | { readonly call: FilmCall; readonly position: number };

function rowsOf(calls: readonly FilmCall[], filter: string): Row[] {
  const wanted = filter.trim().toLowerCase();
  return calls.flatMap((call, i): Row[] => {
    const row = { call, position: i + 1 };
    if (wanted === '') return [...call.comments.map((comment) => ({ comment })), row];
    return `${call.text} ${call.result ?? ''} ${call.events.join(' ')}`.toLowerCase().includes(wanted) ? [row] : [];
  });
}

export function CallList({ player, choices, choose }: { player: FilmPlayer; choices: Choices; choose: Choose }) {
  const [filter, setFilter] = useState('');
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const scroller = useRef<HTMLDivElement>(null);
  const { calls } = player.film;
  const rows = useMemo(() => rowsOf(calls, filter), [calls, filter]);
  const { position } = choices;

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const element = scroller.current;
    const row = rows.findIndex((candidate) => 'call' in candidate && candidate.position === position);
    if (!element) return;
    const at = Math.max(0, row) * ROW;
    if (at < element.scrollTop + ROW || at > element.scrollTop + element.clientHeight - 2 * ROW)
      element.scrollTop = at - element.clientHeight / 2;
  }, [position, rows]);

  const first = Math.max(0, Math.floor(top / ROW) - MARGIN);
  const shown = rows.slice(first, Math.ceil((top + height) / ROW) + MARGIN);
  return (
    <section class="panel calls" aria-label="All calls">
      <input
        type="search"
        placeholder="Filter calls"
        aria-label="Filter calls"
        value={filter}
        onInput={(event) => setFilter(event.currentTarget.value)}
      />
      <div
        class="scroll"
        ref={scroller}
        tabIndex={0}
        role="group"
        aria-label="Calls"
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      >
        <ol style={{ height: `${rows.length * ROW}px`, paddingTop: `${first * ROW}px` }}>
          {shown.map((row, i) =>
            'comment' in row ? (
              <li key={first + i} class="comment" title={row.comment}>
                # {row.comment}
              </li>
            ) : (
              <CallRow key={first + i} {...row} isCurrent={row.position === position} choose={choose} />
            ),
          )}
        </ol>
        {rows.length === 0 && <p class="empty">No call has that.</p>}
      </div>
    </section>
  );
}

function CallRow({
  call,
  position,
  isCurrent,
  choose,
}: {
  call: FilmCall;
  position: number;
  isCurrent: boolean;
  choose: Choose;
}) {
  const differs = isDifferent(call);
  const result = call.result ?? '';
  return (
    <li>
      <button
        type="button"
        class={differs ? 'differs-row' : ''}
        aria-current={isCurrent ? 'step' : undefined}
        title={`line ${call.line}: ${call.text}${result ? ` = ${result}` : ''}`}
        onClick={() => choose({ position, playing: false })}
      >
        <span class={`swatch kind-${kindOf(call.name)}`} />
        <span class="line">{call.line}</span>
        <span class="text">{call.text}</span>
        {call.events.length > 0 && <span class="events">!{call.events.length}</span>}
        {result !== '' && <span class={isFailure(call) ? 'result bad' : 'result'}>{result.replace(/:.*/, '')}</span>}
        {differs && <span class="mark">≠</span>}
      </button>
    </li>
  );
}
