// SPDX-License-Identifier: GPL-2.0-only
/** One booted kernel in QEMU. */
import type { ChildProcess } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';
import { remove } from '../../files/write.js';
import { spawnTied } from '../command.js';
import { LiveKernelError } from '../errors.js';
import { type LastWords, lastWords } from './console.js';
import type { DumpFile } from './dump-files.js';
import { Monitor } from './monitor.js';
import { Port, portAnswer, portRequest } from './port.js';

/** What there is to boot. */
export interface Bootable {
  readonly image: string;
  readonly initrd: string;
}

const QEMU = 'qemu-system-s390x';

/*
 * Dying kernels shall stop at once: an oops panics, and so does a page table that is found broken. RCU's grace
 * periods are waited for at every gmap_remove.
 */
const KERNEL_PARAMETERS =
  'console=ttysclp0 quiet oops=panic panic_on_taint=0x20 rcupdate.rcu_expedited=1 random.trust_cpu=on';

const PORT_FD = 3;
const CONSOLE_FD = 4;
const MONITOR_FD = 5;
/** How long a process that was killed may take to be gone. */
const GONE_MS = 5000;
const MOST_CONSOLE = 1 << 20;

/** The kernel did not survive what it was asked. */
export class GuestDied extends Error {
  override readonly name = 'GuestDied';
  readonly words: LastWords;

  constructor(words: LastWords) {
    super(words.summary);
    this.words = words;
  }
}

export class Guest {
  /** What the guest says of itself: see {@link boot}. */
  ready: ReadonlyMap<string, string> = new Map();
  readonly #process: ChildProcess;
  readonly #port: Port;
  readonly #monitor: Monitor;
  readonly #gone: Promise<void>;
  #console = '';
  #stderr = '';

  private constructor(kernel: Bootable) {
    // Connected sockets that QEMU inherits: no names in the file system that somebody would have to remove.
    // In a group of its own: Ctrl-C is for this process, which may have something to finish first.
    this.#process = spawnTied('KILL', QEMU, qemuArguments(kernel), {
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    });
    this.#gone = new Promise((resolve) => {
      this.#process.on('close', () => resolve());
      this.#process.on('error', (error) => {
        this.#stderr += error.message;
        resolve();
      });
    });
    this.#port = new Port(this.#process.stdio[PORT_FD] as Duplex);
    const monitor = (this.#process.stdio as readonly unknown[])[MONITOR_FD] as Duplex;
    this.#monitor = new Monitor(monitor, () => this.#port.end());
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    const lines = this.#process.stdio[CONSOLE_FD] as Readable;
    lines.on('error', () => {});
    lines.setEncoding('latin1').on('data', (text: string) => {
      // The end tells why a kernel died; one that writes without end must not fill the memory.
      this.#console = (this.#console + text).slice(-MOST_CONSOLE);
    });
  }

  /**
   * Boots a kernel and waits until its programs are ready for requests.
   *
   * @throws {LiveKernelError} if it does not come up in time.
   */
  static async boot(kernel: Bootable, milliseconds: number): Promise<Guest> {
    const guest = new Guest(kernel);
    try {
      const answer = await guest.#port.receive(milliseconds);
      if (answer === 'timeout') throw await guest.#didNotBoot(`is not ready after ${milliseconds / 1000} s`);
      if (answer === 'closed') throw await guest.#didNotBoot('did not come up');
      const text = new TextDecoder().decode(answer.payload);
      if (answer.kind !== portAnswer.READY) throw await guest.#didNotBoot(`said: ${text}`);
      guest.ready = parseReady(text);
      return guest;
    } catch (error) {
      await guest.close();
      throw error;
    }
  }

  /** Everything is forgotten; the next call is the first of a program. */
  begin(): void {
    this.#port.send(portRequest.BEGIN);
  }

  /**
   * Executes records of a program. Answers their observations.
   *
   * @throws {GuestDied} if the kernel does not survive it, or does not answer in time. The guest is gone then, and its dump written.
   */
  async run(records: Uint8Array, milliseconds: number, dump?: DumpFile): Promise<Uint8Array> {
    this.#port.send(portRequest.RUN, records);
    const answer = await this.#port.receive(milliseconds);
    if (answer === 'timeout' || answer === 'closed') {
      try {
        if (dump) await this.dump(dump);
      } finally {
        await this.close();
      }
      throw new GuestDied(this.#lastWords(answer, milliseconds));
    }
    if (answer.kind === portAnswer.OBSERVATIONS) return answer.payload;
    await this.close();
    const text = new TextDecoder().decode(answer.payload);
    throw new LiveKernelError('ERR_HARNESS', `the guest's programs failed: ${text}${this.#consoleEnd()}`);
  }

  /** Writes a dump of the guest as it is; it waits meanwhile. */
  dump({ path, format }: DumpFile): Promise<void> {
    // QEMU makes files that it could not write to again.
    remove(path);
    return this.#monitor.execute('dump-guest-memory', { paging: false, protocol: `file:${path}`, format });
  }

  /** Ends QEMU. There is nothing in the guest that would have to be saved. */
  async close(): Promise<void> {
    this.#process.kill('SIGKILL');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, GONE_MS);
    });
    await Promise.race([this.#gone, late]);
    clearTimeout(timer);
  }

  #lastWords(answer: 'timeout' | 'closed', milliseconds: number): LastWords {
    const words = lastWords(this.#console);
    if (words.summary !== '') return words;
    const summary = answer === 'timeout' ? `no answer within ${milliseconds / 1000} s` : 'the machine stopped';
    return { ...words, summary };
  }

  async #didNotBoot(what: string): Promise<LiveKernelError> {
    await this.close();
    const qemu = this.#stderr.trim();
    return new LiveKernelError('ERR_BOOT', `the kernel ${what}${qemu && `\n${qemu}`}${this.#consoleEnd()}`);
  }

  #consoleEnd(): string {
    const lines = this.#console.trimEnd().split(/\r*\n/).slice(-15);
    return lines.join('') === '' ? '' : `\nits console:\n${lines.map((line) => `  ${line}`).join('\n')}`;
  }
}

function qemuArguments({ image, initrd }: Bootable): string[] {
  return [
    ...['-M', 's390-ccw-virtio', '-accel', 'tcg', '-cpu', 'max', '-m', '512', '-smp', '1'],
    // A guest that has stopped stays as it is, until somebody has looked at it.
    ...['-display', 'none', '-nodefaults', '-no-reboot', '-no-shutdown'],
    ...['-kernel', image, '-initrd', initrd, '-append', KERNEL_PARAMETERS],
    ...['-chardev', `socket,id=console,fd=${CONSOLE_FD}`, '-serial', 'chardev:console'],
    ...['-device', 'virtio-serial-ccw', '-chardev', `socket,id=port,fd=${PORT_FD}`],
    ...['-device', 'virtserialport,chardev=port,name=s390-gmap'],
    ...['-chardev', `socket,id=monitor,fd=${MONITOR_FD}`, '-mon', 'chardev=monitor,mode=control'],
  ];
}

/** `release=6.1.0-50-s390x esop=1 …` */
function parseReady(text: string): Map<string, string> {
  const words = text.trim().split(/\s+/);
  return new Map(words.map((word) => [word.replace(/=.*/s, ''), word.replace(/^[^=]*=?/, '')]));
}
