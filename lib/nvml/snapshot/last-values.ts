/**
 * What was read last, by GPU and field, for those that do not come back in time.
 */
import type { Reading } from '../../telemetry/reading.ts';

interface LastValue {
  readonly value: unknown;
  readonly at: number;
}

export class LastValues {
  readonly #values = new Map<string, LastValue>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * Keeps a value; where the newest attempt did not come back in time, gives the kept one as `stale`.
   * `owner`: the GPU's UUID, so that no GPU is ever told another one's values; undefined where it is not known.
   */
  complete<T>(owner: string | undefined, field: string, reading: Reading<T>): Reading<T> {
    if (owner === undefined) return reading;
    const key = `${owner} ${field}`;
    if (reading.state === 'value') {
      this.#values.set(key, { value: reading.value, at: this.#now() });
      return reading;
    }
    if (reading.state !== 'failed' || (reading.error.code !== 'DEVICE_UNRESPONSIVE' && reading.error.code !== 'TIMEOUT')) return reading;
    const last = this.#values.get(key);
    return last === undefined ? reading : { state: 'stale', value: last.value as T, ageMs: Math.round(this.#now() - last.at) };
  }
}
