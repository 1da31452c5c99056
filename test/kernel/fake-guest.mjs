// SPDX-License-Identifier: GPL-2.0-only
// Stands in for QEMU with a kernel in it: speaks the port's protocol on file descriptor 3, writes its console to 4, has QEMU's monitor on 5,
// and answers as the model does. Some calls, which no real program makes, let it die or misbehave.
import { appendFileSync, copyFileSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { argKinds, operations } from '../../dist/generated/abi.js';
import { Machine } from '../../dist/machine/machine.js';

const { FAKE_GUEST_LOG: logFile, FAKE_GUEST_BOOT: boot = 'well', FAKE_GUEST_DUMP: dump } = process.env;
const log = (line) => logFile && appendFileSync(logFile, `${line}\n`);
/** sysctl_allocate_pgste with one of these. */
const MISBEHAVIOUR = { 4096: oops, 4097: hang, 4098: complain, 4099: lack, 4100: stop, 4101: oopsInBatch, 4102: lie };
const SYSCTL = operations.findIndex(({ name }) => name === 'sysctl_allocate_pgste');
const READY = 'release=4.7.4-fake esop=1 idte=1 tlb_lc=1 debug_vm=1';

log(`boot ${process.pid}`);
const port = new Socket({ fd: 3 });
const monitor = new Socket({ fd: 5 });
monitor.write(`${JSON.stringify({ QMP: { version: {}, capabilities: [] } })}\n`);
monitor.setEncoding('utf8').on('data', (text) => {
  for (const line of text.trimEnd().split('\n')) tell(answerOf(JSON.parse(line)));
});
const machine = new Machine();
let calls = 0;

if (boot === 'never') setInterval(() => {}, 1000);
else if (boot === 'fails') panic('Kernel panic - not syncing: No working init found.');
else send(1, Buffer.from(READY));

let received = Buffer.alloc(0);
port.on('data', (piece) => {
  received = Buffer.concat([received, piece]);
  while (received.length >= 8 && received.length >= 8 + received.readUInt32LE(4)) {
    const end = 8 + received.readUInt32LE(4);
    const [kind, payload] = [received.readUInt32LE(0), received.subarray(8, end)];
    received = received.subarray(end);
    if (kind === 1) machine.reset();
    else if (kind === 2) execute(payload);
  }
});

function execute(payload) {
  const records = split(payload);
  log(`run ${records.length}`);
  calls = records.length;
  const answers = [];
  for (const record of records) {
    const answer = misbehaviour(record)?.(record) ?? machine.execute(record);
    if (answer === 'no answer') return;
    answers.push(answer);
  }
  send(2, Buffer.concat(answers));
}

function misbehaviour(record) {
  if (record[0] !== SYSCTL) return undefined;
  return MISBEHAVIOUR[Number(record.readBigUInt64LE(8))];
}

function split(payload) {
  const records = [];
  for (let at = 0; at < payload.length; ) {
    const { args } = operations[payload[at]];
    const rest = argKinds.find(({ name }) => name === args.at(-1)?.kind)?.form === 'REST';
    const words = 1 + (rest ? args.length - 1 + payload[at + 1] : args.length);
    records.push(payload.subarray(at, at + 8 * words));
    at += 8 * words;
  }
  return records;
}

function tell(message) {
  monitor.write(`${JSON.stringify(message)}\n`);
}

/** A dump is a copy of that file. */
function answerOf({ execute: command, arguments: { protocol = '', format } }) {
  if (command === 'qmp_capabilities') return { return: {} };
  log(`${command} ${format}`);
  try {
    copyFileSync(dump, protocol.replace(/^file:/, ''));
    return { return: {} };
  } catch (error) {
    return { error: { class: 'GenericError', desc: error.code } };
  }
}

/** The machine stops, and QEMU stays. */
function panic(...lines) {
  say(...lines);
  tell({ event: 'GUEST_PANICKED', data: { action: 'pause' } });
  return 'no answer';
}

function send(kind, payload) {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(kind, 0);
  head.writeUInt32LE(payload.length, 4);
  port.write(Buffer.concat([head, payload]));
}

function say(...lines) {
  for (const [i, line] of lines.entries()) writeSync(4, `[    1.00000${i}] ${line}\r\n`);
}

function oops() {
  return panic(
    'kernel BUG at arch/s390/mm/gmap.c:437!',
    'illegal operation: 0001 ilc:1 [#1] SMP',
    'Krnl PSW : 0704e00180000000 00000000001183ba (__gmap_link+0x2ca/0x2d0)',
    'Kernel panic - not syncing: Fatal exception: panic_on_oops',
  );
}

function oopsInBatch() {
  return calls > 1 ? oops() : undefined;
}

function hang() {
  return 'no answer';
}

function stop() {
  process.exit(0);
}

function complain() {
  send(3, Buffer.from('cannot open /dev/gmap-trace: no such file'));
  return 'no answer';
}

/** The kernel does not have the function. */
function lack(record) {
  return observation(record, 3, 0n);
}

/** Another result than the model's. */
function lie(record) {
  return observation(record, 0, 7n);
}

function observation(record, status, value) {
  const words = Buffer.alloc(24);
  words[0] = record[0];
  words[1] = status;
  words.writeBigUInt64LE(value, 16);
  return words;
}
