/**
 * One GPU. Asynchronous; every method reads afresh and throws a `GpuwrightError` (`snapshot` never does for one field).
 */
import { familyCall } from '../library/library-call.ts';
import type { CallOptions } from './call-options.ts';
import type { Field } from './field.ts';
import { field, fieldValue, readingOf } from './field.ts';
import { gpuSnapshot } from './snapshot/gpu-snapshot.ts';
import type { KnownIdentity } from './identity.ts';
import { toldPci } from './identity.ts';
import type { NvmlCore } from './session/nvml-core.ts';
import { pciInfo } from './pci-info.ts';
import { snapshotFields } from './snapshot/snapshot-fields.ts';
import type { GpuEcc, GpuIdentity, GpuProcess, GpuSnapshot, RetiredPage, RowRemapperHistogram, RowRemapping } from './types.ts';

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

  /** Compute and graphics processes. In a container process ids may be those of the host. */
  async processes(options: CallOptions = {}): Promise<readonly GpuProcess[]> {
    return await this.#value(snapshotFields.processes, options);
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

  #learn(found: KnownIdentity): void {
    const { uuid, pciBusId } = this.#identity;
    if (uuid === null || pciBusId === null) this.#identity = { uuid: uuid ?? found.uuid, pciBusId: pciBusId ?? found.pciBusId };
  }
}
