import type { PlatformId } from '../platforms/index.ts';

export type ConfigGroup = 'logging' | 'operatingMode' | 'miscellaneous' | 'highAvailability' | 'multiNode';

export interface AllowedValue {
  readonly value: number;
  readonly meaning: string;
  /** Where the value has this meaning; absent: wherever the item has one. */
  readonly platforms?: readonly PlatformId[];
}

/** What may stand behind the equals sign. */
export type ConfigValueRule =
  | { readonly kind: 'choice'; readonly values: readonly AllowedValue[] }
  | { readonly kind: 'number'; readonly minimum: number; readonly maximum?: number; readonly unit?: string }
  /** `empty`: what an empty value means; absent: a path must be given. */
  | { readonly kind: 'path'; readonly empty?: string; readonly maxLength?: number }
  | { readonly kind: 'ipv4' }
  | { readonly kind: 'hex' }
  /** No document says. */
  | { readonly kind: 'unknown' };

export interface ConfigItem {
  readonly key: string;
  readonly group: ConfigGroup;
  readonly what: string;
  readonly rule: ConfigValueRule;
  /** As it would be written in the file; null: not known. */
  readonly default: string | null;
  readonly platforms: 'any' | readonly PlatformId[];
  /** Where a value is read and not followed. */
  readonly ignoredOn?: readonly PlatformId[];
  /** Of the NVIDIA Fabric Manager User Guide; null: not in it, known from the file that the package installs. */
  readonly section: string | null;
  readonly notes?: readonly string[];
}
