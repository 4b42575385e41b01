/**
 * Whose is a port: from a switch's port over the GPU behind it to the partitions that use it and their owner, and back. This is how an
 * error that a switch reports finds the tenant who feels it.
 */
import type { Baseboard } from '../platforms/index.ts';
import { defaultPartitions, spansTrays } from '../platforms/index.ts';
import type { Partition } from '../types.ts';
import type { PortEnd, SwitchPort } from './wiring.ts';
import { allPorts, endOfPort, linksOfGpu } from './wiring.ts';

export interface PartitionOnBoard {
  readonly id: number;
  readonly physicalIds: readonly number[];
  readonly linksPerGpu: number;
  /** Absent: not known, as in a default table. */
  readonly active?: boolean;
}

export interface Tenancy {
  /** Fabric Manager's own list where it can be had, else the default table. */
  readonly partitions?: readonly PartitionOnBoard[];
  /** Of active partitions, by partition id. */
  readonly owners?: ReadonlyMap<number, string>;
}

export interface PartitionAtPort {
  readonly id: number;
  /** Null where the partition uses some of the GPU's links, and no document tells which. */
  readonly usesPort: true | null;
  readonly active: boolean | null;
  /** Null: nobody is known. */
  readonly owner: string | null;
}

export interface TracedPort extends SwitchPort {
  readonly end: PortEnd;
  readonly partitions: readonly PartitionAtPort[];
}

/** Fabric Manager's list in the form that is traced. */
export function partitionsOnBoard(partitions: readonly Partition[]): PartitionOnBoard[] {
  return partitions.map(({ id, active, gpus }) => ({
    id,
    active,
    physicalIds: gpus.map((gpu) => gpu.physicalId),
    linksPerGpu: Math.max(0, ...gpus.map((gpu) => gpu.nvLinksMax)),
  }));
}

/** From a port to the GPU's link, and to every partition that would use it, with those that are active and their owners. */
export function tracePort(board: Baseboard, port: SwitchPort, tenancy: Tenancy = {}): TracedPort {
  const end = endOfPort(board, port);
  const partitions: PartitionAtPort[] = [];
  const known: readonly PartitionOnBoard[] = tenancy.partitions ?? defaultPartitions(board);
  for (const partition of known) {
    const usesPort = uses(board, partition, end);
    if (usesPort !== false) partitions.push({ id: partition.id, usesPort, active: partition.active ?? null, owner: tenancy.owners?.get(partition.id) ?? null });
  }
  return { ...port, end, partitions };
}

/** Every port that a partition uses, or, where it does not use all links of a GPU, may use. */
export function portsOfPartition(board: Baseboard, partition: PartitionOnBoard): (SwitchPort & { readonly usesPort: true | null })[] {
  const usesPort = linksInUse(board, partition);
  if (usesPort === false) return [];
  const access = partition.physicalIds.flatMap((id) => linksOfGpu(board, id)).map(({ tray, nvSwitch, port }) => ({ tray, nvSwitch, port, usesPort }));
  if (!spansTrays(board, partition)) return access;
  const trunk = allPorts(board).filter(({ port }) => board.trunkPorts.includes(port)).map((port) => ({ ...port, usesPort }));
  return [...access, ...trunk];
}

/** The ports of all partitions that one owner has active. */
export function portsOfOwner(board: Baseboard, owner: string, tenancy: Required<Tenancy>): (SwitchPort & { readonly partition: number; readonly usesPort: true | null })[] {
  return tenancy.partitions
    .filter(({ id }) => tenancy.owners.get(id) === owner)
    .flatMap((partition) => portsOfPartition(board, partition).map((port) => ({ ...port, partition: partition.id })));
}

function uses(board: Baseboard, partition: PartitionOnBoard, end: PortEnd): true | false | null {
  if (end.kind === 'unused') return false;
  const touches = end.kind === 'gpu' ? partition.physicalIds.includes(end.physicalId) : spansTrays(board, partition);
  return touches ? linksInUse(board, partition) : false;
}

/** True: all of them. False: none, as in a partition of one GPU. Null: some. */
function linksInUse(board: Baseboard, { linksPerGpu }: PartitionOnBoard): true | false | null {
  if (linksPerGpu === 0) return false;
  return linksPerGpu >= board.linksPerGpu ? true : null;
}
