/**
 * A host whose state is set before a monitor looks at it, and what the monitor must say then. The numbers of names (an architecture, a
 * link's version, a reason to clock down) are the vendor's, as measured in test/abi/data; all others are what was set.
 */
import { measured } from '../abi/measured.ts';
import type { Machine } from '../../mocks/control/index.ts';
import { openOn, startHost } from '../nvml/host.ts';

const GiB = 1024 ** 3;
const DRIVER = '610.43.02';
/** What a board has for good. */
const FIXED = { 'memory.total-bytes': 94 * GiB, 'memory.reserved-bytes': 2 * GiB } as const;
const REMAPPED_ROW = 77n * 65_536n;
/** Of a process that no other program has. */
export const TRAINER = { gpu: 0, pid: 4_190_001, name: 'trainer', memoryBytes: 3 * GiB } as const;

const SET = {
  'board.name': 'NVIDIA H100 80GB HBM3',
  'board.uuid': 'GPU-0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0',
  'board.serial': '1654321098765',
  'board.part-number': '699-2G520-0200-042',
  'board.vbios': '96.00.74.00.17',
  'board.inforom.image': 'G520.0200.00.42',
  'board.inforom.ecc': '7.42',
  'board.inforom.checksum': 0x1234_5678,
  'board.minor-number': 6,
  'board.board-id': 0xab00,
  'board.module-id': 7,
  'board.multi-gpu': true,
  'board.cores': 14_592,
  'board.memory-bus-bits': 6144,
  'board.compute-capability.minor': 1,
  'pcie.irq': 99,
  'pcie.generation': 4,
  'pcie.width': 8,
  'pcie.count.replays': 17,
  'pcie.bar1.total-bytes': 64 * GiB,
  'load.gpu-percent': 61,
  'load.encoder-percent': 7,
  'load.decoder-percent': 9,
  'ecc.volatile.corrected.dram': 40,
  'ecc.volatile.corrected.sram': 5,
  'ecc.volatile.uncorrected.dram': 3,
  'ecc.volatile.uncorrected.sram-sec-ded': 1,
  'ecc.aggregate.uncorrected.dram': 7,
  'ecc.sram.threshold-exceeded': true,
  'repair.channel-pending': true,
  'clocks.graphics-mhz': 1215,
  'clocks.sm-mhz': 1200,
  'clocks.customer-boost-graphics-mhz': 1755,
  'clocks.supported-reasons': 0xff,
  'clocks.forced-reason.sync-boost': true,
  'power.usage-milliwatts': 412_345,
  'power.limit-milliwatts': 650_000,
  'power.minimum-limit-milliwatts': 210_000,
  'power.maximum-limit-milliwatts': 690_000,
  'power.default-limit-milliwatts': 640_000,
  'thermal.gpu-celsius': 63,
  'thermal.slowdown-celsius': 91,
  'thermal.shutdown-celsius': 96,
  'thermal.gpu-maximum-celsius': 88,
  'modes.persistence': false,
  'modes.compute': 'default',
  'modes.application-clocks-restricted': false,
  'modes.display': false,
  'modes.display-active': true,
  'nvlink.capability.p2p': false,
  'nvlink.link.0.replay-errors': 21,
  'nvlink.link.0.remote-bus': 0xa5,
  'nvlink.link.17.state': 'inactive',
  'fabric.clique-id': 5,
  'topology.host-bridge': 9,
} as const;

export async function knownHost(): Promise<Machine> {
  const machine = await startHost('hgx-h100-8', { driver: DRIVER, gpus: 2, attributes: { 'units.count': 1, 'gpu.0.memory.total-bytes': FIXED['memory.total-bytes'], 'gpu.0.memory.reserved-bytes': FIXED['memory.reserved-bytes'] } });
  await machine.inject({ kind: 'double-bit-ecc', gpu: 0, address: REMAPPED_ROW });
  await machine.set(0, SET);
  await machine.addProcess(TRAINER);
  return machine;
}

function value(name: string): number | string {
  const found = measured.enums.find(({ members }) => name in members)?.members[name] ?? measured.defines[name];
  if (found === undefined) throw new Error(`${name}: is not among the measured names`);
  return found;
}

export const TOLD = {
  'driver': DRIVER,
  'nvml': `13.${DRIVER}`,
  'cuda': 13_030,
  'gpus': 2,
  'units': 1,
  'excluded': 0,
  'confidential': 0,
  'message': 'GPU is lost',
  'name': SET['board.name'],
  'uuid': SET['board.uuid'],
  'serial': SET['board.serial'],
  'part': SET['board.part-number'],
  'vbios': SET['board.vbios'],
  'inforom image': SET['board.inforom.image'],
  'inforom ecc': SET['board.inforom.ecc'],
  'inforom checksum': SET['board.inforom.checksum'],
  'index': 0,
  'minor': SET['board.minor-number'],
  'board': SET['board.board-id'],
  'module': SET['board.module-id'],
  'multi gpu': 1,
  'cores': SET['board.cores'],
  'bus width': SET['board.memory-bus-bits'],
  'brand': value('NVML_BRAND_NVIDIA'),
  'architecture': value('NVML_DEVICE_ARCH_HOPPER'),
  'irq': SET['pcie.irq'],
  // The profile's first GPU.
  'pci': '00000000:1B:00.0',
  'compute capability': 91,
  'same by address': 1,
  'same by uuid': 1,
  'link generation': SET['pcie.generation'],
  'link width': SET['pcie.width'],
  'max link generation': 5,
  'gpu max link generation': 5,
  'max link width': 16,
  'replays': SET['pcie.count.replays'],
  // 16 GT/s is generation 4, 32 GT/s generation 5.
  'pcie speed': 16_000,
  'pcie max speed': value('NVML_PCIE_LINK_MAX_SPEED_32000MBPS'),
  'bus type': value('NVML_BUS_TYPE_PCIE'),
  'bar1': SET['pcie.bar1.total-bytes'],
  'memory': FIXED['memory.total-bytes'],
  'memory adds up': 1,
  'reserved': FIXED['memory.reserved-bytes'],
  'gpu percent': SET['load.gpu-percent'],
  'ecc': 1,
  'ecc pending': 1,
  'default ecc': 1,
  'corrected': SET['ecc.volatile.corrected.dram'] + SET['ecc.volatile.corrected.sram'],
  'uncorrected': SET['ecc.volatile.uncorrected.dram'] + SET['ecc.volatile.uncorrected.sram-sec-ded'],
  'uncorrected in dram': SET['ecc.aggregate.uncorrected.dram'],
  'detailed dram': SET['ecc.aggregate.uncorrected.dram'],
  // Asked after the volatile counters were cleared.
  'field': 0,
  'unknown field': value('NVML_ERROR_NOT_SUPPORTED'),
  // The row that was injected, which takes one bank's first spare.
  'remapped': 1,
  'remapping pending': 1,
  'banks at most': 2560 - 1,
  'sram threshold': 1,
  'channel repair': 1,
  'graphics clock': SET['clocks.graphics-mhz'],
  'max sm clock': 1980,
  'customer boost': SET['clocks.customer-boost-graphics-mhz'],
  'application clock': 2619,
  'default application clock': 2619,
  'clock by id': SET['clocks.sm-mhz'],
  'memory clocks': 2,
  'graphics clocks': (1980 - 345) / 15 + 1,
  'pstate': 0,
  'power state': 0,
  'clock reasons': value('nvmlClocksEventReasonSyncBoost'),
  'throttle reasons': value('nvmlClocksEventReasonSyncBoost'),
  'possible reasons': SET['clocks.supported-reasons'],
  'pstate max': 1980,
  'milliwatts': SET['power.usage-milliwatts'],
  'limit': SET['power.limit-milliwatts'],
  'default limit': SET['power.default-limit-milliwatts'],
  'enforced limit': SET['power.limit-milliwatts'],
  'power management': 1,
  'limit as set': SET['power.minimum-limit-milliwatts'],
  'least limit': SET['power.minimum-limit-milliwatts'],
  'celsius': SET['thermal.gpu-celsius'],
  'celsius too': SET['thermal.gpu-celsius'],
  'margin': SET['thermal.gpu-maximum-celsius'] - SET['thermal.gpu-celsius'],
  'slowdown': SET['thermal.slowdown-celsius'],
  'shutdown': SET['thermal.shutdown-celsius'],
  'persistence': 0,
  'persistence set': 1,
  'compute mode': value('NVML_COMPUTEMODE_DEFAULT'),
  'compute mode set': value('NVML_COMPUTEMODE_EXCLUSIVE_PROCESS'),
  'restriction': 0,
  'display mode': 0,
  'display active': 1,
  'gsp': DRIVER,
  'ecc after': 1,
  'ecc pending after': 0,
  'processes': 1,
  'pid': TRAINER.pid,
  'process': TRAINER.name,
  'process bytes': TRAINER.memoryBytes,
  'accounting': 1,
  'encoder': SET['load.encoder-percent'],
  'decoder': SET['load.decoder-percent'],
  // Of 18, one was taken down.
  'links': 17,
  'link version': value('NVML_NVLINK_VERSION_4_0'),
  'remote': '00000000:A5:00.0',
  'remote type': value('NVML_NVLINK_DEVICE_TYPE_SWITCH'),
  'link replays': SET['nvlink.link.0.replay-errors'],
  'link p2p': 0,
  'fabric': value('NVML_GPU_FABRIC_STATE_COMPLETED'),
  'clique': SET['fabric.clique-id'],
  // Two host bridges of one NUMA node.
  'ancestor': value('NVML_TOPOLOGY_NODE'),
  'samples': 1,
  'gpm': 1,
  'no event': 1,
  'mig': 0,
} as const;

/** What no GPU of this kind has, and why. */
export const REFUSED: Readonly<Record<string, string>> = {
  nvmlDeviceGetAutoBoostedClocksEnabled: 'automatic boost went with Kepler and Maxwell',
  nvmlDeviceSetMemoryLockedClocks: 'the memory clock of a GPU with HBM changes when the driver is next loaded, not under way',
  nvmlDeviceResetMemoryLockedClocks: 'the same',
};

/** What the monitors change, as gpuwright reads it afterwards. */
export async function leftBehind(machine: Machine): Promise<unknown> {
  const { raw } = await openOn(machine);
  const { device } = raw.nvmlDeviceGetHandleByIndex_v2({ index: 0 });
  const { current, pending } = raw.nvmlDeviceGetEccMode({ device });
  return {
    'modes.persistence': raw.nvmlDeviceGetPersistenceMode({ device }).mode.name === 'enabled',
    'modes.compute': raw.nvmlDeviceGetComputeMode({ device }).mode.value === value('NVML_COMPUTEMODE_EXCLUSIVE_PROCESS') ? 'exclusive-process' : 'another',
    'ecc.current': current.name === 'enabled',
    'ecc.pending': pending.name === 'enabled',
    'accounting.mode': raw.nvmlDeviceGetAccountingMode({ device }).mode.name === 'enabled',
    'power.limit-milliwatts': raw.nvmlDeviceGetPowerManagementLimit({ device }).limit,
    'ecc.volatile.uncorrected.dram': Number(raw.nvmlDeviceGetMemoryErrorCounter({ device, errorType: 1, counterType: 0, locationType: 2 }).count),
  };
}

export const LEFT = {
  'modes.persistence': true,
  'modes.compute': 'exclusive-process',
  'ecc.current': true,
  'ecc.pending': false,
  'accounting.mode': true,
  'power.limit-milliwatts': SET['power.maximum-limit-milliwatts'],
  'ecc.volatile.uncorrected.dram': 0,
};

/** The same in the machine itself, which needs no library that this process could load. */
export async function attributesLeft(machine: Machine): Promise<unknown> {
  const attributes = await machine.attributes(0);
  return Object.fromEntries(Object.keys(LEFT).map((name) => [name, attributes.find((each) => each.name === `gpu.0.${name}`)?.value]));
}

export const ATTRIBUTES_LEFT = Object.fromEntries(Object.entries(LEFT).map(([name, left]) => [name, typeof left === 'boolean' ? (left ? 'on' : 'off') : String(left)]));
