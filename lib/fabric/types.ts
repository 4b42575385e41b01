/** What Fabric Manager tells, and who can tell it. */
import type { CallOptions } from '../library/call-options.ts';

/** A member of a fabric partition (fmFabricPartitionGpuInfo_t). */
export interface PartitionGpu {
  /** The module id of the GPU on its baseboard, from 1; never its place in PCI order. */
  readonly physicalId: number;
  /** Null from H100 on, where Fabric Manager leaves it empty. */
  readonly uuid: string | null;
  /** `00000000:3B:00.0`; null from H100 on. */
  readonly pciBusId: string | null;
  /** That the partition gives the GPU now. */
  readonly nvLinksAvailable: number;
  readonly nvLinksMax: number;
  /** Of one link, MB/s. */
  readonly nvLinkLineRateMBps: number;
}

/** fmFabricPartitionInfo_t */
export interface Partition {
  readonly id: number;
  readonly active: boolean;
  /** In Fabric Manager's order, which is also that of virtual functions. */
  readonly gpus: readonly PartitionGpu[];
}

/** A partition that degraded hardware has taken away (A100 and before; H100 and later tell none). */
export interface UnsupportedPartition {
  readonly id: number;
  readonly physicalIds: readonly number[];
}

/** A GPU or an NVSwitch with failed NVLinks. */
export interface NvLinkFailedDevice {
  readonly uuid: string | null;
  readonly pciBusId: string | null;
  readonly ports: readonly number[];
}

export interface NvLinkFailedDevices {
  readonly gpus: readonly NvLinkFailedDevice[];
  readonly switches: readonly NvLinkFailedDevice[];
}

/** A virtual function of a GPU, for vGPU mode: `0000:3b:00.4`. */
export type VirtualFunction = string;

export interface ActivateOptions extends CallOptions {
  /** Exactly one for each GPU of the partition, in the partition's order; vGPU mode only. */
  readonly virtualFunctions?: readonly VirtualFunction[];
}

/**
 * The part of Fabric Manager that changes partitions, so that records and decisions can be tried without one. A resolved call is an
 * answer, not a proof: who must know asks `partitions` again.
 */
export interface PartitionControl {
  partitions(options?: CallOptions): Promise<readonly Partition[]>;
  activate(id: number, options?: ActivateOptions): Promise<void>;
  deactivate(id: number, options?: CallOptions): Promise<void>;
  /** Only in the window after a restart in restart mode: from then on exactly these are routed. */
  restoreActivated(ids: readonly number[], options?: CallOptions): Promise<void>;
}
