/** An owner gets a partition: the partition first, its GPUs from it. */
import { GpuwrightError, type ErrorCode } from '../../errors.ts';
import { bestFit, leftAfter, type Candidate, type Choice, type Left, type RefusedCandidate } from '../allocation/best-fit.ts';
import { boardOf } from '../allocation/board.ts';
import type { Block } from '../allocation/packing.ts';
import { describeRequest, type PartitionRequest } from '../allocation/request.ts';
import { orderedVirtualFunctions, type VirtualFunctions } from '../allocation/virtual-functions.ts';
import { mergeSources, ModuleMap } from '../module-ids/module-map.ts';
import type { Partition } from '../types.ts';
import { isHeldIn, physicalIdsOf, type Resolution } from './observe.ts';
import type { Holding, LedgerGpu, Operation } from './record.ts';
import { refusalOf } from './refusal.ts';
import type { Claim, Session } from './session.ts';

export interface AcquireOptions {
  /** vGPU mode: exactly one for each GPU. */
  readonly virtualFunctions?: VirtualFunctions;
  /** Module ids of GPUs not to be taken. */
  readonly exclude?: readonly number[];
  /** Only say what would be taken and what would be left. */
  readonly dryRun?: boolean;
}

export interface Acquired {
  readonly owner: string;
  readonly partitionId: number;
  /** In the partition's order. */
  readonly gpus: readonly LedgerGpu[];
  readonly virtualFunctions: readonly string[];
  /** Of the activation; null in a dry run. */
  readonly generation: number | null;
  /** The owner had it already. */
  readonly repeated: boolean;
  readonly dryRun: boolean;
  /** What can be had after it. */
  readonly left: Left;
  /** Partitions that were asked for as well and cannot be had, with why. */
  readonly refused: readonly RefusedCandidate[];
  /** Unfinished operations, of anyone, whose end was seen on the way. */
  readonly resolved: readonly Resolution[];
}

/** Failures that say something about one partition alone: a clash, links that cannot be trained. */
const OF_THE_PARTITION: ReadonlySet<ErrorCode> = new Set(['IN_USE', 'NVLINK_FAILED']);

export async function acquire(session: Session, owner: string, request: PartitionRequest, options: AcquireOptions): Promise<Acquired> {
  await session.look();
  const releasing = session.record.operations.find((operation) => operation.owner === owner && operation.kind === 'deactivate');
  // The owner wanted to be rid of that one first.
  if (releasing !== undefined && options.dryRun !== true) await session.deactivate(releasing);
  const failed = new Map<number, string>();
  for (;;) {
    const attempt = await attemptOf(session, owner, request, options, failed);
    const { choice, partition, own } = attempt;
    const result = (holding: Claim & { readonly generation: number | null }, repeated: boolean): Acquired => ({
      owner,
      partitionId: holding.partitionId,
      gpus: holding.gpus,
      virtualFunctions: holding.virtualFunctions,
      generation: holding.generation,
      repeated,
      dryRun: options.dryRun === true,
      left: choice.left,
      refused: choice.refused,
      resolved: session.resolved,
    });
    const virtualFunctions = await orderedVirtualFunctions(options.virtualFunctions, request, attempt.gpus);
    if (own !== undefined && own.virtualFunctions.join() !== virtualFunctions.join()) {
      throw new GpuwrightError('INVALID_INPUT', `acquire: ${owner} has partition ${own.partitionId} with other virtual functions (${own.virtualFunctions.join(', ') || 'none'}): release it first`);
    }
    if (attempt.held !== undefined && isHeldIn(attempt.held, partition)) return result(attempt.held, true);
    const claim: Claim = { owner, partitionId: partition.id, gpus: attempt.gpus, virtualFunctions };
    if (options.dryRun === true) return result({ ...claim, generation: null }, false);
    const holding = await session.activate(claim, attempt.begun);
    if (!(holding instanceof Error)) return result(holding, false);
    // Another of that size is as good, where it was this one that failed and not Fabric Manager.
    if (!('gpus' in request) || own !== undefined || !OF_THE_PARTITION.has(holding.code)) throw holding;
    failed.set(partition.id, `it was tried, and Fabric Manager turned it down (${holding.message})`);
  }
}

interface Attempt {
  readonly choice: Choice;
  readonly partition: Partition;
  readonly gpus: readonly LedgerGpu[];
  /** What the owner has already, or has begun. */
  readonly own: Holding | Operation | undefined;
  readonly held: Holding | undefined;
  readonly begun: Operation | undefined;
}

async function attemptOf(session: Session, owner: string, request: PartitionRequest, options: AcquireOptions, failed: ReadonlyMap<number, string>): Promise<Attempt> {
  const { record, partitions, ports } = session;
  const names = await namesOf(session);
  const held = record.holdings.find((holding) => holding.owner === owner);
  const begun = record.operations.find((operation) => operation.owner === owner && operation.kind === 'activate');
  const own = begun ?? held;
  const board = await boardOf({
    record,
    partitions,
    owner,
    memberHealth: ports.memberHealth,
    excluded: options.exclude ?? [],
    // Who names modules knows the GPUs; who does not could not find them.
    isNamed: 'moduleIds' in request ? null : (id) => names.inModule(id) !== undefined,
    failed,
  });
  const fits = fitting(request, names, partitions);
  if (own !== undefined) return { ...ownAgain(session, own, board, fits, request), own, held, begun };
  const choice = bestFit(board, fits);
  const partition = choice.chosen === undefined ? undefined : session.listed(choice.chosen.id);
  if (partition === undefined) throw refusalOf(request, board.filter(fits), partitions);
  return { choice, partition, gpus: named(partition, names), own, held, begun };
}

/** An owner has one partition; asked again, it gets that one again or nothing. */
function ownAgain(session: Session, own: Holding | Operation, board: readonly Candidate[], fits: (block: Block) => boolean, request: PartitionRequest): Pick<Attempt, 'choice' | 'partition' | 'gpus'> {
  const what = `acquire: ${own.owner} has partition ${own.partitionId}`;
  const partition = session.listed(own.partitionId);
  if (!fits({ id: own.partitionId, physicalIds: physicalIdsOf(own.gpus) })) {
    throw new GpuwrightError('INVALID_INPUT', `${what}, which is not ${describeRequest(request)}: release it first; an owner has one partition`);
  }
  if (partition === undefined) throw new GpuwrightError('NO_PARTITION', `${what}, which Fabric Manager no longer lists: its hardware may be degraded; release it and ask for another`);
  const [self] = board.filter((candidate) => candidate.id === own.partitionId);
  // Taken up again it must be as good as a new one; what its owner uses right now is its owner's, sick or not.
  if (self !== undefined && self.refusals.length > 0 && !('lapsed' in own && isHeldIn(own, partition))) throw refusalOf(request, [self], session.partitions);
  return { choice: { chosen: self, left: leftAfter(board, physicalIdsOf(own.gpus)), refused: [] }, partition, gpus: own.gpus };
}

/** Fabric Manager names the GPUs itself up to A100; from H100 on only the modules. */
async function namesOf(session: Session): Promise<ModuleMap> {
  const known = (await session.ports.moduleIds?.known()) ?? new ModuleMap([]);
  const told = session.partitions.flatMap((partition) =>
    partition.gpus.flatMap(({ pciBusId, uuid, physicalId }) => (pciBusId === null || pciBusId === '' ? [] : [{ pciBusId, uuid, moduleId: physicalId }])),
  );
  return new ModuleMap(
    mergeSources([
      { name: 'Fabric Manager', gpus: told },
      { name: 'the module ids', gpus: known.gpus },
    ]),
    known.forgotten,
  );
}

function named(partition: Partition, names: ModuleMap): LedgerGpu[] {
  return partition.gpus.map(({ physicalId }) => {
    const gpu = names.inModule(physicalId);
    return { physicalId, pciBusId: gpu?.pciBusId ?? null, uuid: gpu?.uuid ?? null };
  });
}

function fitting(request: PartitionRequest, names: ModuleMap, partitions: readonly Partition[]): (block: Block) => boolean {
  if ('gpus' in request) return (block) => block.physicalIds.length === request.gpus;
  const wanted = 'moduleIds' in request ? request.moduleIds : request.pciBusIds.map((address) => names.moduleAt(address));
  const strange = wanted.find((id) => !partitions.some((partition) => physicalIdsOf(partition.gpus).includes(id)));
  if (strange !== undefined) throw new GpuwrightError('NO_PARTITION', `acquire: no partition has the GPU with module id ${strange}: ask for GPUs of the list that \`partitions\` gives`);
  return (block) => block.physicalIds.length === wanted.length && wanted.every((id) => block.physicalIds.includes(id));
}
