/** Typed values out of a located document: every complaint names the place, what is wrong and what belongs there. */
import { durationMs } from './duration.ts';
import type { Located, LocatedScalar } from './located-yaml.ts';
import { complaint } from './located-yaml.ts';
import { sizeBytes } from './size.ts';

/** Nothing at all (`reboot:`) is an object without entries. */
export function entriesOf(at: Located, known?: readonly string[]): ReadonlyMap<string, Located> {
  if (at.value === null) return new Map();
  if (!(at.value instanceof Map)) throw complaint(at, `${shown(at)} is no list of names with values: write name: value`);
  const entries = at.value as ReadonlyMap<string, Located>;
  for (const [name, entry] of entries) {
    if (known === undefined || known.includes(name)) continue;
    throw complaint({ ...entry, place: entry.namePlace ?? entry.place }, known.length === 0 ? 'is not known here: leave it out' : `is not known here: check its spelling; known are ${known.join(', ')}`);
  }
  return entries;
}

export function listOf(at: Located): readonly Located[] {
  if (!Array.isArray(at.value) || at.value.length === 0) throw complaint(at, 'is no list with at least one entry: write each after a dash');
  return at.value as readonly Located[];
}

export function scalarOf(at: Located): LocatedScalar {
  const { value } = at;
  if (typeof value === 'object' && value !== null) throw complaint(at, 'holds more than one value: write a single one');
  return value;
}

export function textOf(at: Located): string {
  const value = scalarOf(at);
  if (typeof value !== 'string' || value === '' || /[\r\n\0]/.test(value)) throw complaint(at, `${shown(at)} is not a text of one line: write one`);
  return value;
}

export function oneOf<const T extends string>(at: Located, choices: readonly T[]): T {
  const value = scalarOf(at);
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw complaint(at, `${shown(at)} is not one of its values: choose ${choices.join(', ')}`);
  return found;
}

export function flagOf(at: Located): boolean {
  const value = scalarOf(at);
  if (typeof value !== 'boolean') throw complaint(at, `${shown(at)} is neither true nor false: write one of them`);
  return value;
}

export function numberOf(at: Located, least: number, most: number): number {
  const value = scalarOf(at);
  const number = typeof value === 'bigint' ? Number(value) : Number.NaN;
  if (!(number >= least && number <= most)) throw complaint(at, `${shown(at)} is not such a number: write a whole number from ${least} to ${most}`);
  return number;
}

/** Also as a text, for JSON has no hexadecimal numbers. */
export function addressOf(at: Located): bigint {
  const value = scalarOf(at);
  const address = typeof value === 'string' && /^(0x[0-9a-f]+|\d+)$/i.test(value) ? BigInt(value) : value;
  if (typeof address !== 'bigint' || address < 0n || address >= 2n ** 64n) throw complaint(at, `${shown(at)} is not an address: write one in hexadecimal with 0x in front, or in decimal digits`);
  return address;
}

/** Bytes, also as `40GiB`. */
export function sizeOf(at: Located): number {
  const value = scalarOf(at);
  const bytes = typeof value === 'string' || typeof value === 'bigint' ? sizeBytes(String(value)) : undefined;
  if (bytes === undefined) throw complaint(at, `${shown(at)} is not an amount of memory: write bytes, or a number with KiB, MiB, GiB or TiB, such as 40GiB`);
  return bytes;
}

/** In milliseconds. */
export function durationOf(at: Located, least: number, most: number): number {
  const value = scalarOf(at);
  const milliseconds = typeof value === 'boolean' || value === null ? undefined : durationMs(String(value));
  if (milliseconds === undefined) throw complaint(at, `${shown(at)} is not a time: write seconds, or a number with ms, s, m, h, d or w, such as 90s or 1h30m`);
  if (milliseconds < least) throw complaint(at, `${shown(at)} is too short: write at least ${least} ms`);
  if (milliseconds > most) throw complaint(at, `${shown(at)} is too long: write at most ${most / 86_400_000}d`);
  return milliseconds;
}

function shown(at: Located): string {
  const { value } = at;
  if (value === null) return 'nothing';
  return typeof value === 'object' ? 'it' : JSON.stringify(String(value));
}
