// SPDX-License-Identifier: GPL-2.0-only
/** A finding as a C program that makes the same calls in a real kernel, by a ucontrol VM. */
import { printCall, printCallWithoutResult } from '../../trace/print.js';
import type { Trace } from '../../trace/types.js';
import { errnoOf, hex } from '../../trace/words.js';
import { checkReproduced, codeOf, type Finding, headOf, textOf } from './finding.js';
import { type Program, programOf, type Step } from './steps.js';
import { printUcontrolCall, reasonAgainst } from './ucontrol-call.js';
import * as helpers from './ucontrol-helpers.js';

/** A program for an s390x host, or why there is none. */
export type UcontrolReproducer =
  | {
      readonly ok: true;
      /** The program, in C. */
      readonly text: string;
    }
  | {
      readonly ok: false;
      /** The first call that cannot be made. */
      readonly call: string;
      /** Why. */
      readonly reason: string;
    };

/**
 * A program for an s390x host: a VCPU of a ucontrol VM for each gmap, whose ioctls are the calls on it; the rest is done by
 * the process itself. It prints what each call answers, and ends with 1 if that is not what the model answered.
 *
 * Only few calls have such a door: of gmaps those that make and free one with five levels (limit 2^64 - 1), map, unmap,
 * and fault for reading.
 */
export function printUcontrol(trace: Trace, finding: Finding): UcontrolReproducer {
  checkReproduced('printUcontrol', trace, finding);
  const program = programOf(trace, finding);
  let hasPgste = false;
  for (const { call } of program.steps) {
    const reason = reasonAgainst(call, hasPgste);
    if (reason !== undefined) return { ok: false, call: printCallWithoutResult(call), reason };
    hasPgste ||= call.name === 's390_enable_sie';
  }
  return { ok: true, text: printProgram(program, finding, codeOf(trace)) };
}

function printProgram(program: Program, finding: Finding, code: string | undefined): string {
  const statements = program.steps.flatMap((step) => [
    ...(step.isFault ? [`/* ${textOf(finding)} */`] : []),
    statement(step),
  ]);
  const used = usedHelpers(statements);
  const needsKvm = statements.some((line) => line.includes('kvm'));
  return [
    '// SPDX-License-Identifier: GPL-2.0-only',
    '/*',
    ...headOf(finding).map((line) => ` * ${line}`),
    ...(code === undefined ? [] : [` * It needs a kernel with the built code ${code}.`]),
    ' *',
    ' * For an s390x host, as root: a kernel with CONFIG_KVM_S390_UCONTROL, best with CONFIG_DEBUG_VM, and a process whose',
    ' * page tables have PGSTEs: sysctl vm.allocate_pgste=1, or linked with -Wl,--s390-pgste. Look into the kernel log, too.',
    ' */',
    HEADERS,
    ...used.map(({ text }) => text),
    'int main(void)',
    '{',
    ...beginning(needsKvm, used, program),
    ...statements.map((line) => `\t${line}`),
    used.some(({ name }) => name === 'show') ? '\treturn differences != 0;' : '\treturn 0;',
    '}',
    '',
  ].join('\n');
}

const HEADERS = `\
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
`;

interface Helper {
  readonly name: string;
  readonly text: string;
}

/** Before those that call them. */
const HELPERS: readonly Helper[] = [
  { name: 'answer', text: helpers.ANSWER },
  { name: 'show', text: helpers.SHOW },
  { name: 'show_only', text: helpers.SHOW_ONLY },
  { name: 'new_guest', text: helpers.GUEST },
  { name: 'free_guest', text: helpers.FREE },
  { name: 'ucas_map', text: helpers.UCAS_MAP },
  { name: 'ucas_unmap', text: helpers.UCAS_UNMAP },
  { name: 'map', text: helpers.MAP },
  { name: 'move', text: helpers.MOVE },
  { name: 'fork_child', text: helpers.FORK },
  { name: 'handle_signals', text: helpers.FAULTS },
  { name: 'load', text: helpers.LOAD },
  { name: 'store', text: helpers.STORE },
];

/** A C compiler warns of the others. */
function usedHelpers(statements: readonly string[]): Helper[] {
  // what is within quotes is the call as traces have it
  const called = statements.map((line) => line.replace(/"[^"]*"/, '')).join('\n');
  const calls = (name: string) => new RegExp(`\\b${name}\\(`).test(called);
  return HELPERS.filter(({ name }) => {
    if (name === 'answer') return calls('answer') || calls('ucas_map') || calls('ucas_unmap');
    return name === 'handle_signals' ? calls('load') || calls('store') : calls(name);
  });
}

function beginning(needsKvm: boolean, used: readonly Helper[], { steps }: Program): string[] {
  const guests = new Set(steps.flatMap(({ made }) => (made?.isUsed ? `\tstruct guest ${made.name};` : [])));
  const open = ['\tint kvm = open("/dev/kvm", O_RDWR);'];
  const opened = ['\tif (kvm < 0) {', '\t\tperror("/dev/kvm");', '\t\treturn 2;', '\t}'];
  const lines = [...(needsKvm ? open : []), ...guests];
  return [
    ...lines,
    ...(lines.length > 0 ? [''] : []),
    ...(needsKvm ? opened : []),
    // the kernel may not survive the next call
    ...(steps.length > 0 ? ['\tsetvbuf(stdout, NULL, _IOLBF, 0);'] : []),
    ...(used.some(({ name }) => name === 'handle_signals') ? ['\thandle_signals();'] : []),
  ];
}

function statement({ call, made }: Step): string {
  if (made?.isUsed) return `${made.name} = new_guest(kvm);`;
  if (call.name === 'gmap_alloc' || call.name === 'gmap_create') return 'new_guest(kvm);';
  if (call.name === 'gmap_free' || call.name === 'gmap_remove') return `free_guest(g${call.args[0]});`;
  const answer = printUcontrolCall(call);
  if (call.result?.kind !== 'number') return `show_only("${printCall(call)}", ${answer});`;
  return `show("${printCall(call)}", ${answer}, ${printNumber(call.result.value)});`;
}

function printNumber(value: bigint): string {
  const error = errnoOf(value);
  if (error) return `-${error}`;
  return value >> 63n ? `(long)${hex(value)}UL` : `${value}`;
}
