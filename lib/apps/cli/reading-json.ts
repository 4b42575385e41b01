/** JSON on the screen. */
import { toJson } from '../../nvml/json.ts';

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
