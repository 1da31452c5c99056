// SPDX-License-Identifier: GPL-2.0-only
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseTrace } from '../../lib/index.js';
import { traceText } from '../trace/recordings.js';
import { cli, scratchDirectory } from './cli.js';

const scratch = scratchDirectory();
const fixture = (name: string) => fileURLToPath(new URL(`../dump/fixtures/linux-6.12${name}`, import.meta.url));
const [sound, stray, types] = [fixture('.kdump'), fixture('-stray.kdump'), ['--types', fixture('.btf')]] as const;
const trace = join(scratch, 'a.trace');
writeFileSync(trace, traceText('s390_enable_sie(mm0)'));

describe('s390-gmap dump', () => {
  it('lists what there is', async () => {
    const { stdout, stderr, status } = await cli(['dump', sound, ...types]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^6\.12\.\S+, kdump-compressed, 1 CPU\n\nprocess {2}pid .*\nmm0 /);
    expect(stdout).toMatch(/\ng1 {4}mm0 {2}\S+1c7 {2}0x3ffffffffff {2}3 {7}3 {7}3 {7}1\n$/);
  });

  it('prints it as JSON', async () => {
    const { stdout, status } = await cli(['dump', sound, ...types, '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      format: 'kdump-compressed',
      processes: [{ name: 'mm0', comm: 'runner', hasPgste: true }],
      gmaps: [
        { name: 'g0', process: 'mm0', end: '0x7fffffff', mapped: 5, linked: 4 },
        { name: 'g1', process: 'mm0', end: '0x3ffffffffff', mapped: 3, linked: 3 },
      ],
      problems: [],
    });
  });

  it('checks it', async () => {
    expect(await cli(['dump', sound, ...types, '--check'])).toMatchObject({
      status: 0,
      stdout: '0 problems in 2 gmaps of 1 process\n',
    });
    const { stdout, status } = await cli(['dump', stray, ...types, '--check']);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^I6 \(host_to_guest has exactly one item .*\): g0: segment 0x900000 uses the page table of /,
    );
    expect(stdout).toMatch(/\n1 problem in 2 gmaps of 1 process\n$/);
    const json = await cli(['dump', stray, ...types, '--check', '--json']);
    expect(json.status).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ problems: [{ rule: 'I6', held: [] }] });
  });

  it('prints facts that are a trace', async () => {
    const { stdout, status } = await cli(['dump', sound, ...types, '--facts', '--pte', '10000000000', '--pte', '0']);
    expect(status).toBe(0);
    const { items } = parseTrace(stdout);
    expect(items.at(-1)).toMatchObject({ kind: 'call', name: 'observe' });
    expect(stdout).toMatch(/\n {2}\+ pte 0x10000000000 anon pte=0x13f pgste=0x6c00000000000 pmd=0x0\n/);
  });

  it.each([
    [['dump', trace], /is no dump: it is neither ELF nor kdump-compressed/],
    [['dump', sound], /has no type information in it .* give --types FILE/],
    [['dump', sound, ...types, '--facts', '--json'], /--facts is a trace/],
    [['dump', sound, ...types, '--facts', '--check'], /one at a time/],
    [['dump', sound, ...types, '--pte', '0'], /--pte is for --facts/],
    [['dump', sound, '--types', trace], /a\.trace: this is no type information \(BTF\)/],
    [['dump', join(scratch, 'nowhere')], /no such file or directory/],
  ])('explains %s', async (args, message) => {
    const { status, stdout, stderr } = await cli(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('unexpected');
  });
});

describe('commands that look take a dump as they take a trace', () => {
  it('vtop', async () => {
    const { stdout, status } = await cli(['vtop', stray, 'g0', '0x901000', ...types]);
    expect(status).toBe(0);
    expect(stdout).toContain('g0 guest_to_host  not mapped');
    const json = await cli(['vtop', sound, 'g0', '0x1000', ...types, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ space: 'g0', guestToHost: { vmaddr: '0x10000000000' } });
  });

  it('ptdump', async () => {
    const { stdout, status } = await cli(['ptdump', sound, 'g0', '--without', 'I', ...types]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^0x0000000000000000-0x0000000000002000 {9}8K PTE RW NX IN\n/);
  });

  it('graph', async () => {
    const { stdout, status } = await cli(['graph', sound, ...types]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^digraph /);
    expect(JSON.parse((await cli(['graph', sound, ...types, '--json'])).stdout)).toMatchObject({
      spaces: expect.anything(),
    });
  });

  it.each([
    [['vtop', sound, 'g7', '0', ...types], /there is no g7 in this dump, but mm0, g0, g1/],
    [['vtop', sound, 'g0', '0', ...types, '--who'], /--who is for traces: a dump shows one moment/],
    [['vtop', sound, 'g0', '0', ...types, '--at', '3'], /--at is for traces/],
    [['ptdump', sound, 'g0', ...types, '--since', '3'], /--at is for traces/],
    [['graph', sound, ...types, '--kernel', '6.1'], /--kernel is for traces/],
    [['graph', trace, ...types], /--types is for crash dumps/],
  ])('explains %s', async (args, message) => {
    const { status, stderr } = await cli(args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });
});
