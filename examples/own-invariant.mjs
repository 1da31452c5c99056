// SPDX-License-Identifier: GPL-2.0-only
// Two invariants of one's own, and random programs that try to break them. One holds. Of the other fast-check finds the smallest
// program that breaks it.
import fc from 'fast-check';
import { encodeProgram, Machine, printTrace } from 's390-gmap';
import { program } from 's390-gmap/fast-check';

const PAGES = [0n, 0x1000n, 0x2000n, 0xff000n];

/** Where the mapped pages of all guests lead: through the guest's tables, and through its process's. Undefined: nowhere. */
function* pagesOf(machine) {
  for (const gmap of machine.gmaps) {
    if (!machine.processes.includes(gmap.mm)) continue; // which has exited
    for (const gaddr of PAGES) {
      const { guestToHost } = gmap.inspect(gaddr); // looks, and changes nothing
      if (!guestToHost) continue;
      const guest = gmap.walk(gaddr).value?.absolute;
      const host = gmap.mm.walk(guestToHost.vmaddr + gaddr).value?.absolute;
      yield { guest, host };
    }
  }
}

/** Whether it holds for each of these pages after any program. */
function look(name, holds) {
  let pages = 0;
  const property = fc.property(program({ maxCalls: 25 }), (trace) => {
    const machine = new Machine();
    machine.execute(encodeProgram(trace));
    const found = [...pagesOf(machine)];
    machine.close();
    pages += found.length;
    return found.every(holds);
  });
  const { failed, numRuns, counterexample } = fc.check(property, { seed: 390, numRuns: 300 });
  console.log(`${name}: ${failed ? 'no' : `yes, ${pages} pages after ${numRuns} programs`}`);
  if (failed) console.log(printTrace(counterexample[0]).trimEnd());
}

look('What a guest reaches, its process has there', ({ guest, host }) => guest === undefined || guest === host);
look('What a process has, its guest reaches', ({ guest, host }) => host === undefined || guest === host);
