// SPDX-License-Identifier: GPL-2.0-only
/** Which options of a kernel's configuration the guest cannot do without. */

export interface ConfigOption {
  /** Without `CONFIG_`. */
  readonly name: string;
  /** The file in a build folder where it can be a module: the guest loads it. */
  readonly module?: string;
  readonly why: string;
}

export const neededOptions: readonly ConfigOption[] = [
  { name: 'MODULES', why: 'the module that makes the calls is loaded' },
  { name: 'PGSTE', why: 'page tables of guests; CONFIG_KVM selects it' },
  { name: 'BLK_DEV_INITRD', why: 'everything in the guest is in an initial RAM disk' },
  { name: 'RD_GZIP', why: 'which is compressed' },
  { name: 'BINFMT_ELF', why: "the guest's programs are ELF files" },
  { name: 'PROC_FS', why: 'they set the system up there' },
  { name: 'PROC_SYSCTL', why: 'vm.allocate_pgste and others' },
  { name: 'SYSFS', why: 'they find devices there' },
  { name: 'CCW', why: "QEMU's virtio devices are channel devices" },
  { name: 'S390_GUEST', why: 'drivers of virtio' },
  {
    name: 'VIRTIO_CONSOLE',
    module: 'drivers/char/virtio_console.ko',
    why: 'the port through which programs come in and observations go out',
  },
  { name: 'SCLP_VT220_TTY', why: 'the console is ttysclp0' },
  { name: 'SCLP_VT220_CONSOLE', why: 'on which a kernel says what it dies of' },
  { name: 'SWAP', why: 'swap_out' },
  { name: 'ZRAM', module: 'drivers/block/zram/zram.ko', why: 'memory to swap to' },
  { name: 'SHMEM', why: 'shared memory' },
  { name: 'ADVISE_SYSCALLS', why: 'madvise' },
];

export const forbiddenOptions: readonly ConfigOption[] = [
  { name: 'MODULE_SIG_FORCE', why: 'the module is not signed' },
  { name: 'TRIM_UNUSED_KSYMS', why: 'the module calls functions that no other module does' },
];

/** What a configuration says of the options. */
export interface ConfigVerdict {
  readonly missing: readonly ConfigOption[];
  /** Those that must be off, and are not. */
  readonly forbidden: readonly ConfigOption[];
  /** Those that are modules. */
  readonly modules: readonly ConfigOption[];
}

/** Looks a configuration through, which is the text of a `.config`. */
export function judgeConfig(config: string): ConfigVerdict {
  const values = new Map([...config.matchAll(/^CONFIG_(\w+)=(.*)$/gm)].map(([, name = '', value]) => [name, value]));
  const isModule = ({ name, module }: ConfigOption) => module !== undefined && values.get(name) === 'm';
  const isOn = (option: ConfigOption) => values.get(option.name) === 'y' || isModule(option);
  return {
    missing: neededOptions.filter((option) => !isOn(option)),
    forbidden: forbiddenOptions.filter(isOn),
    modules: neededOptions.filter(isModule),
  };
}
