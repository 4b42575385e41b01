/** Notices that Fabric Manager is another one than at the last look, and how often that was. */
import type { DaemonFacts, FabricState } from './types.ts';

export class Restarts {
  readonly #limit: { readonly restarts: number; readonly withinMs: number };
  #pid: number | null = null;
  /** It was seen up, and not away since. */
  #wasUp = false;
  #times: number[] = [];
  #flaps = false;
  /** It was up, and then nobody answered. */
  #away = false;

  constructor(limit: { readonly restarts: number; readonly withinMs: number }) {
    this.#limit = limit;
  }

  /** True once for each restart. Without a service manager: it is back, or not ready any more. */
  seen(state: FabricState, daemon: DaemonFacts | null, now: number): boolean {
    const pid = daemon?.running === true ? daemon.pid : null;
    const another = pid !== null && this.#pid !== null && pid !== this.#pid;
    const unready = pid === null && this.#wasUp && (state === 'initialising' || state === 'waiting');
    const away = state === 'down' && this.#wasUp;
    if (pid !== null) this.#pid = pid;
    if (away) this.#away = true;
    const back = pid === null && this.#away && state !== 'down';
    if (back) this.#away = false;
    this.#wasUp = state === 'up' || (this.#wasUp && (state === 'hung' || state === 'failing'));
    if (!another && !unready && !back) return false;
    this.#times = [...this.#times.filter((time) => now - time < this.#limit.withinMs), now];
    return true;
  }

  /** How often lately, once when that becomes too often. */
  flapping(): number | undefined {
    const flaps = this.#times.length >= this.#limit.restarts;
    const begins = flaps && !this.#flaps;
    this.#flaps = flaps;
    return begins ? this.#times.length : undefined;
  }
}
