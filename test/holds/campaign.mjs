// SPDX-License-Identifier: GPL-2.0-only
// Campaigns: what was mended there, and the test that fails without.
export const holds = [
  {
    finding: 'hostile 1.2',
    what: 'what a callback of runCampaign throws is caught by nobody',
    file: 'lib/fuzz/campaign.ts',
    from: `    try {
      await callback?.(value);
    } catch (error) {
      this.#fail(error);
    }`,
    to: '    await callback?.(value);',
    test: 'test/fuzz/campaign.test.ts',
    name: 'that throws ends it',
  },
  {
    finding: 'hostile 1.2',
    what: 'a campaign that failed leaves its jobs running',
    file: 'lib/fuzz/campaign.ts',
    from: '    for (const job of this.#jobs) job.kill();',
    to: '',
    test: 'test/fuzz/campaign.test.ts',
    name: 'that throws ends it',
  },
  {
    finding: 'hostile 1.12',
    what: 'TERM and HUP, told to the whole group of processes, end the jobs',
    file: 'lib/fuzz/job.ts',
    from: "['SIGINT', 'SIGTERM', 'SIGHUP'] as const",
    to: "['SIGINT'] as const",
    test: 'test/fuzz/campaign.test.ts',
    name: 'is not ended by what its whole group of processes is told',
  },
  {
    finding: 'scale 16',
    what: 'jobs do not hear of what others keep',
    file: 'lib/fuzz/campaign.ts',
    from: '    for (const job of this.#jobs) if (job !== this.#jobs[i]) job.give(fresh);',
    to: '    void i;',
    test: 'test/fuzz/campaign.test.ts',
    name: 'exchange what they keep, without a folder too',
  },
];
