// SPDX-License-Identifier: GPL-2.0-only
/** Property tests see the same values in every run; FC_SEED=… npx vitest run shows them others. */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 0x390) });
