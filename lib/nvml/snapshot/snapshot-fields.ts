/**
 * What a snapshot tells about a GPU: one row a field. To add one, add it to `GpuSnapshot` and here.
 */
import type { RetiredPageEntry } from '../../abi/nvml/families.ts';
import { families } from '../../abi/nvml/families.ts';
import { fieldIds } from '../../abi/nvml/field-ids.ts';
import { nvmlFunctions as c } from '../../abi/nvml/functions.ts';
import { recoveryAction } from '../../abi/nvml/enums/index.ts';
import { decodeEnum } from '../../abi/enumeration.ts';
import type { EnumInput } from '../../abi/layout.ts';
import type { LibraryCall } from '../../library/library-call.ts';
import { familyCall, functionCall } from '../../library/library-call.ts';
import type { Field } from '../field.ts';
import { field, optional } from '../field.ts';
import { toldPci, toldUuid } from '../identity.ts';
import { implausible } from '../../library/implausible.ts';
import { pciInfo } from '../pci-info.ts';
import { memoryUse } from '../readings/memory-use.ts';
import { atMost, flag } from '../plausible.ts';
import { gpuProcesses } from './process-list.ts';
import { mergeRetiredPages } from './retired-page-list.ts';
import { askedField, toldField } from '../told-field.ts';
import type { GpuSnapshot, PageRetirementCause, RecoveryAction } from '../types.ts';

type ValueOfReading<R> = R extends { readonly state: 'value'; readonly value: infer T } ? T : never;

/** Of 512 rows that a GPU can remap, and of some thousand banks. */
const MOST_ROWS = 65_536;
const MOST_BANKS = 1_048_576;

function totalEcc(device: bigint, errorType: EnumInput<'corrected' | 'uncorrected'>, counterType: EnumInput<'volatile' | 'aggregate'>): LibraryCall<{ readonly eccCounts: bigint }> {
  return functionCall(c.nvmlDeviceGetTotalEccErrors, { device, errorType, counterType });
}

function clock(device: bigint, type: EnumInput<'graphics' | 'sm' | 'mem' | 'video'>): LibraryCall<{ readonly clock: number }> {
  return functionCall(c.nvmlDeviceGetClockInfo, { device, type });
}

function retired(device: bigint, cause: PageRetirementCause): LibraryCall<readonly RetiredPageEntry[]> {
  return familyCall(families.retiredPages, { device, cause });
}

const RECOVERY_ACTION = askedField(fieldIds.NVML_FI_DEV_GET_GPU_RECOVERY_ACTION);

function recoveryActionOf(answer: Parameters<typeof toldField>[1]): RecoveryAction {
  const name = 'NVML_FI_DEV_GET_GPU_RECOVERY_ACTION';
  const action = Number(toldField(RECOVERY_ACTION, answer, name));
  if (!Number.isInteger(action) || action < 0) throw implausible(`nvmlDeviceGetFieldValues(${name})`, `answered ${action}, which is no number of an action`);
  return decodeEnum(recoveryAction, action) as RecoveryAction;
}

export const snapshotFields: { readonly [K in Exclude<keyof GpuSnapshot, 'index'>]: Field<ValueOfReading<GpuSnapshot[K]>> } = {
  uuid: field((device) => [functionCall(c.nvmlDeviceGetUUID, { device })], ({ uuid }) => toldUuid(uuid)),
  pciBusId: field((device) => [familyCall(pciInfo, { device })], ({ busId }) => toldPci(busId)),
  name: field((device) => [functionCall(c.nvmlDeviceGetName, { device })], ({ name }) => name),
  serial: field((device) => [functionCall(c.nvmlDeviceGetSerial, { device })], ({ serial }) => serial),
  boardId: field((device) => [functionCall(c.nvmlDeviceGetBoardId, { device })], ({ boardId }) => boardId),
  moduleId: field((device) => [functionCall(c.nvmlDeviceGetModuleId, { device })], ({ moduleId }) => moduleId),
  minorNumber: field((device) => [functionCall(c.nvmlDeviceGetMinorNumber, { device })], ({ minorNumber }) => minorNumber),
  persistenceMode: field((device) => [functionCall(c.nvmlDeviceGetPersistenceMode, { device })], ({ mode }) => flag('nvmlDeviceGetPersistenceMode', 'persistence mode', mode)),
  memory: field((device) => [memoryUse(device)], (use) => use),
  temperatureCelsius: field((device) => [familyCall(families.temperature, { device, sensorType: 'gpu' })], (celsius) => celsius),
  powerMilliwatts: field((device) => [functionCall(c.nvmlDeviceGetPowerUsage, { device })], ({ power }) => power),
  utilization: field((device) => [functionCall(c.nvmlDeviceGetUtilizationRates, { device })], ({ utilization }) => ({
    gpuPercent: utilization.gpu,
    memoryPercent: utilization.memory,
  })),
  clocks: field((device) => [clock(device, 'graphics'), clock(device, 'sm'), clock(device, 'mem'), clock(device, 'video')], (graphics, sm, memory, video) => ({
    graphicsMegahertz: graphics.clock,
    smMegahertz: sm.clock,
    memoryMegahertz: memory.clock,
    videoMegahertz: video.clock,
  })),
  eccMode: field((device) => [functionCall(c.nvmlDeviceGetEccMode, { device })], ({ current, pending }) => ({
    current: flag('nvmlDeviceGetEccMode', 'the current ECC mode', current),
    pending: flag('nvmlDeviceGetEccMode', 'the pending ECC mode', pending),
  })),
  eccCounters: field(
    (device) => [
      totalEcc(device, 'corrected', 'volatile'),
      totalEcc(device, 'uncorrected', 'volatile'),
      totalEcc(device, 'corrected', 'aggregate'),
      totalEcc(device, 'uncorrected', 'aggregate'),
    ],
    (volatileCorrected, volatileUncorrected, aggregateCorrected, aggregateUncorrected) => ({
      volatileCorrected: volatileCorrected.eccCounts,
      volatileUncorrected: volatileUncorrected.eccCounts,
      aggregateCorrected: aggregateCorrected.eccCounts,
      aggregateUncorrected: aggregateUncorrected.eccCounts,
    }),
  ),
  sramEcc: field((device) => [functionCall(c.nvmlDeviceGetSramEccErrorStatus, { device })], ({ status }) => ({
    aggregateUncorrectedParity: status.aggregateUncParity,
    aggregateUncorrectedSecDed: status.aggregateUncSecDed,
    aggregateCorrected: status.aggregateCor,
    volatileUncorrectedParity: status.volatileUncParity,
    volatileUncorrectedSecDed: status.volatileUncSecDed,
    volatileCorrected: status.volatileCor,
    thresholdExceeded: flag('nvmlDeviceGetSramEccErrorStatus', 'the threshold flag', status.bThresholdExceeded),
  })),
  retiredPages: field(
    (device) => [retired(device, 'double-bit-ecc'), retired(device, 'multiple-single-bit-ecc')],
    (doubleBit, singleBit) => mergeRetiredPages(doubleBit, singleBit),
  ),
  pageRetirementPending: field((device) => [functionCall(c.nvmlDeviceGetRetiredPagesPendingStatus, { device })], ({ isPending }) =>
    flag('nvmlDeviceGetRetiredPagesPendingStatus', 'the pending flag', isPending),
  ),
  rowRemapping: field((device) => [familyCall(families.remappedRows, { device })], ({ correctable, uncorrectable, inactive, pending, failureOccurred }) => {
    const call = inactive === undefined ? 'nvmlDeviceGetRemappedRows' : 'nvmlDeviceGetRemappedRows_v2';
    const rows = (count: number): number => atMost(MOST_ROWS, call, 'remapped rows', count);
    return {
      correctableRows: rows(correctable),
      uncorrectableRows: rows(uncorrectable),
      ...(inactive !== undefined && { inactiveCorrectableRows: rows(inactive.correctable), inactiveUncorrectableRows: rows(inactive.uncorrectable) }),
      pending: flag(call, 'the pending flag', pending),
      failureOccurred: flag(call, 'the failure flag', failureOccurred),
    };
  }),
  rowRemapperHistogram: field((device) => [functionCall(c.nvmlDeviceGetRowRemapperHistogram, { device })], ({ values }) => {
    for (const banks of Object.values(values)) atMost(MOST_BANKS, 'nvmlDeviceGetRowRemapperHistogram', 'memory banks', banks);
    return values;
  }),
  repairStatus: field((device) => [functionCall(c.nvmlDeviceGetRepairStatus, { device })], ({ repairStatus }) => ({
    channelRepairPending: flag('nvmlDeviceGetRepairStatus', 'the channel repair flag', repairStatus.bChannelRepairPending),
    tpcRepairPending: flag('nvmlDeviceGetRepairStatus', 'the TPC repair flag', repairStatus.bTpcRepairPending),
  })),
  unrepairableMemory: field(
    (device) => [functionCall(c.nvmlDeviceGetUnrepairableMemoryFlag_v1, { device })],
    ({ unrepairableMemoryStatus }) => flag('nvmlDeviceGetUnrepairableMemoryFlag_v1', 'the flag', unrepairableMemoryStatus.bUnrepairableMemory),
  ),
  recoveryAction: field((device) => [functionCall(c.nvmlDeviceGetFieldValues, { device, values: [RECOVERY_ACTION] })], ({ values }) => recoveryActionOf(values[0])),
  // Some cards have no graphics and no MPS, some drivers no list of them; then there are the compute processes.
  processes: field(
    (device) => [
      familyCall(families.computeProcesses, { device }),
      optional(familyCall(families.graphicsProcesses, { device })),
      optional(familyCall(families.mpsProcesses, { device })),
    ],
    (compute, graphics, mps) => gpuProcesses({ compute, graphics, mps }),
  ),
};
