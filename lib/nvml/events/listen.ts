/**
 * Events of the whole host as an async iterable. Order: register, then look at the host, then wait. Whatever goes wrong, it is listened
 * to anew, after a pause that grows; the consumer is told when nothing can be heard and, by the next snapshot, when it can again.
 */
import { allowManyListeners } from '../../library/many-listeners.ts';
import { failed } from '../../telemetry/reading.ts';
import { isUnsupported } from '../field.ts';
import type { NvmlCore } from '../session/nvml-core.ts';
import type { NvmlSession } from '../session/session.ts';
import type { HostSnapshot } from '../types.ts';
import { EventSet, SLICE_MS } from './event-set.ts';
import type { WantedEvents } from './event-types.ts';
import { wantedEvents } from './event-types.ts';
import { Pause } from './pause.ts';
import type { EventsBegin, EventsInterrupted, EventsOptions, GpuEvent, NvmlEvent, SystemEvent } from './types.ts';

export interface EventSources {
  readonly core: NvmlCore;
  snapshot(): Promise<HostSnapshot>;
}

/** Each pair: how soon at first, and how seldom in the end. */
export interface ListeningPace {
  /** Listening is begun anew. */
  readonly anewMs: readonly [first: number, longest: number];
  /** GPUs that could not be listened to are tried again. */
  readonly missingMs: readonly [first: number, longest: number];
}

const PACE: ListeningPace = { anewMs: [100, 5_000], missingMs: [10_000, 300_000] };
/** A loss or a reload is found out by several who begin a generation each; where it goes on for longer, that is news. */
const ROUNDS_TO_SETTLE = 4;
const NO_TROUBLE: ReadonlySet<string> = new Set(['STALE_HANDLE', 'CLOSED']);

/** Throws `INVALID_INPUT` at once; everything else shows in the iteration. */
export function listen(sources: EventSources, options: EventsOptions, pace = PACE): AsyncIterableIterator<NvmlEvent> & AsyncDisposable {
  const wanted = wantedEvents(options.types);
  const stop = new AbortController();
  const items = untilAborted(options.signal, stop, listening(sources, wanted, stop.signal, pace));
  // A `return` while a `next` is pending must end that too, and a generator would let it wait.
  const end = async (): Promise<IteratorResult<NvmlEvent>> => {
    stop.abort();
    return await items.return(undefined);
  };
  return {
    next: async () => (stop.signal.aborted ? await end() : await items.next()),
    return: end,
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await end();
    },
  };
}

/** From the first `next` on, so that an iterator that nobody uses does not stay with a signal that lives on. */
async function* untilAborted(outer: AbortSignal | undefined, stop: AbortController, items: AsyncGenerator<NvmlEvent, undefined>): AsyncGenerator<NvmlEvent, undefined> {
  const onAbort = (): void => stop.abort();
  if (outer?.aborted) return;
  if (outer !== undefined) allowManyListeners(outer);
  outer?.addEventListener('abort', onAbort);
  try {
    yield* items;
  } finally {
    outer?.removeEventListener('abort', onAbort);
  }
}

async function* listening(sources: EventSources, wanted: WantedEvents, signal: AbortSignal, pace: ListeningPace): AsyncGenerator<NvmlEvent, undefined> {
  const { core } = sources;
  const lane = core.eventLanes.take();
  const pause = new Pause(...pace.anewMs);
  /** Since the last snapshot. */
  const told = new Set<string>();
  let rounds = 0;
  let first = true;
  try {
    for (;;) {
      const silence = core.quiesced;
      if (silence !== undefined && !told.has(silence.code)) {
        told.add(silence.code);
        yield interrupted(silence);
      }
      const session = await core.whenOpen(signal);
      if (session === undefined) return;
      try {
        for await (const item of sinceNow(sources, session, lane.name, wanted, signal, pace)) {
          if (item === 'quiet') {
            pause.reset();
          } else if (item.kind === 'snapshot') {
            told.clear();
            rounds = 0;
            yield { ...item, first };
            first = false;
          } else {
            yield item;
          }
        }
      } catch (error) {
        if (signal.aborted || core.isClosed) return;
        if (core.quiesced !== undefined) continue;
        if (first && isUnsupported(error)) throw error;
        rounds += 1;
        const item = interrupted(error);
        const { code } = item.error;
        // Handles that have become void are no trouble, they are the occasion to look again.
        if (!told.has(code) && (!NO_TROUBLE.has(code) || rounds > ROUNDS_TO_SETTLE)) {
          told.add(code);
          yield item;
        }
        await core.pause(pause.next(), signal);
      }
    }
  } finally {
    lane.giveBack();
  }
}

/** From one registration on, until something moves or fails: then it throws. `quiet` is a slice of waiting that came to its end. */
async function* sinceNow(
  sources: EventSources, session: NvmlSession, lane: string, wanted: WantedEvents, signal: AbortSignal, pace: ListeningPace,
): AsyncGenerator<EventsBegin | GpuEvent | SystemEvent | 'quiet', undefined> {
  const { core } = sources;
  const opening = EventSet.open(session, lane, wanted, core.deadline({}).deadlineMs);
  void opening.then((late) => (signal.aborted ? late.release() : undefined)).catch(() => undefined);
  const set = await unlessAborted(opening, signal);
  const retry = new Pause(...pace.missingMs);
  try {
    const count = session.knownCount ?? (await unlessAborted(session.count(core.deadline({})), signal));
    // In a helper process: to ask them would be the end of what is registered of all the others.
    const listenTo = async (indices: readonly number[]): Promise<number> => await set.listenTo(indices, (index) => core.culprits.leftOut(index));
    await unlessAborted(listenTo(Array.from({ length: count }, (_, index) => index)), signal);
    const begin = async (): Promise<EventsBegin> => {
      const snapshot = await unlessAborted(sources.snapshot(), signal);
      return { kind: 'snapshot', at: snapshot.takenAt, first: true, snapshot, gpus: set.gpus, system: set.system };
    };
    const begun = await begin();
    // A snapshot says that it is listened: so that is tried before it is said.
    let heard = await unlessAborted(set.wait(0), signal);
    if (heard.failure !== undefined && heard.events.length === 0) throw heard.failure;
    yield begun;
    let nextRetry = performance.now() + retry.next();
    let isRetrying = false;
    let newlyHeard = 0;
    for (;;) {
      yield* heard.events;
      // GPUs have come or gone. What the set still has to tell comes next, then it is listened to anew.
      if (heard.events.some(({ kind }) => kind === 'system')) session.renumber();
      else if (heard.failure !== undefined) throw heard.failure;
      if (newlyHeard > 0) {
        newlyHeard = 0;
        retry.reset();
        yield await begin();
      }
      if (!isRetrying && set.missing.length > 0 && performance.now() >= nextRetry) {
        isRetrying = true;
        void listenTo(set.missing).then((more) => {
          newlyHeard += more;
          isRetrying = false;
          nextRetry = performance.now() + retry.next();
        });
      }
      heard = await unlessAborted(set.wait(SLICE_MS), signal);
      yield 'quiet';
    }
  } finally {
    // The lane may be inside the library for the rest of its slice; nobody who ends the iteration waits for that.
    void set.release();
  }
}

function interrupted(error: unknown): EventsInterrupted {
  return { kind: 'interrupted', at: new Date(), error: failed(error).error };
}

/** Rejects as soon as the signal aborts. The work goes on to its own end: to abandon a call would make others fail that use its lane. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => undefined);
  let leave = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason as Error);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
