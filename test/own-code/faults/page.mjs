// SPDX-License-Identifier: GPL-2.0-only
// The tables of docs/own-code-faults.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { markdownTable } from '../../../scripts/markdown-table.mjs';
import { Failure } from '../../../scripts/steps.mjs';
import { unfound } from './index.mjs';

const PAGE = 'docs/own-code-faults.md';

/** What stands behind each marker up to the next paragraph that is no table, is replaced. */
export function writePage(results) {
  const found = results.filter((result) => result.found);
  const lines = found.map(({ id, function: name, wrong, finding, operations }) => [
    id,
    `\`${name}\``,
    wrong,
    finding.oracle,
    finding.rule,
    operations.toLocaleString('en'),
  ]);
  const head = ['fault', 'in', 'what is wrong', 'found by', 'rule', 'operations'];
  const missed = unfound.map(({ id, function: name, wrong, why }) => [id, `\`${name}\``, wrong, why]);
  let page = readFileSync(PAGE, 'utf8');
  page = replaced(page, '<!-- found -->', table(head, lines));
  page = replaced(page, '<!-- not found -->', table(['fault', 'in', 'what is wrong', 'what is in the way'], missed));
  writeFileSync(PAGE, page);
}

function table(head, lines) {
  const escaped = [head, ...lines].map((line) => line.map((cell) => cell.replaceAll('|', '\\|')));
  return markdownTable(escaped);
}

function replaced(page, marker, text) {
  const at = page.indexOf(marker);
  if (at < 0) throw new Failure(`${PAGE} has no line "${marker}", behind which a table would go.`);
  const end = at + marker.length;
  const rest = page.slice(end).replace(/^\s*(\|.*\n)*/, '');
  return `${page.slice(0, end)}\n\n${text}\n${rest && `\n${rest}`}`;
}
