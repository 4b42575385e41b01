/**
 * Who owns which partition of this host. Every operation holds the host's lock from its first look to its last write, asks Fabric Manager what is active,
 * writes what it is about to do before it does it, and believes only what a list shows afterwards.
 */
import { GpuwrightError } from '../../errors.ts';
import type { CallOptions } from '../../library/call-options.ts';
import { checkedOwner, checkedRequest, type PartitionRequest } from '../allocation/request.ts';
import { DEFAULT_FOLDER } from '../default-folder.ts';
import { acquire, type Acquired, type AcquireOptions } from './acquire.ts';
import { activateUnowned, deactivateFor, type ChangedPartition } from './by-partition.ts';
import { activeOf, claimantOf, ownerOf, type Resolution } from './observe.ts';
import { portsOf, type LedgerOptions, type Ports } from './ports.ts';
import { differences, type Difference } from './reconcile.ts';
import type { Holding, LedgerGpu, LedgerRecord } from './record.ts';
import { RecordStore } from './record-store.ts';
import { release, type Released } from './release.ts';
import { restore, type Restored, type RestoreOptions } from './restore.ts';
import { Session } from './session.ts';
import type { VirtualFunction } from '../types.ts';

export interface OwnedPartition {
  readonly id: number;
  readonly active: boolean;
  /** Null where it is free, or active and nobody knows whose. */
  readonly owner: string | null;
  /** Fabric Manager's own words completed by what is recorded of the owner's GPUs. */
  readonly gpus: readonly LedgerGpu[];
}

export class FabricLedger {
  readonly #ports: Ports;
  readonly #store: RecordStore;
  readonly #lockDeadlineMs: number | undefined;

  constructor(options: LedgerOptions) {
    this.#ports = portsOf(options);
    this.#store = new RecordStore(options.folder ?? DEFAULT_FOLDER, this.#ports.stage);
    this.#lockDeadlineMs = options.lockDeadlineMs;
  }

  /**
   * Gives an owner a partition, the one that it has already where it fits. Rejects with `NO_PARTITION`, `UNKNOWN_OWNER`, `MODULE_ID_UNKNOWN`, with
   * `OUTCOME_UNKNOWN` where Fabric Manager does not say what came of it (the partition then stays reserved for this owner, and asking again is safe),
   * and with what Fabric Manager turned it down for.
   */
  async acquire(owner: string, request: PartitionRequest, options: AcquireOptions & CallOptions = {}): Promise<Acquired> {
    checkedOwner(owner);
    const wanted = checkedRequest(request);
    return await this.#locked(options, (session) => acquire(session, owner, wanted, options), options.dryRun);
  }

  /** Gives back what the owner has; nothing where it has nothing. Only once nobody uses the GPUs: links are cut. */
  async release(owner: string, options: CallOptions = {}): Promise<Released> {
    checkedOwner(owner);
    return await this.#locked(options, (session) => release(session, owner));
  }

  /** Names each difference between Fabric Manager, record and owners. Changes nothing but what was last seen. */
  async reconcile(options: CallOptions = {}): Promise<readonly Difference[]> {
    return await this.#locked(options, async (session) => {
      const { restoring } = session.record;
      await session.look(false);
      const { now, settleMs } = this.#ports;
      return differences({ ...session.record, restoring }, session.partitions, await session.liveness(), { now: now(), settleMs });
    });
  }

  /** Ends in the record what was begun and whose end the list shows. Changes nothing at Fabric Manager. */
  async settle(options: CallOptions = {}): Promise<readonly Resolution[]> {
    return await this.#locked(options, async (session) => {
      await session.look();
      return session.resolved;
    });
  }

  /** For a Fabric Manager that waits for its active set after a restart in restart mode. */
  async restore(options: RestoreOptions & CallOptions = {}): Promise<Restored> {
    return await this.#locked(options, (session) => restore(session, options));
  }

  /** Every partition with its owner. Keeps what is active as last seen; so does each of the operations above. */
  async survey(options: CallOptions = {}): Promise<readonly OwnedPartition[]> {
    return await this.#locked(options, async (session) => {
      await session.look(false);
      return session.partitions.map((partition) => {
        const owner = claimantOf(session.record, partition);
        const recorded = session.record.holdings.find((holding) => holding.owner === owner && holding.partitionId === partition.id);
        const gpus = partition.gpus.map(({ physicalId, pciBusId, uuid }) => {
          const gpu = recorded?.gpus.find((member) => member.physicalId === physicalId);
          return { physicalId, pciBusId: pciBusId || (gpu?.pciBusId ?? null), uuid: uuid || (gpu?.uuid ?? null) };
        });
        return { id: partition.id, active: partition.active, owner, gpus };
      });
    });
  }

  /** Records an owner for a partition that is active and nobody's: the word of whoever calls this is all that says so. */
  async adopt(owner: string, partitionId: number, options: CallOptions = {}): Promise<Holding> {
    checkedOwner(owner);
    return await this.#locked(options, async (session) => {
      await session.look();
      const { record } = session;
      const what = `adopt: partition ${partitionId} for ${owner}`;
      const partition = session.listed(partitionId);
      if (partition === undefined) throw new GpuwrightError('PARTITION_NOT_FOUND', `${what}: Fabric Manager does not list it: choose one of its list`);
      if (!partition.active) throw new GpuwrightError('PARTITION_NOT_ACTIVE', `${what}: it is not active: acquire it instead`);
      const whose = ownerOf(record, activeOf(partition));
      const own = [...record.holdings, ...record.operations].find((claim) => claim.owner === owner);
      if (whose === owner && own !== undefined && 'lapsed' in own) return own;
      if (whose !== null) throw new GpuwrightError('IN_USE', `${what}: it is ${whose}'s: release it for that owner first`);
      if (own !== undefined && own.partitionId !== partitionId) throw new GpuwrightError('INVALID_INPUT', `${what}: it has partition ${own.partitionId}: release that first; an owner has one partition`);
      const gpus = partition.gpus.map(({ physicalId, pciBusId, uuid }) => ({ physicalId, pciBusId: pciBusId || null, uuid: uuid || null }));
      const clash = record.holdings.find((holding) => holding.owner !== owner && holding.gpus.some((gpu) => gpus.some((member) => member.physicalId === gpu.physicalId)));
      if (clash !== undefined) throw new GpuwrightError('IN_USE', `${what}: ${clash.owner} is recorded with a GPU of it (partition ${clash.partitionId}): release that first`);
      const generation = record.generation + 1;
      const holding: Holding = { owner, partitionId, gpus, virtualFunctions: [], generation, since: session.time(), lapsed: false };
      await session.save({ ...record, generation, holdings: [...record.holdings.filter((other) => other.owner !== owner), holding] }, 'outcome');
      return holding;
    });
  }

  /** Activates a partition that nobody is recorded for: it counts as one of an unknown owner from then on. Health is asked as in `acquire`. */
  async activateUnowned(partitionId: number, options: { readonly virtualFunctions?: readonly VirtualFunction[] } & CallOptions = {}): Promise<ChangedPartition> {
    return await this.#locked(options, (session) => activateUnowned(session, partitionId, options.virtualFunctions));
  }

  /**
   * Deactivates a partition by its id, if `owner` is who has it; null: it is active and nobody knows whose. Rejects with `IN_USE` where it
   * is somebody else's.
   */
  async deactivate(partitionId: number, owner: string | null, options: CallOptions = {}): Promise<Released | ChangedPartition> {
    return await this.#locked(options, (session) => deactivateFor(session, partitionId, owner));
  }

  /** Keeps a GPU from being given to anybody, over restarts, until `unquarantine`. */
  async quarantine(physicalId: number, reason: string): Promise<void> {
    if (!Number.isInteger(physicalId) || physicalId < 1) throw new GpuwrightError('INVALID_INPUT', `quarantine: ${String(physicalId)} is no module id: they are whole numbers from 1`);
    if (reason === '') throw new GpuwrightError('INVALID_INPUT', 'quarantine: no reason is given: say why, for whoever has to clear it');
    await this.#locked({}, async (session) => {
      if (session.record.quarantined.some((entry) => entry.physicalId === physicalId)) return;
      await session.save({ ...session.record, quarantined: [...session.record.quarantined, { physicalId, reason, since: session.time() }] }, 'quarantine');
    });
  }

  async unquarantine(physicalId: number): Promise<void> {
    await this.#locked({}, async (session) => {
      const quarantined = session.record.quarantined.filter((entry) => entry.physicalId !== physicalId);
      if (quarantined.length < session.record.quarantined.length) await session.save({ ...session.record, quarantined }, 'quarantine');
    });
  }

  /** The record as it stands, without asking Fabric Manager. */
  async record(): Promise<LedgerRecord> {
    return await this.#locked({}, async (session) => session.record);
  }

  async #locked<T>({ deadlineMs, signal }: CallOptions, use: (session: Session) => Promise<T>, dryRun?: boolean): Promise<T> {
    const calls: CallOptions = { ...(deadlineMs !== undefined && { deadlineMs }), ...(signal !== undefined && { signal }) };
    const lock = { ...(this.#lockDeadlineMs !== undefined && { deadlineMs: this.#lockDeadlineMs }), ...(signal !== undefined && { signal }) };
    return await this.#store.locked(lock, (open) => use(new Session(this.#ports, open, calls, dryRun)));
  }
}
