/**
 * Answers as JSON can hold them: addresses as hexadecimal strings, other big integers as decimal strings, times in ISO 8601, bytes in
 * hexadecimal.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Readings keep their form (`{ "state": "value", "value": … }`). What is undefined is left out. */
export function toJson(value: unknown, key = ''): Json {
  if (typeof value === 'bigint') return /address/i.test(key) ? `0x${value.toString(16)}` : value.toString();
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  // The bytes of a C union.
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map((item) => toJson(item, key));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).flatMap(([name, item]) => (item === undefined ? [] : [[name, toJson(item, name)]])));
  }
  if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return null;
  return value as null | boolean | number | string;
}
