/** For an operation that names none, unless the library was opened with another. */
export const DEFAULT_DEADLINE_MS = 2000;
/** setTimeout cannot wait longer. */
export const LONGEST_DEADLINE_MS = 2 ** 31 - 1;

/** Options of every reading. */
export interface CallOptions {
  /** Ends the waiting; a call that is already inside the library is abandoned there, on its own lane. */
  readonly signal?: AbortSignal;
  /** Milliseconds for the whole operation; default what the library was opened with. */
  readonly deadlineMs?: number;
}
