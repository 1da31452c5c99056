// SPDX-License-Identifier: GPL-2.0-only
/** What happens when all handles of a thread are in use, in an addon that has 63 of them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { buildChangedAddon } from './changed-addon.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const SOURCE = 'native/addon/model/handles.c';
const LIMIT = 'capacity > MAX_SLOTS';

const program = `
import { Fuzzer } from './dist/fuzz/index.js';
import { encodeProgram, Machine, parseTrace, unwrap } from './dist/index.js';
import { exec, gmap_alloc as allocGmap } from './dist/raw.js';

const machine = new Machine();
const { mm } = machine;
const made = [];
while (machine.counts().gmaps < 61) made.push(unwrap(mm.allocGmap(0n)));

const before = JSON.stringify(machine.counts());
const answers = {};
function answer(name, call) {
  try { answers[name] = String(call()); } catch (error) { answers[name] = error.code; }
}
answer('allocGmap', () => mm.allocGmap(0n));
answer('raw.gmap_alloc', () => allocGmap(mm, 0n));
answer('exec', () => machine.exec());
answer('raw.exec', () => exec(machine));
answer('new Machine', () => new Machine());
answer('new Fuzzer', () => new Fuzzer());
answers.unchanged = JSON.stringify(machine.counts()) === before && machine.check().ok;

// A program makes what it likes: nobody has a handle of that yet.
machine.execute(encodeProgram(parseTrace('# gmap-trace 1\\nexec()\\ngmap_alloc(mm1, 0x0)\\n')));
answer('processes', () => machine.processes.length);
answer('gmaps', () => machine.gmaps.length);
made[0].free();
answer('processes, with one handle', () => machine.processes.map(({ number }) => number));
answer('gmaps, with none again', () => machine.gmaps.length);
made[1].free();
answer('gmaps, with one handle', () => machine.gmaps.length);
console.log(JSON.stringify(answers));
`;

it('what would need a handle is refused, and changes nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 's390-gmap-handles-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const text = readFileSync(join(root, SOURCE), 'utf8');
  expect(text).toContain(LIMIT);
  const addon = buildChangedAddon(folder, SOURCE, text.replace(LIMIT, 'capacity > 64'));
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: root,
    env: { ...process.env, S390_GMAP_ADDON: addon },
    encoding: 'utf8',
  });
  expect(JSON.parse(output)).toEqual({
    allocGmap: 'ERR_GMAP_BUDGET',
    'raw.gmap_alloc': 'ERR_GMAP_BUDGET',
    exec: 'ERR_GMAP_BUDGET',
    'raw.exec': 'ERR_GMAP_BUDGET',
    'new Machine': 'ERR_GMAP_BUDGET',
    'new Fuzzer': 'ERR_GMAP_BUDGET',
    unchanged: true,
    processes: 'ERR_GMAP_BUDGET',
    gmaps: 'ERR_GMAP_BUDGET',
    'processes, with one handle': '0,1',
    'gmaps, with none again': 'ERR_GMAP_BUDGET',
    'gmaps, with one handle': '60',
  });
}, 60_000);
