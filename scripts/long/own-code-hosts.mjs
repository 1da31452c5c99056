// SPDX-License-Identifier: GPL-2.0-only
/*
 * npm run check:long -- own-code-hosts: built codes do on other hosts what booted kernels did. The code is compiled for the host
 * by a cross compiler, runs there under qemu-user, and the recordings are compared here.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasCommand } from '../setup.mjs';
import { Failure, root } from '../steps.mjs';

const KERNELS = ['6.1', '6.12'];
const HOSTS = {
  here: { compiler: 'clang', emulator: [] },
  s390x: { compiler: 's390x-linux-gnu-gcc', emulator: ['qemu-s390x', '-L', '/usr/s390x-linux-gnu'] },
};
const PROGRAM = join(root, 'native/own-code/test/observe.c');

/** Words as observe.c takes them. */
function headOf({ facilities = {}, debugVm, debugList, cpus, storageLimit }, bytes, defaults) {
  const flags = [facilities.esop, facilities.idte, facilities.tlbLc, facilities.nx, debugVm].map(
    (flag) => flag ?? true,
  );
  const numbers = [...flags, debugList ?? false, cpus ?? 1, storageLimit ?? defaults.storageLimit, bytes];
  return Buffer.from(BigUint64Array.from(numbers.map(BigInt)).buffer);
}

/** The observations of each program, as bytes. */
function* answersIn(output) {
  for (let at = 0; at < output.length; ) {
    const bytes = 8 * Number(output.readBigUInt64LE(at));
    yield output.subarray(at + 8, at + 8 + bytes);
    at += 8 + bytes;
  }
}

function recordingsOf(kernel) {
  return [`linux-${kernel}`, `shadow-${kernel}`].flatMap((of) => {
    const folder = join(root, 'recordings', of);
    const names = readdirSync(folder).filter((name) => name.endsWith('.trace'));
    return names.map((name) => ({ name: `${of}/${name}`, text: readFileSync(join(folder, name), 'utf8') }));
  });
}

async function compare(program, emulator, code, recordings) {
  const library = await import(`${root}dist/index.js`);
  const { machineOptions } = await import(`${root}dist/trace/header.js`);
  const { limits } = await import(`${root}dist/generated/abi.js`);
  const traces = recordings.map(({ name, text }) => library.parseTrace(text, name));
  const input = traces.flatMap((trace) => {
    const bytes = library.encodeProgram(trace);
    return [headOf(machineOptions(trace, code.kernel), bytes.length, { storageLimit: limits.DEFAULT_STORAGE }), bytes];
  });
  const [command, ...args] = [...emulator, program, code.kernel];
  const output = execFileSync(command, args, { input: Buffer.concat(input), maxBuffer: 2 ** 30 });
  const answers = [...answersIn(output)];
  if (answers.length !== traces.length) throw new Failure(`${traces.length} programs, and ${answers.length} answers`);
  return traces.flatMap((trace, i) => {
    const got = library.recordTrace(trace, library.decodeObservations(answers[i]), code.kernel);
    const difference = library.diffTraces(trace, got);
    return difference ? [`${recordings[i].name}:${difference.line}`] : [];
  });
}

/**
 * Replays the recordings of a kernel on its own code, compiled for that host. Each program runs twice there, and in between the
 * machine is back at a snapshot, word for word, or the program says which is not. Answers what `run` of a piece does.
 */
export async function recordingsOn(host, kernel) {
  const { buildKernel } = await import(`${root}dist/kernel/index.js`);
  const { buildProgram } = await import(`${root}dist/own-code/build/program.js`);
  const { compiler, emulator } = HOSTS[host];
  const work = mkdtempSync(join(tmpdir(), 's390-gmap-hosts-'));
  try {
    const { code } = await buildKernel(kernel);
    const options = { sources: [PROGRAM], compiler, emulator, counted: false, hooks: true };
    const { program } = await buildProgram(code, work, options);
    const recordings = recordingsOf(kernel);
    const failed = await compare(program, emulator, code, recordings);
    const passed = recordings.length - failed.length;
    const text = `${passed} passed, ${failed.length} failed ${failed.join(' ')}`.trim();
    return { ok: failed.length === 0, text, passed };
  } finally {
    rmSync(work, { recursive: true });
  }
}

export const ownCodeHosts = {
  name: 'own-code-hosts',
  what: `the codes of ${KERNELS.join(' and ')} on s390x, under qemu-user: recordings`,
  duration: '5 minutes',
  jobs: 1,
  prepare() {
    for (const { compiler, emulator } of Object.values(HOSTS))
      for (const command of [compiler, ...emulator.slice(0, 1)])
        if (!hasCommand(command)) throw new Failure(`${command} is not installed.`);
  },
  pieces: () =>
    Object.keys(HOSTS).flatMap((host) => KERNELS.map((kernel) => ({ id: `${kernel} on ${host}`, host, kernel }))),
  run: ({ host, kernel }) => recordingsOn(host, kernel),
  summary: (results) => `${results.reduce((sum, { passed = 0 }) => sum + passed, 0)} recordings passed`,
  // A piece ends by itself, in a minute.
  stop() {},
};
