// SPDX-License-Identifier: GPL-2.0-only
/**
 * What a dump calls the gmaps of a program. Programs name them by handle, and a handle is used again when its gmap is gone. A dump finds
 * processes in the order in which they began, and in each its gmaps by age.
 */
import type { TraceCall } from '../trace/types.js';

export interface DumpNames {
  /** By the handle of each gmap that a process lists: which one it is in a dump. */
  readonly gmaps: ReadonlyMap<number, number>;
  /** Whether the process whose pages are watched, the newest, is the dump's first one. */
  readonly newestIsFirst: boolean;
}

/** After these calls, which were executed. */
export function dumpNames(calls: readonly TraceCall[]): DumpNames {
  // A handle that is used again is a new process, and the youngest.
  const processes = new Map<number, number[]>([[0, []]]);
  let newest: number | undefined = 0;
  for (const call of calls) {
    const first = Number(call.args[0] ?? 0n);
    const made = call.result?.kind === 'handle' ? call.result.handle : undefined;
    switch (call.name) {
      case 'gmap_alloc':
      case 'gmap_create':
        if (made !== undefined) processes.get(first)?.push(made);
        break;
      case 'gmap_free':
      case 'gmap_remove':
        for (const [mm, gmaps] of processes)
          processes.set(
            mm,
            gmaps.filter((gmap) => gmap !== first),
          );
        break;
      case 'exec':
        if (made === undefined) break;
        processes.delete(made);
        processes.set(made, []);
        newest = made;
        break;
      case 'exit':
        processes.delete(first);
        if (newest === first) newest = undefined;
        break;
    }
  }
  const withGmaps = [...processes].filter(([, gmaps]) => gmaps.length > 0);
  const handles = withGmaps.flatMap(([, gmaps]) => gmaps);
  return {
    gmaps: new Map(handles.map((handle, number) => [handle, number])),
    newestIsFirst: withGmaps[0] !== undefined && withGmaps[0][0] === newest,
  };
}
