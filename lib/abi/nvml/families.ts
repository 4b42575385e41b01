/** What NVML answers through several symbols, newest first, decoded to one form each. Absent fields: this version does not tell. */
import type { EnumInput, ValueOf } from '../layout.ts';
import type { Family } from '../versions.ts';
import { functionVersion } from '../versions.ts';
import { nvmlFunctions as c } from './functions.ts';
import type { eventData } from './structs/events.ts';
import type { gpuFabricInfo } from './structs/nvlink.ts';
import type { processInfoV1, processInfoV2 } from './structs/processes.ts';

interface OfDevice {
  readonly device: bigint;
}

export interface RetiredPageEntry {
  readonly address: bigint;
  /** Verbatim; the header states no unit. */
  readonly timestamp?: bigint;
}

/** Bytes. */
export interface MemoryEntry {
  readonly total: bigint;
  readonly free: bigint;
  readonly used: bigint;
  readonly reserved?: bigint;
}

export interface RemappedRowsEntry {
  readonly correctable: number;
  readonly uncorrectable: number;
  /** Verbatim, as is the next: documented as 0 or 1. */
  readonly pending: number;
  readonly failureOccurred: number;
  /** `correctable` and `uncorrectable` are the active remaps where these are told. */
  readonly inactive?: { readonly correctable: number; readonly uncorrectable: number };
}

/** Verbatim: all ones (VALUE_NOT_AVAILABLE_…) where the driver does not know. */
export interface ProcessEntry {
  readonly pid: number;
  readonly usedGpuMemory: bigint;
  readonly gpuInstanceId?: number;
  readonly computeInstanceId?: number;
}

const readProcesses = (outputs: { readonly infos: readonly ValueOf<typeof processInfoV1 | typeof processInfoV2>[] }): readonly ProcessEntry[] => outputs.infos;

const retiredPages: Family<OfDevice & { readonly cause: EnumInput<'multiple-single-bit-ecc' | 'double-bit-ecc'> }, readonly RetiredPageEntry[]> = [
  functionVersion(c.nvmlDeviceGetRetiredPages_v2, ({ addresses, timestamps }) =>
    addresses.map((address, i) => ({ address, ...(timestamps[i] === undefined ? {} : { timestamp: timestamps[i] }) })),
  ),
  functionVersion(c.nvmlDeviceGetRetiredPages, ({ addresses }) => addresses.map((address) => ({ address }))),
];

const remappedRows: Family<OfDevice, RemappedRowsEntry> = [
  functionVersion(c.nvmlDeviceGetRemappedRows_v2, ({ info }) => ({
    correctable: info.corrActiveRemaps,
    uncorrectable: info.uncActiveRemaps,
    pending: info.bPending,
    failureOccurred: info.bFailureOccurred,
    inactive: { correctable: info.corrInactiveRemaps, uncorrectable: info.uncInactiveRemaps },
  })),
  functionVersion(c.nvmlDeviceGetRemappedRows, ({ corrRows, uncRows, isPending, failureOccurred }) => ({
    correctable: corrRows,
    uncorrectable: uncRows,
    pending: isPending,
    failureOccurred,
  })),
];

const memoryInfo: Family<OfDevice, MemoryEntry> = [
  functionVersion(c.nvmlDeviceGetMemoryInfo_v2, ({ memory: { total, free, used, reserved } }) => ({ total, free, used, reserved })),
  functionVersion(c.nvmlDeviceGetMemoryInfo, ({ memory }) => memory),
];

/** Degrees Celsius. */
const temperature: Family<OfDevice & { readonly sensorType: EnumInput<'gpu'> }, number> = [
  functionVersion(
    c.nvmlDeviceGetTemperatureV,
    (outputs) => outputs.temperature.temperature,
    ({ device, sensorType }: OfDevice & { readonly sensorType: EnumInput<'gpu'> }) => ({ device, temperature: { sensorType } }),
  ),
  functionVersion(c.nvmlDeviceGetTemperature, ({ temp }) => temp),
];

const computeProcesses: Family<OfDevice, readonly ProcessEntry[]> = [
  functionVersion(c.nvmlDeviceGetComputeRunningProcesses_v3, readProcesses),
  functionVersion(c.nvmlDeviceGetComputeRunningProcesses_v2, readProcesses),
  functionVersion(c.nvmlDeviceGetComputeRunningProcesses, readProcesses),
];

const graphicsProcesses: Family<OfDevice, readonly ProcessEntry[]> = [
  functionVersion(c.nvmlDeviceGetGraphicsRunningProcesses_v3, readProcesses),
  functionVersion(c.nvmlDeviceGetGraphicsRunningProcesses_v2, readProcesses),
  functionVersion(c.nvmlDeviceGetGraphicsRunningProcesses, readProcesses),
];

const mpsProcesses: Family<OfDevice, readonly ProcessEntry[]> = [
  functionVersion(c.nvmlDeviceGetMPSComputeRunningProcesses_v3, readProcesses),
  functionVersion(c.nvmlDeviceGetMPSComputeRunningProcesses_v2, readProcesses),
  functionVersion(c.nvmlDeviceGetMPSComputeRunningProcesses, readProcesses),
];

const remoteNvLinkPci: Family<OfDevice & { readonly link: number }, { readonly busId: string; readonly busIdLegacy: string }> = [
  functionVersion(c.nvmlDeviceGetNvLinkRemotePciInfo_v2, ({ pci }) => pci),
  functionVersion(c.nvmlDeviceGetNvLinkRemotePciInfo, ({ pci }) => pci),
];

/** Absent fields: this version of the struct does not have them. */
export interface FabricEntry {
  readonly clusterUuid: Uint8Array;
  /** Of the registration; it has a meaning when `state` is completed. */
  readonly status: ValueOf<typeof gpuFabricInfo>['status'];
  readonly cliqueId: number;
  readonly state: ValueOf<typeof gpuFabricInfo>['state'];
  readonly healthMask?: number;
  readonly healthSummary?: number;
}

const fabricInfo: Family<OfDevice, FabricEntry> = [
  ...c.nvmlDeviceGetGpuFabricInfoV.versions.map((descriptor) => functionVersion(descriptor, ({ gpuFabricInfo: info }): FabricEntry => info)),
  functionVersion(c.nvmlDeviceGetGpuFabricInfo, ({ gpuFabricInfo: info }): FabricEntry => info),
];

/** Without instance ids: from before there was MIG. */
export type EventEntry = Omit<ValueOf<typeof eventData>, 'gpuInstanceId' | 'computeInstanceId'> & Partial<Pick<ValueOf<typeof eventData>, 'gpuInstanceId' | 'computeInstanceId'>>;

const eventSetWait: Family<{ readonly set: bigint; readonly timeoutms: number }, EventEntry> = [
  functionVersion(c.nvmlEventSetWait_v2, ({ data }) => data),
  functionVersion(c.nvmlEventSetWait, ({ data }) => data),
];

const clocksEventReasons: Family<OfDevice, bigint> = [
  functionVersion(c.nvmlDeviceGetCurrentClocksEventReasons, (outputs) => outputs.clocksEventReasons),
  functionVersion(c.nvmlDeviceGetCurrentClocksThrottleReasons, (outputs) => outputs.clocksThrottleReasons),
];

const deviceCount: Family<Record<never, never>, number> = [
  functionVersion(c.nvmlDeviceGetCount_v2, (outputs) => outputs.deviceCount),
  functionVersion(c.nvmlDeviceGetCount, (outputs) => outputs.deviceCount),
];

const handleByIndex: Family<{ readonly index: number }, bigint> = [
  functionVersion(c.nvmlDeviceGetHandleByIndex_v2, (outputs) => outputs.device),
  functionVersion(c.nvmlDeviceGetHandleByIndex, (outputs) => outputs.device),
];

const handleByPciBusId: Family<{ readonly pciBusId: string }, bigint> = [
  functionVersion(c.nvmlDeviceGetHandleByPciBusId_v2, (outputs) => outputs.device),
  functionVersion(c.nvmlDeviceGetHandleByPciBusId, (outputs) => outputs.device),
];

const cudaDriverVersion: Family<Record<never, never>, number> = [
  functionVersion(c.nvmlSystemGetCudaDriverVersion_v2, (outputs) => outputs.cudaDriverVersion),
  functionVersion(c.nvmlSystemGetCudaDriverVersion, (outputs) => outputs.cudaDriverVersion),
];

const init: Family<Record<never, never>, unknown> = [functionVersion(c.nvmlInit_v2, (outputs) => outputs), functionVersion(c.nvmlInit, (outputs) => outputs)];

/** For `pickVersion`. */
export const families = {
  init, cudaDriverVersion, deviceCount, handleByIndex, handleByPciBusId, memoryInfo, temperature, retiredPages, remappedRows,
  computeProcesses, graphicsProcesses, mpsProcesses, remoteNvLinkPci, fabricInfo, eventSetWait, clocksEventReasons,
} as const;
