// SPDX-License-Identifier: GPL-2.0-only
/** All calls from left to right; the place is dragged or stepped. */
import { useEffect, useRef } from 'preact/hooks';
import type { FilmPlayer } from '../../lib/film/player.js';
import { drawTimeline } from './draw-timeline.js';
import { IconButton } from './Icon.js';
import type { Choices, Choose } from './store.js';

/** The place of the pointer among the calls. */
function positionAt(event: PointerEvent, element: HTMLElement, total: number): number {
  const { left, width } = element.getBoundingClientRect();
  return Math.round(((event.clientX - left) / Math.max(1, width)) * total);
}

export function Timeline({ player, choices, choose }: { player: FilmPlayer; choices: Choices; choose: Choose }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { calls, firstDifference } = player.film;
  const { position, playing, theme } = choices;
  const total = calls.length;

  useEffect(() => {
    const draw = () => canvas.current && drawTimeline(canvas.current, player.film);
    draw();
    const observer = new ResizeObserver(draw);
    if (canvas.current) observer.observe(canvas.current);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', draw);
    return () => {
      observer.disconnect();
      dark.removeEventListener('change', draw);
    };
  }, [player, theme]);

  const call = calls[position - 1];
  const go = (to: number) => choose({ position: to, playing: false });
  const step = (by: number) => choose((now) => ({ position: now.position + by, playing: false }));
  const onPointer = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    if (event.buttons === 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    go(positionAt(event, event.currentTarget, total));
  };
  return (
    <section class="timeline" aria-label="Timeline">
      <div class="steps">
        <IconButton icon="first" name="To the start" keys="Home" disabled={position === 0} onClick={() => go(0)} />
        <IconButton icon="back" name="One call back" keys="←" disabled={position === 0} onClick={() => step(-1)} />
        <IconButton
          icon={playing ? 'stop' : 'play'}
          name={playing ? 'Stop' : 'Play'}
          keys="Space"
          onClick={() => choose({ playing: !playing, ...(position === total && !playing && { position: 0 }) })}
        />
        <IconButton icon="on" name="One call on" keys="→" disabled={position === total} onClick={() => step(1)} />
        <IconButton icon="last" name="To the end" keys="End" disabled={position === total} onClick={() => go(total)} />
        <output>
          <strong>{position}</strong> of {total}
        </output>
        {firstDifference !== null && (
          <button
            type="button"
            class="differs"
            onClick={() =>
              choose({ position: firstDifference + 1, detail: 'difference', panel: 'table', playing: false })
            }
          >
            ≠ differs at line {calls[firstDifference]?.line}
          </button>
        )}
      </div>
      <div
        class="strip"
        role="slider"
        tabIndex={0}
        aria-label="Call"
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={position}
        aria-valuetext={call ? `${position} of ${total}: ${call.text}` : `before the first of ${total} calls`}
        onPointerDown={onPointer}
        onPointerMove={onPointer}
        onWheel={(event) => {
          event.preventDefault();
          step(Math.sign(event.deltaY + event.deltaX));
        }}
      >
        <canvas ref={canvas} aria-hidden="true" />
        <span class="thumb" style={{ left: `${total === 0 ? 0 : (100 * position) / total}%` }} />
      </div>
    </section>
  );
}
