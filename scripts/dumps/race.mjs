// SPDX-License-Identifier: GPL-2.0-only
/*
 * node scripts/dumps/race.mjs KERNEL[:TYPES]: a defect of real kernels (docs/specification/locks.md) happens in a guest with two CPUs, and the check names it. A kernel
 * that is installed boots, and its memory is looked at while it runs, as /proc/kcore is: before the second CPU does something there is no
 * problem, and behind the race there is one, also in the dump that QEMU writes then. Takes minutes.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Dump } from '../../dist/dump/dump.js';
import { openDump } from '../../dist/dump/index.js';
import { run } from '../../dist/kernel/command.js';
import { requireInstalled } from '../../dist/kernel/index.js';
import { assignments, makeVariables } from '../../dist/kernel/install/harness.js';
import { packInitrd } from '../../dist/kernel/install/initrd.js';
import { CROSS } from '../../dist/kernel/install/tools.js';
import { Monitor } from '../../dist/kernel/session/monitor.js';
import { Failure, root, script } from '../steps.mjs';
import { liveMemory } from './live-memory.mjs';

const MEGABYTES = 256;
/** Until a guest says what it is expected to. The race needs 2 to 100 rounds, and a busy computer minutes for them. */
const MOST_SECONDS = 900;
/** I6: an entry that nobody linked. */
const RULE = 'I6';

/** The module and the only program of the guest. Answers the initial RAM disk. */
async function build({ build: headers }, folder) {
  const sources = join(folder, 'race');
  const disk = join(folder, 'disk');
  cpSync(`${root}scripts/dumps/race`, sources, { recursive: true });
  mkdirSync(disk);
  const variables = {
    ...makeVariables,
    CONFIG_DEBUG_INFO_BTF_MODULES: '',
    CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT: '',
    M: sources,
  };
  await run('make', ['-s', '-C', headers, ...assignments(variables), 'modules']);
  const module = join(sources, 'racer.ko');
  await run(`${CROSS}strip`, ['-g', module]);
  const program = ['-O2', '-march=z10', '-static', '-s', '-pthread', '-o', join(disk, 'init'), join(sources, 'init.c')];
  await run(`${CROSS}gcc`, program);
  return packInitrd(disk, [module], join(folder, 'initrd.gz'));
}

class Guest {
  #qemu;
  #console = '';
  #heard = () => {};

  constructor(image, initrd, folder) {
    this.memory = join(folder, 'memory');
    this.socket = join(folder, 'monitor');
    const args = [
      ...['-M', 's390-ccw-virtio,memory-backend=ram', '-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2'],
      ...[
        '-m',
        `${MEGABYTES}`,
        '-object',
        `memory-backend-file,id=ram,size=${MEGABYTES}M,mem-path=${this.memory},share=on`,
      ],
      ...['-display', 'none', '-nodefaults', '-no-reboot', '-serial', 'stdio'],
      ...['-qmp', `unix:${this.socket},server=on,wait=off`, '-kernel', image, '-initrd', initrd],
      ...['-append', 'console=ttysclp0 quiet random.trust_cpu=on rcupdate.rcu_expedited=1'],
    ];
    this.#qemu = spawn('qemu-system-s390x', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#qemu.stdout.setEncoding('latin1').on('data', (text) => {
      this.#console += text;
      this.#heard();
    });
    this.#qemu.on('close', () => this.#heard());
  }

  has(text) {
    return this.#console.includes(text);
  }

  /** The rest of the line that begins with it. */
  async line(start) {
    const end = Date.now() + 1000 * MOST_SECONDS;
    for (;;) {
      const found = new RegExp(`${start} *([^\n]*)\n`).exec(this.#console);
      if (found) return found[1].trim();
      if (this.#qemu.exitCode !== null || Date.now() > end) throw new Failure(`no ${start}:\n${this.#console}`);
      await new Promise((resolve) => {
        this.#heard = resolve;
        setTimeout(resolve, 1000);
      });
    }
  }

  async dump(path) {
    const monitor = new Monitor(connect(this.socket));
    await monitor.execute('stop');
    await monitor.execute('dump-guest-memory', { paging: false, protocol: `file:${path}`, format: 'kdump-zlib' });
  }

  end() {
    this.#qemu.kill('SIGKILL');
  }
}

/** Looks as long as the guest has not said something. Answers what was told. */
async function lookUntil(guest, text, dump) {
  const counts = { checks: 0, looks: 0, torn: 0, unsure: 0 };
  const told = [];
  do {
    const { problems, unsure, looks, torn } = await dump.checkInLooks();
    if (guest.has(text)) break;
    told.push(...problems);
    counts.checks++;
    counts.looks += looks;
    counts.torn += torn;
    counts.unsure += unsure.length;
  } while (!guest.has(text));
  return { counts, told };
}

const lines = (problems) => problems.map(({ rule, text }) => `  ${rule}: ${text}`).join('\n');

async function race(name, types) {
  const folder = mkdtempSync(join(tmpdir(), 's390-gmap-race-'));
  let guest;
  try {
    const kernel = requireInstalled(name);
    guest = new Guest(kernel.image, await build(kernel, folder), folder);
    if ((await guest.line('SETUP')) !== '0') throw new Failure('the guest has no gmap');
    const live = new Dump([liveMemory(guest.memory, MEGABYTES << 20)], types);
    console.log(`${kernel.release}: ${live.gmaps.length} gmap of a kernel that runs`);
    const quiet = await lookUntil(guest, 'QUIET', live);
    console.log(`one CPU: ${JSON.stringify(quiet.counts)}`);
    if (quiet.told.length > 0) throw new Failure(`told without a defect:\n${lines(quiet.told)}`);
    console.log(`two CPUs: ${await guest.line('HIT')}`);
    const { problems, looks } = await live.checkInLooks();
    console.log(`while it runs, in each of ${looks} looks:\n${lines(problems)}`);
    const file = join(folder, 'dump');
    await guest.dump(file);
    const dump = openDump(file, types === undefined ? {} : { types });
    const dumped = dump.check();
    console.log(`in the dump:\n${lines(dumped)}`);
    for (const found of [problems, dumped])
      if (!found.some(({ rule }) => rule === RULE)) throw new Failure(`the defect happened, and no ${RULE} is told`);
    live.close();
    dump.close();
  } finally {
    guest?.end();
    rmSync(folder, { recursive: true });
  }
}

await script(async () => {
  const names = process.argv.slice(2);
  if (names.length === 0) throw new Failure('usage: node scripts/dumps/race.mjs KERNEL[:TYPES]…');
  for (const name of names) await race(...name.split(':'));
});
