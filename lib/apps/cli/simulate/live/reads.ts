/** What a live GPU tells of the attributes that a simulated one has: one row a call, a later one over an earlier. What no row tells is not captured. */
import type { nvmlFunctions } from '../../../../abi/index.ts';
import type { OutputsOf } from '../../../../abi/parameters.ts';

type Functions = typeof nvmlFunctions;
/** `undefined`: this answer does not tell it. */
export type Told = string | number | bigint | boolean | null | undefined;
interface OpenEnum {
  readonly name: string;
}

export interface LiveRead {
  readonly symbol: keyof Functions;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly tells: Readonly<Record<string, (outputs: never) => Told>>;
  /** It changes by itself. */
  readonly moves: boolean;
  /** That it is not supported says nothing of the product: ECC may just be off. */
  readonly conditional: boolean;
}

function read<S extends keyof Functions>(symbol: S, tells: Readonly<Record<string, (outputs: OutputsOf<Functions[S]>) => Told>>, more: Partial<Pick<LiveRead, 'inputs' | 'moves' | 'conditional'>> = {}): LiveRead {
  return { symbol, inputs: {}, moves: false, conditional: false, ...more, tells };
}

const MOVES = { moves: true };
const on = (state: OpenEnum): Told => (state.name === 'enabled' ? true : state.name === 'disabled' ? false : undefined);
const named = (value: OpenEnum): Told => (value.name === 'unknown' ? undefined : value.name);

const CLOCKS = ['graphics', 'sm', 'memory', 'video'] as const;
const CLOCK_TYPES = { graphics: 'graphics', sm: 'sm', memory: 'mem', video: 'video' } as const;

function clockReads(): LiveRead[] {
  return CLOCKS.flatMap((clock) => [
    read('nvmlDeviceGetClockInfo', { [`clocks.${clock}-mhz`]: (o) => o.clock }, { inputs: { type: CLOCK_TYPES[clock] }, ...MOVES }),
    read('nvmlDeviceGetMaxClockInfo', { [`clocks.maximum-${clock}-mhz`]: (o) => o.clock }, { inputs: { type: CLOCK_TYPES[clock] } }),
    read('nvmlDeviceGetMaxCustomerBoostClock', { [`clocks.customer-boost-${clock}-mhz`]: (o) => o.clockMHz }, { inputs: { clockType: CLOCK_TYPES[clock] } }),
  ]);
}

function applicationClockReads(): LiveRead[] {
  return (['graphics', 'memory'] as const).flatMap((clock) => [
    read('nvmlDeviceGetApplicationsClock', { [`clocks.application-${clock}-mhz`]: (o) => o.clockMHz }, { inputs: { clockType: CLOCK_TYPES[clock] } }),
    read('nvmlDeviceGetDefaultApplicationsClock', { [`clocks.default-application-${clock}-mhz`]: (o) => o.clockMHz }, { inputs: { clockType: CLOCK_TYPES[clock] } }),
  ]);
}

const THRESHOLDS = { 'shutdown': 'shutdown', 'slowdown': 'slowdown', 'gpu-maximum': 'gpu-max', 'memory-maximum': 'mem-max', 'target-minimum': 'acoustic-min', 'target': 'acoustic-curr', 'target-maximum': 'acoustic-max', 'gps': 'gps-curr' } as const;

const IDENTITY = [
  read('nvmlDeviceGetName', { 'board.name': (o) => o.name }),
  read('nvmlDeviceGetUUID', { 'board.uuid': (o) => o.uuid }),
  read('nvmlDeviceGetSerial', { 'board.serial': (o) => o.serial }),
  read('nvmlDeviceGetBoardPartNumber', { 'board.part-number': (o) => o.partNumber }),
  read('nvmlDeviceGetArchitecture', { 'board.architecture': (o) => named(o.arch) }),
  read('nvmlDeviceGetBrand', { 'board.brand': (o) => named(o.type) }),
  read('nvmlDeviceGetCudaComputeCapability', { 'board.compute-capability.major': (o) => o.major, 'board.compute-capability.minor': (o) => o.minor }),
  read('nvmlDeviceGetNumGpuCores', { 'board.cores': (o) => o.numCores }),
  read('nvmlDeviceGetMemoryBusWidth', { 'board.memory-bus-bits': (o) => o.busWidth }),
  read('nvmlDeviceGetVbiosVersion', { 'board.vbios': (o) => o.version }),
  read('nvmlDeviceGetInforomImageVersion', { 'board.inforom.image': (o) => o.version }),
  read('nvmlDeviceGetBoardId', { 'board.board-id': (o) => o.boardId }),
  read('nvmlDeviceGetModuleId', { 'board.module-id': (o) => o.moduleId }),
  read('nvmlDeviceGetMinorNumber', { 'board.minor-number': (o) => o.minorNumber }),
  read('nvmlDeviceGetMultiGpuBoard', { 'board.multi-gpu': (o) => o.multiGpuBool === 1 }),
];

const BUS = [
  read('nvmlDeviceGetPciInfo_v3', {
    'pcie.domain': (o) => o.pci.domain,
    'pcie.bus': (o) => o.pci.bus,
    'pcie.device': (o) => o.pci.device,
    'pcie.device-id': (o) => o.pci.pciDeviceId,
    'pcie.subsystem-id': (o) => o.pci.pciSubSystemId,
  }),
  read('nvmlDeviceGetMaxPcieLinkGeneration', { 'pcie.maximum-generation': (o) => o.maxLinkGen }),
  read('nvmlDeviceGetMaxPcieLinkWidth', { 'pcie.maximum-width': (o) => o.maxLinkWidth }),
  read('nvmlDeviceGetCurrPcieLinkGeneration', { 'pcie.generation': (o) => o.currLinkGen }),
  read('nvmlDeviceGetCurrPcieLinkWidth', { 'pcie.width': (o) => o.currLinkWidth }),
  read('nvmlDeviceGetBAR1MemoryInfo', { 'pcie.bar1.total-bytes': (o) => o.bar1Memory.bar1Total, 'pcie.bar1.used-bytes': (o) => o.bar1Memory.bar1Used }),
];

const MEMORY = [
  // Of older drivers, which count what is reserved as used.
  read('nvmlDeviceGetMemoryInfo', { 'memory.total-bytes': (o) => o.memory.total }),
  read('nvmlDeviceGetMemoryInfo', { 'memory.used-bytes': (o) => o.memory.used }, MOVES),
  read('nvmlDeviceGetMemoryInfo_v2', { 'memory.total-bytes': (o) => o.memory.total, 'memory.reserved-bytes': (o) => o.memory.reserved }),
  read('nvmlDeviceGetMemoryInfo_v2', { 'memory.used-bytes': (o) => o.memory.used }, MOVES),
  read('nvmlDeviceGetEccMode', { 'ecc.current': (o) => on(o.current), 'ecc.pending': (o) => on(o.pending) }),
  read('nvmlDeviceGetDefaultEccMode', { 'ecc.default': (o) => on(o.defaultMode) }),
];

const STATE = [
  read('nvmlDeviceGetTemperature', { 'thermal.gpu-celsius': (o) => o.temp }, { inputs: { sensorType: 'gpu' }, ...MOVES }),
  ...Object.entries(THRESHOLDS).map(([name, thresholdType]) => read('nvmlDeviceGetTemperatureThreshold', { [`thermal.${name}-celsius`]: (o) => o.temp }, { inputs: { thresholdType } })),
  read('nvmlDeviceGetPowerManagementMode', { 'power.management': (o) => on(o.mode) }),
  read('nvmlDeviceGetPowerUsage', { 'power.usage-milliwatts': (o) => o.power }, MOVES),
  read('nvmlDeviceGetPowerManagementLimit', { 'power.limit-milliwatts': (o) => o.limit }),
  read('nvmlDeviceGetPowerManagementDefaultLimit', { 'power.default-limit-milliwatts': (o) => o.defaultLimit }),
  read('nvmlDeviceGetPowerManagementLimitConstraints', { 'power.minimum-limit-milliwatts': (o) => o.minLimit, 'power.maximum-limit-milliwatts': (o) => o.maxLimit }),
  read('nvmlDeviceGetPersistenceMode', { 'modes.persistence': (o) => on(o.mode) }),
  read('nvmlDeviceGetComputeMode', { 'modes.compute': (o) => named(o.mode) }),
  ...clockReads(),
  ...applicationClockReads(),
];

/** Without the uncorrected ones of SRAM, which a machine tells apart by their kind. */
const ECC_MEMORIES = ['l1-cache', 'l2-cache', 'dram', 'register-file', 'texture-memory', 'texture-shared', 'cbu'] as const;

function eccReads(): LiveRead[] {
  return (['volatile', 'aggregate'] as const).flatMap((counterType) =>
    (['corrected', 'uncorrected'] as const).flatMap((errorType) =>
      [...ECC_MEMORIES, ...(errorType === 'corrected' ? (['sram'] as const) : [])].map((locationType) =>
        read('nvmlDeviceGetMemoryErrorCounter', { [`ecc.${counterType}.${errorType}.${locationType}`]: (o) => o.count }, { inputs: { errorType, counterType, locationType: locationType === 'texture-shared' ? 'texture-shm' : locationType }, ...MOVES, conditional: true }))));
}

const LOAD = [
  read('nvmlDeviceGetUtilizationRates', { 'load.gpu-percent': (o) => o.utilization.gpu, 'load.memory-percent': (o) => o.utilization.memory }, MOVES),
  read('nvmlDeviceGetEncoderUtilization', { 'load.encoder-percent': (o) => o.utilization }, MOVES),
  read('nvmlDeviceGetDecoderUtilization', { 'load.decoder-percent': (o) => o.utilization }, MOVES),
  read('nvmlDeviceGetJpgUtilization', { 'load.jpeg-percent': (o) => o.utilization }, MOVES),
  read('nvmlDeviceGetOfaUtilization', { 'load.ofa-percent': (o) => o.utilization }, MOVES),
];

export const LIVE_READS: readonly LiveRead[] = [...IDENTITY, ...BUS, ...MEMORY, ...STATE, ...LOAD, ...eccReads()];

/** Every simulated GPU has a value of these: where a live one does not tell it, it is left out rather than `null`. */
export const ALWAYS_THERE: ReadonlySet<string> = new Set([
  'board.name', 'board.uuid', 'board.architecture', 'board.brand', 'board.compute-capability.major', 'board.compute-capability.minor', 'board.vbios', 'board.board-id', 'board.minor-number',
  'board.multi-gpu', 'pcie.domain', 'pcie.bus', 'pcie.device', 'pcie.device-id', 'pcie.subsystem-id', 'pcie.bar1.used-bytes', 'memory.total-bytes', 'memory.reserved-bytes', 'memory.used-bytes',
  'thermal.gpu-celsius', 'power.usage-milliwatts', 'modes.persistence', 'modes.compute', 'load.gpu-percent', 'load.memory-percent', 'load.encoder-percent', 'load.decoder-percent',
  'load.jpeg-percent', 'load.ofa-percent', ...CLOCKS.flatMap((clock) => [`clocks.${clock}-mhz`, `clocks.maximum-${clock}-mhz`]),
]);
