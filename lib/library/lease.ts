/**
 * Holds a vendor library initialised: exactly one successful init per lease, and exactly one shutdown for it, whatever happens in between.
 * The vendor counts per process, so leases of several instances, worker threads and environments add up by themselves.
 */
import { GpuwrightError, isGpuwrightError } from '../errors.ts';
import type { LibraryCall } from './library-call.ts';
import type { OpenedLibrary } from './opened-library.ts';
import { waitFor } from './wait-for.ts';

/** The lane of library-wide calls. */
export const LIBRARY_LANE = 'library';

/**
 * Init attaches every GPU and may take many seconds where the driver does not stay loaded. It is given this long, doubled with each
 * attempt that was not enough, while its callers wait no longer than their own deadlines.
 */
const FIRST_PATIENCE_MS = 10_000;
const MAX_PATIENCE_MS = 120_000;

export interface WaitOptions {
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface LeaseCalls {
  readonly init: LibraryCall<unknown>;
  readonly shutdown: LibraryCall<unknown>;
  /** Before every shutdown: gives back what would be void after it and dangerous to touch. Does not reject. */
  letGo?(): Promise<void>;
}

interface Starting {
  readonly promise: Promise<void>;
  readonly since: number;
  readonly abort: AbortController;
  /** A caller's deadline has passed: the next ones need not wait to know. */
  overdue: boolean;
}

export class LibraryLease {
  readonly #library: OpenedLibrary;
  readonly #calls: LeaseCalls;
  /** The native generation in which our init succeeded; undefined while the vendor counts nothing for us. */
  #held: number | undefined;
  #allocating: string | undefined;
  #generation = 1;
  /** The generation that began with our newest init. */
  #initialisedIn = 1;
  #starting: Starting | undefined;
  #patienceMs = FIRST_PATIENCE_MS;
  #ended = false;
  /** What we hold is of a driver that is gone. */
  #expired = false;

  constructor(library: OpenedLibrary, calls: LeaseCalls) {
    this.#library = library;
    this.#calls = calls;
  }

  /** Handles obtained in an earlier generation are void. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * Which init what the library allocates now belongs to; undefined where there is none. What was allocated under another one is gone,
   * and must not even be freed.
   */
  get allocating(): string | undefined {
    return this.#allocating;
  }

  /** True while our init is in force. */
  get held(): boolean {
    return this.#held !== undefined && this.#held === this.#library.native.generation;
  }

  /**
   * Makes sure that the library is initialised, first or again; resolves with the native generation.
   * Rejects with the vendor's error, or with `DEVICE_UNRESPONSIVE`, at once when an earlier caller's deadline has already passed.
   */
  async ready(options: WaitOptions): Promise<number> {
    this.demandOpen();
    if (!this.held || this.#expired) {
      const starting = (this.#starting ??= this.#start(options.deadlineMs));
      const symbol = this.#calls.init.versions[0]?.symbol ?? 'init';
      if (starting.overdue) throw unresponsive(symbol, performance.now() - starting.since);
      try {
        await waitFor(starting.promise, options, () => {
          starting.overdue = true;
          return unresponsive(symbol, performance.now() - starting.since);
        });
      } catch (error) {
        if (isGpuwrightError(error) && error.code === 'ABORTED') throw new GpuwrightError('ABORTED', `${symbol}: aborted by its caller: call again if the answer is still wanted`, { call: symbol, cause: error.cause });
        throw error;
      }
    }
    return this.#library.native.generation;
  }

  /** Throws `CLOSED` once the lease was stopped. */
  demandOpen(): void {
    if (this.#ended) throw new GpuwrightError('CLOSED', 'the library was closed in the meantime: open it again');
  }

  /** An answer said that handles are void. `seen` is the generation that the asker was in, so that many such answers end one generation once. */
  endGeneration(seen: number): void {
    if (seen === this.#generation) this.#generation += 1;
  }

  /** The vendor answered that it is not initialised: its count is 0, ours with it. */
  uninitialized(seen: number): void {
    if (seen !== this.#generation) return;
    this.#held = undefined;
    this.#allocating = undefined;
    this.#generation += 1;
  }

  /**
   * New handles are void as well: the driver was reloaded under us. Ends the generation, and the next `ready` shuts down and
   * initialises again, once for all askers. Nothing happens if a new init was made since the generation `seen`.
   */
  expire(seen: number): void {
    if (this.#expired || this.#starting !== undefined || seen < this.#initialisedIn) return;
    this.#generation += 1;
    this.#expired = true;
  }

  /** No `ready` after this; what was obtained is void. */
  stop(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#generation += 1;
  }

  /** Gives the init back, if there is one. Rejects where the shutdown did not come back or failed. */
  async end(options: WaitOptions): Promise<void> {
    this.stop();
    const starting = this.#starting;
    if (starting !== undefined) {
      const timer = setTimeout(() => starting.abort.abort(), starting.overdue ? 0 : options.deadlineMs);
      await starting.promise.catch(() => undefined);
      clearTimeout(timer);
    }
    await this.#shutdown(options.deadlineMs);
  }

  #start(deadlineMs: number): Starting {
    const abort = new AbortController();
    const patience = Math.max(this.#patienceMs, deadlineMs);
    const before = this.#expired ? undefined : this.#held;
    const run = async (): Promise<void> => {
      try {
        if (this.#expired) {
          this.#expired = false;
          await this.#shutdown(patience);
        }
        await this.#library.run(LIBRARY_LANE, this.#calls.init, { deadlineMs: patience, signal: abort.signal });
        // A new process began: what was obtained in the old one is void.
        if (before !== undefined) this.#generation += 1;
        this.#held = this.#library.native.generation;
        this.#initialisedIn = this.#generation;
        this.#allocating = `${this.#held}.${this.#initialisedIn}`;
        this.#patienceMs = FIRST_PATIENCE_MS;
      } catch (error) {
        if (isGpuwrightError(error) && error.code === 'DEVICE_UNRESPONSIVE') this.#patienceMs = Math.min(2 * patience, MAX_PATIENCE_MS);
        throw error;
      } finally {
        this.#starting = undefined;
      }
    };
    const promise = run();
    // Its callers may all have left at their deadlines.
    promise.catch(() => undefined);
    return { promise, since: performance.now(), abort, overdue: false };
  }

  async #shutdown(deadlineMs: number): Promise<void> {
    if (!this.held) {
      this.#held = undefined;
      return;
    }
    const held = this.#held;
    this.#held = undefined;
    await this.#calls.letGo?.();
    this.#allocating = undefined;
    try {
      await this.#library.run(LIBRARY_LANE, this.#calls.shutdown, { deadlineMs, nativeGeneration: held });
    } catch (error) {
      // Then there is nothing left to shut down.
      if (!isGpuwrightError(error) || !['UNINITIALIZED', 'STALE_HANDLE', 'HELPER_CRASHED'].includes(error.code)) throw error;
    }
  }
}

function unresponsive(symbol: string, runningMs: number): GpuwrightError {
  return new GpuwrightError('DEVICE_UNRESPONSIVE', `${symbol}: no answer for ${Math.round(runningMs)} ms: the driver hangs: wait for the call to return, or look at the kernel log for Xids; GPUs are listed without it`, {
    call: symbol,
  });
}
