// SPDX-License-Identifier: GPL-2.0-only
// A guest with two CPUs for scripts/dumps: scripts/dumps/race/ is its only program and its module.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { run } from '../../dist/kernel/command.js';
import { assignments, makeVariables } from '../../dist/kernel/install/harness.js';
import { packInitrd } from '../../dist/kernel/install/initrd.js';
import { CROSS } from '../../dist/kernel/install/tools.js';
import { Monitor } from '../../dist/kernel/session/monitor.js';
import { Failure, root } from '../steps.mjs';

/** Of the guest's storage. */
export const MEGABYTES = 256;
/** Until a guest says what it is expected to. The race needs 2 to 100 rounds, and a busy computer minutes for them. */
const MOST_SECONDS = 900;

/** The module and the only program of the guest. Answers the initial RAM disk. */
export async function buildDisk({ build: headers }, folder) {
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

export class Guest {
  #qemu;
  #console = '';
  #heard = () => {};
  #monitor;

  /** `what` its program does: `race` or `busy`. */
  constructor(image, initrd, folder, what) {
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
      ...['-append', `console=ttysclp0 quiet random.trust_cpu=on rcupdate.rcu_expedited=1 -- ${what}`],
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

  /** It stands still afterwards. */
  async dump(path) {
    this.#monitor ??= new Monitor(connect(this.socket), () => {});
    await this.#monitor.execute('stop');
    await this.#monitor.execute('dump-guest-memory', { paging: false, protocol: `file:${path}`, format: 'kdump-zlib' });
  }

  goOn() {
    return this.#monitor.execute('cont');
  }

  end() {
    this.#qemu.kill('SIGKILL');
  }
}
