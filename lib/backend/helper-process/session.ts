import type { CallOutcome, LaneCall, LaneState, NotStartedReason, SubmitOptions } from '../backend.ts';
import { GpuwrightError } from '../../errors.ts';
import { createFrame } from '../../abi/frame.ts';
import { Batch } from './batch.ts';
import { HelperProcess } from './process.ts';
import { ParentLane } from './lanes.ts';
import type { ChildMessage, InnerBackendName, Step } from './protocol.ts';

/** The helper begins nothing so shortly before a deadline, so that what it says of a beginning arrives before the deadline. */
const LAST_START_MARGIN_MS = 3;
/** How long an abort waits for the helper's word on how far it has got: it answers at once unless it is frozen. */
const ABANDON_ANSWER_MS = 100;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface PendingRequest {
  readonly resolve: (symbols: readonly string[]) => void;
  readonly reject: (error: GpuwrightError) => void;
}

/**
 * What goes on with one helper process, from its start to its death: requests, lanes and batches. Owner: the backend. All deadlines
 * are kept here, whatever state the helper is in.
 */
export class HelperSession {
  readonly #process: HelperProcess;
  readonly #lanes = new Map<string, ParentLane>();
  readonly #requests = new Map<number, PendingRequest>();
  readonly #batches = new Map<number, Batch>();
  readonly #abandonAnswers = new Map<number, () => void>();
  #lastId = 0;
  #awaited = 0;

  constructor(inner: InnerBackendName, onDeath: () => void) {
    this.#process = new HelperProcess(inner, {
      message: (message) => this.#receive(message),
      death: (exit) => {
        onDeath();
        this.#die(exit);
      },
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  kill(): Promise<void> {
    return this.#process.kill();
  }

  /** Rejects with the helper's own error, or HELPER_CRASHED. */
  request(message: { type: 'open'; path: string } | { type: 'resolve'; path: string; symbols: readonly string[] }): Promise<readonly string[]> {
    return this.#waitFor((settled) => new Promise((resolve, reject) => {
      const request = (this.#lastId += 1);
      this.#requests.set(request, {
        resolve: (symbols) => (settled(), resolve(symbols)),
        reject: (error) => (settled(), reject(error)),
      });
      this.#process.send({ ...message, request });
    }));
  }

  submit(owner: object, path: string, laneName: string, calls: readonly LaneCall[], options: SubmitOptions): Promise<CallOutcome[]> {
    const lane = this.#lane(path, laneName);
    const { wedgedBy } = lane;
    if (wedgedBy !== undefined) return Promise.resolve(calls.map(() => ({ state: 'not-started', reason: 'wedged', wedgedBy })));
    if (lane.full) return Promise.resolve(calls.map(() => ({ state: 'not-started', reason: 'queue-full' })));
    return this.#waitFor((settled) => new Promise((resolve) => {
      const batch = new Batch((this.#lastId += 1), owner, path, laneName, calls, (outcomes) => {
        clearTimeout(timer);
        options.signal?.removeEventListener('abort', abort);
        settled();
        resolve(outcomes);
      });
      const abort = (): void => this.#abort(batch, lane);
      const timer = setTimeout(() => this.#expire(batch, lane), Math.min(options.deadlineMs, LONGEST_TIMER_MS));
      options.signal?.addEventListener('abort', abort, { once: true });
      const margin = Math.min(LAST_START_MARGIN_MS, options.deadlineMs / 4);
      batch.latestStart = process.hrtime.bigint() + BigInt(Math.floor((options.deadlineMs - margin) * 1e6));
      lane.add(batch);
      this.#advance(lane);
    }));
  }

  laneState(path: string, lane: string): LaneState {
    return this.#lanes.get(laneKey(path, lane))?.state ?? 'idle';
  }

  /** Settles what still waits; a batch that the helper has goes on to its end or deadline. */
  closeFor(owner: object): void {
    for (const lane of this.#lanes.values()) {
      for (const batch of lane.batches) if (batch.owner === owner && !lane.holds(batch)) this.#settle(batch, lane, 'closed');
    }
  }

  /** Keeps the parent alive only while somebody awaits an answer. */
  #waitFor<T>(work: (settled: () => void) => Promise<T>): Promise<T> {
    if ((this.#awaited += 1) === 1) this.#process.ref();
    return work(() => {
      if ((this.#awaited -= 1) === 0) this.#process.unref();
    });
  }

  #lane(path: string, name: string): ParentLane {
    const key = laneKey(path, name);
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    const lane = new ParentLane();
    this.#lanes.set(key, lane);
    return lane;
  }

  #advance(lane: ParentLane): void {
    const batch = lane.next();
    if (batch === undefined) return;
    this.#batches.set(batch.id, batch);
    const { id, path, lane: name, calls, latestStart } = batch;
    this.#process.send({ type: 'run', batch: id, path, lane: name, calls, latestStart });
  }

  #settle(batch: Batch, lane: ParentLane, reason: NotStartedReason): void {
    batch.settle(reason);
    lane.drop(batch);
  }

  #expire(batch: Batch, lane: ParentLane): void {
    if (lane.holds(batch)) this.#process.send({ type: 'abandon', batch: batch.id });
    // A timer comes before the channel is read: what the helper said in time must count, even if this thread was busy meanwhile.
    setImmediate(() => this.#settle(batch, lane, 'deadline'));
  }

  #abort(batch: Batch, lane: ParentLane): void {
    if (!lane.holds(batch)) return this.#settle(batch, lane, 'aborted');
    const silent = setTimeout(() => {
      this.#abandonAnswers.delete(batch.id);
      // It may yet begin the first call before it reads that it must not.
      if (batch.inside === undefined) batch.enter(0);
      this.#settle(batch, lane, 'aborted');
    }, ABANDON_ANSWER_MS);
    this.#abandonAnswers.set(batch.id, () => {
      clearTimeout(silent);
      this.#settle(batch, lane, 'aborted');
    });
    this.#process.send({ type: 'abandon', batch: batch.id });
  }

  #receive(message: ChildMessage): void {
    switch (message.type) {
      case 'reply':
      case 'refusal': {
        const pending = this.#requests.get(message.request);
        this.#requests.delete(message.request);
        if (message.type === 'reply') pending?.resolve(message.symbols ?? []);
        else pending?.reject(new GpuwrightError(message.code, message.message));
        return;
      }
      case 'abandoned': {
        const answer = this.#abandonAnswers.get(message.batch);
        this.#abandonAnswers.delete(message.batch);
        return answer?.();
      }
      case 'unopened':
        return this.#end(message.batch, 'crashed');
      case 'steps':
        for (const step of message.steps) this.#follow(step);
    }
  }

  #follow({ batch: id, finished, entering }: Step): void {
    const batch = this.#batches.get(id);
    if (batch === undefined) return;
    const undo = finished === undefined ? undefined : batch.finish(finished);
    if (undo !== undefined) this.#takeBack(batch, undo);
    if (entering !== undefined) batch.enter(entering);
    else this.#end(id, this.#abandonAnswers.has(id) ? 'aborted' : 'deadline');
  }

  /** Nobody was told that the call succeeded, so nobody else will take it back. Keeps no parent alive: a dead helper owes nothing. */
  #takeBack(batch: Batch, symbol: string): void {
    const call: LaneCall = { fn: { symbol, shape: 'r()' }, frame: createFrame(0) };
    this.#lane(batch.path, batch.lane).addFirst(new Batch((this.#lastId += 1), this, batch.path, batch.lane, [call], () => {}));
  }

  #end(id: number, reason: NotStartedReason): void {
    const batch = this.#batches.get(id);
    if (batch === undefined) return;
    this.#batches.delete(id);
    const lane = this.#lane(batch.path, batch.lane);
    lane.over(batch);
    batch.settle(reason);
    this.#advance(lane);
  }

  #die(exit: string): void {
    for (const lane of this.#lanes.values()) {
      for (const batch of lane.batches) batch.settle('crashed', { state: 'crashed', exit });
    }
    for (const [id, { reject }] of [...this.#requests]) {
      this.#requests.delete(id);
      reject(new GpuwrightError('HELPER_CRASHED', `helper process: ended with ${exit} before it answered: try again, a new helper is started`));
    }
    for (const answer of this.#abandonAnswers.values()) answer();
    this.#lanes.clear();
    this.#batches.clear();
  }
}

function laneKey(path: string, lane: string): string {
  return `${path}\0${lane}`;
}
