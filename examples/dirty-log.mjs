// SPDX-License-Identifier: GPL-2.0-only
// The dirty log that live migration reads: which pages did the guest write to since the last look?
import { Machine, unwrap } from 's390-gmap';

const HOST = 0x10000000000n;
const PAGES = 8;

const machine = new Machine();
const { mm } = machine;
unwrap(mm.enableSie());
unwrap(mm.mmap({ address: HOST, length: 0x100000n, read: true, write: true }));
const gmap = unwrap(mm.allocGmap(0x7fffffffn));
unwrap(gmap.mapSegment({ from: HOST, to: 0n, length: 0x100000n }));

function look() {
  let dirty = '';
  for (let page = 0n; page < PAGES; page++)
    dirty += unwrap(mm.testAndClearGuestDirty(HOST + page * 0x1000n)) ? '#' : '.';
  return dirty;
}

/** The guest stores through its own tables; what it faults on is resolved as KVM does. */
const store = (page) => unwrap(gmap.store(BigInt(page) * 0x1000n, 1n, { fault: true }));

for (let page = 0; page < PAGES; page++) store(page);
console.log(look(), 'all of memory, the first time');
console.log(look(), 'nothing since');
store(2);
store(5);
console.log(look(), 'two pages: their PTEs had lost the right to write, and the fault was seen');
machine.close();
