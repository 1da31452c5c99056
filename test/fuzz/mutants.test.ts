// SPDX-License-Identifier: GPL-2.0-only
import { describe, expect, it } from 'vitest';

interface Mutant {
  readonly id: string;
  readonly file: string;
  readonly wrong: string;
  readonly find: string;
  readonly replace: string;
  readonly smoke: boolean;
}

interface HistoricMutant extends Mutant {
  readonly upstream: string;
  readonly since: string;
  readonly effect: string;
}

interface List {
  readonly history: readonly HistoricMutant[];
  readonly mutants: readonly Mutant[];
  mutatedText(mutant: Pick<Mutant, 'id' | 'file' | 'find' | 'replace'>): string;
}

const { history, mutants, mutatedText }: List = await import(
  new URL('../../native/fuzz/mutants/index.mjs', import.meta.url).href
);

describe('native/fuzz/mutants', () => {
  it('applies to the port as it is', () => {
    for (const mutant of mutants) {
      expect(mutant.replace, mutant.id).not.toBe(mutant.find);
      expect(mutatedText(mutant)).toContain(mutant.replace);
    }
  });

  it('has bugs that Linux really had, which apply too', () => {
    expect(history.length).toBeGreaterThanOrEqual(22);
    expect(new Set(history.map(({ id }) => id)).size).toBe(history.length);
    for (const bug of history) {
      expect(mutatedText(bug), bug.id).not.toBe(mutatedText({ ...bug, replace: bug.find }));
      expect(bug.upstream, bug.id).toMatch(/^(–|[0-9a-f]{8,12}( \(made it\))?(, [0-9a-f]{10,12})?)$/);
      for (const text of [bug.since, bug.effect]) expect(text, bug.id).toMatch(/^\S.{2,100}$/);
    }
  });

  it('has one name for each, and says what is wrong', () => {
    expect(new Set(mutants.map(({ id }) => id)).size).toBe(mutants.length);
    for (const { id, wrong } of [...mutants, ...history]) {
      expect(id).toMatch(/^[a-z0-9-]+$/);
      expect(wrong).toMatch(/^\S.{15,110}$/);
    }
  });

  it('has a few for CI', () => {
    expect(mutants.filter(({ smoke }) => smoke).length).toBeGreaterThanOrEqual(10);
  });

  it('says which mutant no longer applies, and where', () => {
    const lost = { id: 'lost', file: 'native/core/linux/gmap/gmap.c', find: 'no such text', replace: '' };
    expect(() => mutatedText(lost)).toThrow(
      /Mutant lost no longer applies: this is not there in native\/core\/linux\/gmap\/gmap\.c:\nno such text/,
    );
    expect(() => mutatedText({ ...lost, find: 'return' })).toThrow(/this is there \d+ times/);
  });
});
