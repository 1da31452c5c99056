// SPDX-License-Identifier: GPL-2.0-only
// Long programs: each mend undone, and the test that fails then.
export const holds = [
  {
    finding: 'scale 4',
    what: 'a program that is over the limit of a corpus is cut off',
    file: 'lib/fuzz/fuzzer.ts',
    from: 'if (problem !== undefined) throw new RangeError(',
    to: 'if (problem === "") throw new RangeError(',
    test: 'test/fuzz/fuzz.test.ts',
    name: 'of more than 128 operations is for no corpus, but is judged and made small',
  },
  {
    finding: 'scale 4',
    what: 'merge drops what is over the limit without a word',
    file: 'lib/fuzz/corpus.ts',
    from: '    if (problem !== undefined) this.#onSkipped({ path, what: problem });\n',
    to: '',
    test: 'test/cli/fuzz.test.ts',
    name: 'leaves out what is over the limit of a corpus, and says so',
  },
  {
    finding: 'scale 4',
    what: 'minimizing looks at the first 128 operations',
    file: 'native/fuzz/engine/minimize.c',
    from: 'size_t words = bytes < INPUT_HEAD ? 1 : bytes / sizeof(u64);',
    to: 'size_t words = bytes < INPUT_HEAD ? 1 : bytes / sizeof(u64) < 384 ? bytes / sizeof(u64) : 384;',
    ctest: 'fuzz_test_length',
  },
  {
    finding: 'scale 4',
    what: 'judging looks at the whole state after each operation, however many there are',
    file: 'native/fuzz/oracles/judge.c',
    from: '	while (operation / step >= FIRST_LOOKS)\n		step *= 2;\n',
    to: '',
    ctest: 'fuzz_test_length',
  },
  {
    finding: 'scale 4',
    what: 'of a long program the operation is named at which somebody looked',
    file: 'native/fuzz/oracles/judge.c',
    from: 'if (!agreed && thorough)',
    to: 'if (!agreed && thorough && !verdict)',
    ctest: 'fuzz_test_length',
  },
];
