// SPDX-License-Identifier: GPL-2.0-only
/** What a call does, as the library's documentation has it; it is in the page. */
import { Dialog } from './Dialog.js';
import spec from './generated/spec.json' with { type: 'json' };
import type { Choose } from './store.js';

const entries: Readonly<Record<string, { readonly signature: string; readonly paragraphs: readonly string[] }>> = spec;

function Paragraph({ text }: { text: string }) {
  if (!text.startsWith('- ')) return <p>{text.replaceAll('`', '')}</p>;
  return (
    <ul>
      {text.split('\n').map((line) => {
        const [code = '', ...rest] = line.slice(2).split(': ');
        return (
          <li key={line}>
            <strong>{code}</strong>
            {rest.length > 0 && `: ${rest.join(': ').replaceAll('`', '')}`}
          </li>
        );
      })}
    </ul>
  );
}

export function SpecDialog({ name, choose }: { name: string | undefined; choose: Choose }) {
  if (name === undefined) return null;
  const entry = entries[name];
  return (
    <Dialog title={entry?.signature ?? name} onClose={() => choose({ spec: undefined })}>
      {entry ? entry.paragraphs.map((text) => <Paragraph key={text} text={text} />) : <p>There is no such call.</p>}
      <p class="note">
        Names in camelCase are the methods of the package s390-gmap; its docs/fidelity.md says where kernels differ.
      </p>
    </Dialog>
  );
}

/** The name of a call, which opens its specification. */
export function SpecLink({ name, choose }: { name: string; choose: Choose }) {
  return (
    <a
      href={`#spec=${name}`}
      title={`What ${name} does`}
      onClick={(event) => {
        event.preventDefault();
        choose({ spec: name });
      }}
    >
      {name}
    </a>
  );
}
