import type { CallFrame } from '../../abi/frame.ts';
import type { CallOutcome, LaneCall, NotStartedReason } from '../backend.ts';
import type { FinishedCall, WireCall } from './protocol.ts';

/** What the parent knows of one batch: the calls as they were at submit, and how far the helper has got with them. Pure bookkeeping. */
export class Batch {
  readonly id: number;
  /** The opened library that it was submitted through; several may stand for one path. */
  readonly owner: object;
  readonly path: string;
  readonly lane: string;
  readonly calls: readonly WireCall[];
  /** Set once the outcomes have been given away; what comes later is for nobody. */
  settled = false;
  /** No call begins after this, on `process.hrtime.bigint()`. */
  latestStart: bigint | undefined;
  readonly #frames: readonly CallFrame[];
  readonly #undo: readonly (string | undefined)[];
  readonly #outcomes: (CallOutcome | undefined)[];
  readonly #give: (outcomes: CallOutcome[]) => void;
  #inside: { readonly index: number; readonly since: number } | undefined;

  constructor(id: number, owner: object, path: string, lane: string, calls: readonly LaneCall[], give: (outcomes: CallOutcome[]) => void) {
    this.id = id;
    this.owner = owner;
    this.path = path;
    this.lane = lane;
    this.calls = calls.map(({ fn, frame }) => ({
      symbol: fn.symbol,
      shape: fn.shape,
      words: frame.words.slice(),
      pointerMask: frame.pointerMask,
      memory: frame.memory.slice(),
      relocations: [...frame.relocations],
    }));
    this.#frames = calls.map((call) => call.frame);
    this.#undo = calls.map((call) => call.undo?.symbol);
    this.#outcomes = calls.map(() => undefined);
    this.#give = give;
  }

  /** The call that is inside the library now, as far as the helper has said. */
  get inside(): { readonly symbol: string; readonly since: number } | undefined {
    return this.#inside && { symbol: (this.calls[this.#inside.index] as WireCall).symbol, since: this.#inside.since };
  }

  enter(index: number): void {
    this.#inside = { index, since: performance.now() };
  }

  /** Returns the symbol that takes the call back, if it succeeded when nobody was waiting for it any more. */
  finish({ index, outcome, memory }: FinishedCall): string | undefined {
    this.#inside = undefined;
    if (this.settled) return outcome.state === 'done' && outcome.status === 0 ? this.#undo[index] : undefined;
    this.#outcomes[index] = outcome;
    const frame = this.#frames[index];
    // A caller that gave the memory away meanwhile must not lose the outcome.
    if (frame !== undefined && memory !== undefined && frame.memory.byteLength === memory.byteLength) frame.memory.set(memory);
    return undefined;
  }

  /** Gives the outcomes away: those known, `inside` for the call in the library, and the reason for the rest. */
  settle(reason: NotStartedReason, inside: CallOutcome = { state: 'running' }): void {
    if (this.settled) return;
    this.settled = true;
    this.#give(this.#outcomes.map((outcome, index) => outcome ?? (index === this.#inside?.index ? inside : { state: 'not-started', reason })));
  }
}
