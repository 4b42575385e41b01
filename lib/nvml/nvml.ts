/**
 * NVIDIA's management library as objects: `Nvml` → `Gpu`.
 */
import { nvmlFunctions as c } from '../abi/nvml/functions.ts';
import type { FunctionDescriptor } from '../abi/parameters.ts';
import type { Backend } from '../backend/backend.ts';
import { selectBackend } from '../backend/select.ts';
import type { ErrorCode } from '../errors.ts';
import { GpuwrightError, isGpuwrightError } from '../errors.ts';
import { listNvidiaGpus } from '../host/nvidia-gpus.ts';
import type { HostGpu } from '../host/nvidia-gpus.ts';
import type { Deadline } from '../library/deadline.ts';
import type { LibraryCall } from '../library/library-call.ts';
import { functionCall } from '../library/library-call.ts';
import type { CallOptions } from '../library/call-options.ts';
import { changeDrainState, discoverGpus, readDrainState } from './changes/drain.ts';
import { listen } from './events/listen.ts';
import type { EventsOptions, NvmlEvent } from './events/types.ts';
import { Gpu } from './gpu.ts';
import { parseGpuId } from './gpu-id.ts';
import type { AskLibrary } from './readings/ask.ts';
import type { ConfidentialComputing } from './readings/confidential-computing.ts';
import { readConfidentialComputing } from './readings/confidential-computing.ts';
import type { ExcludedGpu } from './readings/excluded.ts';
import { readExcluded } from './readings/excluded.ts';
import { hostSnapshot } from './snapshot/host-snapshot.ts';
import type { KnownIdentity } from './identity.ts';
import { canonicalPci, UNKNOWN_IDENTITY } from './identity.ts';
import type { NvmlCorePorts } from './session/nvml-core.ts';
import { NvmlCore } from './session/nvml-core.ts';
import type { RawAsyncNvml, RawInputs, RawNvml } from './raw/raw.ts';
import { nameHandles } from './raw/name-handles.ts';
import { callRaw, rawAsyncNvml, rawNvml } from './raw/raw.ts';
import type { HostSnapshot } from './types.ts';

export interface NvmlOptions {
  /** Path or soname of libnvidia-ml; default: the usual places. */
  readonly library?: string;
  /** Default: the environment's GPUWRIGHT_BACKEND, else `auto`: the addon, or koffi where there is none. */
  readonly backend?: 'addon' | 'koffi' | 'auto';
  /** `helper-process` survives a crash of the library and can give every descriptor back. Default `in-process`. */
  readonly isolation?: 'in-process' | 'helper-process';
  /** Milliseconds that an operation may take unless it says otherwise; default 2000. */
  readonly deadlineMs?: number;
}

/** What a test or a simulated host may bring in place of this host's. */
export interface NvmlPorts {
  createBackend?(options: Pick<NvmlOptions, 'backend' | 'isolation'>): Promise<Backend>;
  /** The GPUs that the kernel sees; default: PCI sysfs and the driver's procfs. */
  listGpus?(): Promise<readonly HostGpu[]>;
}

/** With these the GPUs are listed without the driver. */
const UNCOUNTED: ReadonlySet<ErrorCode> = new Set(['DEVICE_UNRESPONSIVE', 'IMPLAUSIBLE_ANSWER', 'HELPER_CRASHED']);

export class Nvml {
  readonly #core: NvmlCore;
  #raw: RawNvml | undefined;
  #rawAsync: RawAsyncNvml | undefined;

  private constructor(core: NvmlCore) {
    this.#core = core;
  }

  /**
   * Opens libnvidia-ml and initialises it. Rejects with `LIBRARY_NOT_FOUND`, `LIBRARY_LOAD_FAILED`, `BACKEND_UNAVAILABLE`, or with the
   * vendor's answer to init (`DRIVER_NOT_LOADED`, `VERSION_MISMATCH` …). Where init hangs it resolves all the same: the GPUs are
   * then listed from PCI, all readings fail, and all is well again when the driver is.
   */
  static async open(options: NvmlOptions = {}, ports: NvmlPorts = {}): Promise<Nvml> {
    const { library, deadlineMs, ...selection } = options;
    const createBackend = ports.createBackend ?? selectBackend;
    const listGpus = ports.listGpus ?? listNvidiaGpus;
    const corePorts: NvmlCorePorts = { createBackend: async () => await createBackend(selection), listGpus: async () => await listGpus() };
    return new Nvml(await NvmlCore.open(corePorts, library, deadlineMs));
  }

  /** As the loader was asked for it. */
  get libraryPath(): string {
    return this.#core.session.library.native.path;
  }

  get backendName(): string {
    return this.#core.session.library.backend.name;
  }

  /** Rises whenever handles become void: resume, a new helper process, a driver reload, a lost or reset GPU, GPUs that come or go. */
  get generation(): number {
    return this.#core.generation;
  }

  /** Which of these symbols the library exports. */
  async exports(symbols: readonly string[]): Promise<ReadonlySet<string>> {
    return await this.#core.session.library.present(symbols);
  }

  /** Of the kernel driver: `535.129.03`. */
  async driverVersion(options: CallOptions = {}): Promise<string> {
    return (await this.#one(functionCall(c.nvmlSystemGetDriverVersion, {}), options)).version;
  }

  /** Of the library: `12.535.129.03`. */
  async nvmlVersion(options: CallOptions = {}): Promise<string> {
    return (await this.#one(functionCall(c.nvmlSystemGetNVMLVersion, {}), options)).version;
  }

  /** All GPUs by index, those included that do not answer; their identity comes from PCI as far as it is known. */
  async gpus(options: CallOptions = {}): Promise<readonly Gpu[]> {
    const deadline = this.#core.deadline(options);
    // Counted anew, since others may have made GPUs come or go; a driver that hangs leaves time to list those that were there.
    const count = (await this.#counted(deadline.share(0.5))) ?? this.#core.session.knownCount;
    if (count === undefined) return await this.#listed();
    const found = await Promise.all(Array.from({ length: count }, async (_, index) => await this.#at(index, deadline)));
    return found.some((gpu) => gpu.pciBusId === null) ? await this.#named(found) : found;
  }

  /**
   * The GPU of an index, a UUID (`GPU-…`) or a PCI address (`3b:00.0`, `0000:3b:00.0`, `00000000:3B:00.0`). Others that hang do not delay it.
   * Throws `INVALID_INPUT` for what is none of these and `GPU_NOT_FOUND`, naming what exists.
   */
  async gpu(id: number | string, options: CallOptions = {}): Promise<Gpu> {
    const wanted = parseGpuId(id);
    const isWanted = (gpu: Gpu): boolean => {
      if (wanted.kind === 'index') return gpu.index === wanted.index;
      return wanted.kind === 'uuid' ? gpu.uuid?.toLowerCase() === wanted.uuid : gpu.pciBusId === wanted.pciBusId;
    };
    const deadline = this.#core.deadline(options);
    const count = this.#core.session.knownCount ?? (await this.#counted(deadline));
    const indices = Array.from({ length: count ?? 0 }, (_, index) => index);
    const looks = indices.filter((index) => wanted.kind !== 'index' || index === wanted.index).map(async (index) => await this.#at(index, deadline));
    const first = await firstThat(looks, isWanted);
    if (first !== undefined) return first.pciBusId === null ? ((await this.#named([first]))[0] ?? first) : first;

    const gpus = await this.gpus(options);
    const found = gpus.find(isWanted);
    if (found !== undefined) return found;
    const there = gpus.map((gpu) => `${gpu.index} (${gpu.uuid ?? 'UUID unknown'}, ${gpu.pciBusId ?? 'address unknown'})`).join(', ');
    throw new GpuwrightError('GPU_NOT_FOUND', `gpu ${String(id)}: this host has no such GPU: ${there === '' ? 'it has none' : `choose one of ${there}`}`);
  }

  /** The whole host, one crossing per lane. Rejects only for `ABORTED` and `CLOSED`. */
  async snapshot(options: CallOptions = {}): Promise<HostSnapshot> {
    const core = this.#core;
    return await hostSnapshot({ session: core.session, last: core.last, culprits: core.culprits, listGpus: () => core.ports.listGpus() }, core.deadline(options));
  }

  /**
   * What happens on the host, from now on: an async iterable on a lane of its own. It begins with a snapshot that was taken once listening
   * had begun, so that nothing is missed between the two. After a reset, a driver reload, an interruption or `resume` listening begins
   * anew, with another snapshot; what makes it deaf meanwhile is told as `interrupted`, `quiesce` too. Ends when the signal aborts, when
   * it is left (`break`), and on `close`. Throws `INVALID_INPUT`, and in the iteration what shows that this driver has no events.
   */
  events(options: EventsOptions = {}): AsyncIterableIterator<NvmlEvent> & AsyncDisposable {
    return listen({ core: this.#core, snapshot: async () => await this.snapshot() }, options);
  }

  /** GPUs that the driver was told to leave alone (nvmlGetExcludedDeviceInfoByIndex). */
  async excludedGpus(options: CallOptions = {}): Promise<readonly ExcludedGpu[]> {
    return await readExcluded(this.#library(options));
  }

  /** Confidential computing of the host. Rejects only where NVML cannot be initialised. */
  async confidentialComputing(options: CallOptions = {}): Promise<ConfidentialComputing> {
    return await readConfidentialComputing(this.#library(options));
  }

  /** Whether the GPU at that PCI address drains. One that does cannot be looked up by a process that comes later; this sees it. */
  async drainState(pciAddress: string, options: CallOptions = {}): Promise<boolean> {
    return await readDrainState(this.#library(options), pciAddress);
  }

  /** `Gpu.setDrainState` for a GPU that cannot be looked up because it drains: ends that. Needs root; read back. */
  async setDrainState(pciAddress: string, draining: boolean, options: CallOptions = {}): Promise<void> {
    await changeDrainState(this.#library(options), pciAddress, draining);
  }

  /** Looks on the bus for a GPU that was removed (`Gpu.remove`), and attaches it. Needs root. All handles become void. */
  async discoverGpus(pciAddress: string, options: CallOptions = {}): Promise<void> {
    await discoverGpus(this.#library(options), pciAddress);
    this.#core.session.renumber();
  }

  /**
   * Every described function of the C library, synchronously on this thread: it can hang as the library can. Gives the outputs by
   * C's parameter names, throws the status as an error. Throws `SYNC_UNAVAILABLE` in a helper process.
   */
  get raw(): RawNvml {
    return (this.#raw ??= rawNvml(this.#core));
  }

  /** The same on lanes, under a deadline: `nvml.rawAsync.nvmlDeviceGetName({ device })`. */
  get rawAsync(): RawAsyncNvml {
    return (this.#rawAsync ??= rawAsyncNvml(this.#core));
  }

  /** One described function, found by name at run time; what a handle belongs to may be named instead of it. */
  async callRaw(descriptor: FunctionDescriptor, inputs: RawInputs, options: CallOptions = {}): Promise<unknown> {
    return await callRaw(this.#core, async (id) => await this.gpu(id, options), descriptor, inputs, options);
  }

  /** What the handles in an answer of `callRaw` belong to, as `RawInputs.handles` would name it, as far as the library tells. */
  async handleNames(descriptor: FunctionDescriptor, outputs: unknown, options: CallOptions = {}): Promise<ReadonlyMap<bigint, string>> {
    return await nameHandles(this.#core, descriptor, outputs, this.#core.deadline(options));
  }

  /** Shuts NVML down and gives everything back, down to the last descriptor, so that the driver can be reloaded or a GPU be reset. */
  async quiesce(options: CallOptions = {}): Promise<void> {
    await this.#core.quiesce(options);
  }

  /** After `quiesce`: opens and initialises again, in a new generation. */
  async resume(): Promise<void> {
    await this.#core.resume();
  }

  /** Idempotent; never rejects for a driver that hangs. */
  async close(): Promise<void> {
    await this.#core.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #library(options: CallOptions): AskLibrary {
    const deadline = this.#core.deadline(options);
    return (async (calls: readonly LibraryCall<unknown>[]) => await this.#core.session.onLibrary(calls, deadline)) as AskLibrary;
  }

  async #one<T>(call: LibraryCall<T>, options: CallOptions): Promise<T> {
    const [result] = await this.#core.session.onLibrary([call], this.#core.deadline(options));
    if (result === undefined) throw new RangeError('one result per call');
    if (!result.ok) throw result.error;
    return result.outputs as T;
  }

  /** Undefined where the driver does not answer, or with nonsense. */
  async #counted(deadline: Deadline): Promise<number | undefined> {
    try {
      return await this.#core.session.count(deadline);
    } catch (error) {
      if (isGpuwrightError(error) && UNCOUNTED.has(error.code)) return undefined;
      throw error;
    }
  }

  /** The GPU at an index, with its identity as far as it or an earlier answer tells it. */
  async #at(index: number, deadline: Deadline): Promise<Gpu> {
    const { session } = this.#core;
    try {
      return new Gpu(this.#core, index, (await session.onDevice(index, () => [], deadline)).identity);
    } catch (error) {
      if (isGpuwrightError(error) && (error.code === 'ABORTED' || error.code === 'CLOSED')) throw error;
      return new Gpu(this.#core, index, session.identityAt(index));
    }
  }

  /** What the kernel sees, where the driver does not even count. */
  async #listed(): Promise<readonly Gpu[]> {
    const hosts = await this.#core.ports.listGpus();
    return hosts.map((host, index) => new Gpu(this.#core, index, hostIdentity(host)));
  }

  /** NVML numbers in PCI order; with another number of GPUs (hidden from a container, say) nobody knows which is which. */
  async #named(gpus: readonly Gpu[]): Promise<readonly Gpu[]> {
    const hosts = await this.#core.ports.listGpus();
    if (hosts.length !== this.#core.session.knownCount) return gpus;
    return gpus.map((gpu) => (gpu.pciBusId === null ? new Gpu(this.#core, gpu.index, hostIdentity(hosts[gpu.index])) : gpu));
  }
}

/** The first to come of those that are wanted; undefined when all have come and none is. */
async function firstThat<T>(coming: readonly Promise<T>[], isWanted: (one: T) => boolean): Promise<T | undefined> {
  return await new Promise((resolve, reject) => {
    for (const one of coming) void one.then((value) => (isWanted(value) ? resolve(value) : undefined), reject);
    void Promise.all(coming).then((values) => resolve(values.find(isWanted)), reject);
  });
}

function hostIdentity(host: HostGpu | undefined): KnownIdentity {
  return host === undefined ? UNKNOWN_IDENTITY : { uuid: host.uuid ?? null, pciBusId: canonicalPci(host.pciBusId) };
}
