// SPDX-License-Identifier: GPL-2.0-only
// Not `import { createRequire }`: webpack looks for that name, and leaves nothing of a call that it cannot follow.
import Module from 'node:module';

/** `require` as it is in that file. */
export function requireFrom(file: string): NodeJS.Require {
  return Module.createRequire(file);
}
