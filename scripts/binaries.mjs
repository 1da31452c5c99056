// SPDX-License-Identifier: GPL-2.0-only
// For which system a compiled addon is, and what it asks of it, read from the file itself: ELF, Mach-O or PE.
import { isOfCxxRuntime, readNeeds, tooMuch } from './elf.mjs';

const ELF = 0x7f454c46;
const MACH_O_64 = 0xfeedfacf;
const machOArchitectures = { 16777223: 'x64', 16777228: 'arm64' };
const LC_SYMTAB = 2;
const N_EXTERNAL = 0x01;
const N_TYPE = 0x0e;
const peArchitectures = { 34404: 'x64', 43620: 'arm64' };

/** What makes the file no addon for that target: nothing is well. */
export function unfit(bytes, { platform, arch, libc }) {
  const found = read(bytes);
  if (found.platform !== platform || found.arch !== arch) return [`${found.platform} on ${found.arch}`];
  return platform === 'linux' ? tooMuch(readNeeds(bytes), libc) : found.undefined.filter(isOfCxxRuntime);
}

function read(bytes) {
  if (bytes.readUInt32BE(0) === ELF) return { platform: 'linux', arch: readNeeds(bytes).architecture, undefined: [] };
  if (bytes.readUInt32LE(0) === MACH_O_64)
    return {
      platform: 'darwin',
      arch: machOArchitectures[bytes.readUInt32LE(4)] ?? 'another machine',
      undefined: undefinedOfMachO(bytes),
    };
  if (bytes.toString('latin1', 0, 2) === 'MZ') {
    const header = bytes.readUInt32LE(0x3c);
    // What a DLL asks for is found when it is linked: nothing is left to be seen.
    return {
      platform: 'win32',
      arch: peArchitectures[bytes.readUInt16LE(header + 4)] ?? 'another machine',
      undefined: [],
    };
  }
  return { platform: 'no known system', arch: 'no known machine', undefined: [] };
}

/** Symbols that the linker left to whoever loads the file; of C, each begins with an underscore. */
function undefinedOfMachO(bytes) {
  const names = [];
  const commands = bytes.readUInt32LE(16);
  for (let i = 0, at = 32; i < commands; i++, at += bytes.readUInt32LE(at + 4)) {
    if (bytes.readUInt32LE(at) !== LC_SYMTAB) continue;
    const [symbols, count, strings] = [8, 12, 16].map((offset) => bytes.readUInt32LE(at + offset));
    for (let symbol = symbols; symbol < symbols + 16 * count; symbol += 16) {
      const type = bytes[symbol + 4];
      if ((type & N_TYPE) !== 0 || (type & N_EXTERNAL) === 0) continue;
      const name = strings + bytes.readUInt32LE(symbol);
      names.push(bytes.toString('latin1', name + 1, bytes.indexOf(0, name)));
    }
  }
  return names;
}
