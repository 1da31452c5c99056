// SPDX-License-Identifier: GPL-2.0-only
/**
 * KVM selftests, kvm_page_table_test, and demand_paging_test without userfaultfd: a guest with two CPUs, of which one stores and one loads,
 * before its pages are mapped, while they are, with the dirty log on, and with it off again.
 */
import { expect } from 'vitest';
import { HOST, newMachine, PAGE } from '../machine/fixture.js';
import { allKernels, guestIn, lookAtDirty, pagesOf, peerTest } from './guest.js';

const PAGES = 512;
const [WRITER, READER] = [0, 1];

peerTest('KVM selftests, kvm_page_table_test', ['stages'], allKernels, (kernel) => {
  const at = 0x1000_0000n;
  const { guest, on } = guestWithCpus(kernel, at);
  const hostPages = pagesOf(HOST, PAGES);
  const memory = new Array<bigint>(PAGES).fill(0n);
  /** One CPU loads, the other one stores, and the first one loads again, page by page. Answers what was loaded, and should have been. */
  const stage = (value: bigint, step: number) => {
    const [loaded, expected]: [bigint[], bigint[]] = [[], []];
    for (let page = 0; page < PAGES; page += step) {
      const address = at + BigInt(page) * PAGE;
      expected.push(memory[page] ?? 0n, value);
      loaded.push(on(READER, () => guest.load(address)));
      on(WRITER, () => guest.store(address, value));
      loaded.push(on(READER, () => guest.load(address)));
      memory[page] = value;
    }
    expect(loaded).toEqual(expected);
  };
  const log = () => hostPages.flatMap((address, page) => (lookAtDirty(guest, address) ? [page] : []));

  stage(1n, 64);
  stage(2n, 1);
  expect(log()).toEqual([...hostPages.keys()]);
  stage(3n, 2);
  expect(log()).toEqual([...hostPages.keys()].filter((page) => page % 2 === 0));
  stage(4n, 1);
});

peerTest('KVM selftests, demand_paging_test', ['first touch'], allKernels, (kernel) => {
  const at = 0x1000_0000n;
  const { guest, on } = guestWithCpus(kernel, at);
  const pages = pagesOf(at, PAGES);
  for (const [i, address] of pages.entries()) {
    expect(on(i % 2, () => guest.gmap.load(address))).toMatchObject({ ok: false });
    on(i % 2, () => guest.store(address, address));
  }
  expect(pages.map((address, i) => on(1 - (i % 2), () => guest.load(address)))).toEqual(pages);
});

/** `on` has one of both CPUs run the guest meanwhile. */
function guestWithCpus(kernel: (typeof allKernels)[number], at: bigint) {
  const machine = newMachine({ kernel, cpus: 2 });
  const guest = guestIn(machine.mm, { length: BigInt(PAGES) * PAGE, at });
  for (const cpu of [WRITER, READER]) machine.mm.attach(cpu);
  const on = <Result>(cpu: number, run: () => Result): Result => {
    machine.currentCpu = cpu;
    guest.gmap.enable();
    const result = run();
    guest.gmap.disable();
    return result;
  };
  return { guest, on };
}
