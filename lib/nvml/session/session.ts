/**
 * One opened libnvidia-ml between open (or resume) and close (or quiesce): its lease, and the device handles of this generation.
 */
import { families } from '../../abi/nvml/families.ts';
import { nvmlFunctions as c } from '../../abi/nvml/functions.ts';
import type { ErrorCode } from '../../errors.ts';
import { GpuwrightError, isGpuwrightError } from '../../errors.ts';
import { normalizePciAddress } from '../../host/pci-address.ts';
import type { Deadline } from '../../library/deadline.ts';
import type { WaitOptions } from '../../library/lease.ts';
import { LIBRARY_LANE, LibraryLease } from '../../library/lease.ts';
import type { LibraryCall } from '../../library/library-call.ts';
import { familyCall, functionCall } from '../../library/library-call.ts';
import { waitFor } from '../../library/wait-for.ts';
import type { CallResult, OpenedLibrary, ResultsOf } from '../../library/opened-library.ts';
import { isUnsupported } from '../field.ts';
import { plausibleCount } from './gpu-count.ts';
import { GpuLosses, saysLost } from './gpu-losses.ts';
import type { KnownIdentity } from '../identity.ts';
import { implausible } from '../../library/implausible.ts';
import { demandSameGpu, isUuid, UNKNOWN_IDENTITY } from '../identity.ts';
import { pciInfo } from '../pci-info.ts';

export type Calls = readonly LibraryCall<unknown>[];

interface Device {
  readonly handle: bigint;
  readonly generation: number;
  readonly nativeGeneration: number;
  /** Read once per generation. */
  identity: KnownIdentity | undefined;
}

export interface DeviceAnswer {
  /** Valid in `nativeGeneration` and as long as no generation ends. */
  readonly handle: bigint;
  readonly nativeGeneration: number;
  readonly identity: KnownIdentity;
  readonly results: readonly CallResult<unknown>[];
}

const RENEWABLE: ReadonlySet<ErrorCode> = new Set(['GPU_IS_LOST', 'RESET_REQUIRED', 'UNINITIALIZED', 'STALE_HANDLE']);
/** Old handle, new handle, new init; and one for a race with another lane that does the same. */
const MAX_ATTEMPTS = 4;

/** Looking a handle up attaches the GPU and can hang, so that too runs on the GPU's own lane. */
export function deviceLane(index: number): string {
  return `device:${index}`;
}

export class NvmlSession {
  readonly library: OpenedLibrary;
  readonly lease: LibraryLease;
  readonly #devices = new Map<number, Device>();
  /** The last identity seen at an index, for those that no longer answer. */
  readonly #identities = new Map<number, KnownIdentity>();
  readonly #losses = new GpuLosses();
  #numbering = 0;
  #count: { readonly value: number; readonly generation: number } | undefined;
  readonly #active = new Set<Promise<unknown>>();
  /** What must be given back before NVML is shut down. */
  readonly #attached = new Set<() => Promise<void>>();
  #branch: { readonly value: number; readonly generation: number } | undefined;

  constructor(library: OpenedLibrary) {
    this.library = library;
    this.lease = new LibraryLease(library, {
      init: { ...familyCall(families.init, {}), undo: c.nvmlShutdown.symbol },
      shutdown: functionCall(c.nvmlShutdown, {}),
      letGo: async () => void (await Promise.allSettled([...this.#attached].map(async (release) => await release()))),
    });
  }

  /** The number of GPUs, as far as it is known in this generation. */
  get knownCount(): number | undefined {
    return this.#count?.generation === this.lease.generation ? this.#count.value : undefined;
  }

  /** Rises when GPUs have come or gone: what was read by index before and after is not of the same GPUs. */
  get numbering(): number {
    return this.#numbering;
  }

  identityAt(index: number): KnownIdentity {
    return this.#identities.get(index) ?? UNKNOWN_IDENTITY;
  }

  /** The index of a handle of this generation. */
  indexOf(handle: bigint): number | undefined {
    for (const [index, device] of this.#devices) if (device.handle === handle && this.#isCurrent(device)) return index;
    return undefined;
  }

  /** Library-wide calls, in one crossing. Throws where the library cannot be initialised. */
  async onLibrary(calls: Calls, deadline: Deadline): Promise<readonly CallResult<unknown>[]> {
    return await this.#tracked(this.#renewing(calls, async (open) => {
      await this.lease.ready(deadline);
      const generation = this.lease.generation;
      const results = await this.library.runBatch(LIBRARY_LANE, open, deadline);
      this.#note(results, generation, undefined);
      return results;
    }));
  }

  async count(deadline: Deadline): Promise<number> {
    const [result] = await this.onLibrary([familyCall(families.deviceCount, {})], deadline);
    const count = this.rememberCount(result as CallResult<number>);
    if (!count.ok) throw count.error;
    return count.outputs;
  }

  rememberCount(result: CallResult<number>): CallResult<number> {
    const count = plausibleCount(result);
    // GPUs have come or gone by somebody else's hand, and those that are left have other numbers.
    if (count.ok && this.knownCount !== undefined && this.knownCount !== count.outputs) this.renumber();
    if (count.ok) this.#count = { value: count.outputs, generation: this.lease.generation };
    return count;
  }

  /**
   * Calls on one GPU: one crossing, and the first time in a generation one more for its handle. What fails because handles have become void
   * is asked once more with new ones. Throws where the library cannot be initialised, the GPU not be looked up,
   * or the GPU is another one than `expected`.
   */
  async onDevice(index: number, calls: (handle: bigint) => Calls, deadline: Deadline, expected: KnownIdentity = UNKNOWN_IDENTITY): Promise<DeviceAnswer> {
    return await this.#tracked(this.#onDevice(index, calls, deadline, expected));
  }

  /**
   * As `onDevice`, for what changes something: the GPU is looked up and known to be the one that is meant before anything is done to
   * it, and whatever the answer, it is done once.
   */
  async onceOnDevice(index: number, calls: (handle: bigint) => Calls, deadline: Deadline, expected: KnownIdentity): Promise<readonly CallResult<unknown>[]> {
    const { handle, nativeGeneration } = await this.onDevice(index, () => [], deadline, expected);
    return await this.onLane(deviceLane(index), calls(handle), { deadlineMs: deadline.deadlineMs, signal: deadline.signal, nativeGeneration });
  }

  /** Calls on any lane, once. That NVML is initialised, and what becomes of the handles among the inputs, is the caller's affair. */
  async onLane<const C extends Calls>(lane: string, calls: C, options: WaitOptions & { readonly nativeGeneration: number }): Promise<ResultsOf<C>> {
    const { generation } = this.lease;
    const results = await this.#tracked(this.library.runBatch(lane, calls, options));
    if (saysUninitialized(results)) this.lease.uninitialized(generation);
    return results;
  }

  /** GPUs have come or gone: handles and numbers are void. */
  renumber(): void {
    this.#numbering += 1;
    this.lease.endGeneration(this.lease.generation);
  }

  /** `release` is called before NVML is shut down, whoever wants that. */
  attach(release: () => Promise<void>): void {
    this.#attached.add(release);
  }

  detach(release: () => Promise<void>): void {
    this.#attached.delete(release);
  }

  /** Of the driver that answers: 535. */
  async driverBranch(deadline: Deadline): Promise<number> {
    if (this.#branch?.generation !== this.lease.generation) {
      const [result] = (await this.onLibrary([functionCall(c.nvmlSystemGetDriverVersion, {})], deadline)) as [CallResult<{ readonly version: string }>];
      if (!result.ok) throw result.error;
      this.#branch = { value: branchOf(result.outputs.version), generation: this.lease.generation };
    }
    return this.#branch.value;
  }

  /** Waits for what is under way, but not for long, then gives the init back. Rejects where the driver does not take it. */
  async end(deadline: Deadline): Promise<void> {
    this.lease.stop();
    const late = new Error('still under way');
    await waitFor(Promise.allSettled(this.#active), { deadlineMs: deadline.deadlineMs / 2 }, () => late).catch(() => undefined);
    await this.lease.end({ deadlineMs: deadline.deadlineMs });
  }

  async #onDevice(index: number, calls: (handle: bigint) => Calls, deadline: Deadline, expected: KnownIdentity): Promise<DeviceAnswer> {
    let identity = UNKNOWN_IDENTITY;
    let handle = 0n;
    let nativeGeneration = 0;
    const places = calls(0n).map((_, place) => place);
    const results = await this.#renewing(places, async (open) => {
      const device = await this.#device(index, deadline);
      ({ handle, nativeGeneration } = device);
      const wanted = calls(device.handle);
      const asked = open.flatMap((place) => wanted[place] ?? []);
      const introduction = device.identity === undefined ? identityCalls(device.handle) : [];
      const answers = await this.library.runBatch(deviceLane(index), [...introduction, ...asked], {
        deadlineMs: deadline.deadlineMs,
        signal: deadline.signal,
        nativeGeneration: device.nativeGeneration,
      });
      this.#note(answers, device.generation, index);
      const introduced = answers.splice(0, introduction.length);
      // Somebody else who asked at the same time may have been told meanwhile.
      identity = device.identity ?? this.#introduce(index, device, introduced);
      demandSameGpu(index, expected, identity);
      return answers;
    });
    return { handle, nativeGeneration, identity, results };
  }

  /**
   * Asks, and asks again for what failed because handles had become void, as long as such answers began a new generation: with a new
   * handle first, then after a new init. A GPU that stays lost begins no further one, and costs nothing more.
   */
  async #renewing<T>(all: readonly T[], ask: (open: readonly T[]) => Promise<readonly CallResult<unknown>[]>): Promise<readonly CallResult<unknown>[]> {
    const { lease, library } = this;
    const results = new Array<CallResult<unknown> | undefined>(all.length).fill(undefined);
    let open = all.map((_, place) => place);
    for (let attempt = 1; ; attempt += 1) {
      const before = [lease.generation, library.native.generation];
      const mayRenew = (): boolean => attempt < MAX_ATTEMPTS && (lease.generation !== before[0] || library.native.generation !== before[1]);
      try {
        const answers = await ask(open.map((place) => all[place] as T));
        open.forEach((place, index) => (results[place] = answers[index]));
      } catch (error) {
        if (!isGpuwrightError(error)) throw error;
        if (RENEWABLE.has(error.code) && mayRenew()) continue;
        if (open.length === all.length || error.code === 'IDENTITY_CHANGED') throw error;
        for (const place of open) results[place] = { ok: false, error, renew: false };
      }
      open = open.filter((place) => {
        const result = results[place];
        return result !== undefined && !result.ok && result.renew;
      });
      if (open.length === 0 || !mayRenew()) return results as readonly CallResult<unknown>[];
    }
  }

  async #device(index: number, deadline: Deadline): Promise<Device> {
    const nativeGeneration = await this.lease.ready(deadline);
    this.lease.demandOpen();
    const known = this.#devices.get(index);
    if (known !== undefined && this.#isCurrent(known)) return known;
    const generation = this.lease.generation;
    const lookup: LibraryCall<bigint> = familyCall(families.handleByIndex, { index });
    const [result] = await this.library.runBatch(deviceLane(index), [lookup], {
      deadlineMs: deadline.deadlineMs,
      signal: deadline.signal,
      nativeGeneration,
    });
    if (!result.ok) {
      this.#note([result], generation, index);
      if (saysLost(result.error.code)) this.#tryNewInit(index, generation);
      throw result.error.code === 'INVALID_ARGUMENT' ? noSuchGpu(index, result.error) : result.error;
    }
    const device: Device = { handle: result.outputs, generation, nativeGeneration, identity: undefined };
    this.#devices.set(index, device);
    return device;
  }

  #isCurrent(device: Device): boolean {
    return device.generation === this.lease.generation && device.nativeGeneration === this.library.native.generation;
  }

  /** What the answers tell; kept for the generation when they tell all there is. */
  #introduce(index: number, device: Device, answers: readonly CallResult<unknown>[]): KnownIdentity {
    const [uuid, pci] = answers as [CallResult<{ readonly uuid: string }>, CallResult<{ readonly busId: string }>];
    // Nonsense names nobody: a GPU is not taken for another one because of it.
    const identity = { uuid: uuid.ok && isUuid(uuid.outputs.uuid) ? uuid.outputs.uuid : null, pciBusId: pci.ok ? (normalizePciAddress(pci.outputs.busId) ?? null) : null };
    const cut = [uuid, pci].find((answer) => !answer.ok && answer.renew);
    // The first of its kind: where a crash cut the answers off, that is the call that crashed.
    for (const answer of [uuid, pci]) if (!answer.ok && cut?.ok === false && answer.error.code === cut.error.code) throw answer.error;
    const isSettled = (answer: CallResult<unknown>, known: string | null): boolean => (answer.ok ? known !== null : isUnsupported(answer.error));
    if (isSettled(uuid, identity.uuid) && isSettled(pci, identity.pciBusId)) device.identity = identity;
    const before = this.identityAt(index);
    this.#identities.set(index, { uuid: identity.uuid ?? before.uuid, pciBusId: identity.pciBusId ?? before.pciBusId });
    return identity;
  }

  /** Draws the conclusions from answers that concern more than their own call. */
  #note(results: readonly CallResult<unknown>[], generation: number, index: number | undefined): void {
    if (saysUninitialized(results)) return this.lease.uninitialized(generation);
    const lost = results.some((result) => !result.ok && saysLost(result.error.code));
    if (index === undefined) {
      if (lost) this.lease.endGeneration(generation);
    } else if (!lost) {
      if (results.some((result) => result.ok)) this.#losses.answered(index);
    } else if (this.#losses.lost(index)) {
      this.lease.endGeneration(generation);
    }
  }

  /** Even a new handle is void: the driver may have been reloaded, which only a new init mends. */
  #tryNewInit(index: number, generation: number): void {
    if (!this.#someLaneIsWedged() && this.#losses.mayInit(index)) this.lease.expire(generation);
  }

  /** Then a shutdown might wait for that call, and nobody would be served. */
  #someLaneIsWedged(): boolean {
    const { native } = this.library;
    return [...this.#devices.keys()].some((index) => native.laneState(deviceLane(index)) === 'wedged');
  }

  async #tracked<T>(operation: Promise<T>): Promise<T> {
    this.#active.add(operation);
    try {
      return await operation;
    } finally {
      this.#active.delete(operation);
    }
  }
}

/** GPUs have gone since it was looked up, and the others have moved up. */
function noSuchGpu(index: number, cause: GpuwrightError): GpuwrightError {
  const { call, status } = cause;
  return new GpuwrightError('GPU_NOT_FOUND', `gpu ${index}: this host has no GPU of that number now: look it up again with nvml.gpu(uuid)`, { ...(call !== undefined && { call }), ...(status !== undefined && { status }), cause });
}

/** `535.129.03` → 535. */
function branchOf(driverVersion: string): number {
  const branch = Number.parseInt(driverVersion, 10);
  if (Number.isInteger(branch)) return branch;
  throw implausible('nvmlSystemGetDriverVersion', `answered ${JSON.stringify(driverVersion)}, which is no version`);
}

function saysUninitialized(results: readonly CallResult<unknown>[]): boolean {
  return results.some((result) => !result.ok && result.error.code === 'UNINITIALIZED');
}

function identityCalls(device: bigint): Calls {
  return [functionCall(c.nvmlDeviceGetUUID, { device }), familyCall(pciInfo, { device })];
}
