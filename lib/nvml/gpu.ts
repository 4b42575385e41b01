/**
 * One GPU. Asynchronous; every method reads afresh and throws a `GpuwrightError` (`snapshot` never does for one field).
 */
import { GpuwrightError } from '../errors.ts';
import type { Deadline } from '../library/deadline.ts';
import type { LibraryCall } from '../library/library-call.ts';
import { familyCall } from '../library/library-call.ts';
import type { Reading } from '../telemetry/reading.ts';
import type { CallOptions } from '../library/call-options.ts';
import type { RemoveOptions } from './changes/drain.ts';
import { changeDrainState, readDrainState, removeGpu } from './changes/drain.ts';
import { changeEccMode, changePersistenceMode } from './changes/settings.ts';
import type { Field } from './field.ts';
import { field, fieldValue, readingOf } from './field.ts';
import { gpuSnapshot } from './snapshot/gpu-snapshot.ts';
import type { KnownIdentity } from './identity.ts';
import { toldPci } from './identity.ts';
import type { NvmlCore } from './session/nvml-core.ts';
import { pciInfo } from './pci-info.ts';
import type { GpuAccounting } from './readings/accounting.ts';
import { readAccounting } from './readings/accounting.ts';
import type { Ask, AskLibrary } from './readings/ask.ts';
import type { GpuClocks } from './readings/clocks.ts';
import { readClocks } from './readings/clocks.ts';
import type { GpuFabric } from './readings/fabric.ts';
import { readFabric } from './readings/fabric.ts';
import type { FieldRequest } from './readings/field-values.ts';
import { readFieldValues } from './readings/field-values.ts';
import type { GpuLimits } from './readings/limits.ts';
import { readLimits } from './readings/limits.ts';
import type { GpuMig } from './readings/mig.ts';
import { readMig } from './readings/mig.ts';
import type { NvLink } from './readings/nvlink.ts';
import { readNvLinks } from './readings/nvlink.ts';
import type { Vgpu } from './readings/vgpus.ts';
import { readVgpus } from './readings/vgpus.ts';
import { snapshotFields } from './snapshot/snapshot-fields.ts';
import type { EccMode, GpuEcc, GpuIdentity, GpuProcess, GpuSnapshot, RetiredPage, RowRemapperHistogram, RowRemapping } from './types.ts';

const pciFacts = field((device) => [familyCall(pciInfo, { device })], (facts) => facts);

export class Gpu {
  /** NVML's index in this generation. */
  readonly index: number;
  readonly #core: NvmlCore;
  #identity: KnownIdentity;

  /** For `Nvml`. */
  constructor(core: NvmlCore, index: number, identity: KnownIdentity) {
    this.#core = core;
    this.index = index;
    this.#identity = identity;
  }

  /** Null only as long as the GPU has never answered. */
  get uuid(): string | null {
    return this.#identity.uuid;
  }

  /** As NVML writes it, `00000000:3B:00.0`; null only as long as nothing has told it. */
  get pciBusId(): string | null {
    return this.#identity.pciBusId;
  }

  async identity(options: CallOptions = {}): Promise<GpuIdentity> {
    const { name, serial, boardId, moduleId, minorNumber } = snapshotFields;
    const [uuid, pci, cardName, ...rest] = await this.#readings([snapshotFields.uuid, pciFacts, name, serial, boardId, moduleId, minorNumber], options);
    const facts = pci();
    return {
      index: this.index,
      uuid: uuid(),
      pciBusId: toldPci(facts.busId),
      name: cardName(),
      serial: readingOf(rest[0]),
      boardId: readingOf(rest[1]),
      moduleId: readingOf(rest[2]),
      minorNumber: readingOf(rest[3]),
      pciDeviceId: facts.pciDeviceId,
      pciSubSystemId: facts.pciSubSystemId,
    };
  }

  /**
   * Retired pages of both causes, by address (nvmlDeviceGetRetiredPages_v2; v1, without times, on drivers that have only that).
   * Addresses are verbatim the driver's. Times: the public header gives no unit, seconds since the epoch is our assumption;
   * a time of 0 means absent. `NOT_SUPPORTED` from Ampere on, where rows are remapped instead.
   */
  async retiredPages(options: CallOptions = {}): Promise<readonly RetiredPage[]> {
    return await this.#value(snapshotFields.retiredPages, options);
  }

  /** Pages have been retired that stay in use until the driver attaches the GPU anew (nvmlDeviceGetRetiredPagesPendingStatus). */
  async pageRetirementPending(options: CallOptions = {}): Promise<boolean> {
    return await this.#value(snapshotFields.pageRetirementPending, options);
  }

  /** nvmlDeviceGetRemappedRows; `NOT_SUPPORTED` before Ampere. */
  async rowRemapping(options: CallOptions = {}): Promise<RowRemapping> {
    return await this.#value(snapshotFields.rowRemapping, options);
  }

  /** nvmlDeviceGetRowRemapperHistogram; `NOT_SUPPORTED` before Ampere. */
  async rowRemapperHistogram(options: CallOptions = {}): Promise<RowRemapperHistogram> {
    return await this.#value(snapshotFields.rowRemapperHistogram, options);
  }

  /** Mode, counters and SRAM status (nvmlDeviceGetEccMode, …GetTotalEccErrors, …GetSramEccErrorStatus). Throws where the mode cannot be read. */
  async ecc(options: CallOptions = {}): Promise<GpuEcc> {
    const [mode, counters, sram] = await this.#readings([snapshotFields.eccMode, snapshotFields.eccCounters, snapshotFields.sramEcc], options);
    return { mode: mode(), counters: readingOf(counters), sram: readingOf(sram) };
  }

  /** Compute, graphics and MPS processes. In a container process ids may be those of the host. */
  async processes(options: CallOptions = {}): Promise<readonly GpuProcess[]> {
    return await this.#value(snapshotFields.processes, options);
  }

  /** Clocks now, at most and as set, and what holds them down. */
  async clocks(options: CallOptions = {}): Promise<GpuClocks> {
    return await readClocks(this.#ask(options));
  }

  /** Limits of power and temperature. */
  async limits(options: CallOptions = {}): Promise<GpuLimits> {
    return await readLimits(this.#ask(options));
  }

  /** Each NVLink: state, version, remote end, error counters. `NOT_SUPPORTED` without NVLink. */
  async nvLinks(options: CallOptions = {}): Promise<readonly NvLink[]> {
    return await readNvLinks(this.#ask(options));
  }

  /** Registration with the NVLink fabric, and its health (nvmlDeviceGetGpuFabricInfoV). `NOT_SUPPORTED` before Hopper. */
  async fabric(options: CallOptions = {}): Promise<GpuFabric> {
    return await readFabric(this.#ask(options));
  }

  /** The MIG mode and the MIG devices. `NOT_SUPPORTED` for a GPU without MIG. */
  async mig(options: CallOptions = {}): Promise<GpuMig> {
    return await readMig(this.#ask(options));
  }

  /** What processes have used of this GPU, the ended ones included, where accounting is on. */
  async accounting(options: CallOptions = {}): Promise<GpuAccounting> {
    return await readAccounting(this.#ask(options));
  }

  /** The vGPUs that run on this GPU. `NOT_SUPPORTED` where driver or card host none. */
  async vgpus(options: CallOptions = {}): Promise<readonly Vgpu[]> {
    return await readVgpus(this.#ask(options));
  }

  /**
   * Any fields of the header, in one call: one reading per request, in their order (nvmlDeviceGetFieldValues). Names, since some numbers
   * mean another field under other drivers: `gpu.fieldValues([{ field: 'NVML_FI_DEV_NVLINK_ERROR_DL_REPLAY', scope: 3 }])`.
   */
  async fieldValues(requests: readonly FieldRequest[], options: CallOptions = {}): Promise<readonly Reading<number | bigint>[]> {
    const deadline = this.#core.deadline(options);
    const branch = await this.#core.session.driverBranch(deadline);
    return await readFieldValues(this.#asking(deadline), branch, requests);
  }

  /** Draining: the GPU takes no new clients (nvmlDeviceQueryDrainState). Who comes later asks `Nvml.drainState`. */
  async drainState(options: CallOptions = {}): Promise<boolean> {
    return await readDrainState(whateverHandle(this.#ask(options)), this.#address());
  }

  /** Needs root; read back. Throws `NO_PERMISSION`, or `NOT_APPLIED` where the driver says success and nothing changed. */
  async setPersistenceMode(on: boolean, options: CallOptions = {}): Promise<void> {
    await changePersistenceMode(this.#once(options), on);
  }

  /** Needs root; read back. Gives the mode now and after the next reset. Throws like `setPersistenceMode`. */
  async setEccMode(on: boolean, options: CallOptions = {}): Promise<EccMode> {
    return await changeEccMode(this.#once(options), on);
  }

  /** Needs root; read back. Throws like `setPersistenceMode`, and `IN_USE` while there are clients. */
  async setDrainState(draining: boolean, options: CallOptions = {}): Promise<void> {
    await changeDrainState(whateverHandle(this.#once(options)), this.#address(), draining);
  }

  /** Takes the GPU off its bus; drain it first. Needs root. All handles become void; `Nvml.discoverGpus` brings it back. */
  async remove(options: CallOptions & RemoveOptions = {}): Promise<void> {
    await removeGpu(whateverHandle(this.#once(options)), this.#address(), options);
    this.#core.session.renumber();
  }

  /** Every field, in one crossing. Rejects only for `IDENTITY_CHANGED`, `ABORTED` and `CLOSED`. */
  async snapshot(options: CallOptions = {}): Promise<GpuSnapshot> {
    const core = this.#core;
    const { uuid, pciBusId } = this.#identity;
    const known = pciBusId === null ? undefined : { pciBusId, ...(uuid !== null && { uuid }) };
    const snapshot = await gpuSnapshot({ session: core.session, last: core.last }, this.index, core.deadline(options), this.#identity, known);
    this.#learn(core.session.identityAt(this.index));
    return snapshot;
  }

  async #value<T>(definition: Field<T>, options: CallOptions): Promise<T> {
    const [value] = await this.#readings([definition], options);
    return value();
  }

  /** One batch; each field as a function that gives its value or throws. */
  async #readings<const F extends readonly Field<unknown>[]>(fields: F, options: CallOptions): Promise<{ -readonly [I in keyof F]: F[I] extends Field<infer T> ? () => T : never }> {
    const { session } = this.#core;
    const parts = (device: bigint): ReturnType<Field<unknown>['parts']>[] => fields.map((one) => one.parts(device));
    const answer = await session.onDevice(this.index, (device) => parts(device).flat().map((part) => part.call), this.#core.deadline(options), this.#identity);
    this.#learn(answer.identity);
    let next = 0;
    const layout = parts(0n);
    const values = fields.map((one, index) => {
      const own = layout[index] ?? [];
      const results = answer.results.slice(next, (next += own.length));
      return (): unknown => fieldValue(one, own, results);
    });
    return values as { -readonly [I in keyof F]: F[I] extends Field<infer T> ? () => T : never };
  }

  #ask(options: CallOptions): Ask {
    return this.#asking(this.#core.deadline(options));
  }

  #asking(deadline: Deadline): Ask {
    return (async (calls: (device: bigint) => readonly LibraryCall<unknown>[]) => {
      const { identity, results } = await this.#core.session.onDevice(this.index, calls, deadline, this.#identity);
      this.#learn(identity);
      return results;
    }) as Ask;
  }

  /** As `#ask`, for changes: done once, whatever the answer. */
  #once(options: CallOptions): Ask {
    const deadline = this.#core.deadline(options);
    return (async (calls: (device: bigint) => readonly LibraryCall<unknown>[]) => await this.#core.session.onceOnDevice(this.index, calls, deadline, this.#identity)) as Ask;
  }

  #address(): string {
    if (this.pciBusId !== null) return this.pciBusId;
    throw new GpuwrightError('GPU_NOT_FOUND', `gpu ${this.index}: its PCI address is not known, it has never answered: look it up with nvml.gpu(address)`);
  }

  #learn(found: KnownIdentity): void {
    const { uuid, pciBusId } = this.#identity;
    if (uuid === null || pciBusId === null) this.#identity = { uuid: uuid ?? found.uuid, pciBusId: pciBusId ?? found.pciBusId };
  }
}

/** For calls that name the GPU in another way. It is looked up all the same, and so known to be the one that is meant. */
function whateverHandle(ask: Ask): AskLibrary {
  return async (calls) => await ask(() => calls);
}
