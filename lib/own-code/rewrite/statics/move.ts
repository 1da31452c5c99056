// SPDX-License-Identifier: GPL-2.0-only
/** Moves a file's variables into a structure of which each machine has one. */
import { type Edit, type Place, Source } from '../source.js';
import { isMark, isWord } from '../tokens.js';
import { ATTRIBUTE, behindGroup, type Declaration, type Declarator, STORAGE } from './declaration.js';
import type { Meaning } from './scopes.js';
import { type FunctionPlace, walk } from './walk.js';

/** A variable that stays one for the whole process. */
export interface Shared {
  readonly name: string;
  readonly place: Place;
}

export interface MovedText {
  readonly text: string;
  readonly statics: string[];
  readonly shared: Shared[];
}

interface Moved {
  readonly declaration: Declaration;
  readonly declarator: Declarator;
  readonly inFunction: FunctionPlace | undefined;
  /** Which of the structures it is in. */
  readonly number: number;
}

/**
 * `file`: only what is defined in it is moved. A variable's structure must stand where its type is known and before its first
 * use, so there is one for each declaration, which begins with the one before.
 */
export function moveStatics(text: string, { file, suffix }: { file: string; suffix: string }): MovedText {
  const source = new Source(text);
  const fixed = new Set<number>();
  for (;;) {
    const mover = new Mover(source, file, suffix, fixed);
    mover.walk();
    // What is constant but points to something moved is no longer constant: it moves, too.
    const more = mover.constants.filter(({ at, initial }) => !fixed.has(at) && initial && mover.isUsedIn(initial));
    if (more.length === 0) return mover.result();
    for (const { at } of more) fixed.add(at);
  }
}

class Mover {
  readonly #source: Source;
  readonly #file: string;
  readonly #structure: string;
  /** Where the names of constants stand that move nevertheless. */
  readonly #fixed: ReadonlySet<number>;
  readonly #moved: Moved[] = [];
  readonly #shared: Shared[] = [];
  #uses = new Map<number, string>();
  #last: Declaration | undefined;
  #count = 0;
  /** Those that stay, so far. */
  readonly constants: Declarator[] = [];

  constructor(source: Source, file: string, suffix: string, fixed: ReadonlySet<number>) {
    this.#source = source;
    this.#file = file;
    this.#structure = `own_statics_${suffix}`;
    this.#fixed = fixed;
  }

  walk(): void {
    this.#uses = walk(this.#source, {
      meaningOf: (declaration, found, place) => this.#meaningOf(declaration, found, place),
    });
  }

  isUsedIn([from, to]: readonly [number, number]): boolean {
    for (let i = from; i < to; i++) if (this.#uses.has(i)) return true;
    return false;
  }

  #meaningOf(declaration: Declaration, found: Declarator, inFunction: FunctionPlace | undefined): Meaning {
    const { storage } = declaration;
    const isStatic = storage.has('static');
    if (found.isFunction || storage.has('extern') || (inFunction && !isStatic)) return { kind: 'other' };
    const place = this.#placeOf(found.at);
    const isOwn = place.file === this.#file;
    if (found.isConst && !this.#fixed.has(found.at)) {
      if (isStatic && isOwn) this.constants.push(found);
      return { kind: 'other' };
    }
    if (!isOwn || !isStatic || storage.has('__thread') || storage.has('_Thread_local')) {
      this.#shared.push({ name: found.name, place });
      return { kind: 'other' };
    }
    return { kind: 'moved', access: this.#access(this.#move(declaration, found, inFunction), this.#structure) };
  }

  #move(declaration: Declaration, declarator: Declarator, inFunction: FunctionPlace | undefined): Moved {
    const again = this.#moved.find(
      (other) => !inFunction && !other.inFunction && other.declarator.name === declarator.name,
    );
    if (declaration !== this.#last && !again) this.#count++;
    this.#last = declaration;
    const moved = { declaration, declarator, inFunction, number: again?.number ?? this.#count };
    this.#moved.push(moved);
    return moved;
  }

  #access({ number, declarator }: Moved, pointer: string): string {
    return `(((struct ${this.#structure}_${number} *)${pointer})->${declarator.name})`;
  }

  result(): MovedText {
    const edits = [...this.#useEdits(), ...this.#definitions()];
    const names = this.#moved.map(({ inFunction, declarator }) =>
      inFunction ? `${inFunction.name}.${declarator.name}` : declarator.name,
    );
    return {
      text: `${this.#source.edited(edits)}${this.#end()}`,
      statics: [...new Set(names)],
      shared: this.#shared,
    };
  }

  #useEdits(): Edit[] {
    return [...this.#uses].map(([at, text]) => ({ ...this.#offsets(at, at + 1), text }));
  }

  /** In place of each declaration with moved variables: the next structure, and what is left of it. */
  #definitions(): Edit[] {
    const edits: Edit[] = [];
    const before = new Map<number, string>();
    for (const declaration of new Set(this.#moved.map((moved) => moved.declaration))) {
      const moved = this.#moved.filter((other) => other.declaration === declaration);
      const structure = this.#nextStructure(moved);
      const rest = declaration.declarators.filter((found) => !moved.some(({ declarator }) => declarator === found));
      const kept = rest.map((found) => this.#kept(declaration, found)).join(' ');
      const from = moved[0]?.inFunction?.from;
      if (from !== undefined) before.set(from, `${before.get(from) ?? ''}${structure} `);
      const text = from === undefined ? `${structure} ${kept}`.trim() : kept || ';';
      edits.push({ ...this.#offsets(declaration.from, declaration.end), text });
    }
    for (const [from, text] of before) {
      const { start } = this.#offsets(from, from + 1);
      edits.push({ start, end: start, text });
    }
    return edits;
  }

  #nextStructure(moved: readonly Moved[]): string {
    const fresh = moved.filter((one) => this.#isFirst(one));
    const [first] = fresh;
    if (!first) return '';
    const { number, declaration } = first;
    const type = this.#plain(declaration.from, declaration.typeEnd);
    const sized = fresh.filter(({ declarator }) => !this.#isUnsized(declarator));
    const members = sized.map(({ declarator }) => this.#plain(declarator.from, declarator.to)).join(', ');
    const unsized = fresh.filter(({ declarator }) => this.#isUnsized(declarator));
    const arrays = unsized.map(({ declarator }) => `__typeof__(${this.#sample(type, declarator)}) ${declarator.name};`);
    const previous = number > 1 ? `struct ${this.#structure}_${number - 1} own_before;` : '';
    const all = [previous, members === '' ? '' : `${type} ${members};`, ...arrays].filter(Boolean).join(' ');
    return `struct ${this.#structure}_${number} { ${all} };`;
  }

  /** A variable may be declared before it is defined. */
  #isFirst(moved: Moved): boolean {
    const same = this.#moved.find(
      (other) => other.number === moved.number && other.declarator.name === moved.declarator.name,
    );
    return same === moved;
  }

  #isUnsized({ at, initial }: Declarator): boolean {
    return (
      initial !== undefined && isMark(this.#source.tokens[at + 1], '[') && isMark(this.#source.tokens[at + 2], ']')
    );
  }

  /** A value of an array's type; its size comes from what is in it. Here only constants can be. */
  #sample(type: string, { at, from, to, initial }: Declarator): string {
    if (!initial) return '';
    const abstract = `${this.#plain(from, at)} ${this.#plain(at + 1, to)}`;
    const value = this.#value(initial, '0');
    return `(${type} ${abstract})${value.startsWith('{') ? value : `{ ${value} }`}`;
  }

  #kept({ from, typeEnd }: Declaration, { from: first, to, initial }: Declarator): string {
    const value = initial ? ` = ${this.#value(initial, this.#structure)}` : '';
    return `${this.#source.flat(from, typeEnd)} ${this.#source.flat(first, to)}${value};`;
  }

  /** A first value, with what was moved behind that pointer. */
  #value([from, to]: readonly [number, number], pointer: string): string {
    return this.#source.flat(from, to, (at) => {
      const use = this.#uses.get(at);
      return use === undefined
        ? undefined
        : { text: use.replace(`)${this.#structure})`, `)${pointer})`), next: at + 1 };
    });
  }

  /** Without storage classes, and without attributes that members cannot have. */
  #plain(from: number, to: number): string {
    return this.#source.flat(from, to, (at) => {
      const token = this.#source.tokens[at];
      if (isWord(token, STORAGE) && token.text !== '__extension__') return { text: '', next: at + 1 };
      if (!isWord(token, ATTRIBUTE)) return undefined;
      const next = behindGroup(this.#source.tokens, at + 1);
      return /\b_*(?:aligned|packed)_*\b/.test(this.#source.flat(at, next)) ? undefined : { text: '', next };
    });
  }

  #end(): string {
    const name = this.#structure;
    const all = this.#count > 0 ? `struct ${name}_${this.#count} own_all; ` : '';
    return [
      '',
      `struct ${name} { ${all}};`,
      `const unsigned long ${name}_size = sizeof(struct ${name});`,
      `void ${name}_init(void)`,
      '{',
      `own_fill(${name}, 0, sizeof(*${name}));`,
      ...this.#moved.flatMap((moved) => this.#initialization(moved)),
      '}',
      '',
    ].join('\n');
  }

  #initialization(moved: Moved): string[] {
    const { initial, at } = moved.declarator;
    if (!initial) return [];
    const access = this.#access(moved, this.#structure);
    const value = this.#value(initial, this.#structure);
    const copy = `own_copy((void *)&${access}, (const void *)&own_initial, sizeof(own_initial));`;
    return [
      this.#source.lineMarker(this.#offsets(at, at + 1).start),
      `{ __typeof__(${access}) own_initial = ${value}; ${copy} }`,
    ];
  }

  #placeOf(at: number): Place {
    return this.#source.placeOf(this.#offsets(at, at + 1).start);
  }

  #offsets(from: number, to: number): { start: number; end: number } {
    const start = this.#source.tokens[from]?.start ?? this.#source.text.length;
    return { start, end: this.#source.tokens[to - 1]?.end ?? start };
  }
}
