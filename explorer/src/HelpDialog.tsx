// SPDX-License-Identifier: GPL-2.0-only
import { Dialog } from './Dialog.js';
import { kindNames, kinds } from './kinds.js';
import type { Choose } from './store.js';
import { keyHelp } from './use-keys.js';

const marks = [
  ['changed', 'the current call changed it'],
  ['valid', 'valid entry'],
  ['protected', 'valid, but stores are refused'],
  ['invalid', 'invalid, but not empty'],
  ['large', 'large page'],
] as const;

export function HelpDialog({ open, hasCalls, choose }: { open: boolean; hasCalls: boolean; choose: Choose }) {
  if (!open) return null;
  return (
    <Dialog title="Keys and colours" onClose={() => choose({ help: false })}>
      <dl class="keys">
        {keyHelp
          .filter(([, , isForCalls]) => hasCalls || !isForCalls)
          .map(([keys, what]) => (
            <div key={keys}>
              <dt>{keys}</dt>
              <dd>{what}</dd>
            </div>
          ))}
      </dl>
      {hasCalls && <Calls />}
      <h3>Entries</h3>
      <ul class="legend">
        {marks.map(([name, what]) => (
          <li key={name}>
            <span class={`swatch cell-${name}`} /> {what}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function Calls() {
  return (
    <>
      <h3>Calls</h3>
      <ul class="legend">
        {kinds.map((kind) => (
          <li key={kind}>
            <span class={`swatch kind-${kind}`} /> {kindNames[kind]}
          </li>
        ))}
        <li>
          <span class="swatch failed" /> answered an error
        </li>
      </ul>
    </>
  );
}
