/** Options of every reading. */
export interface CallOptions {
  /** Ends the waiting; a call that is already inside the library is abandoned there, on its own lane. */
  readonly signal?: AbortSignal;
  /** Milliseconds for the whole operation; default what the library was opened with. */
  readonly deadlineMs?: number;
}
