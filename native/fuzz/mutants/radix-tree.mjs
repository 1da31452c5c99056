// SPDX-License-Identifier: GPL-2.0-only
// Faults in the radix tree.
export const file = 'native/core/linux/mm/radix_tree.c';

export const mutants = [
  {
    id: 'tree-count-left',
    wrong: 'deleting an item does not count it off, so nodes are never freed',
    find: '	SET(m, node->count, GET(m, node->count) - 1);\n	while (GET(m, node->count) == 0) {',
    replace: '	while (GET(m, node->count) == 0) {',
  },
  {
    id: 'tree-shrinks-too-far',
    wrong: 'the top node is taken off though it has more than its first slot',
    find: 'GET(m, top->count) == 1 && GET(m, top->slot[0])',
    replace: 'GET(m, top->slot[0])',
  },
  {
    id: 'tree-parent-left',
    wrong: 'the new top node still knows the one that was above it',
    find: '			SET(m, radix_child(word)->parent, NULL);\n',
    replace: '',
  },
  {
    id: 'tree-key-0-lost',
    wrong: 'the item of key 0 is lost when the second item comes',
    find: '			slot_fill(m, node, 0, item);\n',
    replace: '',
  },
  {
    id: 'tree-overwrites',
    wrong: 'an item takes the place of one that is there',
    find: '	if (GET(m, node->slot[radix_index(node, key)]))\n		return -EEXIST;\n',
    replace: '',
  },
  {
    id: 'tree-next-stops',
    wrong: 'the walk of a tree ends with its first node of items',
    find: `			while (node && radix_index(node, at) == 0);
			if (!node)
				return false;`,
    replace: `			while (node && radix_index(node, at) == 0);
			return false;`,
  },
];
