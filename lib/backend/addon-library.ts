/** One vendor library opened through the addon. */
import type { CallFrame, Shape } from '../abi/frame.ts';
import { GpuwrightError } from '../errors.ts';
import { PendingBatch } from './addon-batch.ts';
import type { AddonBinding } from './addon-binding.ts';
import { AddonFunction, NO_FUNCTION } from './addon-function.ts';
import type { PackedCall } from './addon-packet.ts';
import { HEAD, packCalls, unpackOutcomes } from './addon-packet.ts';
import { quickCall } from './addon-quick-call.ts';
import type { ScratchFrame } from './addon-scratch.ts';
import type { CallOutcome, FunctionRef, LaneCall, LaneState, NativeLibrary, NotStartedReason, SubmitOptions } from './backend.ts';
import { SCRATCH_BYTES } from './backend.ts';
import { checkFrame } from './frame-check.ts';
import { checkSubmission } from './submission-check.ts';
import { signatureOf } from './signature.ts';

const LANE_STATES = ['idle', 'busy', 'wedged'] as const;

/** Owner: one environment. The loaded library and its lanes belong to the process, whichever environment uses them. */
export class AddonLibrary implements NativeLibrary {
  readonly path: string;
  readonly generation = 1;
  readonly scratch: ScratchFrame;
  readonly call: (fn: FunctionRef, frame: CallFrame) => number;
  readonly #binding: AddonBinding;
  readonly #head: Int32Array;
  readonly #number: number;
  readonly #shapes: ReadonlyMap<string, number>;
  readonly #functions = new Map<string, AddonFunction>();
  readonly #lanes = new Map<string, number>();
  readonly #pending = new Set<PendingBatch>();
  #closed = false;

  constructor(path: string, binding: AddonBinding, number: number, shapes: ReadonlyMap<string, number>, scratch: ScratchFrame) {
    this.path = path;
    this.scratch = scratch;
    this.#binding = binding;
    this.call = quickCall(this, binding.call, scratch, (fn, frame) => this.#callAny(fn, frame, false).status);
    this.#head = scratch.head;
    this.#number = number;
    this.#shapes = shapes;
  }

  async resolve(symbols: readonly string[]): Promise<ReadonlySet<string>> {
    this.#refuseClosed('resolve');
    return new Set(symbols.filter((symbol) => this.#binding.hasSymbol(this.#number, symbol)));
  }

  bind(symbol: string, shape: Shape): AddonFunction {
    const key = `${symbol} ${shape}`;
    const known = this.#functions.get(key);
    if (known !== undefined) return known;
    const { result, parameters } = signatureOf(symbol, shape);
    if (!this.#shapes.has(shape)) throw new RangeError(`${symbol}: the addon was built without the shape ${shape}: run npm run build:native`);
    const fn = new AddonFunction(this, symbol, shape, result === 'text', parameters.length);
    this.#functions.set(key, fn);
    return fn;
  }

  callText(fn: FunctionRef, frame: CallFrame): string | null {
    return (this.#callAny(fn, frame, true) as { text: string | null }).text;
  }

  async submit(lane: string, calls: readonly LaneCall[], options: SubmitOptions): Promise<CallOutcome[]> {
    checkSubmission(lane, calls, options);
    const reason = this.#refusal(options);
    if (reason !== undefined) return calls.map(() => ({ state: 'not-started', reason }));
    const packed = calls.map((call) => this.#pack(call));
    const present = packed.every((call) => call.function !== NO_FUNCTION) ? packed : packed.filter((call) => call.function !== NO_FUNCTION);
    if (present.length === 0) return calls.map(() => ({ state: 'absent' }));

    const batch = new PendingBatch(this.#binding, this.#lane(lane), present, options);
    this.#pending.add(batch);
    try {
      const settled = await batch.outcomes;
      if (present.length === packed.length) return settled;
      const outcomes = settled.values();
      return packed.map((call) => (call.function === NO_FUNCTION ? { state: 'absent' } : (outcomes.next().value as CallOutcome)));
    } finally {
      this.#pending.delete(batch);
    }
  }

  laneState(lane: string): LaneState {
    return LANE_STATES[this.#binding.laneState(this.#lane(lane))] as LaneState;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const fn of this.#functions.values()) fn.quickId = NO_FUNCTION;
    const pending = [...this.#pending];
    for (const batch of pending) batch.close();
    await Promise.allSettled(pending.map((batch) => batch.outcomes));
  }

  #callAny(fn: FunctionRef, frame: CallFrame, wantsText: boolean): { readonly status: number; readonly text: string | null } {
    if (!(fn instanceof AddonFunction) || fn.owner !== this) throw new TypeError('call: not a function of this library: bind it first');
    if (fn.returnsText !== wantsText) throw new TypeError(`${fn.symbol}: its shape is ${fn.shape}: use ${wantsText ? 'call' : 'callText'} for it`);
    this.#refuseClosed(fn.symbol);
    if (frame !== this.scratch) checkFrame(fn.symbol, frame, fn.parameterCount);
    if (this.#find(fn) === NO_FUNCTION) {
      throw new GpuwrightError('SYMBOL_ABSENT', `${fn.symbol}: ${this.path} does not export it: use a driver that has it, or another function`, { call: fn.symbol });
    }
    return frame.memory.length > SCRATCH_BYTES ? this.#callPacked(fn, frame) : this.#callScratch(fn, frame);
  }

  #callScratch(fn: AddonFunction, frame: CallFrame): { status: number; text: string | null } {
    const { scratch } = this;
    if (frame !== scratch) scratch.copyIn(frame);
    this.#head[HEAD.function] = fn.id;
    this.#binding.call();
    if (frame !== scratch) scratch.copyOut(frame);
    return { status: this.#head[HEAD.status] as number, text: fn.returnsText ? scratch.readText() : null };
  }

  /** For memory that the scratch buffer has no room for. */
  #callPacked(fn: AddonFunction, frame: CallFrame): { status: number; text: string | null } {
    const calls = [{ function: fn.id, undo: NO_FUNCTION, returnsText: fn.returnsText, frame }];
    const packet = packCalls(calls);
    this.#binding.callPacket(packet);
    const outcome = unpackOutcomes(packet, calls, 'deadline')[0] as Extract<CallOutcome, { state: 'done' }>;
    return { status: outcome.status, text: outcome.text ?? null };
  }

  #pack({ fn, frame, undo }: LaneCall): PackedCall {
    const own = this.#own(fn);
    return { function: this.#find(own), undo: undo === undefined ? NO_FUNCTION : this.#find(this.#own(undo)), returnsText: own.returnsText, frame };
  }

  /** References of another library, or of none, name a function of this one. */
  #own(fn: FunctionRef): AddonFunction {
    return fn instanceof AddonFunction && fn.owner === this ? fn : this.bind(fn.symbol, fn.shape);
  }

  #find(fn: AddonFunction): number {
    if (fn.id === NO_FUNCTION) {
      fn.id = this.#binding.bind(this.#number, fn.symbol, this.#shapes.get(fn.shape) as number);
      if (!fn.returnsText) fn.quickId = fn.id;
    }
    return fn.id;
  }

  #lane(key: string): number {
    let lane = this.#lanes.get(key);
    if (lane === undefined) this.#lanes.set(key, (lane = this.#binding.lane(this.#number, key)));
    return lane;
  }

  #refusal({ signal, generation }: SubmitOptions): NotStartedReason | undefined {
    if (this.#closed) return 'closed';
    if (generation !== undefined && generation !== this.generation) return 'stale-generation';
    return signal?.aborted === true ? 'aborted' : undefined;
  }

  #refuseClosed(what: string): void {
    if (this.#closed) throw new GpuwrightError('CLOSED', `${what}: the library ${this.path} was closed: open it again`, { call: what });
  }
}
