// SPDX-License-Identifier: GPL-2.0-only
/** The table of operations, looked up by name. */
import {
  type ArgForm,
  type ArgKind,
  type ErrnoCode,
  type Kernel,
  kernelFunctions,
  type OperationName,
  operations,
  type ResultKind,
} from '../generated/abi.js';
import { show } from '../show.js';
import { findKernel } from './kernel.js';

/** An argument: what it is, and how it is written. See kinds.def. */
export interface Argument {
  readonly name: string;
  readonly kind: ArgKind;
  readonly form: ArgForm;
}

/** A row of ops.def. */
export interface Operation {
  readonly name: OperationName;
  /** Its number in programs. */
  readonly code: number;
  readonly result: ResultKind;
  readonly args: readonly Argument[];
  /** What it can fail with. */
  readonly errors: readonly (ErrnoCode | 'BUG')[];
  /** Which kernels have it, under this name. */
  readonly kernels: (typeof operations)[number]['kernels'];
  /** What it is called in those that do not. */
  readonly renamed: OperationName | undefined;
  /** The method of the classes that makes this call. */
  readonly method: string | undefined;
}

/** All operations; the place is the operation's code. */
export const operationTable: readonly Operation[] = operations.map((row, code) => ({ ...row, code }));

const byName = new Map<string, Operation>(operationTable.map((operation) => [operation.name, operation]));

/** The operation of that name, if there is one. */
export function findOperation(name: string): Operation | undefined {
  return byName.get(name);
}

/** The operation of a call. */
export function operationOf(call: { readonly name: OperationName }): Operation {
  const operation = byName.get(call.name);
  if (!operation) throw new TypeError(`there is no operation ${show(call.name)}`);
  return operation;
}

/** Which functions a kernel has, by the version that they came with. */
export type Functions = (typeof kernelFunctions)[Kernel];

/** Those of a kernel; one that the model does not know has the later ones. */
export function functionsOf(kernel: string): Functions {
  const known = findKernel(kernel);
  return known ? kernelFunctions[known] : '4_8';
}

/** Whether kernels with these functions have the operation, under this name. */
export function hasOperation(functions: Functions, { kernels }: Pick<Operation, 'kernels'>): boolean {
  if (kernels === 'ONLY_4_7') return functions === '4_7';
  return (kernels !== 'SINCE_4_8' && kernels !== 'ONLY_BUILT') || functions === '4_8';
}

/** The operation under the name that such kernels have for it; itself if they have none. */
export function nameIn(functions: Functions, name: OperationName): OperationName {
  const operation = operationOf({ name });
  return hasOperation(functions, operation) ? name : (operation.renamed ?? name);
}

/** How the operation is written, for messages: `gmap_unmap_segment(g, to, len)`. */
export function signature(operation: Operation): string {
  const args = operation.args.map(({ name, form }) =>
    form === 'REST' ? `${name}, …` : form === 'OPT' ? `[${name}]` : name,
  );
  return `${operation.name}(${args.join(', ')})`;
}

/** The name that is least unlike a mistyped one; none if all are quite different. */
export function similarOperation(name: string): OperationName | undefined {
  let best: OperationName | undefined;
  let least = 4;
  for (const operation of operationTable) {
    // Long names differ by too much anyway, and the cost of comparing grows with the length.
    if (Math.abs(operation.name.length - name.length) >= least) continue;
    const changes = editDistance(name, operation.name);
    if (changes < least) {
      least = changes;
      best = operation.name;
    }
  }
  return best;
}

/** How many characters have to be inserted, removed or replaced to make `b` of `a`. */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    above = row;
  }
  return above[b.length] ?? 0;
}
