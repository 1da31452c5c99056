// SPDX-License-Identifier: GPL-2.0-only
/** The machine that this runs on: its architecture, system and C library, as far as kernels are concerned. */
import { readOwnText } from '../../files/read.js';
import { LiveKernelError } from '../errors.js';

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * Debian's name of the architecture.
 *
 * @throws {LiveKernelError} if Debian has no tools for it that build modules for s390x.
 */
export function hostArchitecture(): string {
  const architecture = ARCHITECTURES[process.arch];
  if (process.platform === 'linux' && architecture !== undefined) return architecture;
  throw new LiveKernelError(
    'ERR_BUILD',
    `real kernels need Linux on amd64 or arm64; this is ${process.platform} on ${process.arch}`,
  );
}

/** The version of glibc; 0.0 where there is another C library. */
export function hostGlibc(): readonly [major: number, minor: number] {
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined;
  const [major = 0, minor = 0] = (report?.header?.glibcVersionRuntime ?? '').split('.').map(Number);
  return [major, minor];
}

/** What /etc/os-release says: `ID`, `VERSION_ID`. */
export function osRelease(): ReadonlyMap<string, string> {
  // Not every system says.
  const text = readOwnText('/etc/os-release') ?? '';
  const words = [...text.matchAll(/^([A-Z_]+)="?(.*?)"?$/gm)];
  return new Map(words.map(([, key = '', value = '']) => [key, value]));
}

/** The package that has qemu-system-s390x: it moved into one of its own. */
export function qemuPackage(system: ReadonlyMap<string, string> = osRelease()): string {
  const version = Number.parseFloat(system.get('VERSION_ID') ?? 'NaN');
  const old = system.get('ID') === 'ubuntu' ? version < 24.1 : version < 13;
  return old ? 'qemu-system-misc' : 'qemu-system-s390x';
}
