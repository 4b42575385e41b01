/** The backend that makes calls in a process of its own: it survives a library that crashes, and can give up one that hangs. */
import { GpuwrightError } from '../../errors.ts';
import type { Backend, NativeLibrary } from '../backend.ts';
import { HelperLibrary, type HelperSource } from './library.ts';
import type { InnerBackendName } from './protocol.ts';
import { HelperSession } from './session.ts';

/** A library whose constructors hang would otherwise keep `open` waiting for ever. */
const OPEN_PATIENCE_MS = 30_000;

export interface HelperProcessOptions {
  /** What the helper calls through. */
  readonly inner: InnerBackendName;
}

/** Starts nothing yet: the helper is forked by the first `open`. Lanes only; `call` throws SYNC_UNAVAILABLE. */
export function createHelperProcessBackend(options: HelperProcessOptions): HelperProcessBackend {
  return new HelperProcessBackend(options.inner);
}

/** Owner: one environment, with its one helper at a time. All libraries opened through it live and die with the helper together. */
export class HelperProcessBackend implements Backend, HelperSource {
  readonly name: string;
  readonly capabilities = { sync: false, lanes: true } as const;
  readonly #inner: InnerBackendName;
  #session: HelperSession | undefined;
  #generation = 1;
  #closed = false;

  constructor(inner: InnerBackendName) {
    if (inner !== 'addon' && inner !== 'koffi') throw new TypeError(`helper process: inner ${JSON.stringify(inner)} is unknown: give 'addon' or 'koffi'`);
    this.#inner = inner;
    this.name = `helper-process(${inner})`;
  }

  /** Rises when a helper has died, whether or not a new one has been started. */
  get generation(): number {
    return this.#generation;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The helper's process id, while one lives. */
  get pid(): number | undefined {
    return this.#session?.pid;
  }

  current(): HelperSession | undefined {
    return this.#session;
  }

  session(): HelperSession {
    if (this.#session !== undefined) return this.#session;
    const session: HelperSession = new HelperSession(this.#inner, () => {
      if (this.#session === session) this.#forget();
    });
    this.#session = session;
    return session;
  }

  async open(path: string): Promise<NativeLibrary> {
    if (typeof path !== 'string' || path === '') throw new TypeError('open: path is not a text: give the path or soname of a shared library');
    if (this.#closed) throw new GpuwrightError('CLOSED', `${path}: the backend ${this.name} was closed: create another`);
    const session = this.session();
    let late = false;
    const patience = setTimeout(() => {
      late = true;
      void session.kill();
    }, OPEN_PATIENCE_MS);
    try {
      await session.request({ type: 'open', path });
    } catch (error) {
      if (!late) throw error;
      throw new GpuwrightError('LIBRARY_LOAD_FAILED', `${path}: did not finish loading within ${OPEN_PATIENCE_MS / 1000} s: check the driver and the disk it lies on`);
    } finally {
      clearTimeout(patience);
    }
    return new HelperLibrary(path, this);
  }

  /**
   * Ends the helper, hung calls and all, so that every descriptor it held is given back to the kernel. The next submit starts
   * another; the generation has risen by then. Calls inside the library are told `crashed`, SIGKILL.
   */
  async restart(): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    this.#forget();
    await session.kill();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.restart();
  }

  #forget(): void {
    this.#session = undefined;
    this.#generation += 1;
  }
}
