/**
 * NVML's functions, as data. Parameter names are C's. `test/abi` holds every descriptor to the measured parameter list.
 */
import type { FieldType } from '../layout.ts';
import { i32, u32, u64 } from '../layout.ts';
import type { FunctionDescriptor, Parameters } from '../parameters.ts';
import { arrayInOut, arrayOut, cFunction, count, handle, handleOut, inout, lengthOf, out, textIn, textOut, value } from '../parameters.ts';
import { bufferSizes } from './constants.ts';
import { clockType, eccCounterType, enableState, memoryErrorType, memoryLocation, pageRetirementCause, returnCode, temperatureSensor } from './enums.ts';
import type { NvmlSymbol } from './first-driver.ts';
import { firstDriver } from './first-driver.ts';
import * as s from './structs.ts';

interface Draft<P extends Parameters> {
  readonly parameters: P;
  readonly changes: boolean;
  readonly result: 'status' | 'text';
}

const reads = <const P extends Parameters>(parameters: P): Draft<P> => ({ parameters, changes: false, result: 'status' });
const changes = <const P extends Parameters>(parameters: P): Draft<P> => ({ parameters, changes: true, result: 'status' });
const answersText = <const P extends Parameters>(parameters: P): Draft<P> => ({ parameters, changes: false, result: 'text' });

function define<const D extends Readonly<Partial<Record<NvmlSymbol, Draft<Parameters>>>>>(
  drafts: D,
): { readonly [K in keyof D]: D[K] extends Draft<infer P> ? FunctionDescriptor<P> : never } {
  const entries = Object.entries(drafts as Record<string, Draft<Parameters>>).map(([symbol, draft]) => [
    symbol,
    cFunction(symbol, draft.parameters, { changes: draft.changes, result: draft.result, since: firstDriver[symbol as NvmlSymbol] }),
  ]);
  return Object.fromEntries(entries) as { readonly [K in keyof D]: D[K] extends Draft<infer P> ? FunctionDescriptor<P> : never };
}

const device = handle('nvmlDevice_t');
const deviceOut = handleOut('nvmlDevice_t');
const length = (of: string) => lengthOf(of, u32);

/** At most 64 pages are retired on a board, over both causes. */
const retiredPageCount = count(64);
/** The library says how many more are needed. */
const processCount = count(128);
const processes = <E extends FieldType>(entry: E) => ({ device, infoCount: processCount, infos: arrayOut(entry) });

export const nvmlFunctions = define({
  // library
  nvmlInit: reads({}),
  nvmlInit_v2: reads({}),
  nvmlInitWithFlags: reads({ flags: value(u32) }),
  nvmlShutdown: reads({}),
  nvmlErrorString: answersText({ result: value(returnCode) }),
  nvmlSystemGetDriverVersion: reads({ version: textOut(bufferSizes.NVML_SYSTEM_DRIVER_VERSION_BUFFER_SIZE), length: length('version') }),
  nvmlSystemGetNVMLVersion: reads({ version: textOut(bufferSizes.NVML_SYSTEM_NVML_VERSION_BUFFER_SIZE), length: length('version') }),
  nvmlSystemGetCudaDriverVersion: reads({ cudaDriverVersion: out(i32) }),
  nvmlSystemGetCudaDriverVersion_v2: reads({ cudaDriverVersion: out(i32) }),
  nvmlSystemGetProcessName: reads({ pid: value(u32), name: textOut(1024), length: length('name') }),

  // enumeration
  nvmlDeviceGetCount: reads({ deviceCount: out(u32) }),
  nvmlDeviceGetCount_v2: reads({ deviceCount: out(u32) }),
  nvmlDeviceGetHandleByIndex: reads({ index: value(u32), device: deviceOut }),
  nvmlDeviceGetHandleByIndex_v2: reads({ index: value(u32), device: deviceOut }),
  nvmlDeviceGetHandleByUUID: reads({ uuid: textIn(), device: deviceOut }),
  nvmlDeviceGetHandleByPciBusId: reads({ pciBusId: textIn(), device: deviceOut }),
  nvmlDeviceGetHandleByPciBusId_v2: reads({ pciBusId: textIn(), device: deviceOut }),
  nvmlDeviceGetHandleBySerial: reads({ serial: textIn(), device: deviceOut }),

  // identity
  nvmlDeviceGetName: reads({ device, name: textOut(bufferSizes.NVML_DEVICE_NAME_V2_BUFFER_SIZE), length: length('name') }),
  nvmlDeviceGetUUID: reads({ device, uuid: textOut(bufferSizes.NVML_DEVICE_UUID_V2_BUFFER_SIZE), length: length('uuid') }),
  nvmlDeviceGetSerial: reads({ device, serial: textOut(bufferSizes.NVML_DEVICE_SERIAL_BUFFER_SIZE), length: length('serial') }),
  nvmlDeviceGetBoardPartNumber: reads({ device, partNumber: textOut(bufferSizes.NVML_DEVICE_PART_NUMBER_BUFFER_SIZE), length: length('partNumber') }),
  nvmlDeviceGetPciInfo: reads({ device, pci: out(s.pciInfo) }),
  nvmlDeviceGetPciInfo_v2: reads({ device, pci: out(s.pciInfo) }),
  nvmlDeviceGetPciInfo_v3: reads({ device, pci: out(s.pciInfo) }),
  nvmlDeviceGetPciInfoExt: reads({ device, pci: inout(s.pciInfoExt) }),
  nvmlDeviceGetBoardId: reads({ device, boardId: out(u32) }),
  nvmlDeviceGetModuleId: reads({ device, moduleId: out(u32) }),
  nvmlDeviceGetMinorNumber: reads({ device, minorNumber: out(u32) }),
  nvmlDeviceGetIndex: reads({ device, index: out(u32) }),

  // telemetry
  nvmlDeviceGetMemoryInfo: reads({ device, memory: out(s.memory) }),
  nvmlDeviceGetMemoryInfo_v2: reads({ device, memory: inout(s.memoryV2) }),
  nvmlDeviceGetTemperature: reads({ device, sensorType: value(temperatureSensor), temp: out(u32) }),
  nvmlDeviceGetTemperatureV: reads({ device, temperature: inout(s.temperature) }),
  /** Milliwatts. */
  nvmlDeviceGetPowerUsage: reads({ device, power: out(u32) }),
  nvmlDeviceGetUtilizationRates: reads({ device, utilization: out(s.utilization) }),
  /** Megahertz. */
  nvmlDeviceGetClockInfo: reads({ device, type: value(clockType), clock: out(u32) }),
  nvmlDeviceGetMaxClockInfo: reads({ device, type: value(clockType), clock: out(u32) }),
  nvmlDeviceGetFieldValues: reads({ device, valuesCount: lengthOf('values', i32), values: arrayInOut(s.fieldValue) }),

  // ECC
  nvmlDeviceGetEccMode: reads({ device, current: out(enableState), pending: out(enableState) }),
  /** Pending until the next reset. */
  nvmlDeviceSetEccMode: changes({ device, ecc: value(enableState) }),
  nvmlDeviceClearEccErrorCounts: changes({ device, counterType: value(eccCounterType) }),
  nvmlDeviceGetTotalEccErrors: reads({ device, errorType: value(memoryErrorType), counterType: value(eccCounterType), eccCounts: out(u64) }),
  nvmlDeviceGetDetailedEccErrors: reads({
    device,
    errorType: value(memoryErrorType),
    counterType: value(eccCounterType),
    eccCounts: out(s.eccErrorCounts),
  }),
  nvmlDeviceGetMemoryErrorCounter: reads({
    device,
    errorType: value(memoryErrorType),
    counterType: value(eccCounterType),
    locationType: value(memoryLocation),
    count: out(u64),
  }),
  nvmlDeviceGetSramEccErrorStatus: reads({ device, status: inout(s.eccSramErrorStatus) }),
  nvmlDeviceGetSramUniqueUncorrectedEccErrorCounts: reads({ device, errorCounts: inout(s.eccSramUniqueUncorrectedErrorCounts) }),

  // page retirement, row remapping, repair
  nvmlDeviceGetRetiredPages: reads({ device, cause: value(pageRetirementCause), pageCount: retiredPageCount, addresses: arrayOut(u64) }),
  nvmlDeviceGetRetiredPages_v2: reads({
    device,
    cause: value(pageRetirementCause),
    pageCount: retiredPageCount,
    addresses: arrayOut(u64),
    timestamps: arrayOut(u64),
  }),
  nvmlDeviceGetRetiredPagesPendingStatus: reads({ device, isPending: out(enableState) }),
  nvmlDeviceGetRemappedRows: reads({ device, corrRows: out(u32), uncRows: out(u32), isPending: out(u32), failureOccurred: out(u32) }),
  nvmlDeviceGetRemappedRows_v2: reads({ device, info: out(s.remappedRowsInfoV2) }),
  nvmlDeviceGetRowRemapperHistogram: reads({ device, values: out(s.rowRemapperHistogramValues) }),
  nvmlDeviceGetRepairStatus: reads({ device, repairStatus: inout(s.repairStatus) }),
  nvmlDeviceGetUnrepairableMemoryFlag_v1: reads({ device, unrepairableMemoryStatus: out(s.unrepairableMemoryStatus) }),

  // persistence mode
  nvmlDeviceGetPersistenceMode: reads({ device, mode: out(enableState) }),
  nvmlDeviceSetPersistenceMode: changes({ device, mode: value(enableState) }),

  // processes
  nvmlDeviceGetComputeRunningProcesses: reads(processes(s.processInfoV1)),
  nvmlDeviceGetComputeRunningProcesses_v2: reads(processes(s.processInfoV2)),
  nvmlDeviceGetComputeRunningProcesses_v3: reads(processes(s.processInfoV2)),
  nvmlDeviceGetGraphicsRunningProcesses: reads(processes(s.processInfoV1)),
  nvmlDeviceGetGraphicsRunningProcesses_v2: reads(processes(s.processInfoV2)),
  nvmlDeviceGetGraphicsRunningProcesses_v3: reads(processes(s.processInfoV2)),
  nvmlDeviceGetRunningProcessDetailList: reads({ device, plist: inout(s.processDetailList) }),
});

/** A function of `nvmlFunctions` by a name from outside (a command line); undefined if it is not described. */
export function nvmlFunction(symbol: string): FunctionDescriptor | undefined {
  return Object.hasOwn(nvmlFunctions, symbol) ? (nvmlFunctions as Readonly<Record<string, FunctionDescriptor>>)[symbol] : undefined;
}
