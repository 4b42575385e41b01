/**
 * A backend without native code: C functions are TypeScript functions. It keeps the lane rules of lib/backend/backend.ts,
 * so that the floors above can be tested for every outcome on demand.
 */
import type { CallFrame, Shape } from '../../lib/abi/frame.ts';
import type { Backend, CallOutcome, FunctionRef, LaneCall, LaneState, NativeLibrary, SubmitOptions } from '../../lib/backend/backend.ts';
import { GpuwrightError } from '../../lib/errors.ts';

export const CRASH = Symbol('the process dies inside the library');

/** Gives a status, or a promise of one (the call hangs until then), or a C string for an `s(…)` shape. */
export type ScriptedFunction = (frame: CallFrame) => number | string | typeof CRASH | Promise<number>;

interface Lane {
  running: { symbol: string; since: number; late: boolean } | undefined;
  tail: Promise<void>;
}

export class ScriptedLibrary implements NativeLibrary {
  readonly path: string;
  generation = 1;
  /** Every call that reached the library: `lane symbol`. */
  readonly calls: string[] = [];
  /** One entry per crossing: its lane and how many calls it carried. */
  readonly crossings: { readonly lane: string; readonly calls: number }[] = [];
  readonly functions: Map<string, ScriptedFunction>;
  closed = false;
  #lanes = new Map<string, Lane>();

  constructor(path: string, functions: Map<string, ScriptedFunction>) {
    this.path = path;
    this.functions = functions;
  }

  resolve(symbols: readonly string[]): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set(symbols.filter((symbol) => this.functions.has(symbol))));
  }

  bind(symbol: string, shape: Shape): FunctionRef {
    return { symbol, shape };
  }

  call(): number {
    throw new GpuwrightError('SYNC_UNAVAILABLE', 'scripted: has no synchronous calls: use submit');
  }

  callText(): string | null {
    throw new GpuwrightError('SYNC_UNAVAILABLE', 'scripted: has no synchronous calls: use submit');
  }

  get scratch(): CallFrame {
    throw new GpuwrightError('SYNC_UNAVAILABLE', 'scripted: has no scratch frame: use submit');
  }

  async submit(name: string, calls: readonly LaneCall[], options: SubmitOptions): Promise<CallOutcome[]> {
    this.crossings.push({ lane: name, calls: calls.length });
    const lane = this.#lane(name);
    const outcomes: CallOutcome[] = [];
    const rest = (outcome: CallOutcome): CallOutcome[] => {
      while (outcomes.length < calls.length) outcomes.push(outcome);
      return outcomes;
    };
    if (this.closed) return rest({ state: 'not-started', reason: 'closed' });
    if (options.generation !== undefined && options.generation !== this.generation) return rest({ state: 'not-started', reason: 'stale-generation' });
    if (lane.running?.late) return rest({ state: 'not-started', reason: 'wedged', wedgedBy: { symbol: lane.running.symbol, runningMs: performance.now() - lane.running.since } });
    if (options.signal?.aborted) return rest({ state: 'not-started', reason: 'aborted' });

    const before = lane.tail;
    let release = (): void => undefined;
    lane.tail = new Promise((resolve) => (release = resolve));
    let stop = (_: 'deadline' | 'aborted'): void => undefined;
    const stopped = new Promise<'deadline' | 'aborted'>((resolve) => (stop = resolve));
    const timer = setTimeout(() => stop('deadline'), options.deadlineMs);
    const onAbort = (): void => stop('aborted');
    options.signal?.addEventListener('abort', onAbort);
    try {
      const turn = await Promise.race([before, stopped]);
      if (turn !== undefined) {
        void before.then(release);
        return rest({ state: 'not-started', reason: turn });
      }
      for (const { fn, frame } of calls) {
        const scripted = this.functions.get(fn.symbol);
        if (!scripted) {
          outcomes.push({ state: 'absent' });
          continue;
        }
        this.calls.push(`${name} ${fn.symbol}`);
        const answer = scripted(frame);
        if (answer === CRASH) {
          outcomes.push({ state: 'crashed', exit: 'SIGSEGV' });
          this.generation += 1;
          release();
          return rest({ state: 'not-started', reason: 'crashed' });
        }
        if (typeof answer === 'string') {
          outcomes.push({ state: 'done', status: 0, text: answer });
          continue;
        }
        if (typeof answer === 'number') {
          outcomes.push({ state: 'done', status: answer });
          continue;
        }
        const running = { symbol: fn.symbol, since: performance.now(), late: false };
        lane.running = running;
        const settled = await Promise.race([answer, stopped]);
        if (typeof settled === 'number') {
          lane.running = undefined;
          outcomes.push({ state: 'done', status: settled });
          continue;
        }
        running.late = true;
        void answer.then(() => {
          lane.running = undefined;
          release();
        });
        outcomes.push({ state: 'running' });
        return rest({ state: 'not-started', reason: settled });
      }
      release();
      return outcomes;
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
    }
  }

  laneState(name: string): LaneState {
    const { running } = this.#lane(name);
    return running === undefined ? 'idle' : running.late ? 'wedged' : 'busy';
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  #lane(name: string): Lane {
    let lane = this.#lanes.get(name);
    if (!lane) this.#lanes.set(name, (lane = { running: undefined, tail: Promise.resolve() }));
    return lane;
  }
}

export class ScriptedBackend implements Backend {
  readonly name = 'scripted';
  readonly capabilities = { sync: false, lanes: true };
  readonly opened: ScriptedLibrary[] = [];
  readonly functions: Map<string, ScriptedFunction>;
  /** Paths that do not open, with the loader's words. */
  readonly refusals: (path: string) => string | undefined;

  constructor(functions: Readonly<Record<string, ScriptedFunction>>, refusals: (path: string) => string | undefined = () => undefined) {
    this.functions = new Map(Object.entries(functions));
    this.refusals = refusals;
  }

  open(path: string): Promise<ScriptedLibrary> {
    const refusal = this.refusals(path);
    if (refusal !== undefined) return Promise.reject(new GpuwrightError('LIBRARY_LOAD_FAILED', refusal));
    const library = new ScriptedLibrary(path, this.functions);
    this.opened.push(library);
    return Promise.resolve(library);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export interface Gate {
  readonly opened: Promise<number>;
  open(status?: number): void;
}

/** A call that hangs until the test lets it return. */
export function gate(): Gate {
  let open = (_?: number): void => undefined;
  const opened = new Promise<number>((resolve) => (open = (status = 0) => resolve(status)));
  return { opened, open };
}

/** Writes an unsigned int through the pointer in word `index`. */
export function writeU32(frame: CallFrame, index: number, value: number): void {
  new DataView(frame.memory.buffer, frame.memory.byteOffset).setUint32(Number(frame.words[index]), value, true);
}

export function readU32(frame: CallFrame, index: number): number {
  return new DataView(frame.memory.buffer, frame.memory.byteOffset).getUint32(Number(frame.words[index]), true);
}

export function writeU64(frame: CallFrame, index: number, value: bigint, element = 0): void {
  new DataView(frame.memory.buffer, frame.memory.byteOffset).setBigUint64(Number(frame.words[index]) + 8 * element, value, true);
}

export function writeText(frame: CallFrame, index: number, value: string): void {
  frame.memory.set(Buffer.from(`${value}\0`), Number(frame.words[index]));
}
