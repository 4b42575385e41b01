/**
 * One opened vendor library: its symbols, and typed calls on its lanes.
 */
import type { EncodedCall } from '../abi/call.ts';
import type { Backend, CallOutcome, LaneCall, NativeLibrary } from '../backend/backend.ts';
import { GpuwrightError, isGpuwrightError } from '../errors.ts';
import { grownCapacity } from './capacity.ts';
import type { LaneOptions, LibraryCall } from './library-call.ts';
import type { LibraryLocation } from './locate.ts';
import { openFirst } from './locate.ts';
import { absentError, unansweredError } from './outcome-error.ts';
import type { VendorRules } from './vendor.ts';

export type CallResult<Outputs> =
  | { readonly ok: true; readonly symbol: string; readonly outputs: Outputs }
  | {
      readonly ok: false;
      readonly error: GpuwrightError;
      /** Its handles have become void (or its process died before it began): with new ones the call may succeed. */
      readonly renew: boolean;
    };

/** One result per call. */
export type ResultsOf<Calls extends readonly LibraryCall<unknown>[]> = { -readonly [I in keyof Calls]: Calls[I] extends LibraryCall<infer O> ? CallResult<O> : never };

/** A call may cross again with more room, or as an older version. Each pass is bounded by the one deadline. */
const MAX_PASSES = 8;

/** Where one call of a batch stands between two passes. */
interface Pending {
  readonly call: LibraryCall<unknown>;
  readonly capacityKey: string;
  version: number;
  capacity: number | undefined;
  encoded: EncodedCall<unknown> | undefined;
  result: CallResult<unknown> | undefined;
}

export class OpenedLibrary {
  readonly backend: Backend;
  readonly native: NativeLibrary;
  readonly rules: VendorRules;
  /** Which of the symbols asked for so far exist; void with each native generation. */
  #symbols = new Map<string, boolean>();
  #symbolsGeneration: number;
  /** Capacities that have been enough, so that the next read needs one crossing. */
  #capacities = new Map<string, number>();
  #closed = false;

  constructor(backend: Backend, native: NativeLibrary, rules: VendorRules) {
    this.backend = backend;
    this.native = native;
    this.rules = rules;
    this.#symbolsGeneration = native.generation;
  }

  static async open(backend: Backend, location: LibraryLocation, rules: VendorRules, explicit?: string): Promise<OpenedLibrary> {
    return new OpenedLibrary(backend, await openFirst(backend, location, explicit), rules);
  }

  /** Which of these symbols the library exports; each is looked up once per native generation. */
  async present(symbols: readonly string[]): Promise<ReadonlySet<string>> {
    if (this.#symbolsGeneration !== this.native.generation) {
      this.#symbols.clear();
      this.#symbolsGeneration = this.native.generation;
    }
    const unknown = symbols.filter((symbol) => !this.#symbols.has(symbol));
    if (unknown.length > 0) {
      const found = await this.native.resolve(unknown);
      for (const symbol of unknown) this.#symbols.set(symbol, found.has(symbol));
    }
    return new Set(symbols.filter((symbol) => this.#symbols.get(symbol) === true));
  }

  /**
   * Asks everything on one lane: one crossing, and one more for those that need more room or an older version.
   * Never rejects for an answer of the library; one result per call.
   */
  async runBatch<const Calls extends readonly LibraryCall<unknown>[]>(lane: string, calls: Calls, options: LaneOptions): Promise<ResultsOf<Calls>> {
    const started = performance.now();
    const pendings = calls.map((call): Pending => {
      const capacityKey = `${lane} ${call.versions[0]?.symbol ?? ''}`;
      return { call, capacityKey, version: -1, capacity: this.#capacities.get(capacityKey), encoded: undefined, result: undefined };
    });
    const present = await this.present(calls.flatMap((call) => call.versions.map((version) => version.symbol)));
    for (const pending of pendings) this.#olderVersion(pending, present);

    for (let pass = 0; pass < MAX_PASSES; pass += 1) {
      const open = pendings.filter((pending) => pending.result === undefined);
      if (open.length === 0) break;
      const remaining = options.deadlineMs - (performance.now() - started);
      const outcomes = await this.#submit(lane, open, { ...options, deadlineMs: pass === 0 ? options.deadlineMs : Math.max(1, remaining) });
      this.#settle(lane, open, outcomes, present, options);
    }
    return pendings.map((pending) => pending.result ?? { ok: false, error: this.#unsteady(pending), renew: false }) as ResultsOf<Calls>;
  }

  /** One call on a lane: its outputs, or a `GpuwrightError`. */
  async run<Outputs>(lane: string, call: LibraryCall<Outputs>, options: LaneOptions): Promise<Outputs> {
    const [result] = await this.runBatch(lane, [call], options);
    if (!result.ok) throw result.error;
    return result.outputs as Outputs;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.native.close();
    await this.backend.close();
  }

  async #submit(lane: string, open: readonly Pending[], options: LaneOptions): Promise<CallOutcome[]> {
    const calls = open.map((pending): LaneCall => {
      const version = pending.call.versions[pending.version];
      if (version === undefined) throw new RangeError('a pending call has a version');
      const encoded = version.encode(pending.capacity);
      pending.encoded = encoded;
      const fn = this.native.bind(encoded.symbol, encoded.shape);
      return { fn, frame: encoded.frame, ...(pending.call.undo !== undefined && { undo: this.native.bind(pending.call.undo, 'r()') }) };
    });
    return await this.native.submit(lane, calls, {
      deadlineMs: options.deadlineMs,
      ...(options.signal && { signal: options.signal }),
      ...(options.nativeGeneration !== undefined && { generation: options.nativeGeneration }),
    });
  }

  #settle(lane: string, open: readonly Pending[], outcomes: readonly CallOutcome[], present: ReadonlySet<string>, options: LaneOptions): void {
    const running = outcomes.findIndex((outcome) => outcome.state === 'running');
    const runningSymbol = open[running]?.encoded?.symbol;
    open.forEach((pending, index) => {
      const outcome = outcomes[index];
      const { encoded } = pending;
      if (outcome === undefined || encoded === undefined) throw new RangeError('a backend gives one outcome per call');
      const symbol = encoded.symbol;
      if (outcome.state === 'done') return this.#answered(pending, outcome.status, outcome.text, present);
      if (outcome.state === 'absent') {
        this.#symbols.set(symbol, false);
        return this.#olderVersion(pending, present);
      }
      const aborted = options.signal?.aborted === true && (outcome.state === 'running' || (outcome.state === 'not-started' && outcome.reason === 'aborted'));
      const context = { lane, deadlineMs: options.deadlineMs, runningSymbol, firstDriver: this.rules.firstDriver };
      // Closing ends the helper process; that is no crash.
      const ended = this.#closed && (outcome.state === 'crashed' || (outcome.state === 'not-started' && outcome.reason === 'crashed'));
      if (ended) {
        pending.result = { ok: false, error: unansweredError(symbol, { state: 'not-started', reason: 'closed' }, context), renew: false };
        return;
      }
      const renew = outcome.state === 'not-started' && (outcome.reason === 'stale-generation' || outcome.reason === 'crashed');
      pending.result = { ok: false, error: aborted ? abortedError(symbol, options.signal) : unansweredError(symbol, outcome, context), renew };
    });
  }

  #answered(pending: Pending, status: number, text: string | null | undefined, present: ReadonlySet<string>): void {
    const { encoded } = pending;
    if (encoded === undefined) return;
    const { symbol } = encoded;
    if (status === 0) {
      const tooMany = encoded.neededCapacity();
      if (tooMany !== undefined) {
        const room = pending.capacity ?? pending.call.versions[pending.version]?.defaultCapacity ?? 0;
        const error = new GpuwrightError('IMPLAUSIBLE_ANSWER', `${symbol}: says that it gave ${tooMany} entries, into room for ${room}: trust nothing of it; report it with the driver's version if it comes back`, { call: symbol });
        pending.result = { ok: false, error, renew: false };
        return;
      }
      try {
        pending.result = { ok: true, symbol, outputs: encoded.result === 'text' ? (text ?? null) : encoded.decode() };
      } catch (cause) {
        // Whoever reads it says better why it cannot be.
        const error = isGpuwrightError(cause) ? cause : new GpuwrightError('VENDOR_ERROR', `${symbol}: answered, but the answer cannot be read (${String(cause)}): report it with the driver's version`, { call: symbol, cause });
        pending.result = { ok: false, error, renew: false };
      }
      return;
    }
    if (status === this.rules.insufficientSize) {
      const version = pending.call.versions[pending.version];
      const grown = grownCapacity(encoded.neededCapacity(), pending.capacity ?? version?.defaultCapacity ?? 0);
      if (grown !== undefined) {
        pending.capacity = grown;
        this.#capacities.set(pending.capacityKey, grown);
        return;
      }
    }
    const error = this.rules.statusError(symbol, status);
    if (this.rules.versionNotServed.has(status) && this.#olderVersion(pending, present, error)) return;
    pending.result ??= { ok: false, error, renew: this.rules.endsGeneration.has(status) };
  }

  /** Moves on to the next older version that exists; where there is none, the result is `otherwise` or the absence. */
  #olderVersion(pending: Pending, present: ReadonlySet<string>, otherwise?: GpuwrightError): boolean {
    const { versions } = pending.call;
    const next = versions.findIndex((version, index) => index > pending.version && present.has(version.symbol));
    if (next < 0) {
      const oldest = versions.at(-1)?.symbol ?? 'unknown';
      pending.result = { ok: false, error: otherwise ?? absentError(oldest, this.rules.firstDriver(oldest)), renew: false };
      return false;
    }
    pending.version = next;
    return true;
  }

  #unsteady(pending: Pending): GpuwrightError {
    const symbol = pending.encoded?.symbol ?? 'unknown';
    return new GpuwrightError('INSUFFICIENT_SIZE', `${symbol}: asked for more room each of ${MAX_PASSES} times: call again when the list is steadier`, {
      call: symbol,
      status: this.rules.insufficientSize,
    });
  }
}

function abortedError(symbol: string, signal: AbortSignal | undefined): GpuwrightError {
  return new GpuwrightError('ABORTED', `${symbol}: aborted by its caller: call again if the answer is still wanted`, { call: symbol, cause: signal?.reason });
}
