// SPDX-License-Identifier: GPL-2.0-only
/** Worker threads with the compiled package. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { GUEST } from './child.js';

const dist = new URL('../../dist/index.js', import.meta.url).href;

/** A worker that runs `body`, which can use what the package exports, `guest()`, and `post(message)`. */
export function startWorker(body: string): Worker {
  const source = `
    const { parentPort } = require('node:worker_threads');
    const post = (message) => parentPort.postMessage(message);
    import(${JSON.stringify(dist)}).then(({ Machine, unwrap }) => {
      ${GUEST}
      ${body}
    });`;
  return new Worker(source, { eval: true });
}

export async function messageOf(worker: Worker): Promise<unknown> {
  const [message] = await once(worker, 'message');
  return message;
}
