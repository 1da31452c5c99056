// SPDX-License-Identifier: GPL-2.0-only
/** Where the members of the kernel's structures lie, from BTF (Linux, Documentation/bpf/btf.rst), big-endian. */
import { DumpError } from '../dump-error.js';

const MAGIC = 0xeb9f;
const HEADER = 24;
const TYPE = 12;
const MEMBER = 12;
/** Of kinds of types. */
const KIND = {
  int: 1,
  pointer: 2,
  array: 3,
  struct: 4,
  union: 5,
  enum: 6,
  typedef: 8,
  volatile: 9,
  const: 10,
  restrict: 11,
  typeTag: 18,
} as const;
const POINTER_SIZE = 8;
/** Kinds that only say more of another type. */
const MODIFIERS = new Set<number>([KIND.typedef, KIND.volatile, KIND.const, KIND.restrict, KIND.typeTag]);
/** Bytes behind the head of a type, by its kind: fixed, and for each of its elements. */
const EXTRA: Readonly<Record<number, readonly [fixed: number, each: number]>> = {
  1: [4, 0],
  3: [12, 0],
  4: [0, 12],
  5: [0, 12],
  6: [0, 8],
  13: [0, 8],
  14: [4, 0],
  15: [0, 12],
  17: [4, 0],
  19: [0, 12],
};
/** Modifiers of modifiers, and structures in structures: no kernel has more. */
const MOST_DEPTH = 32;
/** Of a structure, which is a task's, and of a member. */
const MOST_BYTES = 2 ** 16;

interface Type {
  readonly kind: number;
  /** Of a structure its size in bytes, of a modifier the type that it is of. */
  readonly sizeOrType: number;
  readonly members: readonly Member[];
  /** Of an array. */
  readonly element: number;
  readonly count: number;
}

interface Member {
  readonly name: string;
  readonly type: number;
  /** Counted from the structure's first bit. */
  readonly bit: number;
  /** Of a bit field; else 0. */
  readonly bits: number;
}

/** A member, as `context.gmap_list` of `mm_struct`. */
export interface Field {
  /** Bytes from the structure's begin on. */
  readonly offset: number;
  readonly bit: number;
  /** Of a bit field; else 0. */
  readonly bits: number;
  /** In bytes. */
  readonly size: number;
  /** Of an array; else 0. */
  readonly count: number;
}

interface Place {
  readonly bit: number;
  readonly bits: number;
  readonly type: Type | undefined;
}

export class Types {
  readonly #types: (Type | undefined)[] = [undefined];
  readonly #named = new Map<string, Type>();
  readonly #fields = new Map<string, Field>();

  /** @throws {DumpError} ERR_DUMP_TYPES if it is no BTF of a big-endian machine. */
  constructor(bytes: Buffer) {
    try {
      this.#parse(bytes);
    } catch (cause) {
      if (cause instanceof DumpError) throw cause;
      throw new DumpError('ERR_DUMP_TYPES', 'the type information (BTF) is damaged', { cause });
    }
  }

  has(struct: string): boolean {
    return this.#named.has(struct);
  }

  /** Whether a structure has this member. */
  hasField(struct: string, path: string): boolean {
    const type = this.#named.get(struct);
    return type !== undefined && this.#follow(type, path) !== undefined;
  }

  sizeOf(struct: string): number {
    return this.#struct(struct).sizeOrType;
  }

  /**
   * `field('mm_struct', 'context.gmap_list')`. Some members are called otherwise in other kernels: `index|__folio_index` is the first
   * one that exists.
   *
   * @throws {DumpError} ERR_DUMP_TYPES if there is none, with its name.
   */
  field(struct: string, paths: string): Field {
    const key = `${struct}:${paths}`;
    const known = this.#fields.get(key) ?? this.#findField(struct, paths.split('|'));
    this.#fields.set(key, known);
    return known;
  }

  #findField(struct: string, paths: readonly string[]): Field {
    for (const path of paths) {
      const found = this.#follow(this.#struct(struct), path);
      if (!found?.type) continue;
      const { bit, bits, type } = found;
      const size = this.#sizeOf(type);
      // Where it ends is read, too: no member that is asked for is so large.
      if (size > MOST_BYTES || bit >> 3 > MOST_BYTES || (bits > 0 && (bit & 7) + bits > 64))
        throw new DumpError(
          'ERR_DUMP_TYPES',
          `struct ${struct} cannot have a member ${path} of ${size} bytes at ${bit >> 3}`,
        );
      return { offset: bit >> 3, bit, bits, size, count: type.count };
    }
    throw new DumpError(
      'ERR_DUMP_TYPES',
      `struct ${struct} has no member ${paths.join(' and no ')} in the type information`,
    );
  }

  #parse(bytes: Buffer): void {
    if (bytes.length < HEADER || bytes.readUInt16BE(0) !== MAGIC)
      throw new DumpError('ERR_DUMP_TYPES', 'this is no type information (BTF) of a big-endian machine');
    const [headSize, typesAt, typesSize, textAt] = [4, 8, 12, 16].map((at) => bytes.readUInt32BE(at)) as [
      number,
      number,
      number,
      number,
    ];
    const text = headSize + textAt;
    const nameAt = (at: number) => bytes.toString('latin1', text + at, bytes.indexOf(0, text + at));
    const end = Math.min(headSize + typesAt + typesSize, bytes.length);
    for (let at = headSize + typesAt; at < end; ) {
      const info = bytes.readUInt32BE(at + 4);
      const [kind, count] = [(info >>> 24) & 0x1f, info & 0xffff];
      const isStruct = kind === KIND.struct || kind === KIND.union;
      const type: Type = {
        kind,
        sizeOrType: bytes.readUInt32BE(at + 8),
        members: isStruct
          ? membersOf(bytes.subarray(at + TYPE, at + TYPE + MEMBER * count), info >>> 31 === 1, nameAt)
          : [],
        element: kind === KIND.array ? bytes.readUInt32BE(at + 12) : 0,
        count: kind === KIND.array ? bytes.readUInt32BE(at + 20) : 0,
      };
      const name = bytes.readUInt32BE(at);
      if (isStruct && name !== 0) this.#named.set(nameAt(name), type);
      this.#types.push(type);
      const [fixed, each] = EXTRA[kind] ?? [0, 0];
      at += TYPE + fixed + each * count;
    }
  }

  #struct(name: string): Type {
    const type = this.#named.get(name);
    if (!type) throw new DumpError('ERR_DUMP_TYPES', `the type information has no struct ${name}`);
    return type;
  }

  #resolve(id: number): Type | undefined {
    let type = this.#types[id];
    for (let depth = 0; type && MODIFIERS.has(type.kind); depth++) {
      if (depth === MOST_DEPTH) return undefined;
      type = this.#types[type.sizeOrType];
    }
    return type;
  }

  #sizeOf(type: Type, depth = 0): number {
    if (type.kind === KIND.pointer) return POINTER_SIZE;
    if (type.kind !== KIND.array) return type.sizeOrType;
    const element = depth < MOST_DEPTH ? this.#resolve(type.element) : undefined;
    return element ? type.count * this.#sizeOf(element, depth + 1) : 0;
  }

  #follow(struct: Type, path: string): Place | undefined {
    let found: Place | undefined = { bit: 0, bits: 0, type: struct };
    for (const name of path.split('.')) {
      const next: Place | undefined = found?.type && this.#find(found.type, name, 0);
      found = next && { ...next, bit: next.bit + (found?.bit ?? 0) };
    }
    return found;
  }

  /** Also in the structures without a name that are in it. */
  #find(type: Type, name: string, depth: number): Place | undefined {
    if (depth === MOST_DEPTH) return undefined;
    for (const member of type.members) {
      const own = this.#resolve(member.type);
      if (member.name === name) return { bit: member.bit, bits: member.bits, type: own };
      const inner = member.name === '' && own ? this.#find(own, name, depth + 1) : undefined;
      if (inner) return { ...inner, bit: inner.bit + member.bit };
    }
    return undefined;
  }
}

/** With bit fields the place of each member says how many bits it has. */
function membersOf(bytes: Buffer, hasBitFields: boolean, nameAt: (at: number) => string): Member[] {
  return Array.from({ length: bytes.length / MEMBER }, (_, i) => {
    const [name, type, place] = [0, 4, 8].map((at) => bytes.readUInt32BE(MEMBER * i + at)) as [number, number, number];
    return {
      name: nameAt(name),
      type,
      bit: hasBitFields ? place & 0xffffff : place,
      bits: hasBitFields ? place >>> 24 : 0,
    };
  });
}
