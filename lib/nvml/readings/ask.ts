/**
 * Asking one GPU several times over, for answers that take more than one round: links first, then what is on them. All rounds of an
 * operation share its deadline; each is one crossing.
 */
import type { LibraryCall } from '../../library/library-call.ts';
import type { CallResult, ResultsOf } from '../../library/opened-library.ts';
import type { Reading } from '../../telemetry/reading.ts';
import { isUnsupported, readingOf } from '../field.ts';

/** One round. Rejects where the library cannot be initialised or the GPU not be looked up. */
export type Ask = <const C extends readonly LibraryCall<unknown>[]>(calls: (device: bigint) => C) => Promise<ResultsOf<C>>;

/** The same of what concerns no single GPU. */
export type AskLibrary = <const C extends readonly LibraryCall<unknown>[]>(calls: C) => Promise<ResultsOf<C>>;

/** The outputs, or a throw of what the library answered. */
export function told<O>(result: CallResult<O>): O {
  if (!result.ok) throw result.error;
  return result.outputs;
}

/** The outputs; undefined where card or driver do not have it; a throw of everything else. */
export function toldIfSupported<O>(result: CallResult<O>): O | undefined {
  if (result.ok) return result.outputs;
  if (isUnsupported(result.error)) return undefined;
  throw result.error;
}

/** `read` gets the outputs, and may throw for an answer that cannot be. */
export function reading<O, T>(result: CallResult<O>, read: (outputs: O) => T): Reading<T> {
  return readingOf(() => read(told(result)));
}
