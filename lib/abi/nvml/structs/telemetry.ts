/** NVML's structs: telemetry. Names are C's; sizes and offsets are held to the measured ones by test/abi. */
import { f64, i32, i64, struct, u16, u32, u64, ulong, union, version } from '../../layout.ts';
import * as e from '../enums/index.ts';

/** Percent over the last sample period. */
export const utilization = struct('nvmlUtilization_t', { gpu: u32, memory: u32 });

/** Bytes. */
export const memory = struct('nvmlMemory_t', { total: u64, free: u64, used: u64 });

/** Bytes; `used` without what the driver reserves. */
export const memoryV2 = struct('nvmlMemory_v2_t', { version: version(2), total: u64, reserved: u64, free: u64, used: u64 });

/** Which member holds the value: `valueType` of the field value around it. */
export const fieldValueUnion = union('nvmlValue_t', { dVal: f64, siVal: i32, uiVal: u32, ulVal: ulong, ullVal: u64, sllVal: i64, usVal: u16 });

export const sample = struct('nvmlSample_t', { timeStamp: u64, sampleValue: fieldValueUnion });

export const fieldValue = struct('nvmlFieldValue_t', {
  /** The caller's: which field. */
  fieldId: u32,
  /** The caller's: which link, lane or instance; 0 where the field has no scope. */
  scopeId: u32,
  /** Microseconds since the epoch, as far as is known; 0 where the driver gives none. */
  timestamp: i64,
  latencyUsec: i64,
  valueType: e.valueType,
  /** Each field has its own return code. */
  nvmlReturn: e.returnCode,
  value: fieldValueUnion,
});
