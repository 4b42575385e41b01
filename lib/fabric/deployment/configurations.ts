/** Which guests a baseboard can have, by deployment model. */
import type { Baseboard, DefaultPartition, PlatformId, Trays } from '../platforms/index.ts';
import { allTrays, BASEBOARDS, checkTrays, defaultPartitions } from '../platforms/index.ts';
import type { DeploymentModel } from './model.ts';
import { PASSTHROUGH, PASSTHROUGH_REQUIREMENTS, PASSTHROUGH_SECTIONS } from './passthrough.ts';
import type { PassthroughRow } from './passthrough.ts';

export interface GuestConfiguration {
  readonly gpus: number;
  /** That go into the guest. */
  readonly switches: number;
  readonly linksPerGpu: number;
  readonly linksPerSwitch: PassthroughRow['linksPerSwitch'] | null;
  /** So many such guests at once. */
  readonly guests: number;
  /** The partitions that make such a guest; empty without partitions. */
  readonly partitions: readonly DefaultPartition[];
  readonly constraint: string | null;
  readonly notes: readonly string[];
  readonly section: string;
}

export interface Possibilities {
  readonly model: DeploymentModel;
  /** Null: it depends on the release of the driver. */
  readonly supported: boolean | null;
  readonly why: string | null;
  /** Largest first. */
  readonly configurations: readonly GuestConfiguration[];
  readonly requirements: readonly string[];
}

export function guestConfigurations(platform: PlatformId, model: DeploymentModel, trays: Trays = allTrays(BASEBOARDS[platform])): Possibilities {
  const board = BASEBOARDS[platform];
  checkTrays(board, trays);
  if (model === 'bare-metal') return { model, supported: true, why: null, configurations: [], requirements: [] };
  if (model === 'full-passthrough') {
    const configurations = PASSTHROUGH[platform].map((row) => fromTable(row, trays)).filter(({ guests }) => guests > 0);
    return { model, supported: true, why: null, configurations, requirements: PASSTHROUGH_REQUIREMENTS };
  }
  const configurations = fromPartitions(board, trays);
  if (model === 'shared') return { model, supported: true, why: null, configurations, requirements: ['the switches stay with the host or a trusted service VM, which runs Fabric Manager with FABRIC_MODE=1'] };
  const requirements = ['exactly one virtual function of each GPU, in the order of the partition', 'a guest with one vGPU needs its partition active too'];
  if (platform === 'hgx2') return { model, supported: false, why: 'vGPU is not supported on HGX-2 (section 8.1)', configurations: [], requirements };
  const since = board.nvSwitchGeneration > 2 ? `vGPU on ${board.name} came with a later release than the guide's section 8.1 describes: see the release notes of the driver` : null;
  return { model, supported: since === null ? true : null, why: since, configurations, requirements };
}

function fromTable(row: PassthroughRow, trays: Trays): GuestConfiguration {
  const { gpus, switches, linksPerGpu, linksPerSwitch, constraint = null, notes = [] } = row;
  return { gpus, switches, linksPerGpu, linksPerSwitch, guests: row.guests[trays.length === 2 ? 1 : 0] ?? 0, partitions: [], constraint, notes, section: PASSTHROUGH_SECTIONS[gpus] ?? '6.1' };
}

/** Partitions of as many GPUs with as many links are one configuration. */
function fromPartitions(board: Baseboard, trays: Trays): GuestConfiguration[] {
  const kinds = new Map<string, DefaultPartition[]>();
  for (const partition of defaultPartitions(board, trays)) {
    const kind = `${partition.physicalIds.length} ${partition.linksPerGpu}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), partition]);
  }
  return [...kinds.values()].map((partitions) => {
    const [first] = partitions;
    return {
      gpus: first?.physicalIds.length ?? 0,
      switches: 0,
      linksPerGpu: first?.linksPerGpu ?? 0,
      linksPerSwitch: null,
      guests: mostAtOnce(partitions),
      partitions,
      constraint: null,
      notes: [],
      section: '11',
    };
  });
}

/** The largest number of partitions of which no two share a GPU. */
function mostAtOnce(partitions: readonly DefaultPartition[]): number {
  const [first, ...others] = partitions;
  if (!first) return 0;
  const apart = others.filter(({ physicalIds }) => !physicalIds.some((id) => first.physicalIds.includes(id)));
  // Where none of the others overlaps it, taking it costs nothing.
  return Math.max(1 + mostAtOnce(apart), apart.length === others.length ? 0 : mostAtOnce(others));
}
