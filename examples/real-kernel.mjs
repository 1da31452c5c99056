// SPDX-License-Identifier: GPL-2.0-only
// A program of one's own on a real kernel, and on the model beside it: node examples/real-kernel.mjs [KERNEL]
import { parseTrace, printTrace } from 's390-gmap';
import { compareRandom, compareWithKernel, LiveKernelError, Session, useKernel } from 's390-gmap/kernel';

const [name = '6.1'] = process.argv.slice(2);
const program = parseTrace(`# gmap-trace 1
# kernel: linux-6.1
s390_enable_sie(mm0)
mmap(mm0, 0x10000000000, 0x100000, 0x3, 0)
gmap_create(mm0, 0x7fffffff) = g0
gmap_map_segment(g0, 0x10000000000, 0x0, 0x100000)
gmap_register_pte_notifier(n0)
gmap_mprotect_notify(g0, 0x1000, 0x1000, 2)
munmap(mm0, 0x10000001000, 0x1000)
`);

async function compare(session) {
  const { recording, passed, difference } = await compareWithKernel(session, program);
  console.log(printTrace(recording).trimEnd());
  console.log(passed ? 'the model does the same' : difference);
  const random = await compareRandom(session, { programs: 20, seed: 1, length: 100 });
  console.log(`${random.passed} random programs passed, ${random.failed} failed`);
}

try {
  const session = await Session.open(await useKernel(name)); // one boot for all programs
  await compare(session).finally(() => session.close());
} catch (error) {
  // No kernel, or no QEMU: nothing is wrong, and nothing was compared.
  if (!(error instanceof LiveKernelError)) throw error;
  console.log(`not compared: ${error.message}`);
}
