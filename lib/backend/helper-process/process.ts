import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { GpuwrightError } from '../../errors.ts';
import { packageRoot } from '../../package-root.ts';
import { KOFFI_LANES, SPARE_POOL_THREADS, type ChildMessage, type InnerBackendName, type ParentMessage } from './protocol.ts';

/** After this long a killed helper is given up: the kernel may hold it inside a driver, and will end it when it lets go. */
const KILL_PATIENCE_MS = 5000;

export interface HelperEvents {
  message(message: ChildMessage): void;
  /** Once, after the last message. `exit` is a signal's name or `exit code N`. */
  death(exit: string): void;
}

/**
 * One forked helper. Owner: the JavaScript environment that started it. It dies with its parent: when the parent exits, when the
 * channel closes, and by `kill`.
 */
export class HelperProcess {
  readonly #child: ChildProcess;
  readonly #events: HelperEvents;
  readonly #killAtExit = (): void => void this.#child.kill('SIGKILL');
  readonly #dead: Promise<void>;
  #markDead: () => void = () => {};
  #exit: string | undefined;
  #connected = true;
  #ended = false;

  constructor(inner: InnerBackendName, events: HelperEvents) {
    this.#events = events;
    this.#dead = new Promise((resolve) => (this.#markDead = resolve));
    const program = join(packageRoot(), 'dist/lib/backend/helper-process/child.js');
    if (!existsSync(program)) throw new GpuwrightError('BACKEND_UNAVAILABLE', `helper process: ${program} is missing: compile the package (npm run build:ts)`);
    const { NODE_OPTIONS: _options, ...environment } = process.env;
    this.#child = fork(program, [inner], {
      // A debugger's port and preloaded modules are the parent's own affair.
      execArgv: [],
      env: inner === 'koffi' ? { ...environment, UV_THREADPOOL_SIZE: String(KOFFI_LANES + SPARE_POOL_THREADS) } : environment,
      serialization: 'advanced',
      // Vendor libraries print; the parent's standard output is for the parent's results.
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    this.#child.on('message', (message) => this.#events.message(message as ChildMessage));
    this.#child.on('error', (error) => this.#end(error.message));
    this.#child.on('exit', (code, signal) => {
      this.#exit = signal ?? `exit code ${code}`;
      // What it said before it died is still in the channel; a process of its own that holds the channel open must not delay us.
      if (this.#connected) setTimeout(() => this.#end(this.#exit as string), 1000).unref();
      else this.#end(this.#exit);
    });
    this.#child.on('disconnect', () => {
      this.#connected = false;
      if (this.#exit !== undefined) this.#end(this.#exit);
      // Deaf is as good as dead: it ends itself, unless it is frozen.
      else this.#child.kill('SIGKILL');
    });
    process.once('exit', this.#killAtExit);
    this.unref();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  send(message: ParentMessage): void {
    // A helper that died a moment ago shows by its death, not here.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  ref(): void {
    this.#child.ref();
    this.#child.channel?.ref();
  }

  unref(): void {
    this.#child.unref();
    this.#child.channel?.unref();
  }

  /** Resolves when it has ended, or has been given up. */
  async kill(): Promise<void> {
    if (this.#ended) return;
    this.ref();
    this.#child.kill('SIGKILL');
    const patience = setTimeout(() => this.#end('SIGKILL'), KILL_PATIENCE_MS);
    await this.#dead;
    clearTimeout(patience);
  }

  #end(exit: string): void {
    if (this.#ended) return;
    this.#ended = true;
    process.off('exit', this.#killAtExit);
    this.unref();
    this.#markDead();
    this.#events.death(exit);
  }
}
