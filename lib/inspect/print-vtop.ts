// SPDX-License-Identifier: GPL-2.0-only
/** A view of an address in the style of vtop, a command of the crash utility. */
import { checkOurs } from '../brands.js';
import { interruptionText } from '../machine/result.js';
import type { Write } from '../machine/tracing.js';
import { hex } from '../trace/words.js';
import type { AccessAnswer } from './chain.js';
import { type Field, fieldText, pgsteFields } from './fields.js';
import type { AddressFacts, GuestView, HostView } from './views.js';

const LABEL_WIDTH = 7;

const word = (value: bigint) => value.toString(16).padStart(16, '0');

/** Lines without colours, the last one without a line feed. */
export function printVtop(view: GuestView | HostView): string {
  checkOurs('printVtop: view', view, 'AddressView');
  return ('guestToHost' in view ? guestLines(view) : hostLines(view)).join('\n');
}

function guestLines(view: GuestView): string[] {
  const { guestToHost, hostToGuest, host } = view;
  const address = view.chain.address;
  const offset = address & 0xfffffn;
  const vmaddr = guestToHost && guestToHost.vmaddr + offset;
  return [
    ...heading(
      ['GUEST', 'HOST', 'ABSOLUTE'],
      [word(address), vmaddr === undefined ? '-' : word(vmaddr), absolute(view)],
    ),
    ...chainLines(view),
    '',
    `${view.space} guest_to_host  ${guestToHost ? `${hex(guestToHost.gaddr)} -> ${hex(guestToHost.vmaddr)}` : 'not mapped'}`,
    ...(guestToHost
      ? [
          `${view.space} host_to_guest  ${
            hostToGuest
              ? `${hex(hostToGuest.vmaddr)} -> STE at ${hex(hostToGuest.entry)}, guest ${hex(hostToGuest.gaddr)}`
              : `${hex(guestToHost.vmaddr)} not linked`
          }`,
        ]
      : []),
    ...(host ? ['', `${host.space}, the process:`, '', ...hostLines(host)] : []),
  ];
}

function hostLines(view: HostView): string[] {
  return [
    ...heading(['VIRTUAL', 'ABSOLUTE'], [word(view.chain.address), absolute(view)]),
    ...chainLines(view),
    ...(view.guests.length > 0
      ? ['', `linked to  ${view.guests.map(({ gmap, gaddr }) => `${gmap} at ${hex(gaddr)}`).join(', ')}`]
      : []),
  ];
}

function heading(names: readonly string[], values: readonly string[]): string[] {
  const line = (cells: readonly string[]) =>
    cells
      .map((cell) => cell.padEnd(18))
      .join('')
      .trimEnd();
  return [line(names), line(values), ''];
}

function absolute({ chain: { load } }: AddressFacts): string {
  return 'absolute' in load ? word(load.absolute) : '-';
}

function chainLines({ chain, pgste, key, writes }: AddressFacts): string[] {
  return [
    entryLine('ASCE', word(chain.asce), chain.asceFlags),
    ...chain.entries.flatMap(({ level, address, value, flags }) => [
      entryLine(level, `${word(address)} => ${word(value)}`, flags),
      ...writeLine(writes?.entries.get(address)),
    ]),
    ...('absolute' in chain.load ? [`${label('PAGE')}${word(chain.load.absolute & ~0xfffn)}`] : []),
    ...(pgste
      ? [
          entryLine('PGSTE', `${word(pgste.address)} => ${word(pgste.value)}`, everyField(pgsteFields, pgste.value)),
          ...writeLine(writes?.entries.get(pgste.address)),
        ]
      : []),
    ...(key ? [entryLine('KEY', key.value.toString(16).padStart(2, '0'), key.flags), ...writeLine(writes?.key)] : []),
    '',
    `${label('load')}${answer(chain.load)}`,
    `${label('store')}${answer(chain.store)}`,
  ];
}

const label = (text: string) => `${text.padStart(LABEL_WIDTH - 1)}: `;

function entryLine(name: string, value: string, flags: readonly string[]): string {
  return `${label(name)}${value}${flags.length > 0 ? `  ${flags.join(' ')}` : ''}`;
}

function writeLine(write: Write | undefined): string[] {
  if (!write) return [];
  const before = write.before === undefined ? 'in a new table' : `before ${word(write.before)}`;
  return [`${' '.repeat(LABEL_WIDTH + 1)}by ${write.call} (call ${write.number}), ${before}`];
}

/** Every field, also those that are 0. */
function everyField(fields: readonly Field[], value: bigint): string[] {
  return fields.map((field) => `${field.name}=${fieldText(field, value)}`);
}

function answer(access: AccessAnswer): string {
  if ('absolute' in access) return `absolute ${hex(access.absolute)}`;
  return interruptionText(access.interruption);
}
