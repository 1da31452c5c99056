// SPDX-License-Identifier: GPL-2.0-only
import { largest } from '../largest.js';

/** Rows as lines: columns as wide as their widest cell; the last is as long as it is. All rows have as many cells. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => largest(rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
