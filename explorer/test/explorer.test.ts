// SPDX-License-Identifier: GPL-2.0-only
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { openPage, openTrace, recording } from './browser.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');

const mprotect = recording('d_trig_mprotect_ro');
/** The call that takes the write permission away from three armed pages. */
const TRIGGER = 11;

// A page shows what a key did a moment later: what it shows is always waited for, with expect.poll().
const position = async (page: Page) => Number(await page.getByRole('slider').getAttribute('aria-valuenow'));
const title = (page: Page) => page.locator('.call h2').innerText();

describe('the timeline', () => {
  it('steps with buttons and keys, and keeps the place in the address', async () => {
    const page = await openTrace(mprotect);
    await expect.poll(() => position(page)).toBe(0);
    await page.getByRole('button', { name: 'One call on' }).click();
    await expect.poll(() => title(page)).toBe('s390_enable_sie(mm0) = 0');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => title(page)).toBe('gmap_alloc(mm0, 0x0) = g0');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => position(page)).toBe(2);
    await page.keyboard.press('PageDown');
    await expect.poll(() => position(page)).toBe(12);
    await page.keyboard.press('End');
    await expect.poll(() => title(page)).toBe('gmap_free(g0)');
    await page.keyboard.press('Home');
    await expect.poll(() => position(page)).toBe(0);
    await page.evaluate(() => {
      location.hash = '#line=27';
    });
    await expect.poll(() => position(page)).toBe(TRIGGER);
    await expect.poll(() => page.url()).toContain(`#call=${TRIGGER}`);
  });

  it('is dragged forward and back, and wheeled', async () => {
    const page = await openTrace(mprotect);
    const box = await page.getByRole('slider').boundingBox();
    if (!box) throw new Error('there is no slider');
    const at = (part: number) => [box.x + box.width * part, box.y + box.height / 2] as const;
    await page.mouse.move(...at(0.5));
    await page.mouse.down();
    await page.mouse.move(...at(1), { steps: 5 });
    await expect.poll(() => position(page)).toBe(19);
    await page.mouse.move(...at(TRIGGER / 19), { steps: 5 });
    await expect.poll(() => position(page)).toBe(TRIGGER);
    await page.mouse.up();
    await page.mouse.move(...at(0.1));
    await expect.poll(() => position(page)).toBe(TRIGGER);
    await page.mouse.wheel(0, 100);
    await expect.poll(() => position(page)).toBe(TRIGGER + 1);
  });

  it('plays, and stops at the end', async () => {
    const page = await openTrace(mprotect, { hash: 'call=17' });
    await page.getByRole('button', { name: 'Play' }).click();
    await expect.poll(() => position(page)).toBe(19);
    await page.getByRole('button', { name: 'Play' }).waitFor();
  });
});

describe('the current call', () => {
  it('shows what it changed, and its events', async () => {
    const page = await openTrace(mprotect, { hash: `call=${TRIGGER}` });
    const call = page.locator('.call');
    await call.getByText('! notify(n3, g0, 0x2ff000)').waitFor();
    const first = call.locator('.entries li').first();
    await expect.poll(() => first.innerText()).toMatch(/^PTE mm0 0x10000000000, g0 0x200000\n/);
    await expect.poll(() => first.locator('.went').innerText()).toBe('−WRITE');
    await expect.poll(() => first.locator('.came').innerText()).toBe('+PROTECT');
    await first.getByRole('button').click();
    await page.locator('.details').getByText('PTE 0, valid, protected').waitFor();
  });

  it('has a specification', async () => {
    const page = await openTrace(mprotect, { hash: `call=${TRIGGER}` });
    await page.locator('.call h2 a').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('mprotect(mm, addr, len, prot)').waitFor();
    await expect.poll(() => dialog.innerText()).toContain('ENOMEM: a hole in the range');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => position(page)).toBe(TRIGGER + 1);
  });

  it('is chosen in the list, which can be filtered', async () => {
    const page = await openTrace(mprotect);
    await page.getByLabel('Filter calls').fill('EFAULT');
    await page.locator('.calls li button').click();
    await expect.poll(() => title(page)).toBe('gmap_ipte_notify(g0, 0x200000, 0x1000) = -EFAULT');
  });
});

describe('the picture', () => {
  it('has a shared page table once, reached from both sides', async () => {
    const page = await openTrace(mprotect, { hash: `call=${TRIGGER}` });
    const boxes = page.locator('.picture .box');
    await expect
      .poll(() => boxes.evaluateAll((all) => all.map((box) => box.querySelector('.name')?.textContent?.split(' ')[0])))
      .toEqual(['mm0', 'RTTE', 'STE', 'PTE', 'STE', 'g0']);
    const shared = page.getByRole('button', {
      name: /page table, for mm0 0x10000000000 and g0 0x200000, 3 used, changed by this call$/,
    });
    await expect.poll(() => page.locator('.picture .arrow').count()).toBe(5);
    const left = (selector: string) =>
      page.locator(selector).evaluateAll((all) => all.map((box) => box.getBoundingClientRect().left));
    const [process, ...rest] = await left('.picture .box');
    expect(process).toBeLessThan(Math.min(...rest));
    await shared.focus();
    await expect.poll(() => page.locator('.picture .arrow-lit').count()).toBe(2);
    await page.keyboard.press('Enter');
    await page.locator('.details h2').getByText('page table').waitFor();
  });

  it('has room for many tables', async () => {
    const lines = Array.from(
      { length: 60 },
      (_, i) => `store(mm0, 0x${(0x10000000000 + i * 0x100000).toString(16)}, 0x1)`,
    );
    const page = await openTrace(
      ['# gmap-trace 1', 'mmap(mm0, 0x10000000000, 0x4000000, 0x3, 0)', ...lines, ''].join('\n'),
      {
        hash: 'call=61',
      },
    );
    await page.getByRole('button', { name: /21 more tables/ }).click();
    await page.locator('.details').getByText('62 tables').waitFor();
    await expect.poll(() => page.locator('.tables li').count()).toBe(62);
  });
});

describe('a table', () => {
  it('is a map that one zooms into with keys', async () => {
    const page = await openTrace(mprotect, { hash: `call=${TRIGGER}` });
    await page.getByRole('button', { name: /segment table, for g0/ }).click();
    const map = page.getByRole('application');
    await expect.poll(() => map.getAttribute('aria-label')).toContain('STE 2: valid');
    await map.focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('.details').getByText('STE 3, empty').waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await page.getByText('entries 0 to 127 of 2048').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('entries 0 to 15 of 2048').waitFor();
    await expect.poll(() => page.locator('.rows tr[aria-current] td').first().innerText()).toMatch(/^[0-9a-f]{16}$/);
    await page.locator('.rows tr[aria-current] button').focus();
    await page.keyboard.press('Backspace');
    await page.getByText('entries 0 to 127 of 2048').waitFor();
    // what it points at
    await page.locator('.entry dl .link').last().click();
    await page.locator('.details h2').getByText('page table').waitFor();
  });

  it('shows every bit of a PTE, a PGSTE and a key', async () => {
    const page = await openTrace(recording('h_keys'), { hash: 'call=1000' });
    await page.keyboard.press('Home');
    for (let i = 0; i < 40 && (await page.locator('.box.level-PTE').count()) === 0; i++) {
      await expect.poll(() => position(page)).toBe(i);
      await page.keyboard.press('ArrowRight');
    }
    await page.locator('.box.level-PTE').first().click();
    const names = (label: string) =>
      page
        .getByRole('list', { name: `Bits of the ${label}` })
        .locator('span')
        .allInnerTexts();
    await expect.poll(() => names('PTE')).toEqual(expect.arrayContaining(['INVALID', 'PROTECT', 'PRESENT']));
    await expect
      .poll(() => names('PGSTE'))
      .toEqual(['ACC', 'FP', 'PCL', 'HR', 'HC', 'GR', 'GC', 'UC', 'IN', 'ZERO', 'USAGE']);
  });
});

describe('the search', () => {
  it('finds an address of a guest and shows its way', async () => {
    const page = await openTrace(mprotect, { hash: `call=${TRIGGER}` });
    await page.keyboard.press('/');
    await page.keyboard.type('0x201234');
    await page.getByText('guest address in g0: absolute 0x10e234').waitFor();
    await page.keyboard.press('Enter');
    const details = page.locator('.details');
    await details.getByText('guest_to_host: 0x200000 → 0x10000000000').waitFor();
    await expect.poll(() => details.locator('.chain').first().innerText()).toContain('protection exception');
    await page.getByRole('button', { name: 'One call back' }).click();
    await expect.poll(() => details.locator('.chain').first().innerText()).not.toContain('exception');
  });

  it('finds an entry by its absolute address, and says what is no address', async () => {
    const page = await openTrace(mprotect, { hash: `call=${TRIGGER}` });
    const search = page.getByLabel('Search an address, in hex');
    await search.fill('10c808');
    await page.getByText('absolute address: PGSTE 1 of the page table at 0x10c000').click();
    await page.locator('.details').getByText('PTE 1, valid, protected').waitFor();
    await search.fill('10e010');
    await page.getByText('absolute address: the page at mm0 0x10000001000, g0 0x201000').waitFor();
    await search.fill('xyz');
    await page.getByText('Not an address: up to 16 hex digits.').waitFor();
  });
});

describe('a difference', () => {
  const wrong = recording('b_alias').replace(
    '  + entry g0 seg 0x0 flags=0x0 host=0x10000000000',
    '  + entry g0 seg 0x0 flags=0x0 host=0x10000100000',
  );

  it('is where the page opens, both sides beside each other', async () => {
    const page = await openTrace(wrong);
    await expect.poll(() => title(page)).toBe('gmap_fault(g0, 0x0, 0x1) = 0');
    const row = page.locator('.sides tr.differs-row');
    await expect.poll(() => row.allInnerTexts()).toEqual([expect.stringContaining('≠ entry g0 seg 0x0')]);
    await expect
      .poll(() => row.locator('td').allInnerTexts())
      .toEqual(['flags=0x0 host=0x10000100000', 'flags=0x0 host=0x10000000000']);
    await page.getByLabel(/only\s+facts that differ/).uncheck();
    await expect.poll(() => page.locator('.sides tbody').last().locator('tr').count()).toBeGreaterThan(1);
    await page.keyboard.press('Home');
    await page.getByRole('button', { name: /differs at line/ }).click();
    await expect.poll(() => title(page)).toBe('gmap_fault(g0, 0x0, 0x1) = 0');
  });

  it('of answers is shown too', async () => {
    const page = await openTrace(recording('b_alias').replace('-EEXIST', '0'));
    await page.locator('.call').getByText('≠ recorded: 0').waitFor();
    await expect.poll(() => page.locator('.sides tr.differs-row td').allInnerTexts()).toEqual(['0', '-EEXIST']);
  });
});

describe('the page', () => {
  it.each([
    ['light', 1280, 800],
    ['dark', 1280, 800],
    ['light', 390, 844],
    ['dark', 390, 844],
  ] as const)('is accessible in %s, %i by %i', async (colorScheme, width, height) => {
    const page = await openTrace(mprotect, { hash: `call=${TRIGGER}`, colorScheme, viewport: { width, height } });
    await page.evaluate(axe);
    const check = async () => {
      // Without the details of what is well, which take as long as the rest.
      const { violations } = (await page.evaluate("axe.run({ resultTypes: ['violations'] })")) as {
        violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
      };
      expect(
        violations.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => [html, failureSummary])]),
      ).toEqual([]);
    };
    await check();
    const tabs = page.locator('.panel-tabs button');
    if (width < 760) {
      for (let i = 1; i < 4; i++) {
        await tabs.nth(i).click();
        await check();
      }
      await tabs.first().click();
    }
    await page.locator('.box.level-PTE').click();
    await check();
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await check();
  });

  it('does not scroll sideways at 390 pixels, nor at all at 1280', async () => {
    for (const [width, height] of [
      [390, 844],
      [1280, 800],
    ] as const) {
      const page = await openTrace(recording('r_062_mix'), { hash: 'call=70', viewport: { width, height } });
      const size = () =>
        page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]);
      await expect.poll(size).toEqual([width, height]);
    }
  });

  it('has a theme of its own, and remembers it', async () => {
    const page = await openTrace(mprotect, { colorScheme: 'light' });
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await background();
    await page.getByRole('button', { name: 'Theme: as the system' }).click();
    await page.getByRole('button', { name: 'Theme: light' }).click();
    await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
    await expect.poll(() => background()).not.toBe(light);
    await page.reload();
    await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
  });

  it('says what is wrong where there is no film', async () => {
    const page = await openPage(readFileSync(new URL('../../dist/explorer.html', import.meta.url), 'utf8'));
    await page.getByText('There is no film in this page').waitFor();
    const other = await openPage(
      readFileSync(new URL('../../dist/explorer.html', import.meta.url), 'utf8').replace(
        '"__FILM__"',
        '{"format":"gmap-film 9"}',
      ),
    );
    await other.getByText('of a format that this page does not know').waitFor();
  });

  it('does not take text of a trace for HTML', async () => {
    const page = await openTrace(
      ['# gmap-trace 1', '# </script><script>document.title = "broken"</script><b id="bold">', 'fork(mm0)', ''].join(
        '\n',
      ),
    );
    await page.keyboard.press('End');
    await expect.poll(() => page.title()).toBe('test.trace · s390-gmap');
    await expect.poll(() => page.locator('#bold').count()).toBe(0);
    await expect.poll(() => page.locator('.call .comment').innerText()).toContain('</script>');
  });
});
