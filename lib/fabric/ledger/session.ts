/** One look at the record and at Fabric Manager, and the changes made on it, all under the lock. */
import { GpuwrightError } from '../../errors.ts';
import type { CallOptions } from '../../library/call-options.ts';
import type { Partition } from '../types.ts';
import { changeAndAsk, outcomeUnknown, wasTurnedDown } from './asked-change.ts';
import { checkedList, resolveOperations, sameGpus, withObservation, withResolution, type Resolution } from './observe.ts';
import type { Ports } from './ports.ts';
import type { Holding, LedgerRecord, Operation } from './record.ts';
import type { OpenRecord } from './record-store.ts';
import type { Liveness } from './restore-set.ts';

export type Claim = Pick<Operation, 'owner' | 'partitionId' | 'gpus' | 'virtualFunctions'>;

export class Session {
  readonly ports: Ports;
  readonly calls: CallOptions;
  /** Operations that were found begun and whose end has been seen in this session. */
  readonly resolved: Resolution[] = [];
  /** As last listed. */
  partitions: readonly Partition[] = [];
  #record: LedgerRecord;
  readonly #open: OpenRecord;
  readonly #dryRun: boolean;

  constructor(ports: Ports, open: OpenRecord, calls: CallOptions = {}, dryRun = false) {
    this.ports = ports;
    this.calls = calls;
    this.#open = open;
    this.#record = open.record;
    this.#dryRun = dryRun;
  }

  get record(): LedgerRecord {
    return this.#record;
  }

  async save(record: LedgerRecord, what: string): Promise<void> {
    if (record === this.#record) return;
    if (!this.#dryRun) await this.#open.save(record, what);
    this.#record = record;
  }

  listed(id: number): Partition | undefined {
    return this.partitions.find((partition) => partition.id === id);
  }

  /** Asks Fabric Manager, and keeps what that shows. Without `resolve`, what was begun stays as it is. */
  async look(resolve = true): Promise<void> {
    await this.take(await this.ports.control.partitions(this.calls), 'observation', resolve ? this.ports.settleMs : undefined);
  }

  /** Keeps what a list shows. */
  async take(partitions: readonly Partition[], what: string, settleMs: number | undefined, from: LedgerRecord = this.#record): Promise<void> {
    this.partitions = checkedList(partitions);
    let record = from;
    if (settleMs !== undefined) {
      const ended = resolveOperations(record, partitions, this.ports.now(), settleMs);
      this.resolved.push(...ended.resolved);
      record = ended.record;
    }
    record = withObservation(record, partitions, this.time());
    // Lists are refused until a set has been handed back: whoever gets one is past that.
    if (record.restoring !== null) record = { ...record, restoring: null };
    await this.save(record, what);
  }

  /**
   * Activates; the operation is in the record before the call. Resolves with the holding, or with why Fabric Manager turned it down.
   * `earlier`: an activation of the same that was begun before and may still come.
   */
  async activate(claim: Claim, earlier?: Operation): Promise<Holding | GpuwrightError> {
    const what = `activate partition ${claim.partitionId} for ${claim.owner}`;
    const generation = this.#record.generation + 1;
    const operation: Operation = { ...claim, kind: 'activate', generation, startedAt: this.time() };
    await this.save({ ...this.#withoutOperation(claim.owner), generation, operations: [...this.#withoutOperation(claim.owner).operations, operation] }, 'intent');
    const options = claim.virtualFunctions.length > 0 ? { ...this.calls, virtualFunctions: claim.virtualFunctions } : this.calls;
    const { partitions, happened, failure } = await changeAndAsk(
      this.ports,
      what,
      () => this.ports.control.activate(claim.partitionId, options),
      (list) => list.some((partition) => partition.id === claim.partitionId && partition.active),
    );
    const given = (): LedgerRecord => withResolution(this.#record, { operation, outcome: 'did-not-happen' });
    if (happened) {
      // It was inactive when it was chosen, is active now, and not by us: an activation of ours that came late would be `earlier`.
      if (wasTurnedDown(failure) && failure.code === 'IN_USE' && earlier === undefined) {
        await this.take(partitions, 'outcome', undefined, given());
        throw new GpuwrightError('UNKNOWN_OWNER', `${what}: somebody else activated it at the same moment: reconcile, and find out who does that without the ledger`, { cause: failure });
      }
      await this.take(partitions, 'outcome', undefined, withResolution(this.#record, { operation, outcome: 'happened' }));
      // Active, and not as it should be (NVLinks that were not trained): the owner has it, knows, and can release it.
      if (wasTurnedDown(failure) && failure.code !== 'IN_USE') throw failure;
      return this.#record.holdings.find((holding) => holding.owner === claim.owner) as Holding;
    }
    if (wasTurnedDown(failure)) {
      // The earlier one may come yet, and its time runs on.
      await this.take(partitions, 'outcome', undefined, earlier === undefined ? given() : { ...given(), operations: [...given().operations, earlier] });
      return failure;
    }
    await this.take(partitions, 'outcome', undefined);
    if (failure === undefined) throw new GpuwrightError('NOT_APPLIED', `${what}: Fabric Manager says that it is done and lists it as inactive: it is kept in the record; look at Fabric Manager's log, then reconcile`);
    throw outcomeUnknown(what, failure, 'and it is not active yet');
  }

  /** Deactivates what an owner has, or what was begun for it; the operation is in the record before the call, and stays there until it is done. */
  async deactivate(claim: Claim): Promise<void> {
    const what = `deactivate partition ${claim.partitionId} of ${claim.owner}`;
    const { owner, partitionId, gpus, virtualFunctions } = claim;
    const operation: Operation = { kind: 'deactivate', owner, partitionId, gpus, virtualFunctions, generation: this.#record.generation, startedAt: this.time() };
    await this.save({ ...this.#record, operations: [...this.#withoutOperation(owner).operations, operation] }, 'intent');
    const { partitions, happened, failure } = await changeAndAsk(
      this.ports,
      what,
      () => this.ports.control.deactivate(partitionId, this.calls),
      (list) => list.some((partition) => partition.id === partitionId && !(partition.active && sameGpus(gpus, partition.gpus))),
    );
    const listed = partitions.some((partition) => partition.id === partitionId);
    if (happened) return await this.take(partitions, 'outcome', undefined, withResolution(this.#record, { operation, outcome: 'happened' }));
    // Neither listed nor active by Fabric Manager's own word: two witnesses that nothing is left to deactivate.
    if (!listed && (failure === undefined || wasTurnedDown(failure))) return await this.take(partitions, 'outcome', undefined, this.#forgotten(operation));
    await this.take(partitions, 'outcome', undefined);
    if (wasTurnedDown(failure)) throw failure;
    if (failure === undefined) throw new GpuwrightError('NOT_APPLIED', `${what}: Fabric Manager says that it is done and lists it as active: look at its log, then release again`);
    throw outcomeUnknown(what, failure, listed ? 'and it is still active' : 'and it is not listed');
  }

  /** Whether each owner in the record lives. One who cannot be asked is unknown, not dead. */
  async liveness(): Promise<ReadonlyMap<string, Liveness>> {
    const owners = new Set([...this.#record.holdings, ...this.#record.operations].map((claim) => claim.owner));
    const answers = [...owners].map(async (owner): Promise<[string, Liveness]> => [owner, await this.ports.isAlive(owner)]);
    return new Map(await Promise.all(answers));
  }

  time(): string {
    return new Date(this.ports.now()).toISOString();
  }

  #withoutOperation(owner: string): LedgerRecord {
    return { ...this.#record, operations: this.#record.operations.filter((operation) => operation.owner !== owner) };
  }

  #forgotten(operation: Operation): LedgerRecord {
    const record = withResolution(this.#record, { operation, outcome: 'happened' });
    return record.observed === null ? record : { ...record, observed: { ...record.observed, active: record.observed.active.filter(({ id }) => id !== operation.partitionId) } };
  }
}
