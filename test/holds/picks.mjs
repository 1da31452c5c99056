// SPDX-License-Identifier: GPL-2.0-only
// What a campaign builds upon: each mend undone, and the test that fails then.
export const holds = [
  {
    finding: 'scale 1',
    what: 'programs are made from all entries of the corpus alike, whatever they cost',
    file: 'native/fuzz/engine/fuzz.c',
    from: 'tries < MOST_TRIES',
    to: 'false',
    ctest: 'fuzz_test_engine',
  },
  {
    finding: 'scale section 8: the map of features',
    what: 'a feature is taken for another one that has its place',
    file: 'native/fuzz/engine/seen.c',
    from: ' && seen->word[i & (seen->size - 1)] != word',
    to: '',
    ctest: 'fuzz_test_length',
  },
];
