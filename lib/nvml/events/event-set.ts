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
import { familyCall, functionCall, mapCall } from '../../library/library-call.ts';
import type { CallResult } from '../../library/opened-library.ts';
import type { Reading } from '../../telemetry/reading.ts';
import { valueOf } from '../../telemetry/reading.ts';
import { readingOfError } from '../field.ts';
import { told } from '../readings/ask.ts';
import type { NvmlSession } from '../session/session.ts';
import { deviceLane } from '../session/session.ts';
import type { GpuEventType, SystemEventType, WantedEvents } from './event-types.ts';
import { gpuEventTypesIn } from './event-types.ts';
import { gpuEvent, systemEvent } from './happened.ts';
import type { SetHandles } from './set-handles.ts';
import { createSets, freeingCalls } from './set-handles.ts';
import type { GpuEvent, ListenedGpu, SystemEvent } from './types.ts';

/** So long the lane is inside the library at a time: nobody who wants to end it waits longer. */
export const SLICE_MS = 100;

/** So many are taken along where a set is given back under somebody who listens: a driver that tells without end must not hold that up. */
const MOST_LEFT = 1024;

type Happened = readonly (GpuEvent | SystemEvent)[];

/** What one slice has brought. */
export interface Heard {
  readonly events: Happened;
  /** What the driver answered instead of waiting: the set is of no more use. */
  readonly failure: GpuwrightError | undefined;
}

export class EventSet {
  readonly #session: NvmlSession;
  readonly #lane: string;
  readonly #wanted: WantedEvents;
  readonly #deadlineMs: number;
  readonly #nativeGeneration: number;
  readonly #generation: number;
  readonly #allocated: string | undefined;
  readonly #handles: SetHandles;
  readonly #gpus = new Map<number, ListenedGpu>();
  /** By the handles that are registered. */
  readonly #indices = new Map<bigint, number>();
  readonly #inside = new Set<Promise<unknown>>();
  /** Lanes on which a call with this set did not come back in time. */
  readonly #stuck = new Set<string>();
  /** What the set still had to tell when it was given back. */
  readonly #left: (GpuEvent | SystemEvent)[] = [];
  #isReleased = false;
  #releasing: Promise<void> | undefined;

  private constructor(session: NvmlSession, lane: string, wanted: WantedEvents, deadlineMs: number, nativeGeneration: number, handles: SetHandles) {
    this.#session = session;
    this.#lane = lane;
    this.#wanted = wanted;
    this.#deadlineMs = deadlineMs;
    this.#nativeGeneration = nativeGeneration;
    this.#generation = session.lease.generation;
    this.#allocated = session.lease.allocating;
    this.#handles = handles;
    session.attach(this.giveBack);
  }

  /** Throws where there are no event sets. */
  static async open(session: NvmlSession, lane: string, wanted: WantedEvents, deadlineMs: number): Promise<EventSet> {
    const nativeGeneration = await session.lease.ready(new Deadline(deadlineMs));
    const before = session.lease.allocating;
    const handles = await createSets(session, lane, wanted, { deadlineMs, nativeGeneration });
    if (session.lease.allocating !== before) throw stale();
    return new EventSet(session, lane, wanted, deadlineMs, nativeGeneration, handles);
  }

  /** Handles, and with them what is registered, are of this generation. */
  get isCurrent(): boolean {
    return !this.#isReleased && this.#isAllocated && this.#session.lease.generation === this.#generation;
  }

  get system(): Reading<readonly SystemEventType[]> {
    return this.#handles.systemTypes;
  }

  get gpus(): readonly ListenedGpu[] {
    return [...this.#gpus.values()].sort((a, b) => a.index - b.index);
  }

  /** GPUs that could not be listened to, though their driver may have events. */
  get missing(): readonly number[] {
    return this.gpus.flatMap(({ index, types }) => (types.state === 'failed' ? [index] : []));
  }

  /**
   * Side by side, each on the GPU's own lane; those that fail or hang are told by `gpus`, and so is why a GPU is left out. Gives how many
   * there are now that were not before.
   */
  async listenTo(indices: readonly number[], leftOut: (index: number) => GpuwrightError | undefined): Promise<number> {
    const before = this.#listened;
    await Promise.all(indices.map(async (index) => await this.#listenToOne(index, leftOut(index))));
    return this.#listened - before;
  }

  /**
   * What has happened, after that time if nothing did. In a generation that has moved, what the set still has to tell, and then the
   * failure `STALE_HANDLE`; throws that where the set is gone, or `HELPER_CRASHED` where it went with its process.
   */
  async wait(milliseconds: number): Promise<Heard> {
    if (this.#isReleased) {
      await this.#releasing;
      if (this.#left.length > 0) return { events: this.#left.splice(0), failure: undefined };
    }
    if (this.#isReleased || !this.#isAllocated) throw this.#gone();
    if (!this.isCurrent) {
      const { events } = await this.#hear(0);
      return { events, failure: events.length > 0 ? undefined : stale() };
    }
    const begun = performance.now();
    const heard = await this.#hear(milliseconds);
    const left = milliseconds - (performance.now() - begun);
    // A driver that does not wait must not make us ask it without end.
    if (heard.events.length === 0 && heard.failure === undefined && left > 1) await delay(left);
    return heard;
  }

  /** Nobody listens any more. Gives the set back, once whoever is inside the library with it has come out. Never rejects. */
  async release(): Promise<void> {
    this.#isReleased = true;
    await (this.#releasing ??= this.#release());
  }

  /** The same before NVML is shut down, under somebody who listens: what has happened until then is still told. Never rejects. */
  readonly giveBack = async (): Promise<void> => {
    if (!this.#isReleased) {
      this.#isReleased = true;
      this.#releasing = this.#hearOut().then(async () => await this.#release());
    }
    await this.release();
  };

  async #hearOut(): Promise<void> {
    await Promise.allSettled([...this.#inside]);
    while (this.#isAllocated && this.#left.length < MOST_LEFT) {
      const { events } = await this.#hear(0).catch(() => ({ events: [] }));
      if (events.length === 0) return;
      this.#left.push(...events);
    }
  }

  async #release(): Promise<void> {
    await Promise.allSettled([...this.#inside]);
    const { native } = this.#session.library;
    // After a new init (or without any) what was allocated before is gone, and freeing it would be the end of the process.
    if (this.#isAllocated) {
      if ([...this.#stuck].some((lane) => native.laneState(lane) === 'wedged')) {
        // Somebody is still inside with it. It stays until NVML is shut down, and before that it is tried again.
        this.#releasing = undefined;
        return;
      }
      await this.#session.onLane(this.#lane, freeingCalls(this.#handles), { deadlineMs: this.#deadlineMs, nativeGeneration: this.#nativeGeneration }).catch(() => undefined);
    }
    this.#session.detach(this.giveBack);
  }

  async #hear(milliseconds: number): Promise<Heard> {
    const calls = this.#waits(milliseconds);
    if (calls.length === 0) return { events: [], failure: undefined };
    const options = { deadlineMs: milliseconds + this.#deadlineMs, nativeGeneration: this.#nativeGeneration };
    const results = await this.#within(this.#lane, this.#session.onLane(this.#lane, calls, options));
    const failures = results.flatMap((result) => (result.ok || result.error.code === 'TIMEOUT' ? [] : [result.error]));
    return { events: results.flatMap((result) => (result.ok ? result.outputs : [])), failure: failures[0] };
  }

  /** One slice, however many sets: the system's is only looked at, unless it is the only one. */
  #waits(milliseconds: number): readonly LibraryCall<Happened>[] {
    const calls: LibraryCall<Happened>[] = [];
    const { set, system, systemTypes } = this.#handles;
    const hearsGpus = this.gpus.some(({ types }) => types.state === 'value' && types.value.length > 0);
    if (hearsGpus) {
      calls.push(mapCall(familyCall(families.eventSetWait, { set, timeoutms: milliseconds }), (data) => [gpuEvent(data, this.#gpus.get(this.#indices.get(data.device) ?? -1))]));
    }
    if (system !== undefined && systemTypes.state === 'value') {
      const wait = functionCall(c.nvmlSystemEventSetWait, { request: { timeoutms: hearsGpus ? 0 : milliseconds, set: system } });
      calls.push(mapCall(wait, ({ request }) => request.data.map((event) => systemEvent(event))));
    }
    return calls;
  }

  #gone(): GpuwrightError {
    const call = 'nvmlEventSetWait';
    if (this.#session.library.native.generation === this.#nativeGeneration) return stale();
    return new GpuwrightError('HELPER_CRASHED', `${call}: the helper process that listened has died: another one listens anew; report the crash to the vendor if it comes back`, { call });
  }

  get #isAllocated(): boolean {
    const { lease, library } = this.#session;
    return lease.allocating === this.#allocated && library.native.generation === this.#nativeGeneration;
  }

  get #listened(): number {
    return this.gpus.filter(({ types }) => types.state === 'value').length;
  }

  async #listenToOne(index: number, leftOut: GpuwrightError | undefined): Promise<void> {
    let identity = this.#session.identityAt(index);
    const types = await (async (): Promise<Reading<readonly GpuEventType[]>> => {
      try {
        if (leftOut !== undefined) throw leftOut;
        const answer = await this.#session.onDevice(index, (device) => [functionCall(c.nvmlDeviceGetSupportedEventTypes, { device })], new Deadline(this.#deadlineMs));
        ({ identity } = answer);
        const [supported] = answer.results as [CallResult<{ readonly eventTypes: bigint }>];
        const eventTypes = told(supported).eventTypes & this.#wanted.gpu;
        if (eventTypes === 0n) return valueOf([]);
        if (!this.isCurrent) throw stale();
        this.#indices.set(answer.handle, index);
        const lane = deviceLane(index);
        const registration = functionCall(c.nvmlDeviceRegisterEvents, { device: answer.handle, eventTypes, set: this.#handles.set });
        const [registered] = await this.#within(lane, this.#session.onLane(lane, [registration], { deadlineMs: this.#deadlineMs, nativeGeneration: answer.nativeGeneration }));
        told(registered);
        return valueOf(gpuEventTypesIn(eventTypes));
      } catch (error) {
        return readingOfError(error);
      }
    })();
    this.#gpus.set(index, { index, uuid: identity.uuid, pciBusId: identity.pciBusId, types });
  }

  /** `release` waits for it. */
  async #within<R extends readonly CallResult<unknown>[]>(lane: string, work: Promise<R>): Promise<R> {
    this.#inside.add(work);
    try {
      const results = await work;
      if (results.some((result) => !result.ok && result.error.code === 'DEVICE_UNRESPONSIVE')) this.#stuck.add(lane);
      return results;
    } finally {
      this.#inside.delete(work);
    }
  }
}

function stale(): GpuwrightError {
  return new GpuwrightError('STALE_HANDLE', 'nvmlEventSetWait: handles have become void meanwhile (a reset or a driver reload): it is listened to anew', { call: 'nvmlEventSetWait' });
}
