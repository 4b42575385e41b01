import type { ConfigItem } from '../item.ts';
import { HIGH_AVAILABILITY } from './high-availability.ts';
import { LOGGING } from './logging.ts';
import { MISCELLANEOUS } from './miscellaneous.ts';
import { MULTI_NODE } from './multi-node.ts';
import { OPERATING_MODE } from './operating-mode.ts';

const ALL = [...LOGGING, ...OPERATING_MODE, ...MISCELLANEOUS, ...HIGH_AVAILABILITY, ...MULTI_NODE] as const;

type Item = (typeof ALL)[number];

/** A key of fabricmanager.cfg that is known. */
export type ConfigKey = Item['key'];

type ValueOf<R> = R extends { readonly kind: 'choice'; readonly values: readonly { readonly value: infer V }[] } ? V : R extends { readonly kind: 'number' } ? number : string;

/** What `setConfig` takes for a key: `0 | 1 | 2` for FABRIC_MODE, a number for a port, a text for a path. */
export type ConfigValue<K extends ConfigKey> = ValueOf<Extract<Item, { readonly key: K }>['rule']>;

export const CONFIG_ITEMS: readonly ConfigItem[] = ALL;

export function configItem(key: string): ConfigItem | undefined {
  return CONFIG_ITEMS.find((item) => item.key === key);
}
