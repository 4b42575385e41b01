/**
 * Fabric Manager through its SDK's libnvfm. Calls are made in a helper process unless it is told otherwise, for the library takes the
 * process along when its daemon dies at the wrong moment, and waits 70 s for one that is silent whatever its timeout says.
 */
import { fmFamilies } from '../../abi/nvfm/families.ts';
import type { FmAddress } from '../../abi/nvfm/families.ts';
import { nvfmFunctions as c } from '../../abi/nvfm/functions.ts';
import type { Backend } from '../../backend/backend.ts';
import type { BackendChoice } from '../../backend/select.ts';
import { selectBackend } from '../../backend/select.ts';
import { GpuwrightError, isGpuwrightError } from '../../errors.ts';
import type { CallOptions } from '../../library/call-options.ts';
import { Deadline } from '../../library/deadline.ts';
import { LibraryLease } from '../../library/lease.ts';
import type { LibraryCall } from '../../library/library-call.ts';
import { familyCall, functionCall, mapCall } from '../../library/library-call.ts';
import type { CallResult } from '../../library/opened-library.ts';
import { OpenedLibrary } from '../../library/opened-library.ts';
import { waitFor } from '../../library/wait-for.ts';
import type { ActivateOptions, NvLinkFailedDevices, Partition, PartitionControl, UnsupportedPartition } from '../types.ts';
import type { FabricAddress } from './address.ts';
import { fabricAddress } from './address.ts';
import { failedDevicesOf, partitionListOf, unsupportedPartitionsOf } from './answers.ts';
import { checkedPartitionId, checkedPartitionIds, checkedVirtualFunctions } from './change-arguments.ts';
import { fabricLocation } from './location.ts';
import { changeError, fabricRules } from './status.ts';
import { unansweredByFabric } from './unanswered.ts';

export interface ConnectOptions extends FabricAddress, BackendChoice {
  /** Path or soname of libnvfm; default: the usual places. */
  readonly library?: string;
  /** Milliseconds that a reading may take, waiting for others of this object included; default 10,000. */
  readonly deadlineMs?: number;
  /** The same for a change, which trains links; default 60,000. */
  readonly changeDeadlineMs?: number;
}

/** What a test brings in place of this system's backends. */
export interface FabricPorts {
  createBackend?(choice: BackendChoice): Promise<Backend>;
}

const LANE = 'fabric';
const READ_DEADLINE_MS = 10_000;
const CHANGE_DEADLINE_MS = 60_000;
/** So much of the time that is left the library may use up for connecting: it returns only when its own timeout is over. */
const CONNECT_SHARE = 0.8;

export class FabricManager implements PartitionControl {
  readonly #library: OpenedLibrary;
  readonly #lease: LibraryLease;
  readonly #address: FmAddress;
  readonly #deadlineMs: number;
  readonly #changeDeadlineMs: number;
  /** One conversation at a time: to end one that hangs ends the process that all of them are in. */
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(library: OpenedLibrary, address: FmAddress, options: ConnectOptions) {
    this.#library = library;
    this.#address = address;
    this.#deadlineMs = options.deadlineMs ?? READ_DEADLINE_MS;
    this.#changeDeadlineMs = options.changeDeadlineMs ?? CHANGE_DEADLINE_MS;
    this.#lease = new LibraryLease(library, { init: functionCall(c.fmLibInit, {}, c.fmLibShutdown), shutdown: functionCall(c.fmLibShutdown, {}) });
  }

  /**
   * Opens libnvfm and makes sure that somebody listens. Rejects with `LIBRARY_NOT_FOUND`, `LIBRARY_LOAD_FAILED`, `BACKEND_UNAVAILABLE`,
   * `INVALID_INPUT`, `FABRIC_UNREACHABLE`, `VERSION_MISMATCH`. Connected is not ready: that shows with the first question. Every question
   * has a connection of its own, so a restart of the daemon in between does no harm.
   */
  static async connect(options: ConnectOptions = {}, ports: FabricPorts = {}): Promise<FabricManager> {
    const address = fabricAddress(options);
    const { library, backend: name, isolation = 'helper-process' } = options;
    const backend = await (ports.createBackend ?? selectBackend)({ isolation, ...(name !== undefined && { backend: name }) });
    const opened = await OpenedLibrary.open(backend, fabricLocation(), fabricRules, library).catch(async (error: unknown) => {
      await backend.close();
      throw error;
    });
    const manager = new FabricManager(opened, address, options);
    try {
      await manager.#converse(undefined, {});
      return manager;
    } catch (error) {
      await manager.close();
      throw error;
    }
  }

  /** As the loader was asked for it. */
  get libraryPath(): string {
    return this.#library.native.path;
  }

  get backendName(): string {
    return this.#library.backend.name;
  }

  /**
   * The partitions of this mode, active or not (fmGetSupportedFabricPartitions). From H100 on all of them, whatever the health of their
   * GPUs, without UUIDs and addresses. `FABRIC_NOT_READY` while Fabric Manager starts, and in the window after its restart.
   */
  async partitions(options: CallOptions = {}): Promise<readonly Partition[]> {
    return (await this.partitionList(options)).partitions;
  }

  /** The same with the number of partitions that Fabric Manager says there can be. */
  async partitionList(options: CallOptions = {}): Promise<{ readonly partitions: readonly Partition[]; readonly maxPartitions: number }> {
    return await this.#ask((pFmHandle) => mapCall(functionCall(c.fmGetSupportedFabricPartitions, { pFmHandle, pFmFabricPartition: {} }), (told) => partitionListOf(told.pFmFabricPartition)), options);
  }

  /** Partitions that degraded hardware has taken away (fmGetUnsupportedFabricPartitions); from H100 on always none. */
  async unsupportedPartitions(options: CallOptions = {}): Promise<readonly UnsupportedPartition[]> {
    return await this.#ask(
      (pFmHandle) => mapCall(functionCall(c.fmGetUnsupportedFabricPartitions, { pFmHandle, pFmUnupportedFabricPartition: {} }), (told) => unsupportedPartitionsOf(told.pFmUnupportedFabricPartition)),
      options,
    );
  }

  /** GPUs and NVSwitches with failed NVLinks (fmGetNvlinkFailedDevices); from H100 on always none, and not in restart mode. */
  async failedDevices(options: CallOptions = {}): Promise<NvLinkFailedDevices> {
    return await this.#ask((pFmHandle) => mapCall(functionCall(c.fmGetNvlinkFailedDevices, { pFmHandle, pFmNvlinkFailedDevices: {} }), (told) => failedDevicesOf(told.pFmNvlinkFailedDevices)), options);
  }

  /**
   * fmActivateFabricPartition, or …WithVFs where virtual functions are given. Throws `IN_USE`, `NVLINK_FAILED`, `NOT_SUPPORTED`, and
   * `OUTCOME_UNKNOWN` where it may have happened all the same.
   */
  async activate(id: number, options: ActivateOptions = {}): Promise<void> {
    const partitionId = checkedPartitionId(id);
    if (options.virtualFunctions === undefined) return await this.#change((pFmHandle) => functionCall(c.fmActivateFabricPartition, { pFmHandle, partitionId }), options);
    const vfList = checkedVirtualFunctions(options.virtualFunctions);
    await this.#change((pFmHandle) => functionCall(c.fmActivateFabricPartitionWithVFs, { pFmHandle, partitionId, vfList }), options);
  }

  /** fmDeactivateFabricPartition. Throws `PARTITION_NOT_ACTIVE`, and `OUTCOME_UNKNOWN` as `activate` does. */
  async deactivate(id: number, options: CallOptions = {}): Promise<void> {
    const partitionId = checkedPartitionId(id);
    await this.#change((pFmHandle) => functionCall(c.fmDeactivateFabricPartition, { pFmHandle, partitionId }), options);
  }

  /**
   * fmSetActivatedFabricPartitions: in the 60 s after a restart in restart mode, and only then. What is not in the list is routed no
   * longer, whoever uses it; the empty list is a list.
   */
  async restoreActivated(ids: readonly number[], options: CallOptions = {}): Promise<void> {
    const partitionIds = checkedPartitionIds(ids);
    await this.#change((pFmHandle) => functionCall(c.fmSetActivatedFabricPartitions, { pFmHandle, pFmActivatedPartitionList: { numPartitions: partitionIds.length, partitionIds } }), options);
  }

  /** Idempotent; never rejects. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#turn.catch(() => undefined);
    await this.#lease.end({ deadlineMs: this.#deadlineMs }).catch(() => undefined);
    await this.#library.close().catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #ask<T>(question: (handle: bigint) => LibraryCall<T>, options: CallOptions): Promise<T> {
    return (await this.#converse(question, options)) as T;
  }

  async #change(order: (handle: bigint) => LibraryCall<unknown>, options: CallOptions): Promise<void> {
    await this.#converse(order, { deadlineMs: this.#changeDeadlineMs, ...options }, true);
  }

  /** Connects, asks, disconnects. Without a question it only shows that somebody listens. */
  async #converse<T>(question: ((handle: bigint) => LibraryCall<T>) | undefined, options: CallOptions, changes = false): Promise<T | undefined> {
    if (this.#closed) throw new GpuwrightError('CLOSED', 'fabric manager: the connection was closed: connect again');
    const deadlineMs = options.deadlineMs ?? this.#deadlineMs;
    const deadline = new Deadline(deadlineMs, options.signal);
    const before = this.#turn;
    const conversation = (async (): Promise<T | undefined> => {
      await waitFor(before.catch(() => undefined), deadline, () => busy(deadlineMs));
      const result = await this.#inTurn(question, deadline, changes).catch(async (error: unknown) => {
        throw await this.#failure(error, deadlineMs);
      });
      if (result === undefined || result.ok) return result?.outputs;
      const error = await this.#failure(result.error, deadlineMs);
      throw changes && isGpuwrightError(error) ? changeError(error) : error;
    })();
    // Who leaves at his deadline must not let the next one in beside the one he waited for.
    this.#turn = Promise.allSettled([before, conversation]);
    return await conversation;
  }

  /** Throws what kept it from asking. */
  async #inTurn<T>(question: ((handle: bigint) => LibraryCall<T>) | undefined, deadline: Deadline, changes: boolean): Promise<CallResult<T> | undefined> {
    const nativeGeneration = await this.#lease.ready(deadline);
    const timeoutMs = Math.max(1, Math.min(this.#address.timeoutMs, Math.floor(deadline.deadlineMs * CONNECT_SHARE)));
    // Vsock has no older form.
    const versions = this.#address.type === 'vsock' ? fmFamilies.connect.slice(0, 1) : fmFamilies.connect;
    const handle = await this.#library.run(LANE, familyCall(versions, { ...this.#address, timeoutMs }), { deadlineMs: deadline.deadlineMs, signal: deadline.signal, nativeGeneration });
    const disconnect = functionCall(c.fmDisconnect, { pFmHandle: handle });
    if (question === undefined) return void (await this.#library.runBatch(LANE, [disconnect], { deadlineMs: deadline.deadlineMs, nativeGeneration }));
    // A change that has begun is not left alone because somebody lost interest.
    const signal = changes ? undefined : deadline.signal;
    const [answer] = await this.#library.runBatch(LANE, [question(handle), disconnect] as const, { deadlineMs: deadline.deadlineMs, signal, nativeGeneration });
    return answer as CallResult<T>;
  }

  /** In the words of this library; gives up the process that hangs in it. */
  async #failure(error: unknown, deadlineMs: number): Promise<unknown> {
    const { restart } = this.#library.backend;
    const hangs = isGpuwrightError(error) && error.code === 'DEVICE_UNRESPONSIVE';
    if (hangs) await restart?.call(this.#library.backend);
    return unansweredByFabric(error, deadlineMs, restart !== undefined);
  }
}

function busy(deadlineMs: number): GpuwrightError {
  return new GpuwrightError('QUEUE_FULL', `fabric manager: earlier calls of this connection took the whole ${Math.round(deadlineMs)} ms: allow more time, or ask less at once`);
}
