// SPDX-License-Identifier: GPL-2.0-only
import { describe, expect, it } from 'vitest';
import { cutIntoRequests } from '../../lib/kernel/session/requests.js';

const never = () => false;

describe('cutIntoRequests', () => {
  it('makes many calls at once', () => {
    expect(cutIntoRequests(2500, never)).toEqual([
      { start: 0, end: 1000 },
      { start: 1000, end: 2000 },
      { start: 2000, end: 2500 },
    ]);
  });

  it('makes some calls alone', () => {
    expect(cutIntoRequests(5, (call) => call === 2 || call === 4)).toEqual([
      { start: 0, end: 2 },
      { start: 2, end: 3 },
      { start: 3, end: 4 },
      { start: 4, end: 5 },
    ]);
    expect(cutIntoRequests(2, () => true)).toEqual([
      { start: 0, end: 1 },
      { start: 1, end: 2 },
    ]);
  });

  it('has nothing to do for an empty program', () => {
    expect(cutIntoRequests(0, never)).toEqual([]);
  });
});
