/**
 * Events of the whole host as an async iterable. Order: register, then look at the host, then wait. Whatever goes wrong, it is listened
 * to anew, after a pause that grows; the consumer is told when nothing can be heard and, by the next snapshot, when it can again.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { failed } from '../../telemetry/reading.ts';
import { isUnsupported } from '../field.ts';
import type { NvmlCore } from '../session/nvml-core.ts';
import type { NvmlSession } from '../session/session.ts';
import type { HostSnapshot } from '../types.ts';
import { EventSet } from './event-set.ts';
import type { WantedEvents } from './event-types.ts';
import { wantedEvents } from './event-types.ts';
import { Pause } from './pause.ts';
import type { EventsOptions, NvmlEvent } from './types.ts';

export interface EventSources {
  readonly core: NvmlCore;
  snapshot(signal: AbortSignal): Promise<HostSnapshot>;
}

const FIRST_PAUSE_MS = 100;
const LAST_PAUSE_MS = 5_000;
/** GPUs that could not be listened to are tried again so soon, then ever more seldom. */
const FIRST_RETRY_MS = 10_000;
const LAST_RETRY_MS = 300_000;

/** Throws `INVALID_INPUT` at once; everything else shows in the iteration. */
export function listen(sources: EventSources, options: EventsOptions): AsyncIterableIterator<NvmlEvent> & AsyncDisposable {
  const wanted = wantedEvents(options.types);
  const stop = new AbortController();
  const onAbort = (): void => stop.abort();
  if (options.signal?.aborted) stop.abort();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  stop.signal.addEventListener('abort', () => options.signal?.removeEventListener('abort', onAbort), { once: true });
  const items = listening(sources, wanted, stop.signal);
  // A `return` while a `next` is pending must end that too, and a generator would let it wait.
  const end = async (): Promise<IteratorResult<NvmlEvent>> => {
    stop.abort();
    return await items.return(undefined);
  };
  return {
    next: async () => await items.next(),
    return: end,
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await end();
    },
  };
}

async function* listening(sources: EventSources, wanted: WantedEvents, signal: AbortSignal): AsyncGenerator<NvmlEvent, undefined> {
  const { core } = sources;
  const lane = core.eventLanes.take();
  const pause = new Pause(FIRST_PAUSE_MS, LAST_PAUSE_MS);
  let trouble: string | undefined;
  let first = true;
  try {
    for (;;) {
      const session = await core.whenOpen(signal);
      if (session === undefined) return;
      try {
        for await (const item of sinceNow(sources, session, lane.name, wanted, signal)) {
          if (item === 'quiet') {
            pause.reset();
            trouble = undefined;
          } else {
            yield item.kind === 'snapshot' ? { ...item, first } : item;
            first = false;
          }
        }
      } catch (error) {
        if (signal.aborted || core.isClosed) return;
        if (first && isUnsupported(error)) throw error;
        const { error: told } = failed(error);
        // Handles that have become void are no trouble, they are the occasion to look again.
        if (told.code !== 'STALE_HANDLE' && told.code !== trouble) {
          trouble = told.code;
          yield { kind: 'interrupted', at: new Date(), error: told };
        }
        await delay(pause.next(), undefined, { signal }).catch(() => undefined);
      }
    }
  } finally {
    lane.giveBack();
  }
}

/** From one registration on, until something moves or fails: then it throws. `quiet` is a slice of waiting that came to its end. */
async function* sinceNow(sources: EventSources, session: NvmlSession, lane: string, wanted: WantedEvents, signal: AbortSignal): AsyncGenerator<Exclude<NvmlEvent, { readonly kind: 'interrupted' }> | 'quiet', undefined> {
  const { core } = sources;
  const opening = EventSet.open(session, lane, wanted, core.deadline({}).deadlineMs);
  const set = await orAborted(opening, signal);
  if (set === undefined) {
    void opening.then(async (late) => await late.release()).catch(() => undefined);
    return;
  }
  const retry = new Pause(FIRST_RETRY_MS, LAST_RETRY_MS);
  try {
    const count = session.knownCount ?? (await session.count(core.deadline({ signal })));
    await set.listenTo(Array.from({ length: count }, (_, index) => index), signal);
    const begin = async (): Promise<NvmlEvent & { readonly kind: 'snapshot' }> => {
      const snapshot = await sources.snapshot(signal);
      return { kind: 'snapshot', at: snapshot.takenAt, first: true, snapshot, gpus: set.gpus, system: set.system };
    };
    yield await begin();
    let nextRetry = performance.now() + retry.next();
    let found: Promise<number> | undefined;
    let newlyHeard = 0;
    while (!signal.aborted) {
      const events = (await orAborted(set.wait(), signal)) ?? [];
      yield 'quiet';
      yield* events;
      if (events.some((event) => event.kind === 'system')) session.renumber();
      if (newlyHeard > 0) {
        newlyHeard = 0;
        retry.reset();
        yield await begin();
      }
      if (found === undefined && set.missing.length > 0 && performance.now() >= nextRetry) {
        found = set.listenTo(set.missing, signal);
        void found.then((more) => {
          newlyHeard += more;
          found = undefined;
          nextRetry = performance.now() + retry.next();
        });
      }
    }
  } finally {
    // The lane may be inside the library for the rest of its slice; nobody who ends the iteration waits for that.
    void set.release();
  }
}

/** Undefined as soon as the signal aborts. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  work.catch(() => undefined);
  if (signal.aborted) return undefined;
  let leave: (() => void) | undefined;
  try {
    return await Promise.race([
      work,
      new Promise<undefined>((resolve) => {
        leave = () => resolve(undefined);
        signal.addEventListener('abort', leave);
      }),
    ]);
  } finally {
    if (leave !== undefined) signal.removeEventListener('abort', leave);
  }
}
