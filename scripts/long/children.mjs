// SPDX-License-Identifier: GPL-2.0-only
// Commands that a long check runs, and that end when it is stopped.
import { spawn } from 'node:child_process';

const running = new Set();

/** Runs a command. Answers { status, signal, stdout, stderr }; the status is null if a signal ended it. */
export function runChild(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    // A group of its own: Ctrl-C is for us, who stop it, and is no failure of the command's.
    const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    running.add(child);
    for (const stream of ['stdout', 'stderr']) {
      child[stream].setEncoding('utf8').on('data', (text) => {
        output[stream] += text;
      });
    }
    child.on('error', reject);
    child.on('close', (status, signal) => {
      running.delete(child);
      resolve({ status, signal, ...output });
    });
  });
}

/** Asks all of them to end. */
export function stopChildren() {
  for (const { pid } of running) process.kill(-pid, 'SIGTERM');
}
