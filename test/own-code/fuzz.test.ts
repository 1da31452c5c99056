// SPDX-License-Identifier: GPL-2.0-only
/** The fuzzer on a code: the same programs, and findings that say on which code they were found. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  Fuzzer,
  type FuzzFinding,
  fuzz,
  inputToTrace,
  kernelOfInput,
  printCTest,
  printTypeScriptTest,
  printUcontrol,
  traceToInput,
} from '../../lib/fuzz/index.js';
import { Recheck } from '../../lib/fuzz/recheck.js';
import { kernels, outcome } from '../../lib/generated/abi.js';
import { parseTrace, runTrace } from '../../lib/index.js';
import { native } from '../../lib/native/binding.js';
import { buildMutantAddon } from '../fuzz/mutant-addon.js';
import { runChild } from '../machine/child.js';
import { traceText } from '../trace/recordings.js';
import { fakeCodes } from './fixture.js';

/** Jobs are processes, which run what was built. */
const { runCampaign } = (await import(
  new URL('../../dist/fuzz/index.js', import.meta.url).href
)) as typeof import('../../lib/fuzz/index.js');

const codes = fakeCodes();
codes.add('mine', 'linux-6.1');
afterAll(() => codes.remove());
beforeEach(() => vi.stubEnv('S390_GMAP_CACHE', codes.folder));
afterEach(() => vi.unstubAllEnvs());

const wrongKernel = { name: 'OwnCodeError', code: 'ERR_CODE_KERNEL' };

describe('new Fuzzer({ code })', () => {
  it('runs the code on its kernel', () => {
    using code = new Fuzzer({ code: 'mine', seed: 3 });
    using port = new Fuzzer({ kernel: '6.1', seed: 3 });
    for (const fuzzer of [code, port]) fuzzer.run(300);
    expect(code.hash).toBe(port.hash);
    expect(code.stats).toEqual(port.stats);
    expect(kernelOfInput(code.input(0) ?? new Uint8Array())).toBe('linux-6.1');
  });

  it.each(['any', '6.12', 'linux-4.7'] as const)('refuses the kernel %s', (kernel) => {
    expect(() => new Fuzzer({ code: 'mine', kernel })).toThrow(expect.objectContaining(wrongKernel));
  });

  it('judges inputs of its kernel only, and takes others as its own', () => {
    using fuzzer = new Fuzzer({ code: 'mine' });
    const input = traceToInput(parseTrace(traceText('# kernel: linux-6.12', 'gmap_create(mm0, 0xffff)')));
    expect(() => fuzzer.judge(input)).toThrow(expect.objectContaining(wrongKernel));
    expect(() => fuzzer.minimize(input)).toThrow(/the code mine is of linux-6\.1, and linux-6\.12 was asked for/);
    expect(() => fuzzer.judge(new Uint8Array())).toThrow(expect.objectContaining(wrongKernel));
    input[0] = kernels.indexOf('linux-6.1');
    expect(fuzzer.judge(input)).toBeUndefined();
    input[0] = kernels.indexOf('linux-6.12');
    fuzzer.add(input);
    expect(kernelOfInput(fuzzer.input(0) ?? new Uint8Array())).toBe('linux-6.1');
  });

  it('closes itself in its own addon when nobody can reach it any more', { timeout: 60_000 }, async () => {
    const fuzzing = new URL('../../dist/fuzz/index.js', import.meta.url).href;
    const result = await runChild(
      `const { Fuzzer } = await import(${JSON.stringify(fuzzing)});
       const round = async () => {
         for (let i = 0; i < 10; i++) new Fuzzer({ code: 'mine' }).run(20);
         for (let i = 0; i < 10; i++) new Fuzzer({ kernel: '6.1' }).run(20);
         gc();
         await tick();
       };
       const kept = [new Fuzzer({ kernel: '6.1' }), new Fuzzer({ code: 'mine' })];
       for (let i = 0; i < 4; i++) await round();
       console.log(kept.map((fuzzer) => fuzzer.run(10)).join());`,
      codes.env,
    );
    expect(result).toMatchObject({ code: 0, signal: null, output: '10,10' });
  });
});

describe('new Fuzzer({ against })', () => {
  it('asks the other side, which does the same', () => {
    for (const sides of [{ code: 'mine', against: 'port' }, { against: 'mine' }] as const) {
      using fuzzer = new Fuzzer({ ...sides, oracles: ['other'] });
      fuzzer.run(300);
      expect(fuzzer.stats).toMatchObject({ runs: 300, findings: 0 });
      expect(kernelOfInput(fuzzer.input(0) ?? new Uint8Array())).toBe('linux-6.1');
    }
  });

  it('refuses what cannot be compared', () => {
    const error = (code: string) => expect.objectContaining({ name: 'OwnCodeError', code });
    expect(() => new Fuzzer({ code: 'mine', against: 'mine' })).toThrow(error('ERR_CODE_SAME'));
    expect(() => new Fuzzer({ against: 'port' })).toThrow(/port is compared with itself/);
    expect(() => new Fuzzer({ code: 'mine', against: 'yours' })).toThrow(error('ERR_CODE_NOT_BUILT'));
    expect(() => new Fuzzer({ against: 'mine', kernel: 'any' })).toThrow(error('ERR_CODE_KERNEL'));
    expect(() => new Fuzzer({ code: 'port' })).toThrow(error('ERR_CODE_NAME'));
  });

  it('lets nothing but functions of an addon into native code', () => {
    const setup = { seed: 1n, oracles: 0, kernel: 0, maxOperations: 1, failEach: false, featuresOnly: false };
    for (const wrong of [{}, null, 1, 'x', new Proxy(native.other, {}), Object.create(native.other)])
      expect(native.openFuzzer(setup, wrong as object, 'linux-4.7', 'a', 'b')).toBe(outcome.ARGUMENT - 2);
    const fuzzer = native.openFuzzer(setup, native.other, 'linux-4.7', 'a', 'b');
    expect(native.closeFuzzer(Number(fuzzer))).toBe(0);
  });
});

describe('a fault in a code', () => {
  const scratch = mkdtempSync(join(tmpdir(), 's390-gmap-fault-'));
  afterAll(() => rmSync(scratch, { recursive: true }));
  let finding: FuzzFinding;

  beforeAll(async () => {
    const addon = buildMutantAddon(scratch, 'unmap-no-flush');
    codes.add('faulty', 'linux-4.7', { addon });
    vi.stubEnv('S390_GMAP_CACHE', codes.folder);
    const { foundAll } = await fuzz({ code: 'faulty', runs: 20_000, time: 30_000 });
    const [first] = foundAll;
    if (!first) return expect.fail('nothing was found');
    finding = first;
  }, 120_000);

  it('is found on the code, and the port has none', () => {
    expect(finding.code).toBe('faulty');
    using code = new Fuzzer({ code: 'faulty' });
    using port = new Fuzzer({ kernel: 'any' });
    expect(code.judge(finding.input)?.rule).toBe(finding.rule);
    expect(port.judge(finding.input)).toBeUndefined();
  });

  it('has a header that names the code', () => {
    expect(finding.trace.header.get('code')).toBe('faulty');
    expect(finding.trace.header.get('needs')).toBe('the built code faulty, as with --code faulty');
    expect(runTrace(finding.trace, { code: 'faulty' }).header.get('code')).toBe('faulty');
  });

  it('is where it differs from the port', async () => {
    const options = { code: 'faulty', against: 'port', oracles: ['other'], runs: 20_000, time: 30_000 } as const;
    const [first] = (await fuzz(options)).foundAll;
    if (!first) return expect.fail('nothing was found');
    expect(first).toMatchObject({ code: 'faulty', against: 'port', oracle: 'other', rule: 'flushes' });
    expect(first.text).toMatch(/^event [0-9]+: faulty: .*; port: .*$/);
    expect(first.trace.header.get('needs')).toBe('the built code faulty, as with --code faulty --against port');
    expect(printTypeScriptTest(runTrace(first.trace, { code: 'faulty' }), first)).toContain(
      "new Fuzzer({ code: 'faulty', against: 'port', oracles: ['other'] })",
    );
    using mended = new Recheck('mine47');
    using recheck = new Recheck('faulty');
    expect(recheck.check(first.trace)).toMatchObject({ state: 'there', saved: { against: 'port' } });
    codes.add('mine47', 'linux-4.7');
    expect(mended.check(first.trace)).toMatchObject({ state: 'gone' });
  });

  it('is one of a campaign, too', { timeout: 60_000 }, async () => {
    const { foundAll, runs } = await runCampaign({ code: 'faulty', runs: 20_000, time: 30_000, jobs: 2 });
    expect(runs).toBeGreaterThan(0);
    expect(foundAll.map(({ code }) => code)).toContain('faulty');
    expect(foundAll.map(({ trace }) => trace.header.get('code'))).not.toContain(undefined);
  });
});

describe('reproducers', () => {
  const lines = ['s390_enable_sie(mm0) = 0', 'gmap_create(mm0, 0xffffffffffffffff) = g0'];
  const recording = parseTrace(traceText('# kernel: linux-6.1', '# code: mine', ...lines));
  const finding = { oracle: 'rules', rule: 'I7', text: 'an entry without a link', operation: 1, seed: 1n };

  it('of TypeScript use the code, and say so', () => {
    const text = printTypeScriptTest(recording, finding);
    expect(text).toContain('// It needs the built code mine: s390-gmap kernel build --source TREE --name mine\n');
    expect(text).toContain("new Machine({ code: 'mine', kernel: 'linux-6.1', checkAlways: true })");
    expect(text).toContain("new Fuzzer({ code: 'mine', oracles: ['rules'] })");
  });

  it('of C say that they cannot use it', () => {
    expect(printCTest(recording, finding)).toContain(' * It needs the built code mine: this program runs the port');
    expect(printUcontrol(recording, finding)).toMatchObject({
      text: expect.stringContaining(' * It needs a kernel with the built code mine.\n'),
    });
  });

  it('know names of codes only', () => {
    const odd = parseTrace(traceText('# kernel: linux-6.1', "# code: ' }); process.exit(); ({ x: '", ...lines));
    for (const text of [printTypeScriptTest(odd, finding), printCTest(odd, finding)]) {
      expect(text).not.toContain('process.exit');
      expect(text).not.toContain('built code');
    }
  });
});

describe('runCampaign({ code })', () => {
  it('says at once what is wrong with the code', async () => {
    await expect(runCampaign({ code: 'yours', runs: 1 })).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_CODE_NOT_BUILT' }),
    );
    await expect(runCampaign({ code: 'mine', kernel: 'any', runs: 1 })).rejects.toThrow(
      expect.objectContaining(wrongKernel),
    );
  });

  it('makes the corpus that the port makes', async () => {
    const reports = [{ code: 'mine' }, { kernel: '6.1' as const }].map((options) =>
      runCampaign({ ...options, runs: 200, oracles: ['leaks'] }),
    );
    const [code, port] = await Promise.all(reports);
    expect(code?.hash).toBe(port?.hash);
    expect(code?.hash).toBeTypeOf('bigint');
  });

  it('keeps inputs that are programs for its kernel', async () => {
    const inputs: Uint8Array[] = [];
    await runCampaign({ code: 'mine', runs: 50, onInput: (input) => inputs.push(input) });
    for (const input of inputs) expect(inputToTrace(input, 'x').header.get('kernel')).toBe('linux-6.1');
  });
});
