// SPDX-License-Identifier: GPL-2.0-only
/** How objects look in Node's console and REPL: `util.inspect` looks for this method. */

const inspectSymbol = Symbol.for('nodejs.util.inspect.custom');

/** From now on objects of the class look as `describe` says. */
export function inspectAs<Instance extends object>(
  type: { readonly prototype: Instance },
  describe: (instance: Instance, style: InspectStyle) => string,
): void {
  Object.defineProperty(type.prototype, inspectSymbol, {
    value(this: Instance, _depth: number, style: InspectStyle) {
      try {
        return describe(this, style);
      } catch {
        // Object.create(Gmap.prototype) makes no instance: it has no private fields.
        return `${type.prototype.constructor.name} {}`;
      }
    },
  });
}

/** What util.inspect gives: colours, where the output has them. */
export interface InspectStyle {
  readonly stylize: (text: string, style: 'special' | 'number' | 'string' | 'symbol' | 'undefined') => string;
}

/** `Gmap g0 { asce: 0x1041c3, … }`; a value that is undefined is left out. */
export function inspectObject(
  name: string,
  values: Readonly<Record<string, bigint | number | string | boolean | undefined>>,
  { stylize }: InspectStyle,
): string {
  const parts = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}: ${styled(value, stylize)}`);
  return parts.length === 0 ? name : `${name} { ${parts.join(', ')} }`;
}

function styled(value: bigint | number | string | boolean | undefined, stylize: InspectStyle['stylize']): string {
  if (typeof value === 'bigint') return stylize(`0x${value.toString(16)}`, 'number');
  if (typeof value === 'string') return stylize(value, 'special');
  return stylize(String(value), 'number');
}
