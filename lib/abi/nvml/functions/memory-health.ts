/** NVML's functions: memory health. */
import { u32, u64 } from '../../layout.ts';
import { arrayOut, count, inout, out, value } from '../../parameters.ts';
import * as e from '../enums/index.ts';
import * as s from '../structs/index.ts';
import { changes, define, reads } from './define.ts';
import { device } from './operands.ts';

/** Over both causes. */
const MOST_PAGES = 64;

export const memoryHealthFunctions = define({
  nvmlDeviceGetRepairStatus: reads({ device, repairStatus: inout(s.repairStatus) }, { architecture: 'ampere' }),
  nvmlDeviceGetUnrepairableMemoryFlag_v1: reads({ device, unrepairableMemoryStatus: out(s.unrepairableMemoryStatus) }, { architecture: 'hopper' }),
  nvmlDeviceGetEccMode: reads({ device, current: out(e.enableState), pending: out(e.enableState) }),
  nvmlDeviceGetDefaultEccMode: reads({ device, defaultMode: out(e.enableState) }),
  nvmlDeviceGetTotalEccErrors: reads({ device, errorType: value(e.memoryErrorType), counterType: value(e.eccCounterType), eccCounts: out(u64) }),
  nvmlDeviceGetDetailedEccErrors: reads({ device, errorType: value(e.memoryErrorType), counterType: value(e.eccCounterType), eccCounts: out(s.eccErrorCounts) }),
  nvmlDeviceGetMemoryErrorCounter: reads(
    { device, errorType: value(e.memoryErrorType), counterType: value(e.eccCounterType), locationType: value(e.memoryLocation), count: out(u64) },
  ),
  nvmlDeviceGetSramEccErrorStatus: reads({ device, status: inout(s.eccSramErrorStatus) }, { architecture: 'ampere', root: true }),
  nvmlDeviceGetRetiredPages: reads({ device, cause: value(e.pageRetirementCause), pageCount: count(MOST_PAGES), addresses: arrayOut(u64) }),
  nvmlDeviceGetRetiredPages_v2: reads(
    { device, cause: value(e.pageRetirementCause), pageCount: count(MOST_PAGES), addresses: arrayOut(u64), timestamps: arrayOut(u64) },
  ),
  nvmlDeviceGetRetiredPagesPendingStatus: reads({ device, isPending: out(e.enableState) }),
  nvmlDeviceGetRemappedRows: reads({ device, corrRows: out(u32), uncRows: out(u32), isPending: out(u32), failureOccurred: out(u32) }, { architecture: 'ampere' }),
  nvmlDeviceGetRowRemapperHistogram: reads({ device, values: out(s.rowRemapperHistogramValues) }),
  /** Pending until the next reset. */
  nvmlDeviceSetEccMode: changes({ device, ecc: value(e.enableState) }, { root: true }),
  nvmlDeviceClearEccErrorCounts: changes({ device, counterType: value(e.eccCounterType) }, { root: true }),
  nvmlDeviceGetSramUniqueUncorrectedEccErrorCounts: reads({ device, errorCounts: inout(s.eccSramUniqueUncorrectedErrorCounts) }, { architecture: 'blackwell' }),
  nvmlDeviceGetRemappedRows_v2: reads({ device, info: out(s.remappedRowsInfoV2) }, { architecture: 'ampere' }),
});
