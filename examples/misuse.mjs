// SPDX-License-Identifier: GPL-2.0-only
// What goes wrong, and how it is told: the kernel's own errors are results, mistakes of the caller are thrown. Nothing crashes.
import { Machine, unwrap } from 's390-gmap';

const HOST = 0x100_0000_0000n;
const ABOVE_ALL_MEMORY = 0x400_0000_0000n;
const MIB = 0x10_0000n;

const machine = new Machine();
const { mm } = machine;
unwrap(mm.enableSie());
unwrap(mm.mmap({ address: HOST, length: MIB }));
const gmap = unwrap(mm.allocGmap(0xffff_ffff_ffff_ffffn));
unwrap(gmap.mapSegment({ from: HOST, to: 0n, length: MIB }));
unwrap(gmap.mapSegment({ from: ABOVE_ALL_MEMORY, to: MIB, length: MIB }));

function attempt(what, call) {
  try {
    const { ok, error } = call() ?? { ok: true };
    console.log(`${what}\n  ${ok ? 'done' : `result: ${error.code}`}`);
  } catch (error) {
    console.log(`${what}\n  thrown: ${error.name}${error.code ? ` ${error.code}` : ''}: ${error.message}`);
  }
}

attempt('a guest address that nothing is mapped at', () => gmap.fault(2n * MIB));
attempt('a number in place of a bigint', () => gmap.fault(4096));
attempt('half of the options', () => gmap.mapSegment({ from: HOST, to: 0n }));
attempt('a kernel that there is not', () => new Machine({ kernel: '2.6' }));
attempt('a function that 4.7 does not have', () => mm.createGmap(0n));
attempt('more work than one call does', () => gmap.mapSegment({ from: HOST, to: 0n, length: 1n << 52n }));

unwrap(gmap.ipteNotify(0n, 0x1000n));
machine.onPteInvalidation(() => machine.reset());
attempt('a reset in the middle of a call', () => mm.munmap(HOST, 0x1000n));

attempt('what 4.7 does not survive', () => gmap.discard(MIB, 2n * MIB));
attempt('a call of the machine that died of it', () => gmap.fault(0n));
attempt('a reset, which brings it back to life', () => machine.reset());
attempt('a gmap from before the reset', () => gmap.fault(0n));
machine.close();
attempt('a machine that was closed', () => machine.mm);
