/**
 * What a backend is: symbols, words and bytes. It has never heard of a GPU.
 * Implementations: `addon` (default), `koffi` (in process, sync only), `helper-process` (a child that holds one of the two).
 */
import type { CallFrame, Shape } from '../abi/frame.ts';

export interface BackendCapabilities {
  /** `NativeLibrary.call` and `callText` work, on the calling JavaScript thread. */
  readonly sync: boolean;
  /** `NativeLibrary.submit` works: batches on lanes, under a deadline. */
  readonly lanes: boolean;
}

export interface Backend {
  /** `addon`, `koffi`, `helper-process(addon)`, `helper-process(koffi)`. */
  readonly name: string;
  readonly capabilities: BackendCapabilities;
  /**
   * Opens one shared library (`RTLD_LAZY | RTLD_LOCAL`). Never fails for a missing symbol.
   * Rejects with `GpuwrightError` code `LIBRARY_LOAD_FAILED` whose message holds the loader's own words.
   */
  open(path: string): Promise<NativeLibrary>;
  /**
   * Only where the backend holds a process of its own: ends it, hung calls and all, so that every descriptor it held goes back to the
   * kernel. Libraries stay usable: their generation has risen, and the next submit starts another process.
   */
  restart?(): Promise<void>;
  /** Lets go of everything that the backend itself holds (the helper process). Idempotent. */
  close(): Promise<void>;
}

/** A symbol and its shape. Binding looks nothing up; an absent symbol shows at call time. */
export interface FunctionRef {
  readonly symbol: string;
  readonly shape: Shape;
}

export interface LaneCall {
  readonly fn: FunctionRef;
  /** Read when `submit` is called; after a `done` outcome its memory holds the outputs. Must not be touched in between. */
  readonly frame: CallFrame;
  /**
   * What takes this call back (init → shutdown), of shape `r()`. Once the call has returned 0 the backend owes this, until `submit`
   * has run that symbol on this library with status 0. Where nobody is left to do so (the call returned only after its batch had been settled, or the
   * JavaScript environment ended), the backend runs it itself, detached. Never on a JavaScript thread.
   */
  readonly undo?: FunctionRef;
}

export interface SubmitOptions {
  /** Milliseconds from now until the batch's outcomes are settled, whatever the library does. */
  readonly deadlineMs: number;
  /** Settles the batch at once when aborted: finished calls keep their outcome, the running one is `running`, the rest `not-started`. */
  readonly signal?: AbortSignal;
  /** Refuse (`not-started`, `stale-generation`) unless the library still is of this generation. */
  readonly generation?: number;
}

export type NotStartedReason =
  /** an earlier call of the batch was still running at the deadline, or the lane's queue did not get to it in time */
  | 'deadline'
  /** the lane is wedged: an earlier call overran its deadline and has not returned yet */
  | 'wedged'
  | 'aborted'
  | 'queue-full'
  | 'closed'
  | 'stale-generation'
  /** the helper process died before the call was handed to the library */
  | 'crashed';

/** The call that wedged a lane, and for how long it has been running. */
export interface WedgedBy {
  readonly symbol: string;
  readonly runningMs: number;
}

export type CallOutcome =
  /** The C function returned. `status` is its int result (0 for text functions); `text` the C string of an `s(…)` shape, null for NULL. */
  | { readonly state: 'done'; readonly status: number; readonly text?: string | null }
  /** The library does not export the symbol. */
  | { readonly state: 'absent' }
  /** Still inside the library at the deadline (or abort). Its lane is wedged until it returns. Its frame is left as it was. */
  | { readonly state: 'running' }
  /** The process that made the call died inside the library. Only a helper process survives to say so. */
  | { readonly state: 'crashed'; readonly exit: string }
  | { readonly state: 'not-started'; readonly reason: NotStartedReason; readonly wedgedBy?: WedgedBy };

export type LaneState = 'idle' | 'busy' | 'wedged';

export interface NativeLibrary {
  readonly path: string;
  /**
   * Rises when everything obtained from the library before is void (a new helper process). In-process backends stay at 1.
   */
  readonly generation: number;
  /** Which of these symbols the library exports. */
  resolve(symbols: readonly string[]): Promise<ReadonlySet<string>>;
  /** Checks the shape (throws RangeError for an unknown one); looks nothing up. */
  bind(symbol: string, shape: Shape): FunctionRef;
  /**
   * A synchronous call on this thread, of an `r(…)` shape: its int status. For tools and quick reads; it can hang as the library can.
   * Throws `GpuwrightError` `SYMBOL_ABSENT` for a missing symbol and `SYNC_UNAVAILABLE` where `capabilities.sync` is false.
   */
  call(fn: FunctionRef, frame: CallFrame): number;
  /** The same for an `s(…)` shape: the C string (bounded copy), or null for NULL. */
  callText(fn: FunctionRef, frame: CallFrame): string | null;
  /**
   * A frame that is the cheapest to call with: shared per environment, valid until the next call; memory of `SCRATCH_BYTES`.
   * Only where `capabilities.sync`.
   */
  readonly scratch: CallFrame;
  /**
   * A batch on a lane: one crossing however many calls. Calls of one lane run one after the other in order of submission, on a thread
   * (or slot) that no other lane waits for. Always resolves, with one outcome per call, at the deadline at the latest; a late call is
   * abandoned, its lane wedged: submits to it resolve at once as `not-started`/`wedged` until the call returns. Rejects only for wrong arguments (TypeError, RangeError).
   */
  submit(lane: string, calls: readonly LaneCall[], options: SubmitOptions): Promise<CallOutcome[]>;
  laneState(lane: string): LaneState;
  /** No further calls; queued ones settle as `closed`. The library itself stays loaded (vendor libraries are never dlclosed). Idempotent. */
  close(): Promise<void>;
}

/** Bytes of `NativeLibrary.scratch.memory`. */
export const SCRATCH_BYTES = 65_536;
