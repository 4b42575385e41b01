/** A process that uses the mock library through Python's ctypes: what hangs or crashes does so there. */
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { pythonEnvironment } from './python.ts';

export type Argument =
  | number
  | null
  | { readonly i32: number }
  | { readonly u64: number }
  | { readonly handle: number }
  | { readonly text: string }
  | { readonly out: 'i32' | 'u32' | 'u64' | 'handle'; readonly value?: number }
  | { readonly buffer: number; readonly u32?: readonly number[] };

export interface Answer {
  readonly status?: number;
  readonly out?: (number | string | null)[];
  readonly text?: string;
  readonly absent?: true;
  readonly pid?: number;
  readonly fork?: Answer[];
  readonly threads?: number;
  readonly descriptors?: number;
}

const running = new Set<Client>();
/** However a test ends, its clients do not outlive it. */
afterEach(async () => {
  await Promise.all([...running].map((client) => client.kill('SIGKILL')));
});

export class Client {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void }[] = [];
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  #stderr = '';

  private constructor() {
    this.#child = spawn('python3', [join(import.meta.dirname, 'nvml_client.py')], { stdio: 'pipe', env: pythonEnvironment() });
    running.add(this);
    this.#child.stderr.on('data', (data: Buffer) => (this.#stderr += data.toString()));
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#waiting.shift()?.resolve(JSON.parse(line) as Answer));
    this.ended = new Promise((resolve) => {
      this.#child.on('exit', (code, signal) => {
        running.delete(this);
        for (const { reject } of this.#waiting.splice(0)) reject(new Error(`client ended: ${signal ?? code} ${this.#stderr}`));
        resolve({ code, signal });
      });
    });
  }

  /** Opened, not initialised. */
  static async open(...libraries: string[]): Promise<Client> {
    const client = new Client();
    for (const library of libraries) await client.send({ open: library });
    return client;
  }

  /** Initialised, with a handle of each of the first `gpus` GPUs. */
  static async initialised(library: string, gpus = 8): Promise<Client> {
    const client = await Client.open(library);
    const { status } = await client.call('nvmlInit_v2');
    if (status !== 0) throw new Error(`nvmlInit_v2: ${status}`);
    await client.look(gpus);
    return client;
  }

  async look(gpus = 8): Promise<void> {
    for (let gpu = 0; gpu < gpus; gpu++) {
      const { status } = await this.call('nvmlDeviceGetHandleByIndex_v2', gpu, { out: 'handle' });
      if (status !== 0) throw new Error(`nvmlDeviceGetHandleByIndex_v2(${gpu}): ${status}`);
    }
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  send(command: unknown): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#child.stdin.write(`${JSON.stringify(command)}\n`);
    });
  }

  call(name: string, ...args: Argument[]): Promise<Answer> {
    return this.send({ call: name, args });
  }

  callIn(library: number, name: string, ...args: Argument[]): Promise<Answer> {
    return this.send({ call: name, args, library });
  }

  async status(name: string, ...args: Argument[]): Promise<number | undefined> {
    return (await this.call(name, ...args)).status;
  }

  /** Addresses by v2, with the two-call pattern. */
  async pages(gpu: number, cause: 0 | 1): Promise<bigint[]> {
    const asked = await this.call('nvmlDeviceGetRetiredPages_v2', { handle: gpu }, cause, { out: 'u32' }, null, null);
    const count = asked.out?.[0] as number;
    if (count === 0) return [];
    const got = await this.call('nvmlDeviceGetRetiredPages_v2', { handle: gpu }, cause, { out: 'u32', value: count }, { buffer: 8 * count }, { buffer: 8 * count });
    const bytes = Buffer.from(got.out?.[1] as string, 'hex');
    return Array.from({ length: count }, (_, at) => bytes.readBigUInt64LE(8 * at));
  }

  async pending(gpu: number): Promise<boolean> {
    const { status, out } = await this.call('nvmlDeviceGetRetiredPagesPendingStatus', { handle: gpu }, { out: 'i32' });
    if (status !== 0) throw new Error(`pending: ${status}`);
    return out?.[0] === 1;
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    this.#child.kill(signal);
    await this.ended;
  }

  /** Ends as a program does that never calls nvmlShutdown. */
  async leave(): Promise<void> {
    this.#child.stdin.end();
    await this.ended;
  }
}
