/** Partitions as tables and as CSV. */
import { stringify } from 'csv-stringify/sync';
import type { OwnedPartition, Partition, UnsupportedPartition } from '../../../fabric/index.ts';
import { overlaps } from '../../../fabric/allocation/packing.ts';
import { printable } from '../cells.ts';
import type { Screen } from '../ports.ts';
import { table, wrap } from '../table.ts';

/** Narrower than this, PCI addresses are left out. */
const WIDE = 110;

const idsOf = (partition: Pick<OwnedPartition, 'gpus'>): number[] => partition.gpus.map((gpu) => gpu.physicalId);

/** `active`; `held`: its owner has it, and it is not active; `blocked 3`: a GPU of it is in 3; `free`. */
export function stateWord(partition: OwnedPartition, all: readonly OwnedPartition[]): string {
  if (partition.active) return 'active';
  if (partition.owner !== null) return 'held';
  const others = all.filter((other) => (other.active || other.owner !== null) && overlaps(idsOf(other), idsOf(partition)));
  return others.length === 0 ? 'free' : `blocked ${others.map(({ id }) => id).join(' ')}`;
}

export function partitionsTable(owned: readonly OwnedPartition[], listed: readonly Partition[], screen: Pick<Screen, 'columns'>): string {
  const wide = screen.columns >= WIDE;
  const head = ['ID', 'STATE', 'OWNER', 'MODULES', 'NVLINKS', ...(wide ? ['PCI'] : [])];
  const rows = owned.map((partition) => [
    String(partition.id),
    stateWord(partition, owned),
    partition.owner === null ? (partition.active ? '?' : '-') : printable(partition.owner),
    idsOf(partition).join(' '),
    linksCell(listed.find(({ id }) => id === partition.id)),
    ...(wide ? [addressLines(partition)] : []),
  ]);
  const legend = 'ID and MODULES are Fabric Manager\'s. blocked N: a GPU of it is in partition N. held: its owner has it, though it is not active. Owner ?: active, and nobody knows whose.\nNVLINKS each GPU has now; available/possible where some are missing.';
  return `${table(head, rows)}\n\n${wrap(legend, screen.columns)}\n`;
}

function linksCell(partition: Partition | undefined): string {
  if (partition === undefined) return '?';
  const cells = partition.gpus.map(({ nvLinksAvailable, nvLinksMax }) => (nvLinksAvailable === nvLinksMax ? String(nvLinksMax) : `${nvLinksAvailable}/${nvLinksMax}`));
  return new Set(cells).size === 1 ? (cells[0] ?? '') : cells.join(' ');
}

/** Four to a line. */
function addressLines({ gpus }: OwnedPartition): string {
  const cells = gpus.map(({ pciBusId }) => (pciBusId === null ? '?' : printable(pciBusId.replace(/^0000(?=\d{4}:)/, ''))));
  return Array.from({ length: Math.ceil(cells.length / 4) }, (_, line) => cells.slice(4 * line, 4 * line + 4).join(' ')).join('\n');
}

/** A row for each GPU of each partition. */
export function partitionsCsv(owned: readonly OwnedPartition[], listed: readonly Partition[]): string {
  const rows = owned.flatMap(({ id, active, owner, gpus }) =>
    gpus.map(({ physicalId, pciBusId, uuid }) => {
      const told = listed.find((partition) => partition.id === id)?.gpus.find((gpu) => gpu.physicalId === physicalId);
      return [id, active, owner ?? '', physicalId, printable(pciBusId ?? ''), printable(uuid ?? ''), told?.nvLinksAvailable ?? '', told?.nvLinksMax ?? ''];
    }),
  );
  return stringify([['partition', 'active', 'owner', 'physicalId', 'pciBusId', 'uuid', 'nvLinksAvailable', 'nvLinksMax'], ...rows], { cast: { boolean: String } });
}

export function unsupportedTable(unsupported: readonly UnsupportedPartition[]): string {
  if (unsupported.length === 0) return 'Fabric Manager tells of no partition that failed hardware has taken away. From H100 on it never does.\n';
  return `${table(['ID', 'MODULES'], unsupported.map(({ id, physicalIds }) => [String(id), physicalIds.join(' ')]))}\n`;
}

export function unsupportedCsv(unsupported: readonly UnsupportedPartition[]): string {
  return stringify([['partition', 'physicalId'], ...unsupported.flatMap(({ id, physicalIds }) => physicalIds.map((gpu) => [id, gpu]))]);
}
