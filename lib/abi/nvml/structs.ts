/** NVML's structs as far as described functions use them. Names are C's; sizes and offsets are held to the measured ones by test/abi. */
import { f64, i32, i64, pointerTo, struct, text, u16, u32, u64, ulong, union, version } from '../layout.ts';
import { returnCode, temperatureSensor, valueType } from './enums.ts';

export const pciInfo = struct('nvmlPciInfo_t', {
  /** `0000:3B:00.0`: the domain cut to four digits. */
  busIdLegacy: text(16),
  domain: u32,
  bus: u32,
  device: u32,
  /** Device id in the high, vendor id in the low half. */
  pciDeviceId: u32,
  pciSubSystemId: u32,
  /** `00000000:3B:00.0` */
  busId: text(32),
});

export const pciInfoExt = struct('nvmlPciInfoExt_v1_t', {
  version: version(1),
  domain: u32,
  bus: u32,
  device: u32,
  pciDeviceId: u32,
  pciSubSystemId: u32,
  baseClass: u32,
  subClass: u32,
  busId: text(32),
});

/** Bytes. */
export const memory = struct('nvmlMemory_t', { total: u64, free: u64, used: u64 });

/** Bytes; `used` without what the driver reserves. */
export const memoryV2 = struct('nvmlMemory_v2_t', { version: version(2), total: u64, reserved: u64, free: u64, used: u64 });

/** Degrees Celsius; the caller chooses the sensor. */
export const temperature = struct('nvmlTemperature_v1_t', { version: version(1), sensorType: temperatureSensor, temperature: i32 });

/** Percent over the last sample period. */
export const utilization = struct('nvmlUtilization_t', { gpu: u32, memory: u32 });

export const eccErrorCounts = struct('nvmlEccErrorCounts_t', { l1Cache: u64, l2Cache: u64, deviceMemory: u64, registerFile: u64 });

export const eccSramErrorStatus = struct('nvmlEccSramErrorStatus_v1_t', {
  version: version(1),
  aggregateUncParity: u64,
  aggregateUncSecDed: u64,
  aggregateCor: u64,
  volatileUncParity: u64,
  volatileUncSecDed: u64,
  volatileCor: u64,
  aggregateUncBucketL2: u64,
  aggregateUncBucketSm: u64,
  aggregateUncBucketPcie: u64,
  aggregateUncBucketMcu: u64,
  aggregateUncBucketOther: u64,
  bThresholdExceeded: u32,
});

export const eccSramUniqueUncorrectedErrorEntry = struct('nvmlEccSramUniqueUncorrectedErrorEntry_v1_t', {
  unit: u32,
  location: u32,
  sublocation: u32,
  extlocation: u32,
  address: u32,
  isParity: u32,
  count: u32,
});

export const eccSramUniqueUncorrectedErrorCounts = struct('nvmlEccSramUniqueUncorrectedErrorCounts_v1_t', {
  version: version(1),
  entryCount: u32,
  entries: pointerTo(eccSramUniqueUncorrectedErrorEntry, 'entryCount', 64),
});

/** Inactive remaps: see the driver's own documentation; the header gives no more than the names. */
export const remappedRowsInfoV2 = struct('nvmlRemappedRowsInfo_v2_t', {
  corrActiveRemaps: u32,
  corrInactiveRemaps: u32,
  uncActiveRemaps: u32,
  uncInactiveRemaps: u32,
  bPending: u32,
  bFailureOccurred: u32,
});

/** Banks by the remapping capacity that is left. */
export const rowRemapperHistogramValues = struct('nvmlRowRemapperHistogramValues_t', { max: u32, high: u32, partial: u32, low: u32, none: u32 });

export const repairStatus = struct('nvmlRepairStatus_v1_t', { version: version(1), bChannelRepairPending: u32, bTpcRepairPending: u32 });

export const unrepairableMemoryStatus = struct('nvmlUnrepairableMemoryStatus_v1_t', { bUnrepairableMemory: u32 });

/** Memory in bytes; all ones (NVML_VALUE_NOT_AVAILABLE) where the driver does not know. */
export const processInfoV1 = struct('nvmlProcessInfo_v1_t', { pid: u32, usedGpuMemory: u64 });

/** The instance ids are all ones outside MIG. */
export const processInfoV2 = struct('nvmlProcessInfo_v2_t', { pid: u32, usedGpuMemory: u64, gpuInstanceId: u32, computeInstanceId: u32 });

export const processDetail = struct('nvmlProcessDetail_v1_t', {
  pid: u32,
  usedGpuMemory: u64,
  gpuInstanceId: u32,
  computeInstanceId: u32,
  usedGpuCcProtectedMemory: u64,
});

export const processDetailList = struct('nvmlProcessDetailList_v1_t', {
  version: version(1),
  /** A nvmlProcessMode_t, the caller's choice; `unsigned int` in C. */
  mode: u32,
  numProcArrayEntries: u32,
  procArray: pointerTo(processDetail, 'numProcArrayEntries', 128),
});

/** Which member holds the value: `valueType` of the field value around it. */
export const fieldValueUnion = union('nvmlValue_t', { dVal: f64, siVal: i32, uiVal: u32, ulVal: ulong, ullVal: u64, sllVal: i64, usVal: u16 });

export const fieldValue = struct('nvmlFieldValue_t', {
  /** The caller's: which field. */
  fieldId: u32,
  /** The caller's: which link, lane or instance; 0 where the field has no scope. */
  scopeId: u32,
  /** Microseconds since the epoch, as far as is known; 0 where the driver gives none. */
  timestamp: i64,
  latencyUsec: i64,
  valueType,
  /** Each field has its own return code. */
  nvmlReturn: returnCode,
  value: fieldValueUnion,
});

/** In C order: what a struct contains comes before it. */
export const nvmlStructs = [
  pciInfo, pciInfoExt, memory, memoryV2, temperature, utilization, eccErrorCounts, eccSramErrorStatus,
  eccSramUniqueUncorrectedErrorEntry, eccSramUniqueUncorrectedErrorCounts, remappedRowsInfoV2, rowRemapperHistogramValues,
  repairStatus, unrepairableMemoryStatus, processInfoV1, processInfoV2, processDetail, processDetailList, fieldValueUnion, fieldValue,
] as const;
