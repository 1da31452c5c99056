// SPDX-License-Identifier: GPL-2.0-only
// Runs a fuzzer until its first finding, and says what that was.
import { spawn } from 'node:child_process';
import { readEnum } from '../../../scripts/abi-tables.mjs';
import { Failure, root } from '../../../scripts/steps.mjs';

const SEED = 1;
/** In the order of enum oracle: the fuzzer takes a mask. */
export const oracleNames = Object.keys(
  readEnum(root, 'native/fuzz/oracles/judge.h', 'oracle', 'ORACLE_', 'ORACLES'),
).map((name) => name.toLowerCase());
/** A fuzzer that has not ended so long after its time is up hangs in an operation. */
const PATIENCE_SECONDS = 15;
/** A mutant may ask for memory without end: then the fuzzer says that there is no more. */
const MEMORY_KB = 4 << 20;

const running = new Set();

/** Ends all fuzzers that run. */
export function killAll() {
  for (const child of running) kill(child);
}

/** With the shell that it may still be. */
const kill = ({ pid }) => process.kill(-pid, 'SIGKILL');

/** Whether a fuzzer objects to an input. */
export async function objects(program, input, oracles) {
  const args = [...oracleArgs(oracles), input];
  const { stderr, status, signal } = await collect(program, args, PATIENCE_SECONDS);
  if (status > 1 || signal) {
    throw new Failure(
      `${program} ended with ${signal ?? `status ${status}`}.\n  ${program} ${args.join(' ')}\n${stderr}`,
    );
  }
  return status === 1;
}

/**
 * Runs until a finding, or for so many seconds or operations. Answers { finding, input, operations, seconds }; the first
 * two are undefined if there was none.
 */
export async function runFuzzer(program, { seconds, operations, oracles, seed = SEED }) {
  const args = ['--seed', `${seed}`, '--kernel', 'any', '--seconds', `${seconds}`, '--json'];
  if (operations !== undefined) args.push('--total', `${operations}`);
  args.push(...oracleArgs(oracles));
  const started = performance.now();
  const { stdout, stderr, status, signal, hung } = await collect(program, args, seconds + PATIENCE_SECONDS);
  const took = (performance.now() - started) / 1000;
  if (hung) return { finding: { oracle: 'hang', rule: '' }, operations: undefined, seconds: took };
  if (signal) return { finding: { oracle: 'crash', rule: signal }, operations: undefined, seconds: took };
  const report = lastReport(stdout);
  if (!report) {
    throw new Failure(
      `${program} ended with status ${status} and without a report.\n  ${program} ${args.join(' ')}\n${stderr}`,
    );
  }
  if (status !== 0 && report.findings.length === 0) {
    return { finding: { oracle: 'memory', rule: '' }, operations: report.operations, seconds: took };
  }
  const [finding, input] = [report.findings[0], report.inputs[0] && Buffer.from(report.inputs[0], 'hex')];
  return { finding, input, operations: report.operations, seconds: took };
}

const maskOf = (names) => names.reduce((mask, name) => mask | (1 << oracleNames.indexOf(name)), 0);
const oracleArgs = (names) => (names ? ['--oracles', `${maskOf(names)}`] : []);

function lastReport(stdout) {
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1));
  } catch {
    return undefined;
  }
}

function collect(program, args, patience) {
  return new Promise((resolve, reject) => {
    const limited = ['-c', `ulimit -v ${MEMORY_KB} 2>/dev/null; exec "$0" "$@"`, program, ...args];
    // A group of its own: Ctrl-C is for us, who end it with killAll(), and is no crash of the fuzzer's.
    const child = spawn('sh', limited, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '', hung: false };
    running.add(child);
    const timer = setTimeout(() => {
      output.hung = true;
      kill(child);
    }, patience * 1000);
    for (const stream of ['stdout', 'stderr']) {
      child[stream].setEncoding('utf8').on('data', (text) => {
        output[stream] += text;
      });
    }
    child.on('error', reject);
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ ...output, status, signal });
    });
  });
}
