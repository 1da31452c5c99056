// SPDX-License-Identifier: GPL-2.0-only
/**
 * `s390-gmap/fast-check`: for properties of your own, with fast-check 4, which has to be installed besides. Arbitraries of
 * addresses, lengths and programs, and commands with a small model of a guest.
 *
 * @module s390-gmap/fast-check
 */
export { type AddressOptions, gaddr, type LengthOptions, length, segment, vmaddr } from './addresses.js';
export { type CommandsOptions, commands, type GmapCommand } from './commands.js';
export { GuestModel, Model, type Real, type Setup, setup } from './model.js';
export { type ProgramOptions, program } from './program.js';
