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
/** On a machine with much else to do a second of CPU time takes so many seconds at most. */
const SLOWEST = 8;
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
 * Runs until a finding, or for so many seconds of CPU time or operations. Answers { finding, input, operations, seconds },
 * the seconds of CPU time too; the first two are undefined if there was none.
 */
export async function runFuzzer(program, { seconds, operations, oracles, seed = SEED }) {
  const args = ['--seed', `${seed}`, '--kernel', 'any', '--cpu-seconds', `${seconds}`, '--json'];
  if (operations !== undefined) args.push('--total', `${operations}`);
  args.push(...oracleArgs(oracles));
  const { stdout, stderr, status, signal, hung } = await collect(program, args, seconds * SLOWEST + PATIENCE_SECONDS);
  if (hung) return { finding: { oracle: 'hang', rule: '' }, operations: undefined, seconds };
  if (signal) return { finding: { oracle: 'crash', rule: signal }, operations: undefined, seconds };
  const report = lastReport(stdout);
  if (!report) {
    throw new Failure(
      `${program} ended with status ${status} and without a report.\n  ${program} ${args.join(' ')}\n${stderr}`,
    );
  }
  if (status !== 0 && report.findings.length === 0) {
    return { finding: { oracle: 'memory', rule: '' }, operations: report.operations, seconds: report.cpuSeconds };
  }
  const [finding, input] = [report.findings[0], report.inputs[0] && Buffer.from(report.inputs[0], 'hex')];
  return { finding, input, operations: report.operations, seconds: report.cpuSeconds };
}

/** How far a fuzzer is every so many seconds of CPU time: { cpu, runs, operations, edges, corpus }. It minds no finding. */
export async function pacesOf(program, { seed, seconds, every }) {
  const args = ['--pass', '--kernel', 'any', '--seed', seed, '--cpu-seconds', seconds, '--pace', every].map(String);
  const { stdout, stderr, status } = await collect(program, args, seconds * SLOWEST + PATIENCE_SECONDS);
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  if (status !== 0 || lines.length < Math.floor(seconds / every) - 1)
    throw new Failure(`${program} ended with status ${status}.\n  ${program} ${args.join(' ')}\n${stderr}`);
  return lines.map((line) => JSON.parse(line));
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
