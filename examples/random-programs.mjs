// SPDX-License-Identifier: GPL-2.0-only
// Thousands of random programs, each from the same state, with the kernel's invariants checked after each.
import { encodeProgram, Machine, parseTrace, unwrap } from 's390-gmap';

const PROGRAMS = 5000;
let seed = 1;
const below = (limit) => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return (seed >>> 8) % limit;
};
const segment = () => `0x${(below(4) * 0x100000).toString(16)}`;
const page = () => `0x${(below(4) * 0x100000 + below(4) * 0x1000).toString(16)}`;
const host = () => `0x${(0x10000000000 + below(4) * 0x100000 + below(4) * 0x1000).toString(16)}`;

const calls = [
  () => `gmap_map_segment(g0, 0x1000${segment().slice(2).padStart(7, '0')}, ${segment()}, 0x100000)`,
  () => `gmap_unmap_segment(g0, ${segment()}, 0x100000)`,
  () => `gmap_fault(g0, ${page()}, 0x${below(2)})`,
  () => `gmap_ipte_notify(g0, ${page()}, 0x1000)`,
  () => `store(mm0, ${host()}, 0x1)`,
  () => `mprotect(mm0, ${host()}, 0x1000, 0x${1 + 2 * below(2)})`,
  () => `munmap(mm0, ${host()}, 0x2000)`,
  () => `fork(mm0)`,
];

const program = () => {
  const lines = Array.from({ length: 20 }, () => calls[below(calls.length)]());
  return encodeProgram(parseTrace(['# gmap-trace 1', ...lines, ''].join('\n')));
};

const machine = new Machine();
unwrap(machine.mm.enableSie());
unwrap(machine.mm.mmap({ address: 0x10000000000n, length: 0x400000n, read: true, write: true }));
unwrap(machine.mm.allocGmap(0x7fffffffn));
const start = machine.snapshot();
for (let i = 0; i < PROGRAMS; i++) {
  machine.execute(program());
  unwrap(machine.check());
  machine.restore(start); // costs what the program wrote, not what the machine holds
}
console.log(`${PROGRAMS} programs, no invariant broken`);
machine.close();
