// SPDX-License-Identifier: GPL-2.0-only
// Cuts BTF down to the structures and members that lib/dump asks for: the types of a kernel in some kilobytes.

const STRUCT = 4;
const INT = 1;
const ARRAY = 3;

/** A member of each path, as `context.gmap_list`; alternatives are paths of their own. */
export function pruneTypes(types, wanted) {
  const strings = [Buffer.from([0])];
  let length = 1;
  const offsets = new Map();
  const text = (name) => {
    if (!offsets.has(name)) {
      offsets.set(name, length);
      strings.push(Buffer.from(`${name}\0`, 'latin1'));
      length += name.length + 1;
    }
    return offsets.get(name);
  };
  const records = [];
  const add = (...words) => {
    const bytes = Buffer.alloc(4 * words.length);
    for (const [i, word] of words.entries()) bytes.writeUInt32BE(word >>> 0, 4 * i);
    return records.push(bytes);
  };
  const ints = new Map();
  const int = (size) => {
    if (!ints.has(size)) ints.set(size, add(text(`u${8 * size}`), INT << 24, size, 8 * size));
    return ints.get(size);
  };
  const typeOf = ({ size, count }) =>
    count > 0 ? add(0, ARRAY << 24, 0, int(size / count), int(4), count) : int(size);
  const hasBitFields = 0x80000000;
  for (const [struct, paths] of Object.entries(wanted)) {
    if (!types.has(struct)) continue;
    // `a.b` is a structure `a` with a member `b` at its place.
    const tree = new Map();
    for (const path of paths.filter((one) => types.hasField(struct, one))) {
      const [first, ...rest] = path.split('.');
      if (!tree.has(first)) tree.set(first, []);
      if (rest.length > 0) tree.get(first).push(rest.join('.'));
    }
    const members = (prefix, names) =>
      [...names].map(([name, below]) => {
        const field = types.field(struct, prefix + name);
        return { name, below, field };
      });
    const emit = (name, prefix, names, size, base) => {
      const rows = members(prefix, names).map(({ name: member, below, field }) => {
        const inner = new Map();
        for (const path of below) {
          const [first, ...rest] = path.split('.');
          inner.set(first, [...(inner.get(first) ?? []), ...(rest.length > 0 ? [rest.join('.')] : [])]);
        }
        const type = inner.size > 0 ? emit('', `${prefix}${member}.`, inner, field.size, field.bit) : typeOf(field);
        return [text(member), type, ((field.bits << 24) | (field.bit - base)) >>> 0];
      });
      return add(name === '' ? 0 : text(name), (STRUCT << 24) | rows.length | hasBitFields, size, ...rows.flat());
    };
    emit(struct, '', tree, types.sizeOf(struct), 0);
  }
  const head = Buffer.alloc(24);
  const body = Buffer.concat(records);
  head.writeUInt16BE(0xeb9f, 0);
  head[2] = 1;
  for (const [at, word] of [
    [4, 24],
    [8, 0],
    [12, body.length],
    [16, body.length],
    [20, length],
  ])
    head.writeUInt32BE(word, at);
  return Buffer.concat([head, body, ...strings]);
}
