// SPDX-License-Identifier: GPL-2.0-only
/** Mistakes of this package itself: in a line, with a status that says that there is no answer. */
import { describe, expect, it } from 'vitest';
import { cliProcess, recordingsDirectory } from './cli.js';

/** Runs code before the command line. */
const spoiltBy = (code: string) => ({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` });

describe('an error that nobody expects', () => {
  const spoilt = spoiltBy("JSON.stringify = () => { throw new TypeError('mine\\nand \\x1b[31mred') }");
  const args = ['replay', '--json', `${recordingsDirectory}/linux-4.7/b_alias.trace`];

  it('is one line and status 2', () => {
    expect(cliProcess(args, { env: spoilt })).toMatchObject({
      status: 2,
      stdout: '',
      stderr: 'error: unexpected: TypeError: mine\\x0aand \\x1b[31mred (--debug says where)\n',
    });
  });

  it.each([[['--debug', ...args]], [[...args, '--debug']]])('has its stack with %j', (debug) => {
    const { status, stderr } = cliProcess(debug, { env: spoilt });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error: unexpected: TypeError: mine.*\n(?:.*\n)*? {4}at .*replay/);
  });

  it('is the same in a callback, and for a promise that nobody waits for', () => {
    for (const fails of ["throw new Error('late')", "Promise.reject(new Error('late'))"]) {
      // As soon as somebody listens; not in a job.
      const wait = `if (process.send || process.listenerCount('uncaughtException') === 0) return; clearInterval(timer)`;
      const env = spoiltBy(`const timer = setInterval(() => { ${wait}; ${fails} }, 10); timer.unref()`);
      expect(cliProcess(['fuzz', '--time', '60s'], { env })).toMatchObject({
        status: 2,
        stderr: 'error: unexpected: Error: late (--debug says where)\n',
      });
    }
  });
});
