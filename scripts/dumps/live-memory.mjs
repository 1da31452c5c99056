// SPDX-License-Identifier: GPL-2.0-only
// The memory of a guest that runs, in a file that QEMU shares, as a file that lib/dump reads: what /proc/kcore is on a host.
import { closeSync, openSync, readSync } from 'node:fs';

const PAGE = 4096;

/** ELF with one part: all storage. */
function headOf(size) {
  const head = Buffer.alloc(PAGE);
  head.write('\x7fELF\x02\x02\x01', 'latin1');
  head.writeUInt16BE(22, 18);
  head.writeBigUInt64BE(64n, 32);
  head.writeUInt16BE(1, 56);
  head.writeUInt32BE(1, 64);
  for (const [at, word] of [
    [8, PAGE],
    [32, size],
    [40, size],
  ])
    head.writeBigUInt64BE(BigInt(word), 64 + at);
  // Its virtual addresses are none: they are reached through the kernel's tables.
  head.writeBigUInt64BE(2n ** 64n - 1n - BigInt(size), 64 + 16);
  return head;
}

/** What the constructor of Dump takes. */
export function liveMemory(path, size) {
  const [fd, head] = [openSync(path, 'r'), headOf(size)];
  return {
    path,
    size: PAGE + size,
    isInProc: true,
    read(offset, length) {
      if (offset < PAGE) return head.subarray(offset, offset + length);
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(fd, bytes, 0, length, offset - PAGE));
    },
    close: () => closeSync(fd),
  };
}
