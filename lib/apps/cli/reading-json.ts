/**
 * Values as JSON: BigInt counters as decimal strings, addresses as hex strings, times as ISO text.
 */
const ADDRESS_KEYS: readonly string[] = ['address'];

export function toJson(value: unknown, key = ''): unknown {
  if (typeof value === 'bigint') return ADDRESS_KEYS.includes(key) ? hex(value) : value.toString();
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map((item) => toJson(item, key));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, toJson(field, name)]));
  }
  return value;
}

export function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}

/** One JSON document and a line end. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(toJson(value), null, 2)}\n`;
}

/** The same on one line, for streams. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(toJson(value))}\n`;
}
