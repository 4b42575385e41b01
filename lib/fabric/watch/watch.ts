/**
 * Watches Fabric Manager, and in restart mode hands the active set back within its window. Each look also lets the ledger keep what is
 * active, for in the window the list cannot be asked. Nothing else is changed: after a cold start there is a plan for people.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { ErrorCode } from '../../errors.ts';
import { isGpuwrightError } from '../../errors.ts';
import type { ReadingError } from '../../telemetry/reading.ts';
import { failed } from '../../telemetry/reading.ts';
import type { OwnedPartition } from '../ledger/ledger.ts';
import { Restarts } from './restarts.ts';
import type { DaemonFacts, FabricEvent, FabricState, WatchOptions } from './types.ts';

const INTERVAL_MS = 2000;
const DEADLINE_MS = 5000;
const IN_WINDOW = 4;
const FLAPPING = { restarts: 3, withinMs: 600_000 };

interface Look {
  readonly at: Date;
  readonly state: FabricState;
  readonly error: ReadingError | null;
  readonly partitions: readonly OwnedPartition[] | null;
  readonly daemon: DaemonFacts | null;
}

const STATES: Readonly<Partial<Record<ErrorCode, FabricState>>> = {
  FABRIC_UNREACHABLE: 'down',
  // The library died because the daemon did.
  HELPER_CRASHED: 'down',
  FABRIC_NOT_READY: 'initialising',
  DEVICE_UNRESPONSIVE: 'hung',
  TIMEOUT: 'hung',
  // Bare metal: it runs, and there is nothing to list.
  NOT_SUPPORTED: 'up',
};

/** Tells the state at once, then each change of it. */
export async function* watchFabric(options: WatchOptions): AsyncGenerator<FabricEvent, undefined> {
  const { signal, intervalMs = INTERVAL_MS } = options;
  const watcher = new Watcher(options);
  while (signal?.aborted !== true) {
    const look = await watcher.look();
    if (signal?.aborted) return;
    yield* watcher.tell(look);
    const unsettled = look.state === 'waiting' || look.state === 'initialising' || look.state === 'down';
    await delay(unsettled ? intervalMs / IN_WINDOW : intervalMs, undefined, signal && { signal }).catch(() => undefined);
  }
}

class Watcher {
  readonly #options: WatchOptions;
  readonly #restarts: Restarts;
  #state: FabricState | null = null;
  #errorCode: string | undefined;
  #restoreTrouble: string | undefined;
  /** A restart has been told whose outcome nobody has looked at yet. */
  #unjudged = false;
  #differing: string | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#restarts = new Restarts(options.flapping ?? FLAPPING);
  }

  async look(): Promise<Look> {
    const { ledger, daemon: ask } = this.#options;
    const at = new Date();
    const daemon = (await ask?.().catch(() => null)) ?? null;
    try {
      return { at, state: 'up', error: null, partitions: await ledger.survey(this.#callOptions()), daemon };
    } catch (error) {
      const state = (isGpuwrightError(error) ? STATES[error.code] : undefined) ?? 'failing';
      const waits = state === 'initialising' && daemon?.restartMode === true;
      return { at, state: waits ? 'waiting' : state, error: failed(error).error, partitions: null, daemon };
    }
  }

  async *tell(look: Look): AsyncGenerator<FabricEvent, undefined> {
    const { at, state, error, partitions, daemon } = look;
    const restarted = this.#restarts.seen(state, daemon, at.getTime());
    if (restarted) {
      this.#unjudged = true;
      this.#restoreTrouble = undefined;
      yield { kind: 'restarted', at, restartMode: daemon?.restartMode ?? null };
      const restarts = this.#restarts.flapping();
      if (restarts !== undefined) yield { kind: 'flapping', at, restarts, withinMs: (this.#options.flapping ?? FLAPPING).withinMs };
    }
    if (state !== this.#state || error?.code !== this.#errorCode) {
      yield { kind: 'state', at, state, before: this.#state, error, partitions };
      this.#state = state;
      this.#errorCode = error?.code;
    }
    yield* this.#versions(look);
    if (state === 'waiting') yield* this.#handBack();
    if (state === 'up' && this.#unjudged && partitions !== null) {
      this.#unjudged = false;
      yield* this.#plan();
    }
  }

  async *#handBack(): AsyncGenerator<FabricEvent, undefined> {
    try {
      const result = await this.#options.ledger.restore(this.#callOptions());
      if (result.state === 'restored') this.#unjudged = false;
      yield { kind: 'restored', at: new Date(), result };
    } catch (thrown) {
      const { error } = failed(thrown);
      // It does not take the set yet.
      if (error.code === 'FABRIC_NOT_READY' || error.code === this.#restoreTrouble) return;
      this.#restoreTrouble = error.code;
      yield { kind: 'restore-failed', at: new Date(), error };
    }
  }

  async *#plan(): AsyncGenerator<FabricEvent, undefined> {
    const differences = await this.#options.ledger.reconcile(this.#callOptions()).catch(() => undefined);
    if (differences === undefined) this.#unjudged = true;
    else if (differences.length > 0) yield { kind: 'plan', at: new Date(), differences };
  }

  async *#versions({ at, daemon }: Look): AsyncGenerator<FabricEvent, undefined> {
    const version = daemon?.version ?? null;
    if (version === null || this.#options.driverVersion === undefined) return;
    const driver = await this.#options.driverVersion().catch(() => null);
    if (driver === null) return;
    const pair = `${version} ${driver}`;
    const differ = version !== driver;
    if (differ && pair !== this.#differing) yield { kind: 'versions-differ', at, fabricManager: version, driver };
    this.#differing = differ ? pair : undefined;
  }

  #callOptions(): { readonly deadlineMs: number; readonly signal?: AbortSignal } {
    const { deadlineMs = DEADLINE_MS, signal } = this.#options;
    return { deadlineMs, ...(signal !== undefined && { signal }) };
  }
}
