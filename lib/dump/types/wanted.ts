// SPDX-License-Identifier: GPL-2.0-only
/**
 * Members of the kernel's structures that lib/dump asks for: what a file of types needs. No kernel has all of them. What is not here is in
 * no file that `kernel install` makes.
 */
export const wantedMembers: Readonly<Record<string, readonly string[]>> = {
  gmap: [
    'list',
    'mm',
    'asce',
    'asce_end',
    'table',
    'ref_count',
    'crst_list',
    'pt_list',
    'guest_to_host',
    'host_to_guest',
    'host_to_rmap',
    'children',
    'parent',
    'orig_asce',
    'edat_level',
    'removed',
    'initialized',
    'guest_table_lock.rlock.raw_lock.lock',
    'guest_table_lock.raw_lock.lock',
    'shadow_lock.rlock.raw_lock.lock',
    'shadow_lock.raw_lock.lock',
  ],
  gmap_rmap: ['next', 'raddr'],
  lowcore: ['cpu_nr', 'current_task', 'gmap'],
  maple_arange_64: ['pivot', 'slot'],
  maple_range_64: ['pivot', 'slot'],
  mm_struct: [
    'context.asce',
    'context.asce_limit',
    'context.alloc_pgste',
    'context.has_pgste',
    'context.uses_skeys',
    'context.gmap_list',
    'mmap',
    'mm_mt.ma_root',
    'mmap_lock.count.counter',
    'mmap_lock.owner.counter',
    'page_table_lock.rlock.raw_lock.lock',
    'page_table_lock.raw_lock.lock',
  ],
  page: ['lru', 'index', '__folio_index', 'mapping', 'page_type', '_refcount.counter', 'ptl.rlock.raw_lock.lock'],
  ptdesc: ['ptl.rlock.raw_lock.lock'],
  signal_struct: ['thread_head'],
  task_struct: [
    'comm',
    'cpu',
    'mm',
    'on_cpu',
    'pid',
    'real_parent',
    'signal',
    'tasks',
    'tgid',
    'thread_info.cpu',
    'thread_node',
  ],
  vm_area_struct: ['vm_start', 'vm_end', 'vm_flags', 'vm_next'],
  xa_node: ['shift', 'slots'],
  xarray: ['xa_head'],
};

/** The paths, and those of the structures on the way: `context` for `context.asce`. */
export function withOuter(paths: readonly string[]): string[] {
  const all = paths.flatMap((path) => {
    const names = path.split('.');
    return names.map((_, i) => names.slice(0, i + 1).join('.'));
  });
  return [...new Set(all)];
}
