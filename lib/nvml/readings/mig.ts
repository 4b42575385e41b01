/** MIG as it is: the mode, and the MIG devices that programs can use. Reading only. */
import { nvmlFunctions as c } from '../../abi/nvml/functions.ts';
import { functionCall } from '../../library/library-call.ts';
import type { LibraryCall } from '../../library/library-call.ts';
import type { CallResult } from '../../library/opened-library.ts';
import type { Reading } from '../../telemetry/reading.ts';
import { mapReading } from '../../telemetry/reading.ts';
import type { Ask } from './ask.ts';
import { reading, told } from './ask.ts';
import { memoryUse } from './memory-use.ts';
import { atMost, flag } from '../plausible.ts';
import type { MemoryUse } from '../types.ts';

export interface MigDevice {
  /** Among the GPU's MIG devices. */
  readonly index: number;
  /** `MIG-…` */
  readonly uuid: Reading<string>;
  readonly name: Reading<string>;
  readonly gpuInstanceId: Reading<number>;
  readonly computeInstanceId: Reading<number>;
  readonly memory: Reading<MemoryUse>;
  readonly multiprocessors: Reading<number>;
  readonly gpuInstanceSlices: Reading<number>;
  readonly computeInstanceSlices: Reading<number>;
}

export interface GpuMig {
  readonly enabled: boolean;
  /** What it will be after the next reset. */
  readonly pendingEnabled: boolean;
  readonly maxDevices: number;
  readonly devices: readonly MigDevice[];
}

const MOST_DEVICES = 64;

function deviceCalls(device: bigint): readonly LibraryCall<unknown>[] {
  return [
    functionCall(c.nvmlDeviceGetUUID, { device }),
    functionCall(c.nvmlDeviceGetName, { device }),
    functionCall(c.nvmlDeviceGetGpuInstanceId, { device }),
    functionCall(c.nvmlDeviceGetComputeInstanceId, { device }),
    memoryUse(device),
    functionCall(c.nvmlDeviceGetAttributes_v2, { device }),
  ];
}

const CALLS = deviceCalls(0n).length;

type DeviceResults = readonly [
  CallResult<{ readonly uuid: string }>, CallResult<{ readonly name: string }>, CallResult<{ readonly id: number }>, CallResult<{ readonly id: number }>, CallResult<MemoryUse>,
  CallResult<{ readonly attributes: { readonly multiprocessorCount: number; readonly gpuInstanceSliceCount: number; readonly computeInstanceSliceCount: number } }>,
];

function migDevice(index: number, [uuid, name, gpuInstance, computeInstance, memory, attributes]: DeviceResults): MigDevice {
  const all = reading(attributes, (outputs) => outputs.attributes);
  return {
    index,
    uuid: reading(uuid, (outputs) => outputs.uuid),
    name: reading(name, (outputs) => outputs.name),
    gpuInstanceId: reading(gpuInstance, ({ id }) => id),
    computeInstanceId: reading(computeInstance, ({ id }) => id),
    memory: reading(memory, (use) => use),
    multiprocessors: mapReading(all, ({ multiprocessorCount }) => multiprocessorCount),
    gpuInstanceSlices: mapReading(all, ({ gpuInstanceSliceCount }) => gpuInstanceSliceCount),
    computeInstanceSlices: mapReading(all, ({ computeInstanceSliceCount }) => computeInstanceSliceCount),
  };
}

/** Throws `NOT_SUPPORTED` for a GPU without MIG. Devices that come or go meanwhile show as failed readings, or not at all. */
export async function readMig(ask: Ask): Promise<GpuMig> {
  const [mode, most] = await ask((device) => [functionCall(c.nvmlDeviceGetMigMode, { device }), functionCall(c.nvmlDeviceGetMaxMigDeviceCount, { device })] as const);
  const { currentMode, pendingMode } = told(mode);
  const enabled = flag('nvmlDeviceGetMigMode', 'the current MIG mode', currentMode);
  const maxDevices = atMost(MOST_DEVICES, 'nvmlDeviceGetMaxMigDeviceCount', 'MIG devices', told(most).count);
  return { enabled, pendingEnabled: flag('nvmlDeviceGetMigMode', 'the pending MIG mode', pendingMode), maxDevices, devices: enabled ? await readDevices(ask, maxDevices) : [] };
}

async function readDevices(ask: Ask, maxDevices: number): Promise<readonly MigDevice[]> {
  const looks = await ask((device) => Array.from({ length: maxDevices }, (_, index) => functionCall(c.nvmlDeviceGetMigDeviceHandleByIndex, { device, index })));
  const there = looks.flatMap((look, index) => (look.ok || look.error.code !== 'NOT_FOUND' ? [{ index, handle: told(look).migDevice }] : []));
  if (there.length === 0) return [];
  const results = (await ask(() => there.flatMap(({ handle }) => deviceCalls(handle)))) as readonly CallResult<unknown>[];
  return there.map(({ index }, place) => migDevice(index, results.slice(place * CALLS, (place + 1) * CALLS) as unknown as DeviceResults));
}
