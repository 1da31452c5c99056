// SPDX-License-Identifier: GPL-2.0-only
/** What is printed of a finding: programs that show it without the fuzzer. */
export type { Finding } from './finding.js';
export { printCTest } from './print-c-test.js';
export { printTypeScriptTest } from './print-typescript-test.js';
export { printUcontrol, type UcontrolReproducer } from './print-ucontrol.js';
