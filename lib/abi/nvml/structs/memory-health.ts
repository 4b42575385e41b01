/** NVML's structs: memory health. Names are C's; sizes and offsets are held to the measured ones by test/abi. */
import { pointerTo, struct, u32, u64, version } from '../../layout.ts';

export const eccErrorCounts = struct('nvmlEccErrorCounts_t', { l1Cache: u64, l2Cache: u64, deviceMemory: u64, registerFile: u64 });

export const repairStatus = struct('nvmlRepairStatus_v1_t', { version: version(1), bChannelRepairPending: u32, bTpcRepairPending: u32 });

export const unrepairableMemoryStatus = struct('nvmlUnrepairableMemoryStatus_v1_t', { bUnrepairableMemory: u32 });

/** Banks by the remapping capacity that is left. */
export const rowRemapperHistogramValues = struct('nvmlRowRemapperHistogramValues_t', { max: u32, high: u32, partial: u32, low: u32, none: u32 });

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
