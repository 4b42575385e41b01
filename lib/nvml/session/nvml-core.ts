/**
 * What `Nvml` and its `Gpu`s share: the session that is open now, options with their defaults, and the ports to the world.
 */
import type { Backend } from '../../backend/backend.ts';
import { GpuwrightError, isGpuwrightError } from '../../errors.ts';
import type { HostGpu } from '../../host/nvidia-gpus.ts';
import { Deadline } from '../../library/deadline.ts';
import { OpenedLibrary } from '../../library/opened-library.ts';
import { waitFor } from '../../library/wait-for.ts';
import type { CallOptions } from '../../library/call-options.ts';
import { DEFAULT_DEADLINE_MS, LONGEST_DEADLINE_MS } from '../../library/call-options.ts';
import { CrashCulprits } from '../snapshot/crash-culprits.ts';
import { LastValues } from '../snapshot/last-values.ts';
import { nvmlLocation } from './location.ts';
import { NumberedLanes } from './numbered-lanes.ts';
import { NvmlSession } from './session.ts';
import { nvmlRules } from '../status.ts';

/** Where the world comes in. Tests give their own. */
export interface NvmlCorePorts {
  createBackend(): Promise<Backend>;
  /** The GPUs that the kernel sees, for when the driver does not answer. */
  listGpus(): Promise<readonly HostGpu[]>;
}

export function checkedDeadline(deadlineMs: number): number {
  if (typeof deadlineMs === 'number' && deadlineMs > 0 && deadlineMs <= LONGEST_DEADLINE_MS) return deadlineMs;
  throw new GpuwrightError('INVALID_INPUT', `deadlineMs: ${String(deadlineMs)} is no time to wait: give milliseconds from 1 to ${LONGEST_DEADLINE_MS}`);
}

type State = { readonly name: 'open'; readonly session: NvmlSession } | { readonly name: 'quiesced' } | { readonly name: 'closed' };

export class NvmlCore {
  readonly ports: NvmlCorePorts;
  readonly last = new LastValues();
  readonly culprits = new CrashCulprits();
  readonly eventLanes = new NumberedLanes('events');
  readonly #library: string | undefined;
  readonly #deadlineMs: number;
  #state: State;
  /** Generations of sessions that have ended. */
  #generations = 0;
  /** Those who wait for the state to become another one. */
  readonly #waiting = new Set<() => void>();

  private constructor(ports: NvmlCorePorts, library: string | undefined, deadlineMs: number, session: NvmlSession) {
    this.ports = ports;
    this.#library = library;
    this.#deadlineMs = deadlineMs;
    this.#state = { name: 'open', session };
  }

  static async open(ports: NvmlCorePorts, library: string | undefined, deadlineMs: number = DEFAULT_DEADLINE_MS): Promise<NvmlCore> {
    checkedDeadline(deadlineMs);
    return new NvmlCore(ports, library, deadlineMs, await openSession(ports, library, deadlineMs));
  }

  get session(): NvmlSession {
    const state = this.#state;
    if (state.name === 'open') return state.session;
    throw this.quiesced ?? new GpuwrightError('CLOSED', 'nvml: closed: open it again with Nvml.open()');
  }

  /** Why there is no session until `resume`; undefined where there is one, and once it is closed. */
  get quiesced(): GpuwrightError | undefined {
    return this.#state.name === 'quiesced' ? new GpuwrightError('CLOSED', 'nvml: quiesced, it holds nothing of the driver: call resume() first') : undefined;
  }

  get generation(): number {
    return this.#generations + (this.#state.name === 'open' ? this.#state.session.lease.generation : 0);
  }

  get isClosed(): boolean {
    return this.#state.name === 'closed';
  }

  /** The session as soon as there is one again; undefined once it is closed, or the signal aborted. */
  async whenOpen(signal: AbortSignal): Promise<NvmlSession | undefined> {
    while (this.#state.name === 'quiesced' && !signal.aborted) await this.#change(signal);
    return this.#state.name === 'open' && !signal.aborted ? this.#state.session : undefined;
  }

  /** Waits, unless it is quiesced, resumed or closed meanwhile, or the signal aborts. */
  async pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (!signal.aborted) await this.#change(signal, milliseconds);
  }

  deadline(options: CallOptions): Deadline {
    return new Deadline(options.deadlineMs === undefined ? this.#deadlineMs : checkedDeadline(options.deadlineMs), options.signal);
  }

  /** Gives everything back until `resume`. */
  async quiesce(options: CallOptions): Promise<void> {
    const state = this.#state;
    if (state.name === 'closed') void this.session;
    if (state.name !== 'open') return;
    this.#leave({ name: 'quiesced' }, state.session);
    const { library } = state.session;
    let failure: unknown;
    try {
      await state.session.end(this.deadline(options));
    } catch (error) {
      failure = error;
    }
    await closeLibrary(library, this.deadline(options));
    // The end of a helper process gives everything back, whatever the driver said. In this process nobody else can.
    const inThisProcess = library.backend.capabilities.sync;
    if (failure !== undefined && inThisProcess) {
      const reason = isGpuwrightError(failure) ? failure.message : String(failure);
      throw new GpuwrightError('DEVICE_UNRESPONSIVE', `quiesce: the driver did not take the shutdown (${reason}): this process still holds it; end the process, or open with isolation 'helper-process'`, { cause: failure });
    }
  }

  async resume(): Promise<void> {
    const state = this.#state;
    if (state.name === 'closed') void this.session;
    if (state.name !== 'quiesced') return;
    const session = await openSession(this.ports, this.#library, this.#deadlineMs);
    // Somebody else may have resumed or closed in the meantime.
    if (this.#state !== state) return await letGo(session, this.#deadlineMs);
    this.#become({ name: 'open', session });
  }

  async close(): Promise<void> {
    const state = this.#state;
    if (state.name === 'closed') return;
    if (state.name === 'quiesced') {
      this.#become({ name: 'closed' });
      return;
    }
    this.#leave({ name: 'closed' }, state.session);
    await letGo(state.session, this.#deadlineMs);
  }

  /** Another state, an abort, or the end of the time if one is given. */
  async #change(signal: AbortSignal, milliseconds?: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = milliseconds === undefined ? undefined : setTimeout(done, milliseconds);
      this.#waiting.add(done);
      signal.addEventListener('abort', done);
    });
  }

  #leave(next: State, session: NvmlSession): void {
    session.lease.stop();
    this.#generations += session.lease.generation;
    this.#become(next);
  }

  #become(next: State): void {
    this.#state = next;
    for (const wake of [...this.#waiting]) wake();
  }
}

/** Init that hangs is no reason not to open: the GPUs can still be listed, and it may come back. Any other answer is. */
async function openSession(ports: NvmlCorePorts, explicit: string | undefined, deadlineMs: number): Promise<NvmlSession> {
  const backend = await ports.createBackend();
  if (!backend.capabilities.lanes) {
    await backend.close();
    throw new GpuwrightError('BACKEND_UNAVAILABLE', `nvml: ${backend.name} has no lanes in this process, and a hanging driver would stop it: leave isolation out, or give 'helper-process'`);
  }
  let library: OpenedLibrary;
  try {
    library = await OpenedLibrary.open(backend, nvmlLocation(), nvmlRules, explicit);
  } catch (error) {
    await backend.close();
    throw error;
  }
  const session = new NvmlSession(library);
  try {
    await session.lease.ready({ deadlineMs });
  } catch (error) {
    if (isGpuwrightError(error) && error.code === 'DEVICE_UNRESPONSIVE') return session;
    await letGo(session, deadlineMs);
    throw error;
  }
  return session;
}

/** Best effort: who closes wants to go on, and a shutdown that hangs is the driver's. */
async function letGo(session: NvmlSession, deadlineMs: number): Promise<void> {
  await session.end(new Deadline(deadlineMs)).catch(() => undefined);
  await closeLibrary(session.library, { deadlineMs });
}

/** Calls that hang settle at their own deadlines, which may be far away: nobody waits for them here. */
async function closeLibrary(library: OpenedLibrary, options: { readonly deadlineMs: number }): Promise<void> {
  await waitFor(library.close(), { deadlineMs: options.deadlineMs }, () => new Error('late')).catch(() => undefined);
}
