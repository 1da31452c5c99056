// SPDX-License-Identifier: GPL-2.0-only
/** The lint of includes: which ones it refuses. That the repository has none of them is the lint's own business. */
import { describe, expect, it } from 'vitest';
// @ts-expect-error: a script, without types
import { wrongIncludes } from '../../scripts/lint-includes.mjs';

const files = (texts: Record<string, string>) =>
  new Map(Object.entries({ 'core/machine/undo.h': '', 'core/linux/gmap/pgtable.h': '', ...texts }));
const problems = (texts: Record<string, string>): string[] => wrongIncludes(files(texts));

describe('wrongIncludes', () => {
  it('lets a file include its own room and those below', () => {
    expect(problems({ 'core/program/interp.c': '#include "core/machine/undo.h"\n' })).toEqual([]);
    expect(problems({ 'core/machine/undo.c': '#include <stdlib.h>\n#include "core/machine/undo.h"\n' })).toEqual([]);
  });

  it('refuses what leads up', () => {
    expect(problems({ 'core/hardware/dat.h': '#include "core/linux/gmap/pgtable.h"\n' })).toEqual([
      'native/core/hardware/dat.h: #include "core/linux/gmap/pgtable.h" leads up, from core/hardware to core/linux/gmap',
    ]);
  });

  it('knows where the kernel calls up', () => {
    const text = '#include "core/linux/gmap/pgtable.h"\n';
    expect(problems({ 'core/linux/mm/zap.c': text })).toEqual([]);
    expect(problems({ 'core/linux/profile.c': text })).toHaveLength(1);
  });

  it('refuses paths that are not from native/ on', () => {
    expect(problems({ 'core/linux/mm/zap.c': '#include "zap.h"\n' })).toEqual([
      'native/core/linux/mm/zap.c: #include "zap.h" is not the path of a file of a room, from native/ on',
    ]);
  });
});
