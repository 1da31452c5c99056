// SPDX-License-Identifier: GPL-2.0-only
/** What names mean where they stand: variables that are moved, types, or whatever hides them. */

export type Meaning =
  | { readonly kind: 'type' }
  | { readonly kind: 'other' }
  /** A variable that is moved; the text that takes the place of its name. */
  | { readonly kind: 'moved'; readonly access: string };

export class Scopes {
  readonly #scopes: Map<string, Meaning>[] = [new Map()];

  enter(): void {
    this.#scopes.push(new Map());
  }

  leave(): void {
    if (this.#scopes.length > 1) this.#scopes.pop();
  }

  get isFile(): boolean {
    return this.#scopes.length === 1;
  }

  declare(name: string, meaning: Meaning): void {
    this.#scopes[this.#scopes.length - 1]?.set(name, meaning);
  }

  find(name: string): Meaning | undefined {
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const meaning = this.#scopes[i]?.get(name);
      if (meaning) return meaning;
    }
    return undefined;
  }
}
