// SPDX-License-Identifier: GPL-2.0-only
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kernels } from '../../lib/generated/abi.js';
import { traceText } from '../trace/recordings.js';
import { cli, cliOnTerminal, cliProcess, scratchDirectory } from './cli.js';

const scratch = scratchDirectory();
const program = join(scratch, 'guest.trace');
writeFileSync(
  program,
  traceText(
    's390_enable_sie(mm0)',
    'mmap(mm0, 0x10000000000, 0x200000, 0x3, 0)',
    'gmap_alloc(mm0, 0x7fffffff) = g0',
    'gmap_map_segment(g0, 0x10000000000, 0x0, 0x200000)',
    'gmap_fault(g0, 0x1000, 0x1)',
    'mprotect(mm0, 0x10000000000, 0x200000, 0x1)',
  ),
);

describe('s390-gmap vtop', () => {
  it('shows an address of a guest, or of a process', async () => {
    const guest = await cli(['vtop', program, 'g0', '0x1000']);
    expect(guest).toMatchObject({ status: 0, stderr: '' });
    expect(guest.stdout).toContain('g0 guest_to_host  0x0 -> 0x10000000000\n');
    expect(guest.stdout).toContain(' store: protection exception\n');
    expect((await cli(['vtop', program, 'mm0', '10000001000'])).stdout).toMatch(/^VIRTUAL .*\n0000010000001000 /);
  });

  it('shows the state after a line, and who wrote it', async () => {
    expect((await cli(['vtop', program, 'g0', '1000', '--at', '6'])).stdout).toContain(' store: absolute 0x');
    expect((await cli(['vtop', program, 'g0', '1000', '--at', '5'])).stdout).toContain('segment-translation exception');
    expect((await cli(['vtop', program, 'g0', '1000', '--who'])).stdout).toContain(
      '        by mprotect(mm0, 0x10000000000, 0x200000, 0x1) (call 5), before ',
    );
  });

  it('is JSON for programs, and reads standard input', async () => {
    const { stdout } = await cli(['vtop', '-', 'g0', '1000', '--json'], { input: readFileSync(program, 'utf8') });
    expect(JSON.parse(stdout)).toMatchObject({ space: 'g0', chain: { store: { interruption: 'PROTECTION' } } });
  });

  it.each([
    [['nowhere', 'g0', '0'], 'cannot read nowhere: no such file or directory'],
    [[program, 'g1', '0'], 'there is no g1 in this state, but mm0, g0; --at LINE looks at an earlier one'],
    [[program, 'g0', '0x12345678901234567'], '0x12345678901234567 is not an address: up to 16 hex digits'],
    [[program, 'g0', '0', '--at', '1'], `${program}: there is no call on line 1`],
    [[program, 'g0', '0', '--at', 'x'], '--at, --since: x is not the number of a line'],
    [[program, 'g0', '0', '--kernel', 'x'], `unknown kernel "x"; the model knows ${kernels.join(', ')}`],
  ])('explains %s', async (args, message) => {
    expect(await cli(['vtop', ...args])).toMatchObject({ status: 2, stdout: '', stderr: `error: ${message}\n` });
  });
});

describe('s390-gmap ptdump', () => {
  it('shows ranges, filtered as asked', async () => {
    expect(await cli(['ptdump', program, 'g0', '--without', 'I'])).toMatchObject({
      status: 0,
      stdout: '0x0000000000001000-0x0000000000002000         4K PTE RO X\n',
    });
    expect((await cli(['ptdump', program, 'g0', '--from', '1ff8', '--to', '0x2007'])).stdout.split('\n')).toHaveLength(
      3,
    );
    expect((await cli(['ptdump', program, 'mm0', '--bits', '--with', 'DIRTY,PROTECT'])).stdout).toContain(
      ' UC USAGE=stable\n',
    );
  });

  it('shows what changed between two lines', async () => {
    const args = ['ptdump', program, 'g0', '--since', '6', '--at', '7'];
    expect((await cli(args)).stdout).toBe(
      '- 0x0000000000001000-0x0000000000002000         4K PTE RW X\n+ 0x0000000000001000-0x0000000000002000         4K PTE RO X\n',
    );
    expect(JSON.parse((await cli([...args, '--json'])).stdout)).toMatchObject([
      { sign: '-' },
      { sign: '+', range: { start: '0x1000' } },
    ]);
    expect(cliOnTerminal(args).stdout).toContain('\u001b[32m+ 0x');
    expect(cliOnTerminal(args, { env: { NO_COLOR: '1' } }).stdout).not.toContain('\u001b[32m');
  });
});

describe('s390-gmap graph', () => {
  it('is for Graphviz, or JSON', async () => {
    expect((await cli(['graph', program])).stdout).toMatch(/^digraph tables \{\n[\s\S]*\}\n$/);
    expect(JSON.parse((await cli(['graph', program, '--json'])).stdout)).toMatchObject({
      spaces: [{ name: 'mm0' }, { name: 'g0' }],
    });
  });
});

describe('s390-gmap repl', () => {
  it('has a machine and the library, and saves what was typed', async () => {
    const file = join(scratch, 'typed.trace');
    const input = [
      'unwrap(mm.enableSie())',
      'g = unwrap(mm.allocGmap(0n))',
      'machine.bug',
      `.trace ${file}`,
      'printRanges(g.dump())',
    ].join('\n');
    const { status, stdout, stderr } = cliProcess(['repl'], { input });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('Gmap g0 { mm: mm0, asce: ');
    expect(stdout).toContain(`2 calls in ${file}\n`);
    expect(stdout).toContain('2G PMD I');
    expect(readFileSync(file, 'utf8')).toBe(
      traceText('# kernel: linux-4.7', 's390_enable_sie(mm0)', 'gmap_alloc(mm0, 0x0) = g0'),
    );
    expect((await cli(['run', file])).stdout).toContain('gmap_alloc(mm0, 0x0) = g0\n');
  });

  it('survives mistakes', () => {
    const { status, stdout } = cliProcess(['repl', '--kernel', 'linux-6.1'], {
      input: `.trace\n.trace /nowhere/x\ngmap\nmachine.close()\n.trace ${join(scratch, 'y')}\nmachine = 7\n1 + 1\n`,
    });
    expect(status).toBe(0);
    expect(stdout).toContain('Where to? .trace FILE\n');
    expect(stdout).toContain('cannot write /nowhere/x: no such file or directory\n');
    expect(stdout).toContain('ReferenceError: gmap is not defined');
    expect(stdout).toContain('the object is gone');
    expect(stdout).toMatch(/\n2\n$/);
    expect(cliProcess(['repl', '--kernel', 'x'])).toMatchObject({ status: 2 });
  });
});
