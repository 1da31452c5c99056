// SPDX-License-Identifier: GPL-2.0-only
/** Which kernels can be had from Debian, and in which of its suites they are. */

/** A suite of Debian that has the kernel's packages. */
export interface Suite {
  /** As Debian names it: `bookworm`. */
  readonly name: string;
  /** Whether it is on the mirrors of security updates, not on the ordinary ones. */
  readonly security?: boolean;
  /**
   * Whether Debian no longer signs it anew. Its release file may be out of date then; that of any other suite is refused, since who
   * keeps a machine at an old one keeps security updates from it.
   */
  readonly archived?: boolean;
}

/** A kernel that can be had from Debian. */
export interface CatalogueEntry {
  /** As users name it: `6.1`. */
  readonly name: string;
  /**
   * `packages`: kernel and headers for s390x, ready to use. `source`: only the source is left in Debian, which is
   * cross-built with a small configuration.
   */
  readonly from: 'packages' | 'source';
  /** Where to look. */
  readonly suites: readonly Suite[];
  /** What an installation takes, about; to tell users beforehand. */
  readonly megabytes: {
    /** MB to download. */
    readonly download: number;
    /** MB on disk, without downloads. */
    readonly disk: number;
  };
}

/** The kernels that {@link installKernel} can install, oldest first. */
export const catalogue: readonly CatalogueEntry[] = [
  {
    name: '5.10',
    from: 'source',
    suites: [
      { name: 'bullseye-security', security: true, archived: true },
      { name: 'bullseye', archived: true },
    ],
    megabytes: { download: 122, disk: 100 },
  },
  {
    name: '6.1',
    from: 'packages',
    suites: [{ name: 'bookworm' }],
    megabytes: { download: 44, disk: 80 },
  },
  {
    name: '6.12',
    from: 'packages',
    suites: [{ name: 'trixie' }, { name: 'bookworm-backports' }],
    megabytes: { download: 64, disk: 80 },
  },
];

export function findInCatalogue(name: string): CatalogueEntry | undefined {
  return catalogue.find((entry) => entry.name === name);
}
