// SPDX-License-Identifier: GPL-2.0-only
/*
 * A long check in pieces. What was done is kept in FOLDER/NAME/state.json, for the commit that it was done with: a check
 * that was stopped goes on where it was. FOLDER/log.jsonl says what was done when.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inParallel } from '../steps.mjs';

export class LongCheck {
  #check;
  #folder;
  #log;
  #commit;
  #state;
  #stopped = false;

  /** `commit`: of what is checked. */
  constructor(check, folder, commit) {
    this.#check = check;
    this.#folder = join(folder, check.name);
    this.#log = join(folder, 'log.jsonl');
    this.#commit = commit;
    const state = this.#read();
    this.#state = state.commit === commit && !isDone(check, state) ? state : { commit, results: {} };
  }

  #read() {
    const file = join(this.#folder, 'state.json');
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { results: {} };
  }

  #save() {
    const file = join(this.#folder, 'state.json');
    writeFileSync(`${file}.new`, JSON.stringify(this.#state, null, 2));
    renameSync(`${file}.new`, file);
  }

  #note(what, more = {}) {
    const entry = { time: new Date().toISOString(), name: this.#check.name, commit: this.#commit, what, ...more };
    appendFileSync(this.#log, `${JSON.stringify(entry)}\n`);
  }

  /** The pieces of which the result is known. */
  get done() {
    return Object.keys(this.#state.results).length;
  }

  /** What a check says when all is done, beside its summary: { text, problems }; nothing of most. */
  get details() {
    return this.#check.details?.(Object.values(this.#state.results));
  }

  /** Lets the pieces that run now end unheard, and begins no other. */
  stop() {
    this.#stopped = true;
    this.#check.stop();
  }

  /** Does what is left; `onPiece(piece, result)` hears of each. Answers { done, failed, total, summary, stopped }. */
  async run(onPiece) {
    mkdirSync(this.#folder, { recursive: true });
    const started = performance.now();
    const pieces = this.#check.pieces();
    const left = pieces.filter(({ id }) => !(id in this.#state.results));
    this.#note(left.length < pieces.length ? 'resumed' : 'begun', {
      done: pieces.length - left.length,
      total: pieces.length,
    });
    let error;
    const work = async (piece) => {
      if (this.#stopped) return;
      try {
        const result = await this.#check.run(piece);
        if (!this.#stopped) this.#keep(piece, result, onPiece);
      } catch (reason) {
        // What was stopped has not failed.
        if (!this.#stopped) error = reason;
        this.stop();
      }
    };
    await inParallel(left, work, this.#check.jobs);
    const report = this.#report(pieces.length);
    const seconds = Math.round((performance.now() - started) / 1000);
    this.#note(error ? 'broken' : this.#stopped ? 'stopped' : 'done', { ...report, seconds });
    if (error) throw error;
    return { ...report, stopped: this.#stopped };
  }

  #keep(piece, result, onPiece) {
    this.#state.results[piece.id] = result;
    this.#save();
    onPiece(piece, result);
  }

  #report(total) {
    const results = Object.values(this.#state.results);
    const failed = Object.entries(this.#state.results).filter(([, { ok }]) => !ok);
    return {
      done: results.length,
      total,
      failed: failed.map(([id, { text }]) => ({ id, text })),
      summary: this.#check.summary(results),
    };
  }
}

const isDone = (check, { results }) => check.pieces().every(({ id }) => id in results);

/** The entries of the log, oldest first. */
export function readLog(folder) {
  const file = join(folder, 'log.jsonl');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
