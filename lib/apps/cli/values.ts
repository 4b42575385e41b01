/**
 * What a person types, understood or refused with a sentence: the input, the reason, the remedy.
 */
import { InvalidArgumentError } from 'commander';
import { durationMs } from '../../../mocks/control/duration.ts';
import { sizeBytes } from '../../../mocks/control/size.ts';

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000 };

/** `5`, `5s`, `500ms`, `1.5`, `2m`; a bare number is seconds. Milliseconds, at least 1. */
export function duration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text.trim());
  const milliseconds = match === null ? Number.NaN : Number(match[1]) * (UNITS[match[2] ?? 's'] ?? Number.NaN);
  if (milliseconds < 1) refuse(text, 'is too short', 'give at least 1ms');
  if (Number.isNaN(milliseconds)) refuse(text, 'is not a time', 'give seconds, or a number with ms, s or m, such as 5, 500ms, 2m');
  // Timers in JavaScript wrap around at 2^31 ms.
  if (milliseconds > 86_400_000) refuse(text, 'is more than a day', 'give a shorter time');
  return Math.round(milliseconds);
}

/** The same with h, d and w, as long as it likes: `90s`, `1h30m`. */
export function time(text: string): number {
  const milliseconds = durationMs(text);
  if (milliseconds === undefined || milliseconds < 1) refuse(text, 'is not a time', 'give seconds, or a number with ms, s, m, h, d or w, such as 90s or 1h30m');
  return milliseconds;
}

export function wholeNumber(minimum: number, maximum = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
    if (!(value >= minimum && value <= maximum)) {
      const range = maximum === Number.MAX_SAFE_INTEGER ? `from ${minimum} on` : `from ${minimum} to ${maximum}`;
      refuse(text, 'is not such a number', `give a whole number ${range}`);
    }
    return value;
  };
}

/** What a failing call answers; Fabric Manager's codes are negative. */
export function returnCode(text: string): number {
  const value = /^-?\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(Math.abs(value) >= 1 && Math.abs(value) <= 0x7fff_ffff)) refuse(text, 'is not such a number', 'give a whole number that is not 0');
  return value;
}

/** An address: `0x53040` or decimal, up to 64 bits. */
export function address(text: string): bigint {
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(text.trim())) refuse(text, 'is not an address', 'give it in hexadecimal with 0x in front, or in decimal digits');
  const value = BigInt(text.trim());
  if (value >= 2n ** 64n) refuse(text, 'is longer than 64 bits', 'give an address below 0x10000000000000000');
  return value;
}

export type Setting = readonly [name: string, value: string | boolean | null];

/** `ecc=on`, `thermal.gpu-celsius=70`, `gpu.3.board.serial=unsupported`. What may be set is known to the machine. */
export function setting(text: string): Setting {
  const [, name, value = ''] = /^([^=\s]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined) refuse(text, 'is not a setting', 'give NAME=VALUE, such as ecc=on or thermal.gpu-celsius=70');
  return [name, value === 'unsupported' ? null : value === 'on' || value === 'off' ? value === 'on' : value];
}

/** For an option or argument that may be given many times. */
export function settings(text: string, before: readonly Setting[] = []): readonly Setting[] {
  return [...before, setting(text)];
}

/** Seconds with up to three places. */
export function seconds(text: string): number {
  const value = /^\d+(\.\d{1,3})?$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(value <= 2 ** 31)) refuse(text, 'is not a number of seconds', 'give one from 0, such as 90 or 0.25');
  return value;
}

/** `40GiB`; a bare number is bytes. */
export function size(text: string): number {
  const value = sizeBytes(text);
  if (value === undefined) refuse(text, 'is not an amount of memory', 'give bytes, or a number with KiB, MiB, GiB or TiB, such as 40GiB');
  return value;
}

/** How much faster than real time. */
export function speed(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(value > 0 && value <= 1e9)) refuse(text, 'is not a speed', 'give a number above 0, such as 60, or --at-once to wait for nothing');
  return value;
}

export function oneOf<const T extends string>(...choices: readonly T[]): (text: string) => T {
  return (text) => {
    const found = choices.find((choice) => choice === text);
    if (found === undefined) refuse(text, 'is not one of the choices', `give ${choices.join(' or ')}`);
    return found;
  };
}

function refuse(input: string, reason: string, remedy: string): never {
  // commander puts the option's name in front of this.
  throw new InvalidArgumentError(`'${input}' ${reason}: ${remedy}.`);
}
