/**
 * What the parent and the helper say to each other, over Node's own channel with `serialization: 'advanced'`.
 * A batch goes over in one message; its results come back one by one, so that what finished is kept whatever happens next.
 */
import type { Shape } from '../../abi/frame.ts';
import type { ErrorCode } from '../../errors.ts';
import type { CallOutcome } from '../backend.ts';

export type InnerBackendName = 'addon' | 'koffi';

export interface WireCall {
  readonly symbol: string;
  readonly shape: Shape;
  readonly words: BigUint64Array;
  readonly pointerMask: number;
  readonly memory: Uint8Array;
  readonly relocations: readonly number[];
}

export type ParentMessage =
  | { readonly type: 'open'; readonly request: number; readonly path: string }
  | { readonly type: 'resolve'; readonly request: number; readonly path: string; readonly symbols: readonly string[] }
  /** The parent sends a lane's next batch only when the one before is over. No call is begun after `latestStart` (`process.hrtime.bigint()`, one clock for both). */
  | { readonly type: 'run'; readonly batch: number; readonly path: string; readonly lane: string; readonly calls: readonly WireCall[]; readonly latestStart: bigint | undefined }
  /** Begin no further call of the batch; answered at once by `abandoned`. */
  | { readonly type: 'abandon'; readonly batch: number };

export interface FinishedCall {
  readonly index: number;
  readonly outcome: CallOutcome;
  /** The frame's memory after a `done` call. */
  readonly memory?: Uint8Array;
}

/**
 * One call of a batch has finished, the next is about to be made: said before it is made, so that a crash in it can be told from one
 * before it. Without `entering` the batch is over.
 */
export interface Step {
  readonly batch: number;
  readonly finished?: FinishedCall;
  readonly entering?: number;
}

export type ChildMessage =
  | { readonly type: 'reply'; readonly request: number; readonly symbols?: readonly string[] }
  | { readonly type: 'refusal'; readonly request: number; readonly code: ErrorCode; readonly message: string }
  /** Steps of several lanes in one message: a message costs more than what is in it. */
  | { readonly type: 'steps'; readonly steps: readonly Step[] }
  | { readonly type: 'abandoned'; readonly batch: number }
  /** The library could not be opened in this helper: nothing of the batch was called. */
  | { readonly type: 'unopened'; readonly batch: number };

/** Calls that koffi can have in flight at once: lanes of 64 GPUs, of the library, and some. */
export const KOFFI_LANES = 68;
/** Threads of libuv's pool beyond the lanes, for what Node itself does there. */
export const SPARE_POOL_THREADS = 4;
