/**
 * What the NVML domain answers with. Units are in the names; addresses and counters beyond 2^53 are BigInt; times are `Date`.
 */
import type { OpenEnum } from '../abi/open-enum.ts';
import type { Reading } from '../telemetry/reading.ts';

/** Why a page was retired (nvmlPageRetirementCause_t). */
export type PageRetirementCause = 'double-bit-ecc' | 'multiple-single-bit-ecc';

export interface RetiredPage {
  readonly cause: PageRetirementCause;
  /** Verbatim as the driver gives it: a hardware address, the page's first byte; pages are 64 KiB. */
  readonly address: bigint;
  /**
   * Absent where the driver gives none (v1 of the function, or 0). The public header states no unit;
   * seconds since the epoch is our assumption.
   */
  readonly retiredAt?: Date;
}

/**
 * nvmlDeviceGetRemappedRows and, where the driver has it (R595 on), v2. v1 gives one number per cause; v2 gives active and inactive
 * remaps. The public header says no more than these names: what makes a remap inactive, and whether v1 counts it, is not known to us.
 */
export interface RowRemapping {
  /** v1: the remaps for correctable errors; v2: the active ones. */
  readonly correctableRows: number;
  /** v1: the remaps for uncorrectable errors; v2: the active ones. */
  readonly uncorrectableRows: number;
  /** Only where the driver tells it (v2). */
  readonly inactiveCorrectableRows?: number;
  /** Only where the driver tells it (v2). */
  readonly inactiveUncorrectableRows?: number;
  /** A reset will carry out a recorded remapping. */
  readonly pending: boolean;
  /** A remapping attempt has failed. */
  readonly failureOccurred: boolean;
}

/** Banks by the remapping capacity that is left (nvmlDeviceGetRowRemapperHistogram). */
export interface RowRemapperHistogram {
  readonly max: number;
  readonly high: number;
  readonly partial: number;
  readonly low: number;
  readonly none: number;
}

export interface EccMode {
  readonly current: boolean;
  readonly pending: boolean;
}

export interface EccCounters {
  /** Since the last driver load. */
  readonly volatileCorrected: bigint;
  readonly volatileUncorrected: bigint;
  /** Over the life of the board. */
  readonly aggregateCorrected: bigint;
  readonly aggregateUncorrected: bigint;
}

export interface SramEccStatus {
  readonly aggregateUncorrectedParity: bigint;
  readonly aggregateUncorrectedSecDed: bigint;
  readonly aggregateCorrected: bigint;
  readonly volatileUncorrectedParity: bigint;
  readonly volatileUncorrectedSecDed: bigint;
  readonly volatileCorrected: bigint;
  readonly thresholdExceeded: boolean;
}

export interface RepairStatus {
  readonly channelRepairPending: boolean;
  readonly tpcRepairPending: boolean;
}

export interface MemoryUse {
  readonly totalBytes: bigint;
  readonly usedBytes: bigint;
  readonly freeBytes: bigint;
  /** Only nvmlDeviceGetMemoryInfo_v2 tells it. */
  readonly reservedBytes?: bigint;
}

export interface Clocks {
  readonly graphicsMegahertz: number;
  readonly smMegahertz: number;
  readonly memoryMegahertz: number;
  readonly videoMegahertz: number;
}

export interface Utilization {
  readonly gpuPercent: number;
  readonly memoryPercent: number;
}

export interface GpuProcess {
  readonly pid: number;
  readonly kind: 'compute' | 'mps' | 'graphics';
  /** Absent where the driver does not know (NVML_VALUE_NOT_AVAILABLE). */
  readonly usedMemoryBytes?: bigint;
  readonly gpuInstanceId?: number;
  readonly computeInstanceId?: number;
}

/** What tells one GPU from another. Anything but UUID and PCI address may be missing on a card. */
export interface GpuIdentity {
  readonly index: number;
  readonly uuid: string;
  /** Domain with eight digits as NVML writes it: `00000000:3B:00.0`. */
  readonly pciBusId: string;
  readonly name: string;
  readonly serial: Reading<string>;
  readonly boardId: Reading<number>;
  readonly moduleId: Reading<number>;
  readonly minorNumber: Reading<number>;
  /** pciDeviceId of nvmlPciInfo_t: device id in the high, vendor id in the low half. */
  readonly pciDeviceId: number;
  readonly pciSubSystemId: number;
}

/** nvmlDeviceGpuRecoveryAction_t, field 230. */
export type RecoveryAction = OpenEnum<'none' | 'gpu-reset' | 'node-reboot' | 'drain-p2p' | 'drain-and-reset' | 'recover-imex-domain'>;

/** What a GPU tells about its ECC. Counters are unsupported while ECC is off. */
export interface GpuEcc {
  readonly mode: EccMode;
  readonly counters: Reading<EccCounters>;
  readonly sram: Reading<SramEccStatus>;
}

/** Every field of one GPU. A snapshot never throws for one field. */
export interface GpuSnapshot {
  readonly index: number;
  readonly uuid: Reading<string>;
  readonly pciBusId: Reading<string>;
  readonly name: Reading<string>;
  readonly serial: Reading<string>;
  readonly boardId: Reading<number>;
  readonly moduleId: Reading<number>;
  readonly minorNumber: Reading<number>;
  readonly persistenceMode: Reading<boolean>;
  readonly memory: Reading<MemoryUse>;
  readonly temperatureCelsius: Reading<number>;
  readonly powerMilliwatts: Reading<number>;
  readonly utilization: Reading<Utilization>;
  readonly clocks: Reading<Clocks>;
  readonly eccMode: Reading<EccMode>;
  readonly eccCounters: Reading<EccCounters>;
  readonly sramEcc: Reading<SramEccStatus>;
  readonly retiredPages: Reading<readonly RetiredPage[]>;
  readonly pageRetirementPending: Reading<boolean>;
  readonly rowRemapping: Reading<RowRemapping>;
  readonly rowRemapperHistogram: Reading<RowRemapperHistogram>;
  readonly repairStatus: Reading<RepairStatus>;
  readonly unrepairableMemory: Reading<boolean>;
  readonly recoveryAction: Reading<RecoveryAction>;
  readonly processes: Reading<readonly GpuProcess[]>;
}

export interface HostSnapshot {
  readonly takenAt: Date;
  readonly driverVersion: Reading<string>;
  readonly nvmlVersion: Reading<string>;
  /** Dense by index. GPUs that did not answer are listed with failed readings. */
  readonly gpus: readonly GpuSnapshot[];
}
