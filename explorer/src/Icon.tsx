// SPDX-License-Identifier: GPL-2.0-only
/** Signs that fonts may not have. */
const paths = {
  first: 'M3 3v10M13 3L5 8l8 5z',
  back: 'M12 3L4 8l8 5z',
  play: 'M4 2l9 6-9 6z',
  stop: 'M3 3h10v10H3z',
  on: 'M4 3l8 5-8 5z',
  last: 'M13 3v10M3 3l8 5-8 5z',
  auto: 'M8 2a6 6 0 100 12 6 6 0 000-12zM8 2v12',
  light:
    'M8 5a3 3 0 100 6 3 3 0 000-6zM8 1v2M8 13v2M1 8h2M13 8h2M3 3l1.4 1.4M11.6 11.6L13 13M3 13l1.4-1.4M11.6 4.4L13 3',
  dark: 'M13 10A6 6 0 116 3a5 5 0 007 7z',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={`sign sign-${name}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <title>{name}</title>
      <path d={paths[name]} />
    </svg>
  );
}

interface IconButtonProps {
  readonly icon: IconName;
  readonly name: string;
  /** Keys that do the same, for the tooltip. */
  readonly keys?: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
}

export function IconButton({ icon, name, keys, disabled = false, onClick }: IconButtonProps) {
  const title = keys ? `${name} (${keys})` : name;
  return (
    <button type="button" class="icon" aria-label={name} title={title} disabled={disabled} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}
