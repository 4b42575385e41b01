import type { AnswerHost, AnswerTable } from './table.ts';
import { refused, set } from './table.ts';

/** Profile ids as the vendor's tools list them. */
const ONE = 19;
const TWO = 14;
const HALF = 9;
/** Ids of GPU instances: the half with the last four memory slices, and the other. */
const LATER_HALF = 2;
const FIRST_HALF = 1;

const H100 = { profile: 'hgx-h100-8', options: { gpus: 1 } };

async function migOn(host: AnswerHost): Promise<void> {
  await host.set({ 'mig.pending-mode': true });
  await host.without(() => host.machine.reset(0));
}

/** MIG on, with a GPU instance of half the GPU. */
async function withHalf(host: AnswerHost): Promise<void> {
  await migOn(host);
  create(HALF)(host);
}

/** The same with a compute instance of one slice in it. */
async function withDevice(host: AnswerHost): Promise<void> {
  await withHalf(host);
  createCompute(0)(host);
}

const create = (profileId: number) => ({ raw, device }: AnswerHost) => raw.nvmlDeviceCreateGpuInstance({ device, profileId });
const createAt = (profileId: number, start: number, size: number) => ({ raw, device }: AnswerHost) =>
  raw.nvmlDeviceCreateGpuInstanceWithPlacement({ device, profileId, placement: { start, size } });
const half = ({ raw, device }: AnswerHost, id = LATER_HALF) => raw.nvmlDeviceGetGpuInstanceById({ device, id }).gpuInstance;
const createCompute = (profileId: number) => (host: AnswerHost) => host.raw.nvmlGpuInstanceCreateComputeInstance({ gpuInstance: half(host), profileId });
const compute = (host: AnswerHost, id = 0) => host.raw.nvmlGpuInstanceGetComputeInstanceById({ gpuInstance: half(host), id }).computeInstance;
const migDevice = ({ raw, device }: AnswerHost, index = 0) => raw.nvmlDeviceGetMigDeviceHandleByIndex({ device, index }).migDevice;
const destroyDevice = (host: AnswerHost) => host.raw.nvmlComputeInstanceDestroy({ computeInstance: compute(host) });
const mode = ({ raw, device }: AnswerHost) => raw.nvmlDeviceGetMigMode({ device });
const capacity = (profileId: number) => ({ raw, device }: AnswerHost) => raw.nvmlDeviceGetGpuInstanceRemainingCapacity({ device, profileId });
const computeCapacity = (profileId: number) => (host: AnswerHost) => host.raw.nvmlGpuInstanceGetComputeInstanceRemainingCapacity({ gpuInstance: half(host), profileId });
/** A versioned struct: the newest that the driver takes. */
const newest = {} as never;

const A100_HALF = { id: HALF, sliceCount: 3, instanceCount: 2, multiprocessorCount: 42, copyEngineCount: 3, decoderCount: 2, encoderCount: 0, jpegCount: 0, ofaCount: 0, memorySizeMB: 40_192n };
const A100_TWO_PLACES = { count: 3, placements: [{ start: 0, size: 2 }, { start: 2, size: 2 }, { start: 4, size: 2 }] };
const SHARED_OF_HALF = { sharedCopyEngineCount: 3, sharedDecoderCount: 2, sharedEncoderCount: 0, sharedJpegCount: 0, sharedOfaCount: 0 };

export const migAnswers: AnswerTable = {
  nvmlDeviceGetMigMode: { read: mode, before: { currentMode: 0, pendingMode: 0 }, change: set({ 'mig.pending-mode': true }), after: { currentMode: 0, pendingMode: 1 } },
  nvmlDeviceSetMigMode: [
    { read: mode, before: { currentMode: 0 }, change: ({ raw, device }) => raw.nvmlDeviceSetMigMode({ device, mode: 1 }), after: { currentMode: 0, pendingMode: 1 } },
    { ...H100, read: mode, before: { currentMode: 0 }, change: ({ raw, device }) => raw.nvmlDeviceSetMigMode({ device, mode: 1 }), after: { currentMode: 1, pendingMode: 1 } },
    {
      read: ({ raw, device }) => raw.nvmlDeviceSetMigMode({ device, mode: 2 }),
      before: refused('INVALID_ARGUMENT'),
      change: (host) => host.setHost({ 'host.permissions': 'user' }),
      after: refused('NO_PERMISSION'),
    },
    {
      profile: 'tesla-v100-8',
      read: ({ raw, device }) => raw.nvmlDeviceSetMigMode({ device, mode: 1 }),
      before: refused('NOT_SUPPORTED'),
      change: (host) => host.machine.inject({ kind: 'gpu-lost', gpu: 0 }),
      after: refused('GPU_IS_LOST'),
    },
  ],
  nvmlDeviceGetGpuInstanceProfileInfo: [
    { read: ({ raw, device }) => raw.nvmlDeviceGetGpuInstanceProfileInfo({ device, profile: 2 }), before: refused('NOT_SUPPORTED'), change: migOn, after: { info: A100_HALF } },
    { read: ({ raw, device }) => raw.nvmlDeviceGetGpuInstanceProfileInfo({ device, profile: 18 }), before: refused('INVALID_ARGUMENT'), change: (host) => host.machine.inject({ kind: 'gpu-lost', gpu: 0 }), after: refused('GPU_IS_LOST') },
  ],
  nvmlDeviceGetGpuInstanceProfileInfoV: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetGpuInstanceProfileInfoV({ device, profile: 2, info: newest }),
      before: refused('NOT_SUPPORTED'),
      change: migOn,
      after: { info: { ...A100_HALF, name: 'MIG 3g.40gb', capabilities: 0 } },
    },
    {
      options: { gpus: 1, driver: '535.129.03', seed: 'answers' },
      read: ({ raw, device }) => raw.nvmlDeviceGetGpuInstanceProfileInfoV({ device, profile: 7, info: newest }),
      before: refused('NOT_SUPPORTED'),
      change: migOn,
      after: { info: { id: 20, instanceCount: 1, jpegCount: 1, ofaCount: 1, isP2pSupported: 0, name: 'MIG 1g.10gb+me' } },
    },
  ],
  nvmlDeviceGetGpuInstanceProfileInfoByIdV: {
    read: ({ raw, device }) => raw.nvmlDeviceGetGpuInstanceProfileInfoByIdV({ device, profileId: HALF, info: newest }),
    before: refused('NOT_SUPPORTED'),
    change: migOn,
    after: { info: { ...A100_HALF, name: 'MIG 3g.40gb' } },
  },
  nvmlDeviceGetGpuInstancePossiblePlacements_v2: {
    read: ({ raw, device }) => raw.nvmlDeviceGetGpuInstancePossiblePlacements_v2({ device, profileId: TWO }),
    before: refused('NOT_SUPPORTED'),
    change: migOn,
    after: A100_TWO_PLACES,
  },
  nvmlDeviceGetGpuInstancePossiblePlacements: {
    read: ({ raw, device }) => raw.nvmlDeviceGetGpuInstancePossiblePlacements({ device, profileId: TWO }),
    before: refused('NOT_SUPPORTED'),
    change: migOn,
    after: A100_TWO_PLACES,
  },
  nvmlDeviceGetGpuInstanceRemainingCapacity: [
    { prepare: migOn, read: capacity(ONE), before: { count: 7 }, change: create(HALF), after: { count: 4 } },
    { prepare: migOn, read: capacity(47), before: refused('INVALID_ARGUMENT'), change: (host) => host.setHost({ 'host.permissions': 'user' }), after: refused('NO_PERMISSION') },
  ],
  nvmlDeviceCreateGpuInstance: [
    { prepare: migOn, read: (host) => host.raw.nvmlGpuInstanceGetInfo({ gpuInstance: half(host) }), before: refused('NOT_FOUND'), change: create(HALF), after: { info: { id: LATER_HALF, profileId: HALF, placement: { start: 4, size: 4 } } } },
    { prepare: migOn, read: create(47), before: refused('INVALID_ARGUMENT'), change: (host) => host.setHost({ 'host.permissions': 'user' }), after: refused('NO_PERMISSION') },
  ],
  nvmlDeviceCreateGpuInstanceWithPlacement: [
    { prepare: migOn, read: (host) => host.raw.nvmlGpuInstanceGetInfo({ gpuInstance: half(host, FIRST_HALF) }), before: refused('NOT_FOUND'), change: createAt(HALF, 0, 4), after: { info: { id: FIRST_HALF, placement: { start: 0, size: 4 } } } },
    { prepare: migOn, read: createAt(TWO, 1, 2), before: refused('INVALID_ARGUMENT'), change: (host) => host.setHost({ 'host.permissions': 'user' }), after: refused('NO_PERMISSION') },
  ],
  nvmlGpuInstanceDestroy: {
    prepare: withHalf,
    read: capacity(HALF),
    before: { count: 1 },
    change: (host) => host.raw.nvmlGpuInstanceDestroy({ gpuInstance: half(host) }),
    after: { count: 2 },
  },
  nvmlDeviceGetGpuInstances: {
    prepare: withHalf,
    read: ({ raw, device }) => raw.nvmlDeviceGetGpuInstances({ device, profileId: HALF }),
    before: { count: 1 },
    change: create(HALF),
    after: { count: 2 },
  },
  nvmlDeviceGetGpuInstanceById: {
    prepare: migOn,
    read: ({ raw, device }) => raw.nvmlDeviceGetGpuInstances({ device, profileId: HALF }).gpuInstances.includes(raw.nvmlDeviceGetGpuInstanceById({ device, id: LATER_HALF }).gpuInstance),
    before: refused('NOT_FOUND'),
    change: create(HALF),
    after: true,
  },
  nvmlGpuInstanceGetInfo: {
    prepare: migOn,
    read: ({ raw, device }) => raw.nvmlGpuInstanceGetInfo({ gpuInstance: raw.nvmlDeviceGetGpuInstanceById({ device, id: 3 }).gpuInstance }),
    before: refused('NOT_FOUND'),
    change: createAt(TWO, 0, 2),
    after: { info: { id: 3, profileId: TWO, placement: { start: 0, size: 2 } } },
  },
  nvmlGpuInstanceGetComputeInstanceProfileInfo: {
    prepare: migOn,
    read: (host) => host.raw.nvmlGpuInstanceGetComputeInstanceProfileInfo({ gpuInstance: half(host), profile: 1, engProfile: 0 }),
    before: refused('NOT_FOUND'),
    change: create(HALF),
    after: { info: { id: 1, sliceCount: 2, instanceCount: 1, multiprocessorCount: 28, ...SHARED_OF_HALF } },
  },
  nvmlGpuInstanceGetComputeInstanceProfileInfoV: [
    {
      prepare: migOn,
      read: (host) => host.raw.nvmlGpuInstanceGetComputeInstanceProfileInfoV({ gpuInstance: half(host), profile: 0, engProfile: 0, info: newest }),
      before: refused('NOT_FOUND'),
      change: create(HALF),
      after: { info: { id: 0, sliceCount: 1, instanceCount: 3, multiprocessorCount: 14, ...SHARED_OF_HALF, name: 'MIG 1c.3g.40gb', capabilities: 0 } },
    },
    {
      prepare: withHalf,
      read: (host) => host.raw.nvmlGpuInstanceGetComputeInstanceProfileInfoV({ gpuInstance: half(host), profile: 3, engProfile: 0, info: newest }),
      before: refused('NOT_SUPPORTED'),
      change: (host) => host.raw.nvmlGpuInstanceDestroy({ gpuInstance: half(host) }),
      after: refused('NOT_FOUND'),
    },
  ],
  nvmlGpuInstanceGetComputeInstanceRemainingCapacity: { prepare: withHalf, read: computeCapacity(0), before: { count: 3 }, change: createCompute(1), after: { count: 1 } },
  nvmlGpuInstanceGetComputeInstancePossiblePlacements: {
    prepare: migOn,
    read: (host) => host.raw.nvmlGpuInstanceGetComputeInstancePossiblePlacements({ gpuInstance: half(host), profileId: 0 }),
    before: refused('NOT_FOUND'),
    change: create(HALF),
    after: { count: 3, placements: [{ start: 0, size: 1 }, { start: 1, size: 1 }, { start: 2, size: 1 }] },
  },
  nvmlGpuInstanceCreateComputeInstance: { prepare: withHalf, read: (host) => host.raw.nvmlComputeInstanceGetInfo_v2({ computeInstance: compute(host) }), before: refused('NOT_FOUND'), change: createCompute(2), after: { info: { id: 0, profileId: 2, placement: { start: 0, size: 3 } } } },
  nvmlGpuInstanceCreateComputeInstanceWithPlacement: [
    {
      prepare: withHalf,
      read: (host) => host.raw.nvmlComputeInstanceGetInfo_v2({ computeInstance: compute(host) }),
      before: refused('NOT_FOUND'),
      change: (host) => host.raw.nvmlGpuInstanceCreateComputeInstanceWithPlacement({ gpuInstance: half(host), profileId: 0, placement: { start: 2, size: 1 } }),
      after: { info: { id: 0, profileId: 0, placement: { start: 2, size: 1 } } },
    },
    {
      prepare: withHalf,
      read: (host) => host.raw.nvmlGpuInstanceCreateComputeInstanceWithPlacement({ gpuInstance: half(host), profileId: 0, placement: { start: 3, size: 1 } }),
      before: refused('INVALID_ARGUMENT'),
      change: (host) => host.setHost({ 'host.permissions': 'user' }),
      after: refused('NO_PERMISSION'),
    },
  ],
  nvmlComputeInstanceDestroy: { prepare: withDevice, read: computeCapacity(2), before: { count: 0 }, change: destroyDevice, after: { count: 1 } },
  nvmlGpuInstanceGetComputeInstances: {
    prepare: withDevice,
    read: (host) => host.raw.nvmlGpuInstanceGetComputeInstances({ gpuInstance: half(host), profileId: 0 }),
    before: { count: 1 },
    change: createCompute(0),
    after: { count: 2 },
  },
  nvmlGpuInstanceGetComputeInstanceById: {
    prepare: withHalf,
    read: (host) => host.raw.nvmlGpuInstanceGetComputeInstances({ gpuInstance: half(host), profileId: 0 }).computeInstances.includes(compute(host)),
    before: refused('NOT_FOUND'),
    change: createCompute(0),
    after: true,
  },
  nvmlComputeInstanceGetInfo_v2: { prepare: withHalf, read: (host) => host.raw.nvmlComputeInstanceGetInfo_v2({ computeInstance: compute(host) }), before: refused('NOT_FOUND'), change: createCompute(1), after: { info: { id: 0, profileId: 1, placement: { start: 0, size: 2 } } } },
  nvmlComputeInstanceGetInfo: { prepare: withHalf, read: (host) => host.raw.nvmlComputeInstanceGetInfo({ computeInstance: compute(host) }), before: refused('NOT_FOUND'), change: createCompute(1), after: { info: { id: 0, profileId: 1 } } },
  nvmlDeviceGetMaxMigDeviceCount: { read: ({ raw, device }) => raw.nvmlDeviceGetMaxMigDeviceCount({ device }), before: { count: 0 }, change: migOn, after: { count: 7 } },
  nvmlDeviceGetMigDeviceHandleByIndex: [
    { prepare: withHalf, read: (host) => migDevice(host) !== host.device, before: refused('NOT_FOUND'), change: createCompute(0), after: true },
    { read: ({ raw, device }) => raw.nvmlDeviceGetMigDeviceHandleByIndex({ device, index: 7 }), before: refused('NOT_FOUND'), change: migOn, after: refused('INVALID_ARGUMENT') },
  ],
  nvmlDeviceIsMigDeviceHandle: [
    { prepare: withHalf, read: (host) => host.raw.nvmlDeviceIsMigDeviceHandle({ device: migDevice(host) }), before: refused('NOT_FOUND'), change: createCompute(0), after: { isMigDevice: 1 } },
    { prepare: withDevice, read: ({ raw, device }) => raw.nvmlDeviceIsMigDeviceHandle({ device }), before: { isMigDevice: 0 }, change: (host) => host.machine.inject({ kind: 'gpu-lost', gpu: 0 }), after: refused('GPU_IS_LOST') },
  ],
  nvmlDeviceGetGpuInstanceId: { prepare: withHalf, read: (host) => host.raw.nvmlDeviceGetGpuInstanceId({ device: migDevice(host) }), before: refused('NOT_FOUND'), change: createCompute(0), after: { id: LATER_HALF } },
  nvmlDeviceGetComputeInstanceId: { prepare: withDevice, read: (host) => host.raw.nvmlDeviceGetComputeInstanceId({ device: migDevice(host, 1) }), before: refused('NOT_FOUND'), change: createCompute(0), after: { id: 1 } },
  nvmlDeviceGetDeviceHandleFromMigDeviceHandle: {
    prepare: withHalf,
    read: (host) => host.raw.nvmlDeviceGetDeviceHandleFromMigDeviceHandle({ migDevice: migDevice(host) }).device === host.device,
    before: refused('NOT_FOUND'),
    change: createCompute(0),
    after: true,
  },
  nvmlDeviceGetAttributes_v2: {
    prepare: withHalf,
    read: (host) => host.raw.nvmlDeviceGetAttributes_v2({ device: migDevice(host) }),
    before: refused('NOT_FOUND'),
    change: createCompute(1),
    after: { attributes: { multiprocessorCount: 28, ...SHARED_OF_HALF, gpuInstanceSliceCount: 3, computeInstanceSliceCount: 2, memorySizeMB: 40_192n } },
  },
  nvmlDeviceGetAttributes: {
    prepare: withHalf,
    read: (host) => host.raw.nvmlDeviceGetAttributes({ device: migDevice(host) }),
    before: refused('NOT_FOUND'),
    change: createCompute(1),
    after: { attributes: { multiprocessorCount: 28, sharedCopyEngineCount: 3, sharedDecoderCount: 2, sharedEncoderCount: 0, sharedJpegCount: 0, sharedOfaCount: 0 } },
  },
  nvmlDeviceGetName: { prepare: withHalf, read: (host) => host.raw.nvmlDeviceGetName({ device: migDevice(host) }), before: refused('NOT_FOUND'), change: createCompute(0), after: { name: 'NVIDIA A100-SXM4-80GB MIG 1c.3g.40gb' } },
  nvmlDeviceGetUUID: { prepare: withHalf, read: (host) => host.raw.nvmlDeviceGetUUID({ device: migDevice(host) }).uuid.startsWith('MIG-'), before: refused('NOT_FOUND'), change: createCompute(0), after: true },
  nvmlDeviceGetMemoryInfo: {
    prepare: withDevice,
    read: (host) => host.raw.nvmlDeviceGetMemoryInfo({ device: migDevice(host) }),
    before: { memory: { total: 40_192n << 20n, used: 0n, free: 40_192n << 20n } },
    change: set({ 'mig.gpu-instance.0.used-bytes': 1 << 20 }),
    after: { memory: { total: 40_192n << 20n, used: 1n << 20n, free: 40_191n << 20n } },
  },
  nvmlDeviceGetMemoryInfo_v2: {
    prepare: withDevice,
    read: (host) => host.raw.nvmlDeviceGetMemoryInfo_v2({ device: migDevice(host), memory: newest }),
    before: { memory: { total: 40_192n << 20n, reserved: 0n, used: 0n } },
    change: set({ 'mig.gpu-instance.0.used-bytes': 1 << 20 }),
    after: { memory: { reserved: 0n, used: 1n << 20n, free: 40_191n << 20n } },
  },
  nvmlDeviceGetHandleByUUID: {
    prepare: withHalf,
    read: (host) => host.raw.nvmlDeviceGetHandleByUUID({ uuid: host.raw.nvmlDeviceGetUUID({ device: migDevice(host) }).uuid }).device === migDevice(host),
    before: refused('NOT_FOUND'),
    change: createCompute(0),
    after: true,
  },
};
