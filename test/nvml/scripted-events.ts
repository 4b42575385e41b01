/** The events of a scripted libnvidia-ml: sets, registrations, waits that take their time, and what was done with all of them. */
import type { CallFrame } from '../../lib/abi/frame.ts';
import type { ScriptedFunction } from '../library/scripted-backend.ts';
import { writeU64 } from '../library/scripted-backend.ts';

const TIMEOUT = 10;
const NO_INSTANCE = 0xffff_ffff;

export interface ScriptedEvent {
  readonly device: bigint;
  readonly type: bigint;
  readonly data?: bigint;
  readonly gpuInstanceId?: number;
  readonly computeInstanceId?: number;
}

export class ScriptedEvents {
  /** `timeoutms` of each wait, in order. */
  readonly waits: number[] = [];
  readonly systemWaits: number[] = [];
  /** Sets that were made and not freed. */
  readonly sets = new Set<bigint>();
  readonly systemSets = new Set<bigint>();
  /** What was done to a set that there is not. */
  readonly misuses: string[] = [];
  readonly registered: { readonly device: bigint; readonly types: bigint }[] = [];
  made = 0;
  /** What nvmlDeviceGetSupportedEventTypes tells. */
  supported = 0xffffn;
  /** What a wait answers at once, instead of waiting. */
  answer: number | undefined;
  systemAnswer: number | undefined;
  #pending: ScriptedEvent[] = [];
  #ofHost: { readonly type: bigint; readonly gpuId: number }[] = [];
  #wake: () => void = () => undefined;

  /** Something happens; it reaches those that are registered. */
  raise(event: ScriptedEvent): void {
    if (!this.registered.some(({ device }) => device === event.device)) return;
    this.#pending.push(event);
    this.#wake();
  }

  /** At once what the next wait for the host's tells. */
  raiseOfHost(...events: readonly { readonly type: bigint; readonly gpuId: number }[]): void {
    this.#ofHost.push(...events);
  }

  readonly functions: Readonly<Record<string, ScriptedFunction>> = {
    nvmlEventSetCreate: (frame) => (writeU64(frame, 0, this.#make(this.sets)), 0),
    nvmlEventSetFree: ({ words }) => this.#of(this.sets, words[0], 'nvmlEventSetFree', (set) => (this.sets.delete(set), 0)),
    nvmlDeviceGetSupportedEventTypes: (frame) => (writeU64(frame, 1, this.supported), 0),
    nvmlDeviceRegisterEvents: ({ words }) =>
      this.#of(this.sets, words[2], 'nvmlDeviceRegisterEvents', () => (this.registered.push({ device: words[0] ?? 0n, types: words[1] ?? 0n }), 0)),
    nvmlEventSetWait_v2: (frame) => this.#of(this.sets, frame.words[0], 'nvmlEventSetWait_v2', () => this.#wait(frame)),
    nvmlSystemEventSetCreate: (frame) => (view(frame).setBigUint64(8, this.#make(this.systemSets), true), 0),
    nvmlSystemEventSetFree: (frame) => this.#of(this.systemSets, view(frame).getBigUint64(8, true), 'nvmlSystemEventSetFree', (set) => (this.systemSets.delete(set), 0)),
    nvmlSystemRegisterEvents: () => 0,
    nvmlSystemEventSetWait: (frame) => this.#of(this.systemSets, view(frame).getBigUint64(8, true), 'nvmlSystemEventSetWait', () => this.#systemWait(frame)),
  };

  #make(sets: Set<bigint>): bigint {
    this.made += 1;
    const set = BigInt(0x5000 + this.made);
    sets.add(set);
    return set;
  }

  #of<T>(sets: ReadonlySet<bigint>, set: bigint | undefined, call: string, act: (set: bigint) => T): T | number {
    if (set !== undefined && sets.has(set)) return act(set);
    this.misuses.push(call);
    return 2;
  }

  #wait(frame: CallFrame): number | Promise<number> {
    const timeout = Number(frame.words[2]);
    this.waits.push(timeout);
    if (this.answer !== undefined) return this.answer;
    if (this.#take(frame)) return 0;
    return timeout === 0 ? TIMEOUT : asleep(timeout, (wake) => (this.#wake = wake)).then(() => (this.#take(frame) ? 0 : TIMEOUT));
  }

  #take(frame: CallFrame): boolean {
    const event = this.#pending.shift();
    if (event === undefined) return false;
    const { device, type, data = 0n, gpuInstanceId = NO_INSTANCE, computeInstanceId = NO_INSTANCE } = event;
    for (const [place, value] of [device, type, data, BigInt(gpuInstanceId) | (BigInt(computeInstanceId) << 32n)].entries()) writeU64(frame, 1, value, place);
    return true;
  }

  #systemWait(frame: CallFrame): number | Promise<number> {
    const timeout = view(frame).getUint32(4, true);
    this.systemWaits.push(timeout);
    if (this.systemAnswer !== undefined) return this.systemAnswer;
    const happened = this.#ofHost.splice(0);
    if (happened.length > 0) {
      const data = Number(view(frame).getBigUint64(16, true)) - Number(frame.words[0]);
      for (const [place, { type, gpuId }] of happened.entries()) {
        view(frame).setBigUint64(data + 16 * place, type, true);
        view(frame).setUint32(data + 16 * place + 8, gpuId, true);
      }
      view(frame).setUint32(28, happened.length, true);
      return 0;
    }
    return timeout === 0 ? TIMEOUT : asleep(timeout, () => undefined).then(() => TIMEOUT);
  }
}

async function asleep(milliseconds: number, wakeable: (wake: () => void) => void): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    wakeable(() => (clearTimeout(timer), resolve()));
  });
}

/** Of the struct that a request points to. */
function view(frame: CallFrame): DataView {
  return new DataView(frame.memory.buffer, frame.memory.byteOffset + Number(frame.words[0]));
}
