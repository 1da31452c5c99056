// SPDX-License-Identifier: GPL-2.0-only
/** Crash dumps that QEMU writes of a guest, and where those of kernels that died go. */
import { basename, join } from 'node:path';

/** As QEMU calls them. */
export const dumpFileFormats = ['elf', 'kdump-zlib'] as const;
/** The format of a crash dump. */
export type DumpFileFormat = (typeof dumpFileFormats)[number];
/** Of what nobody chose a format for. */
export const usualFormat: DumpFileFormat = 'kdump-zlib';

/** A file for a dump. */
export interface DumpFile {
  readonly path: string;
  readonly format: DumpFileFormat;
}

const EXTENSION = '.vmcore';

/** A file for each program, which is written again when the program is run again. */
export class DumpPlaces {
  readonly #folder: string;
  readonly #format: DumpFileFormat;
  /** By the paths of files that were written: the programs that they are of. */
  readonly #sources = new Map<string, string>();

  constructor({ folder, format = usualFormat }: { readonly folder: string; readonly format?: DumpFileFormat }) {
    this.#folder = folder;
    this.#format = format;
  }

  get written(): string[] {
    return [...this.#sources.keys()];
  }

  /** The place of a program, by where it comes from. Programs of different folders can have one name. */
  placeOf(source: string): DumpFile {
    const name = basename(source).replace(/\.trace$/, '') || 'program';
    for (let number = 1; ; number++) {
      const path = join(this.#folder, `${name}${number === 1 ? '' : `-${number}`}${EXTENSION}`);
      if ((this.#sources.get(path) ?? source) === source) return { path, format: this.#format };
    }
  }

  wrote({ path }: DumpFile, source: string): void {
    this.#sources.set(path, source);
  }
}
