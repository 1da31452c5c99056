// SPDX-License-Identifier: GPL-2.0-only
/** Colours for standard output. */
import picocolors from 'picocolors';

type Colours = ReturnType<typeof picocolors.createColors>;

// Picocolors alone would colour a pipe too where CI is set.
const wanted = process.stdout.isTTY === true || process.argv.includes('--color');

export const colours: Colours = picocolors.createColors(picocolors.isColorSupported && wanted);
