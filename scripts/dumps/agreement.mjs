// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether the check of dumps (lib/dump/check) and machine_check() say the same of a state of the model. Where they may differ is listed here,
 * and nowhere else. I15 and I18 are about what was done, and neither of the two looks at them.
 */

/** Whether the page that is spoken of is in the host segment. */
const isIn = (vmaddr, says) => vmaddr >> 20n === BigInt(/: (0x[0-9a-f]+): PTE/.exec(says)?.[1] ?? 0) >> 20n;

/** What machine_check() says, and no dump shows: `when` not always, but only of such states. */
export const UNSEEN = [
  { says: /^I1: mm\d+: its list of gmaps is out of order/, why: 'which gmap is older no dump says' },
  { says: /^I1: g\d+ is not on the list of its process/, why: 'what is on no list is not found' },
  { says: /^I1: g\d+ has the handle of another gmap/, why: "handles are the model's own" },
  { says: /^I3: g\d+: \d+ tables on crst_list, \d+ counted/, why: 'kernels do not count them' },
  { says: /^I8: .* is mapped to 0x20000000000000$/, why: 'the limit of 4.7, whose dumps cannot be read' },
  {
    says: /^I12: /,
    when: (says, { gmaps }) => !gmaps.some(({ linked }) => [...linked].some(([vmaddr]) => isIn(vmaddr, says))),
    why: 'a page that no guest reaches may be from before s390_enable_sie',
  },
  { says: /^I13: /, why: 'of 4.7 only, whose dumps cannot be read' },
  { says: /^I16: /, why: 'a lock that is held is told with each problem, and is none by itself' },
  {
    says: /^(a zero page|a special page is not a zero page)/,
    why: 'where zero pages are, no symbol of a stock kernel says',
  },
  {
    says: /^(copy on write|references: .* (has|in descriptors,) )/,
    why: 'kernels count more users of a page than those in tables',
  },
  { says: /^(not the page that the file has there|file): /, why: 'files are not looked at' },
  { says: /^leak: /, why: 'a dump has no list of all that is allocated' },
  {
    says: /^host tables: .*page table of .* says/,
    why: "what a page table's descriptor says differs from kernel to kernel",
  },
  { says: /^host tables: .*large page/, why: 'large pages are not looked at' },
  {
    says: /^VMA: .*(counted|protection|before the first|tree|allocated)/,
    why: 'how VMAs are kept differs from kernel to kernel',
  },
  { says: /^radix tree: /, why: 'the reader of a dump tells what leads nowhere, as I6' },
  { says: /^cpu/, why: 'what CPUs run is not looked at' },
  { says: /^exit: /, why: 'a process that has ended is on no list' },
  { says: /^hardware: /, why: 'the tables are right, and a function of the model that reads them is not' },
];

/** The same rule in other words: they name other things. */
export const OTHER_WORDS = [
  { says: /^references: .* is not such a page/, why: 'a dump says of which process and address' },
  { says: /^host tables: .*(in use as something else too|not in a frame for that)/, why: 'the same' },
];

/** What a dump tells where the model knows that the kernel has this defect (native/abi/known.def). */
export const OF_DEFECTS = {
  table_without_pgstes: ['I6', 'I7'],
  table_of_removed_gmap: ['I6', 'I7'],
  table_before_sie: ['I6', 'I7'],
  table_outside_vmas: ['I6', 'I7'],
  older_pages: ['I12'],
  unrelated_link: ['I9'],
  wrapped_link: ['I6', 'I7'],
  link_to_nothing: ['I6', 'I7'],
};

const ruleOf = (text) => text.split(':')[0];

/**
 * `one`: a state as model-state.mjs has it; `problems`: those of the dump's check. Answers
 * { agrees, how, row }: `how` in words, `row` of UNSEEN or OTHER_WORDS if that is the reason.
 */
export function agreement({ check: says, known, state }, problems) {
  const told = problems.map(({ rule, text }) => `${rule}: ${text}`);
  if (says === '') {
    const allowed = known.flatMap((id) => OF_DEFECTS[id] ?? []);
    const more = told.find((text) => !allowed.includes(ruleOf(text)));
    if (more !== undefined) return { agrees: false, how: `only the dump: ${more}` };
    return { agrees: true, how: told.length > 0 ? `known: ${known.join(', ')}` : 'both: nothing' };
  }
  if (told.some((text) => text.startsWith(says))) return { agrees: true, how: 'both, in the same words' };
  if (told.some((text) => ruleOf(text) === ruleOf(says))) {
    const row = [...OTHER_WORDS, ...UNSEEN].find((one) => one.says.test(says));
    return { agrees: row !== undefined, how: `both, in other words: ${row?.why ?? 'nobody knows why'}`, row };
  }
  const row = UNSEEN.find((one) => one.says.test(says) && (one.when?.(says, state) ?? true));
  return { agrees: row !== undefined, how: `only machine_check(): ${row?.why ?? 'nobody knows why'}`, row };
}
