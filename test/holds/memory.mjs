// SPDX-License-Identifier: GPL-2.0-only
// Mends of what native code does without memory, with too much work, and as machines grow.

export const holds = [
  {
    finding: 'hostile 1.7',
    what: 'a pool that gets no memory from the process ends the call, and is no ENOMEM of the kernel',
    file: 'native/core/machine/pool.c',
    from: `			machine_bug(m, BUG_host_memory, "%llu objects of a kind", (unsigned long long)state->used);`,
    to: `			return NULL;`,
    ctest: 'fuzz_test_memory',
  },
  {
    finding: 'hostile 1.7',
    what: 'a check without memory is no broken invariant for the judge',
    file: 'native/fuzz/oracles/judge.c',
    from: `	if (result != CHECK_BROKEN)`,
    to: `	if (result == CHECK_HOLDS)`,
    ctest: 'fuzz_test_memory',
  },
  {
    finding: 'hostile 1.7',
    what: 'a fuzzer stops where a program could not be judged to its end',
    file: 'native/fuzz/engine/fuzz.c',
    from: `	agreed = judge_run(fuzz->judge, m, program, bytes, false, verdict);
	fuzz->no_memory |= verdict->no_memory;`,
    to: `	agreed = judge_run(fuzz->judge, m, program, bytes, false, verdict);`,
    ctest: 'fuzz_test_memory',
  },
  {
    finding: 'hostile 1.7',
    what: 'whoever asks for a judgement is told that there was no memory for a machine',
    file: 'native/fuzz/engine/fuzz.c',
    from: `	*verdict = (struct verdict){ .no_memory = !m };`,
    to: `	*verdict = (struct verdict){ 0 };`,
    ctest: 'fuzz_test_memory',
  },
  {
    finding: 'hostile 1.7',
    what: 'a program of which not all could be observed ends there, in a machine that is dead',
    file: 'native/core/program/interp.c',
    from: `			if (run->out->failed)`,
    to: `			if (false)`,
    ctest: 'fuzz_test_memory',
  },
  {
    finding: 'hostile 1.7',
    what: 'a reset takes no memory',
    file: 'native/core/program/boot.c',
    from: `		m->events.mask = 0;
		machine_enter`,
    to: `		machine_enter`,
    ctest: 'fuzz_test_memory',
  },
  {
    finding: 'hostile 1.7',
    what: 'a reset forgets what the log keeps for snapshots before it stores anything',
    file: 'native/core/program/boot.c',
    from: `	undo_start(m);
	boot(m, context);`,
    to: `	boot(m, context);`,
    ctest: 'fuzz_test_memory',
  },
  {
    finding: 'hostile 1.7',
    what: 'a program whose first call ends in a BUG and could not be observed writes nowhere',
    file: 'native/core/program/interp.c',
    from: `		if (!run->out->failed)
			run->out->count = run->record + 3;`,
    to: `		run->out->count = run->record + 3;`,
    ctest: 'fuzz_test_memory',
  },
  {
    finding: 'hostile 1.7',
    what: 'check() of a machine throws ERR_GMAP_MEMORY',
    file: 'native/addon/model/machines.c',
    from: `	return check.result == CHECK_NO_MEMORY ? OUTCOME_NO_MEMORY : OUTCOME_OK;`,
    to: `	return OUTCOME_OK;`,
    test: 'test/addon/15-memory.holds.test.ts',
  },
  {
    finding: 'hostile 1.7',
    what: 'a call that got no memory throws ERR_GMAP_MEMORY, and is no BUG',
    file: 'native/addon/model/machines.c',
    from: `	if (place == BUG_host_memory)
		return OUTCOME_NO_MEMORY;`,
    to: ``,
    test: 'test/addon/15-memory.holds.test.ts',
  },
  {
    finding: 'hostile 1.10',
    what: 'there is a handle before a call makes what needs one',
    file: 'native/addon/hot/operations.c',
    from: `	int outcome = handle_ready(machine->addon, op);`,
    to: `	int outcome = handle_ready(machine->addon, op) * 0;`,
    test: 'test/addon/16-handles.test.ts',
  },
  {
    finding: 'hostile 1.10',
    what: 'an answer in place of a handle is an error, alone and in a list',
    edits: [
      {
        file: 'lib/native/context.ts',
        from: `    if (handle <= 0) this.throwAnswer('the handle of a process', handle);
`,
        to: ``,
      },
      {
        file: 'native/addon/js/machines.cc',
        from: `		if (handles[i] < 0)
			return call.number(handles[i]);`,
        to: `		(void)i;`,
      },
    ],
    test: 'test/addon/16-handles.test.ts',
  },
  {
    finding: 'hostile 3: the slowest call',
    what: 'a call that would arm more pages than the machine allows is refused',
    file: 'native/core/program/operations_gmap.c',
    from: `	for (at = gaddr & PMD_MASK; at <= end; at += PMD_SIZE)`,
    to: `	for (at = gaddr & PMD_MASK; at <= UINT64_MAX - PMD_SIZE; at += PMD_SIZE)`,
    ctest: 'test_budget',
  },
  {
    finding: 'hostile 3: the slowest call',
    what: 'a discard of more mapped segments than one call can map is refused',
    file: 'native/core/program/operations_gmap.c',
    from: `	for (found = 0; found <= DEFAULT_MAX_SEGMENTS; found++, key++)`,
    to: `	for (found = 0; found <= UINT64_MAX >> 1; found++, key++)`,
    ctest: 'test_budget',
  },
  {
    finding: 'hostile 3: the slowest call',
    what: 'a call that tells notifiers without end is ended',
    file: 'native/core/program/operations_gmap.c',
    from: `	if (++m->stack->told > MAX_TOLD)`,
    to: `	if (false)`,
    ctest: 'test_budget',
  },
  {
    finding: 'hostile 1.7',
    what: 'a campaign without memory tells of what it kept before it ends',
    file: 'lib/fuzz/fuzz.ts',
    from: `      } finally {
        // What was found and kept is told of, also if this process has no memory left to go on.
        this.#takeFindings();
        this.#tellInputs();
        await this.#answered();
      }`,
    to: `      } finally {
      }
      this.#takeFindings();
      this.#tellInputs();
      await this.#answered();`,
    test: 'test/addon/15-memory.holds.test.ts',
  },
  {
    finding: 'scale 11',
    what: 'a check goes through the list of gmaps of a process once',
    file: 'native/core/check/check.c',
    from: `		if (!(c->on_list[i / 64] >> i % 64 & 1))`,
    to: `		const struct list_link *link = gmap->mm->gmap_list.next;

		for (; link != &gmap->list && link != &gmap->mm->gmap_list; link = link->next)
			WORK(m, gmaps, 1);
		if (link != &gmap->list)`,
    ctest: 'test_trim',
  },
  {
    finding: 'scale 15',
    what: 'a reset gives the memory of frames back',
    file: 'native/core/program/boot.c',
    from: `	storage_trim(m);
`,
    to: ``,
    ctest: 'test_trim',
  },
  {
    finding: 'scale 15',
    what: 'a reset gives the memory of objects back',
    file: 'native/core/program/boot.c',
    from: `	pools_trim(m);
`,
    to: ``,
    ctest: 'test_trim',
  },
  {
    finding: 'scale 15',
    what: 'a reset gives the memory of events back',
    file: 'native/core/program/boot.c',
    from: `	events_trim(m);
`,
    to: ``,
    ctest: 'test_trim',
  },
];
