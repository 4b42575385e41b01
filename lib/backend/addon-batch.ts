/** One batch on its way through the addon, from submit until it is settled: by its end, its deadline, its signal or `close`. */
import type { AddonBinding } from './addon-binding.ts';
import type { PackedCall } from './addon-packet.ts';
import { packCalls, unpackOutcomes } from './addon-packet.ts';
import type { CallOutcome, NotStartedReason, SubmitOptions } from './backend.ts';

/** The longest that a timer can wait, about 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

/** Owner: the library that submitted it, while it is pending. */
export class PendingBatch {
  readonly outcomes: Promise<CallOutcome[]>;
  readonly #settle: (reason: NotStartedReason) => void;
  readonly #withdraw: () => boolean;

  /** Settles once; a promise that has settled cannot be settled otherwise. */
  constructor(binding: AddonBinding, lane: number, calls: readonly PackedCall[], { deadlineMs, signal }: SubmitOptions) {
    const patience = Math.min(LONGEST_MS, deadlineMs);
    const packet = packCalls(calls);
    const answer = binding.submit(lane, packet, patience, () => this.#settle('deadline'));
    if (typeof answer !== 'number' || answer === 0) {
      const refusal: CallOutcome = typeof answer === 'number' ? { state: 'not-started', reason: 'queue-full' } : { state: 'not-started', reason: 'wedged', wedgedBy: answer };
      this.outcomes = Promise.resolve(calls.map(() => refusal));
      this.#settle = () => {};
      this.#withdraw = () => false;
      return;
    }

    const { promise, resolve, reject } = withResolvers<CallOutcome[]>();
    const onAbort = (): void => this.#settle('aborted');
    // This timer also is what keeps the event loop alive while the batch is pending.
    const timer = setTimeout(() => this.#settle('deadline'), patience);
    signal?.addEventListener('abort', onAbort, { once: true });
    let pending = true;
    this.outcomes = promise;
    this.#withdraw = () => pending && binding.withdraw(answer);
    this.#settle = (reason) => {
      if (!pending) return;
      pending = false;
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      try {
        binding.settle(answer, packet);
        resolve(unpackOutcomes(packet, calls, reason));
      } catch (error) {
        // A frame that was taken away meanwhile.
        reject(error as Error);
      }
    };
  }

  /** Takes the batch back if none of its calls has started. */
  close(): void {
    if (this.#withdraw()) this.#settle('closed');
  }
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: Error) => void } {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
