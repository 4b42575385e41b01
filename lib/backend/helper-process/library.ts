import type { CallFrame, Shape } from '../../abi/frame.ts';
import { GpuwrightError } from '../../errors.ts';
import type { CallOutcome, FunctionRef, LaneCall, LaneState, NativeLibrary, NotStartedReason, SubmitOptions } from '../backend.ts';
import { signatureOf } from '../signature.ts';
import type { HelperSession } from './session.ts';
import { checkSubmission } from '../submission-check.ts';

/** What a library needs of its backend: the helper that lives now, started if need be, and the generation it is of. */
export interface HelperSource {
  readonly name: string;
  readonly generation: number;
  readonly closed: boolean;
  /** The helper that lives; none is started. */
  current(): HelperSession | undefined;
  /** The helper that lives, or a new one. */
  session(): HelperSession;
}

/** One library, open in whichever helper lives. Outlives helpers; what was obtained through one does not: see `generation`. */
export class HelperLibrary implements NativeLibrary {
  readonly path: string;
  readonly #source: HelperSource;
  #closed = false;

  constructor(path: string, source: HelperSource) {
    this.path = path;
    this.#source = source;
  }

  get generation(): number {
    return this.#source.generation;
  }

  get scratch(): CallFrame {
    throw this.#syncUnavailable('scratch');
  }

  async resolve(symbols: readonly string[]): Promise<ReadonlySet<string>> {
    if (this.#closed || this.#source.closed) throw new GpuwrightError('CLOSED', `resolve: the library ${this.path} was closed: open it again`);
    return new Set(await this.#source.session().request({ type: 'resolve', path: this.path, symbols: [...symbols] }));
  }

  bind(symbol: string, shape: Shape): FunctionRef {
    signatureOf(symbol, shape);
    return { symbol, shape };
  }

  call(fn: FunctionRef): never {
    throw this.#syncUnavailable(fn.symbol);
  }

  callText(fn: FunctionRef): never {
    throw this.#syncUnavailable(fn.symbol);
  }

  async submit(lane: string, calls: readonly LaneCall[], options: SubmitOptions): Promise<CallOutcome[]> {
    checkSubmission(lane, calls, options);
    const reason = this.#refusal(options);
    if (reason !== undefined) return calls.map(() => ({ state: 'not-started', reason }));
    if (calls.length === 0) return [];
    return this.#source.session().submit(this, this.path, lane, calls, options);
  }

  laneState(lane: string): LaneState {
    return this.#source.current()?.laneState(this.path, lane) ?? 'idle';
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#source.current()?.closeFor(this);
  }

  #refusal({ signal, generation }: SubmitOptions): NotStartedReason | undefined {
    if (this.#closed || this.#source.closed) return 'closed';
    if (generation !== undefined && generation !== this.generation) return 'stale-generation';
    return signal?.aborted === true ? 'aborted' : undefined;
  }

  #syncUnavailable(what: string): GpuwrightError {
    return new GpuwrightError('SYNC_UNAVAILABLE', `${what}: no synchronous calls through ${this.#source.name}: use submit, or isolation 'in-process'`, { call: what });
  }
}
