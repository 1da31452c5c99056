// SPDX-License-Identifier: GPL-2.0-only
/** What the reader has chosen, apart from the film: one object, and who wants to know when it changes. */

/** An entry of a table. */
export interface Selection {
  /** Absolute address of the table. */
  readonly origin: bigint;
  readonly index: number;
}

/** An address whose translation is shown. */
export interface Lookup {
  /** `g0`, `mm0` */
  readonly space: string;
  readonly address: bigint;
}

export const panels = ['picture', 'call', 'table', 'calls'] as const;
/** What a narrow window shows; a wide one shows all. */
export type Panel = (typeof panels)[number];

export const details = ['table', 'address', 'difference'] as const;
export type Detail = (typeof details)[number];

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export interface Choices {
  /** How many calls are done. */
  readonly position: number;
  readonly selection: Selection | undefined;
  readonly lookup: Lookup | undefined;
  readonly panel: Panel;
  readonly detail: Detail;
  readonly theme: Theme;
  /** The operation whose specification is open. */
  readonly spec: string | undefined;
  readonly help: boolean;
  readonly playing: boolean;
}

/** Steps are counted from where one is when they are taken: keys can come faster than the page is drawn. */
export type Choose = (change: Partial<Choices> | ((now: Choices) => Partial<Choices>)) => void;

const THEME_KEY = 's390-gmap-explorer-theme';

/** Pages from the file system may have no storage. */
export function savedTheme(): Theme {
  try {
    const saved = localStorage.getItem(THEME_KEY);
    return themes.find((theme) => theme === saved) ?? 'auto';
  } catch {
    return 'auto';
  }
}

export function saveTheme(theme: Theme): void {
  try {
    localStorage.setItem(THEME_KEY, theme);
  } catch {
    // It then is what the system says, next time.
  }
}
