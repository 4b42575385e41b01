/** What an item of fabricmanager.cfg is, for people. */
import { GpuwrightError } from '../../errors.ts';
import type { PlatformId } from '../platforms/index.ts';
import { BASEBOARDS } from '../platforms/index.ts';
import type { AllowedValue, ConfigGroup } from './item.ts';
import { CONFIG_ITEMS, configItem } from './items/index.ts';
import { describeRule } from './value.ts';

export interface ConfigExplanation {
  readonly key: string;
  readonly group: ConfigGroup;
  readonly what: string;
  readonly default: string | null;
  /** `0, 1 or 2`, `an IPv4 address` … */
  readonly allowed: string;
  /** With their meaning, where single values have one. */
  readonly values: readonly AllowedValue[];
  /** `any platform`, or names of platforms. */
  readonly platforms: string;
  readonly ignoredOn: string | null;
  readonly takesEffect: string;
  readonly source: string;
  readonly notes: readonly string[];
}

/** It is read at start and never again (section 2.8). */
export const CONFIG_TAKES_EFFECT = 'at the next start of Fabric Manager';

const names = (ids: readonly PlatformId[]): string => ids.map((id) => BASEBOARDS[id].name).join(', ');

/** Rejects an unknown key (`NOT_FOUND`), with the ones that are spelled alike. */
export function explainConfig(key: string): ConfigExplanation {
  const item = configItem(key);
  if (!item) {
    const alike = CONFIG_ITEMS.map((known) => known.key).filter((known) => key.length > 2 && known.includes(key.toUpperCase()));
    throw new GpuwrightError('NOT_FOUND', `${key}: no such item of fabricmanager.cfg is known: ${alike.length > 0 ? `try ${alike.join(', ')}` : 'correct the spelling'}`);
  }
  return {
    key,
    group: item.group,
    what: item.what,
    default: item.default,
    allowed: describeRule(item.rule),
    values: item.rule.kind === 'choice' ? item.rule.values : [],
    platforms: item.platforms === 'any' ? 'any platform' : item.group === 'multiNode' ? 'systems of several hosts' : names(item.platforms),
    ignoredOn: item.ignoredOn ? names(item.ignoredOn) : null,
    takesEffect: CONFIG_TAKES_EFFECT,
    source: item.section === null ? 'not in the guide; known from the file that the package installs' : /^\d/.test(item.section) ? `NVIDIA Fabric Manager User Guide, section ${item.section}` : `NVIDIA Fabric Manager User Guide, ${item.section}`,
    notes: item.notes ?? [],
  };
}
