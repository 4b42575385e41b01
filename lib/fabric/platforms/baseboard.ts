/**
 * What a baseboard with NVSwitches is: GPUs, switches, their wiring, and the partitions that Fabric Manager knows by default.
 * Numbers are those of the NVIDIA Fabric Manager User Guide (sections 10 and 11): GPUs are module ids, switches count from 1.
 */

export type PlatformId = 'hgx2' | 'hgxA100' | 'hgxH100' | 'hgxH800' | 'hgxB200';

/** One NVLink between a GPU and a switch, on one baseboard. */
export interface WiredLink {
  /** The GPU's number on its own baseboard, from 1. */
  readonly gpu: number;
  readonly gpuLink: number;
  readonly nvSwitch: number;
  readonly port: number;
}

/** A partition of the default table. */
export interface DefaultPartition {
  readonly id: number;
  /** Module ids, over all baseboards. */
  readonly physicalIds: readonly number[];
  /** Enabled for each GPU. Which ones, where it is not all of them, no document tells. */
  readonly linksPerGpu: number;
}

export interface Baseboard {
  readonly id: PlatformId;
  readonly name: string;
  readonly products: readonly string[];
  readonly nvSwitchGeneration: 1 | 2 | 3 | 4;
  readonly gpus: number;
  /** That one system may have; with two, GPUs of the second are numbered on from those of the first. */
  readonly maxBaseboards: 1 | 2;
  readonly switches: number;
  readonly portsPerSwitch: number;
  /** Ports of B200's switches are counted from 1. */
  readonly firstPort: 0 | 1;
  readonly linksPerGpu: number;
  /** Of every switch, to the other baseboard. Which port meets which, no document tells. */
  readonly trunkPorts: readonly number[];
  /** False where the switches sit behind a bridge device. */
  readonly switchesOnPcie: boolean;
  /** Whether partition information carries UUID and PCI address (H100 and later: neither). */
  readonly partitionsTellGpus: boolean;
  /** Whether every partition stays in the list whatever the health of its GPUs; null where no document tells. */
  readonly listsUnhealthyPartitions: boolean | null;
  /** Links that train without Fabric Manager (autonomous link initialization). */
  readonly trainsByItself: boolean;
  readonly links: readonly WiredLink[];
  readonly partitions: readonly DefaultPartition[];
}

/** `'4:16 1:5'`, one text for each GPU: switch and port, in the order of the GPU's links. */
export function wiring(gpus: readonly string[]): WiredLink[] {
  return gpus.flatMap((links, index) =>
    links.split(' ').map((end, gpuLink) => {
      const [nvSwitch, port] = end.split(':').map(Number);
      return { gpu: index + 1, gpuLink, nvSwitch: nvSwitch ?? NaN, port: port ?? NaN };
    }),
  );
}

/** `'1-4 9-12'` → 1, 2, 3, 4, 9, 10, 11, 12. */
export function numbers(ranges: string): number[] {
  return ranges.split(' ').flatMap((range) => {
    const [first = NaN, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/** Partitions numbered on from `firstId`: those of several GPUs as listed, then one for each GPU, without any NVLink. */
export function partitionTable(firstId: number, gpus: number, shared: readonly (readonly [linksPerGpu: number, ranges: string])[]): DefaultPartition[] {
  const several = shared.map(([linksPerGpu, ranges]) => ({ physicalIds: numbers(ranges), linksPerGpu }));
  const single = numbers(`1-${gpus}`).map((gpu) => ({ physicalIds: [gpu], linksPerGpu: 0 }));
  return [...several, ...single].map((partition, index) => ({ id: firstId + index, ...partition }));
}
