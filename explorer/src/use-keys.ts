// SPDX-License-Identifier: GPL-2.0-only
/** Keys that work wherever the focus is, but where one types. */
import { useLayoutEffect } from 'preact/hooks';
import type { Choices, Choose } from './store.js';

export const keyHelp: readonly (readonly [keys: string, what: string, isForCalls: boolean])[] = [
  ['← →', 'one call back, one on (also , and .)', true],
  ['Page Up, Page Down', 'ten calls back, ten on', true],
  ['Home, End', 'before the first call, after the last', true],
  ['Space', 'play, stop', true],
  ['/', 'search an address', false],
  ['?', 'this help', false],
  ['Tab, Enter', 'walk through the tables of the picture, open one', false],
  ['in a table: arrows, Enter, Backspace', 'move, closer, further away', false],
];

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ',': -1,
  '.': 1,
  PageUp: -10,
  PageDown: 10,
};

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
}

export function useKeys({ help, spec }: Choices, choose: Choose, total: number): void {
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (help || spec !== undefined) return;
      const change = changeFor(event, total);
      if (!change) return;
      event.preventDefault();
      choose(change);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [help, spec, choose, total]);
}

function changeFor(event: KeyboardEvent, total: number): Parameters<Choose>[0] | undefined {
  const step = STEPS[event.key];
  if (step !== undefined) return ({ position }) => ({ position: position + step, playing: false });
  if (event.key === 'Home') return { position: 0, playing: false };
  if (event.key === 'End') return { position: total, playing: false };
  if (event.key === '?') return { help: true };
  const isButton = event.target instanceof HTMLButtonElement || event.target instanceof HTMLAnchorElement;
  if (event.key === ' ' && !isButton) return ({ playing }) => ({ playing: !playing });
  if (event.key === '/') {
    document.getElementById('search')?.focus();
    return {};
  }
  return undefined;
}
