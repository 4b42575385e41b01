/** What a person types after the options of the fabric commands, understood or refused. */
import { InvalidArgumentError } from 'commander';
import { wholeNumber } from '../values.ts';
import type { ConfigSetting } from './config.ts';

const MOST_ID = 0xffff_ffff;

export const partitionId = wholeNumber(0, MOST_ID);
const moduleId = wholeNumber(1, MOST_ID);

/** `1,3`; may be repeated. */
export function moduleIds(text: string, before: readonly number[] = []): readonly number[] {
  return [...before, ...text.split(',').map(moduleId)];
}

/** For an argument that may be given many times. */
export function partitionIds(text: string, before: readonly number[] = []): readonly number[] {
  return [...before, ...text.split(',').map(partitionId)];
}

/** Texts with commas between them; may be repeated. */
export function texts(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').map((part) => part.trim())];
}

/** `KEY=VALUE`; may be repeated. */
export function configSetting(text: string, before: readonly ConfigSetting[] = []): readonly ConfigSetting[] {
  const [, key, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) throw new InvalidArgumentError(`'${text}' is not a setting: give KEY=VALUE, such as FABRIC_MODE=1.`);
  return [...before, [key, value]];
}
