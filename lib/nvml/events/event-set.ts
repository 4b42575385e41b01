/**
 * One event set of NVML on a lane of its own. It lives as long as nothing moves under it: with a new generation it is void, and it is
 * given back before NVML is shut down.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { families } from '../../abi/nvml/families.ts';
import { nvmlFunctions as c } from '../../abi/nvml/functions.ts';
import { GpuwrightError } from '../../errors.ts';
import { Deadline } from '../../library/deadline.ts';
import type { LibraryCall } from '../../library/library-call.ts';
import { familyCall, functionCall } from '../../library/library-call.ts';
import type { CallResult } from '../../library/opened-library.ts';
import type { Reading } from '../../telemetry/reading.ts';
import { unsupported, valueOf } from '../../telemetry/reading.ts';
import { readingOf, readingOfError } from '../field.ts';
import { told } from '../readings/ask.ts';
import type { NvmlSession } from '../session/session.ts';
import { deviceLane } from '../session/session.ts';
import type { GpuEventType, SystemEventType, WantedEvents } from './event-types.ts';
import { gpuEventTypesIn, systemEventTypesIn } from './event-types.ts';
import type { RawGpuEvent, RawSystemEvent } from './happened.ts';
import { gpuEvent, happened, systemEvent } from './happened.ts';
import type { GpuEvent, ListenedGpu, SystemEvent } from './types.ts';

/** So long the lane is inside the library at a time: nobody who wants to end it waits longer. */
const SLICE_MS = 100;

export class EventSet {
  readonly #session: NvmlSession;
  readonly #lane: string;
  readonly #wanted: WantedEvents;
  readonly #deadlineMs: number;
  readonly #nativeGeneration: number;
  readonly #generation: number;
  readonly #allocated: string | undefined;
  readonly #set: bigint;
  readonly #system: bigint | undefined;
  readonly system: Reading<readonly SystemEventType[]>;
  readonly #gpus = new Map<number, ListenedGpu>();
  readonly #inside = new Set<Promise<unknown>>();
  #released: Promise<void> | undefined;

  private constructor(session: NvmlSession, lane: string, wanted: WantedEvents, deadlineMs: number, nativeGeneration: number, handles: SetHandles) {
    this.#session = session;
    this.#lane = lane;
    this.#wanted = wanted;
    this.#deadlineMs = deadlineMs;
    this.#nativeGeneration = nativeGeneration;
    this.#generation = session.lease.generation;
    this.#allocated = session.lease.allocating;
    this.#set = handles.set;
    this.#system = handles.system.state === 'value' ? handles.system.value : undefined;
    this.system = handles.system.state === 'value' ? valueOf(systemEventTypesIn(wanted.system)) : (handles.system as Reading<never>);
    session.attach(this.release);
  }

  /** Throws where there are no event sets. */
  static async open(session: NvmlSession, lane: string, wanted: WantedEvents, deadlineMs: number): Promise<EventSet> {
    const deadline = new Deadline(deadlineMs);
    const nativeGeneration = await session.lease.ready(deadline);
    const before = session.lease.allocating;
    const handles = await createSets(session, lane, wanted, { deadlineMs, nativeGeneration });
    if (session.lease.allocating !== before) throw stale();
    return new EventSet(session, lane, wanted, deadlineMs, nativeGeneration, handles);
  }

  /** Handles, and with them what is registered, are of this generation. */
  get isCurrent(): boolean {
    return this.#released === undefined && this.#isAllocated && this.#session.lease.generation === this.#generation;
  }

  get gpus(): readonly ListenedGpu[] {
    return [...this.#gpus.values()].sort((a, b) => a.index - b.index);
  }

  /** GPUs that could not be listened to, though their driver may have events. */
  get missing(): readonly number[] {
    return this.gpus.flatMap(({ index, types }) => (types.state === 'failed' ? [index] : []));
  }

  /** Side by side, each on the GPU's own lane; those that fail or hang are told by `gpus`. Gives how many there are now that were not before. */
  async listenTo(indices: readonly number[], signal: AbortSignal): Promise<number> {
    const before = this.#listened;
    await Promise.all(indices.map(async (index) => await this.#listenToOne(index, signal)));
    return this.#listened - before;
  }

  /** What has happened, after at most 100 ms if nothing did. Throws what the driver answers; a generation that moved is `STALE_HANDLE`. */
  async wait(): Promise<readonly (GpuEvent | SystemEvent)[]> {
    if (!this.isCurrent) throw stale();
    const { gpu, system } = this.#waits();
    const calls = [gpu, system].filter((call) => call !== undefined);
    if (calls.length === 0) return await delay(SLICE_MS, []);
    const results = await this.#within(this.#session.onLane(this.#lane, calls, { deadlineMs: SLICE_MS + this.#deadlineMs, nativeGeneration: this.#nativeGeneration }));
    const at = new Date();
    const events = results.map((result) => happened(result));
    const own = gpu === undefined ? undefined : (events.shift() as RawGpuEvent | undefined);
    const host = events[0] as { readonly request: { readonly data: readonly RawSystemEvent[] } } | undefined;
    return [...(own === undefined ? [] : [gpuEvent(at, own, this.#gpus.get(this.#session.indexOf(own.device) ?? -1))]), ...(host?.request.data ?? []).map((event) => systemEvent(at, event))];
  }

  /** Gives it back, once whoever is inside the library with it has come out. Never rejects. */
  readonly release = async (): Promise<void> => {
    await (this.#released ??= this.#release());
  };

  async #release(): Promise<void> {
    await Promise.allSettled([...this.#inside]);
    // After a new init (or without any) what was allocated before is gone, and freeing it would be the end of the process.
    if (this.#isAllocated) {
      const calls: LibraryCall<unknown>[] = [functionCall(c.nvmlEventSetFree, { set: this.#set })];
      if (this.#system !== undefined) calls.push(functionCall(c.nvmlSystemEventSetFree, { request: { set: this.#system } }));
      await this.#session.onLane(this.#lane, calls, { deadlineMs: this.#deadlineMs, nativeGeneration: this.#nativeGeneration }).catch(() => undefined);
    }
    this.#session.detach(this.release);
  }

  /** One slice, however many sets: the system's is only looked at, unless it is the only one. */
  #waits(): { readonly gpu?: LibraryCall<unknown>; readonly system?: LibraryCall<unknown> } {
    const hearsGpus = this.gpus.some(({ types }) => types.state === 'value' && types.value.length > 0);
    return {
      ...(hearsGpus && { gpu: familyCall(families.eventSetWait, { set: this.#set, timeoutms: SLICE_MS }) }),
      ...(this.#system !== undefined && { system: functionCall(c.nvmlSystemEventSetWait, { request: { timeoutms: hearsGpus ? 0 : SLICE_MS, set: this.#system } }) }),
    };
  }

  get #isAllocated(): boolean {
    const { lease, library } = this.#session;
    return lease.allocating === this.#allocated && library.native.generation === this.#nativeGeneration;
  }

  get #listened(): number {
    return this.gpus.filter(({ types }) => types.state === 'value').length;
  }

  async #listenToOne(index: number, signal: AbortSignal): Promise<void> {
    let identity = this.#session.identityAt(index);
    const types = await (async (): Promise<Reading<readonly GpuEventType[]>> => {
      try {
        const deadline = new Deadline(this.#deadlineMs, signal);
        const answer = await this.#session.onDevice(index, (device) => [functionCall(c.nvmlDeviceGetSupportedEventTypes, { device })], deadline);
        ({ identity } = answer);
        const [supported] = answer.results as [CallResult<{ readonly eventTypes: bigint }>];
        const eventTypes = told(supported).eventTypes & this.#wanted.gpu;
        if (eventTypes === 0n) return valueOf([]);
        if (!this.isCurrent) throw stale();
        const options = { deadlineMs: this.#deadlineMs, nativeGeneration: answer.nativeGeneration };
        const registration = functionCall(c.nvmlDeviceRegisterEvents, { device: answer.handle, eventTypes, set: this.#set });
        const [registered] = await this.#within(this.#session.onLane(deviceLane(index), [registration], options));
        told(registered);
        return valueOf(gpuEventTypesIn(eventTypes));
      } catch (error) {
        return readingOfError(error);
      }
    })();
    this.#gpus.set(index, { index, uuid: identity.uuid, pciBusId: identity.pciBusId, types });
  }

  /** `release` waits for it. */
  async #within<T>(work: Promise<T>): Promise<T> {
    this.#inside.add(work);
    try {
      return await work;
    } finally {
      this.#inside.delete(work);
    }
  }

}

interface SetHandles {
  readonly set: bigint;
  readonly system: Reading<bigint>;
}

async function createSets(session: NvmlSession, lane: string, wanted: WantedEvents, options: { readonly deadlineMs: number; readonly nativeGeneration: number }): Promise<SetHandles> {
  const [created] = await session.onLane(lane, [functionCall(c.nvmlEventSetCreate, {})] as const, options);
  const { set } = told(created);
  if (wanted.system === 0n) return { set, system: unsupported };
  const [createdSystem] = await session.onLane(lane, [functionCall(c.nvmlSystemEventSetCreate, { request: {} })] as const, options);
  if (!createdSystem.ok) return { set, system: readingOfError(createdSystem.error) };
  const system = createdSystem.outputs.request.set;
  const [registered] = await session.onLane(lane, [functionCall(c.nvmlSystemRegisterEvents, { request: { eventTypes: wanted.system, set: system } })] as const, options);
  return { set, system: readingOf(() => (told(registered), system)) };
}

function stale(): GpuwrightError {
  return new GpuwrightError('STALE_HANDLE', 'nvmlEventSetWait: handles have become void meanwhile (a reset or a driver reload): it is listened to anew', { call: 'nvmlEventSetWait' });
}
