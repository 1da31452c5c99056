// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap kernel list`: what is installed or built, and what could be installed. */
import type { Command } from 'commander';
import { cacheFolder } from '../../files/cache-folder.js';
import type { KernelEntry, KernelListJson } from '../../json/index.js';
import { catalogue } from '../../kernel/install/catalogue.js';
import { findKernel } from '../../trace/kernel.js';
import { visible } from '../../visible.js';
import { printJson } from '../json.js';
import { table } from '../table.js';
import { type KernelKind, kernelEntries } from './entries.js';

/** What Debian has is to be booted. */
const BOOTED: KernelKind = 'booted';

interface Options {
  readonly json?: boolean;
}

export function registerKernelList(kernel: Command): void {
  kernel
    .command('list')
    .description('list the kernels that are installed, those that can be, and the codes that are built')
    .option('--json', 'print one JSON document')
    .action(list);
}

function list({ json }: Options): void {
  const installed = kernelEntries();
  const booted = installed.filter(({ kind }) => kind === BOOTED);
  const names = new Set(booted.map(({ name }) => name));
  const available = catalogue.filter(({ name }) => !names.has(name));
  if (json) {
    printJson<KernelListJson>({ cache: cacheFolder(), installed, available });
    return;
  }
  const rows = [
    ['name', 'kind', 'version', 'profile', 'size', 'state'],
    ...installed.map(row),
    ...available.map((entry) => [entry.name, BOOTED, '-', profile(`linux-${entry.name}`), '-', toInstall(entry)]),
  ];
  console.log(table(rows).join('\n'));
}

function row(entry: KernelEntry): string[] {
  const version = entry.kind === 'booted' ? entry.release : entry.version;
  const state =
    entry.kind === 'booted' || entry.stale === undefined
      ? visible(entry.folder)
      : `${entry.stale}. Build it: ${entry.command}`;
  return [entry.name, entry.kind, version, profile(entry.kernel), megabytes(entry.bytes / 1e6), state];
}

/** As people call it; a kernel that the model does not know has none. */
function profile(kernel: string): string {
  return findKernel(kernel)?.replace(/^linux-/, '') ?? '-';
}

function toInstall({ name, megabytes: { download, disk } }: (typeof catalogue)[number]): string {
  return `not installed: s390-gmap kernel install ${name} (downloads ${megabytes(download)}, takes ${megabytes(disk)})`;
}

function megabytes(count: number): string {
  return `${Math.round(count)} MB`;
}
