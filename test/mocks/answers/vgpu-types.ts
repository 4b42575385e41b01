import type { AnswerHost, AnswerRow, AnswerTable } from './table.ts';
import { refused, set } from './table.ts';
import { A100, A100DX_20C, A100DX_40C, A100DX_4C, DESKTOP, endDesktop, gpuInstance, ofType, SLICED, SLICED_12C, SLICED_6C, start, T4, T4_4Q } from './vgpu-host.ts';

const GIB = 2n ** 30n;
const MIB = 2n ** 20n;
const type = { vgpuTypeId: T4_4Q };
const bareMetal = async (host: AnswerHost) => {
  await host.machine.removeVgpu(DESKTOP.vgpuInstance);
  await host.set({ 'vgpu.mode': 'none' });
};
const newest = {} as never;
const capability = (value: number) => ({ raw, device }: AnswerHost) => raw.nvmlDeviceGetVgpuCapabilities({ device, capability: value });
const heterogeneous = ({ raw, device }: AnswerHost) => raw.nvmlDeviceGetVgpuHeterogeneousMode({ device, pHeterogeneousMode: newest });
const setHeterogeneous = (mode: number) => ({ raw, device }: AnswerHost) => raw.nvmlDeviceSetVgpuHeterogeneousMode({ device, pHeterogeneousMode: { mode } as never });
const MEDIA_ENGINE = 7;
const WARM_UPDATE = 8;

export const vgpuTypeAnswers: AnswerTable = {
  nvmlVgpuTypeGetClass: { ...T4, read: ({ raw }) => raw.nvmlVgpuTypeGetClass(type), before: { vgpuTypeClass: 'Quadro' }, change: ofType({ class: 'Compute' }), after: { vgpuTypeClass: 'Compute' } },
  nvmlVgpuTypeGetName: [
    { ...T4, read: ({ raw }) => raw.nvmlVgpuTypeGetName(type), before: { vgpuTypeName: 'GRID T4-4Q' }, change: ofType({ name: 'GRID T4-4QX' }), after: { vgpuTypeName: 'GRID T4-4QX' } },
    // Without a vGPU manager there are no types.
    { read: ({ raw }) => raw.nvmlVgpuTypeGetName({ vgpuTypeId: A100DX_40C }), before: refused('INVALID_ARGUMENT'), change: set({ 'vgpu.mode': 'vgpu-host' }), after: { vgpuTypeName: 'GRID A100DX-40C' } },
  ],
  nvmlVgpuTypeGetLicense: {
    ...T4,
    read: ({ raw }) => raw.nvmlVgpuTypeGetLicense(type),
    before: { vgpuTypeLicenseString: 'Quadro-Virtual-DWS,5.0;GRID-Virtual-WS,2.0;GRID-Virtual-WS-Ext,2.0' },
    change: ofType({ license: 'GRID-Virtual-PC,2.0' }),
    after: { vgpuTypeLicenseString: 'GRID-Virtual-PC,2.0' },
  },
  nvmlVgpuTypeGetGpuInstanceProfileId: {
    ...T4,
    read: ({ raw }) => raw.nvmlVgpuTypeGetGpuInstanceProfileId(type),
    before: { gpuInstanceProfileId: 0xffff_ffff },
    change: ofType({ 'gpu-instance-profile': 14 }),
    after: { gpuInstanceProfileId: 14 },
  },
  nvmlVgpuTypeGetDeviceID: {
    ...T4,
    read: ({ raw }) => raw.nvmlVgpuTypeGetDeviceID(type),
    before: { deviceID: 0x1eb8_10den, subsystemID: 0x130e_10den },
    change: ofType({ 'subsystem-id': '0x130f10de' }),
    after: { subsystemID: 0x130f_10den },
  },
  nvmlVgpuTypeGetFramebufferSize: { ...T4, read: ({ raw }) => raw.nvmlVgpuTypeGetFramebufferSize(type), before: { fbSize: 4n * GIB }, change: ofType({ 'framebuffer-bytes': 3n * GIB }), after: { fbSize: 3n * GIB } },
  nvmlVgpuTypeGetFbReservation: { ...T4, read: ({ raw }) => raw.nvmlVgpuTypeGetFbReservation(type), before: { fbReservation: 320n * MIB }, change: ofType({ 'reservation-bytes': 64n * MIB }), after: { fbReservation: 64n * MIB } },
  nvmlVgpuTypeGetGspHeapSize: { ...T4, read: ({ raw }) => raw.nvmlVgpuTypeGetGspHeapSize(type), before: { gspHeapSize: 0n }, change: ofType({ 'gsp-heap-bytes': 26n * MIB }), after: { gspHeapSize: 26n * MIB } },
  nvmlVgpuTypeGetNumDisplayHeads: { ...T4, read: ({ raw }) => raw.nvmlVgpuTypeGetNumDisplayHeads(type), before: { numDisplayHeads: 4 }, change: ofType({ heads: 1 }), after: { numDisplayHeads: 1 } },
  nvmlVgpuTypeGetResolution: [
    { ...T4, read: ({ raw }) => raw.nvmlVgpuTypeGetResolution({ ...type, displayIndex: 0 }), before: { xdim: 7680, ydim: 4320 }, change: ofType({ width: 5120, height: 2880 }), after: { xdim: 5120, ydim: 2880 } },
    { ...T4, read: ({ raw }) => raw.nvmlVgpuTypeGetResolution({ ...type, displayIndex: 3 }), before: { xdim: 7680 }, change: ofType({ heads: 1 }), after: refused('INVALID_ARGUMENT') },
  ],
  nvmlVgpuTypeGetFrameRateLimit: { ...T4, read: ({ raw }) => raw.nvmlVgpuTypeGetFrameRateLimit(type), before: { frameRateLimit: 60 }, change: ofType({ 'frame-rate-limit': null }), after: refused('NOT_SUPPORTED') },
  nvmlVgpuTypeGetBAR1Info: { ...T4, read: ({ raw }) => raw.nvmlVgpuTypeGetBAR1Info({ ...type, bar1Info: newest }), before: { bar1Info: { bar1Size: 256n * MIB } }, change: ofType({ 'bar1-bytes': GIB }), after: { bar1Info: { bar1Size: GIB } } },
  nvmlVgpuTypeGetCapabilities: [
    { ...T4, read: ({ raw }) => raw.nvmlVgpuTypeGetCapabilities({ ...type, capability: 4 }), before: { capResult: 1 }, change: ofType({ 'exclusive-size': false }), after: { capResult: 0 } },
    { ...T4, read: ({ raw }) => raw.nvmlVgpuTypeGetCapabilities({ ...type, capability: 0 }), before: { capResult: 0 }, change: ofType({ 'nvlink-p2p': true }), after: { capResult: 1 } },
  ],
  nvmlVgpuTypeGetMaxInstancesPerVm: { ...T4, read: ({ raw }) => raw.nvmlVgpuTypeGetMaxInstancesPerVm(type), before: { vgpuInstanceCountPerVm: 1 }, change: ofType({ 'max-instances-per-vm': 16 }), after: { vgpuInstanceCountPerVm: 16 } },
  nvmlVgpuTypeGetMaxInstances: [
    { ...T4, read: ({ raw, device }) => raw.nvmlVgpuTypeGetMaxInstances({ device, ...type }), before: { vgpuInstanceCount: 4 }, change: bareMetal, after: refused('NOT_SUPPORTED') },
    // In equal-size mode twenty of 4 GB fit on 80 GB, in mixed-size mode sixteen.
    { ...A100, read: ({ raw, device }) => raw.nvmlVgpuTypeGetMaxInstances({ device, vgpuTypeId: A100DX_4C }), before: { vgpuInstanceCount: 20 }, change: setHeterogeneous(1), after: { vgpuInstanceCount: 16 } },
  ],
  nvmlVgpuTypeGetMaxInstancesPerGpuInstance: [
    {
      ...SLICED,
      read: ({ raw }) => raw.nvmlVgpuTypeGetMaxInstancesPerGpuInstance({ pMaxInstance: { vgpuTypeId: SLICED_6C } as never }),
      before: { pMaxInstance: { maxInstancePerGI: 4 } },
      change: (host) => host.setHost({ 'vgpus.type.0.max-instances-per-gpu-instance': 3 }),
      after: { pMaxInstance: { maxInstancePerGI: 3 } },
    },
    { ...T4, read: ({ raw }) => raw.nvmlVgpuTypeGetMaxInstancesPerGpuInstance({ pMaxInstance: type as never }), before: refused('NOT_SUPPORTED'), change: ofType({ 'gpu-instance-profile': 14 }), after: { pMaxInstance: { maxInstancePerGI: 0 } } },
  ],
  nvmlDeviceGetSupportedVgpus: [
    { ...T4, read: ({ raw, device }) => raw.nvmlDeviceGetSupportedVgpus({ device }), before: { vgpuCount: 17 }, change: bareMetal, after: refused('NOT_SUPPORTED') },
    { ...A100, read: ({ raw, device }) => raw.nvmlDeviceGetSupportedVgpus({ device }), before: { vgpuCount: 13 }, change: set({ 'vgpu.media-engine': false }), after: { vgpuCount: 12 } },
  ],
  nvmlDeviceGetCreatableVgpus: [
    // Beside a T4-4Q only what has 4 GB.
    { ...T4, read: ({ raw, device }) => raw.nvmlDeviceGetCreatableVgpus({ device }), before: { vgpuTypeIds: [227, 232, 319] }, change: endDesktop, after: { vgpuCount: 17 } },
    // A T4-16C leaves no room.
    { ...T4, read: ({ raw, other }) => raw.nvmlDeviceGetCreatableVgpus({ device: other }), before: { vgpuCount: 0 }, change: (host) => host.machine.removeVgpu(DESKTOP.vgpuInstance + 1), after: { vgpuCount: 17 } },
  ],
  nvmlGpuInstanceGetCreatableVgpus: {
    ...SLICED,
    read: (host) => host.raw.nvmlGpuInstanceGetCreatableVgpus({ gpuInstance: gpuInstance(host), pVgpus: newest }),
    before: { pVgpus: { vgpuTypeIds: [SLICED_6C, SLICED_12C] } },
    change: start(SLICED_6C),
    after: { pVgpus: { vgpuTypeIds: [SLICED_6C] } },
  },
  nvmlDeviceGetVgpuTypeSupportedPlacements: [
    {
      ...A100,
      read: ({ raw, device }) => raw.nvmlDeviceGetVgpuTypeSupportedPlacements({ device, vgpuTypeId: A100DX_20C, pPlacementList: { mode: 0 } as never }),
      before: { pPlacementList: { placementSize: 4, placementIds: [0, 4, 8, 12] } },
      change: set({ 'vgpu.placement-slots': 8 }),
      after: { pPlacementList: { placementIds: [0, 4] } },
    },
    // Driver 550 has the first version of the struct only, which knows mixed sizes.
    {
      ...A100,
      options: { ...A100.options, driver: '550.127.06' },
      read: ({ raw, device }) => raw.nvmlDeviceGetVgpuTypeSupportedPlacements({ device, vgpuTypeId: A100DX_40C, pPlacementList: newest }),
      before: { pPlacementList: { placementSize: 8, placementIds: [0, 8] } },
      change: set({ 'vgpu.mixed-sizes': false }),
      after: refused('NOT_SUPPORTED'),
    },
  ],
  nvmlDeviceGetVgpuTypeCreatablePlacements: [
    {
      ...A100,
      prepare: async (host) => {
        await A100.prepare(host);
        await start(A100DX_20C)(host);
      },
      read: ({ raw, device }) => raw.nvmlDeviceGetVgpuTypeCreatablePlacements({ device, vgpuTypeId: A100DX_20C, pPlacementList: { mode: 1 } as never }),
      before: { pPlacementList: { placementIds: [4, 8, 12] } },
      change: start(A100DX_20C),
      after: { pPlacementList: { placementIds: [8, 12] } },
    },
    {
      ...A100,
      read: ({ raw, device }) => raw.nvmlDeviceGetVgpuTypeCreatablePlacements({ device, vgpuTypeId: A100DX_40C, pPlacementList: { mode: 0 } as never }),
      before: refused('NOT_SUPPORTED'),
      change: (host) => {
        setHeterogeneous(1)(host);
        return start(A100DX_4C)(host);
      },
      after: { pPlacementList: { placementIds: [8] } },
    },
  ],
  nvmlGpuInstanceGetVgpuTypeCreatablePlacements: {
    ...SLICED,
    read: (host) => host.raw.nvmlGpuInstanceGetVgpuTypeCreatablePlacements({ gpuInstance: gpuInstance(host), pCreatablePlacementInfo: { vgpuTypeId: SLICED_6C } as never }),
    before: { pCreatablePlacementInfo: { placementSize: 1, placementIds: [0, 1, 2, 3] } },
    change: start(SLICED_6C, { placement: 2 }),
    after: { pCreatablePlacementInfo: { placementIds: [0, 1, 3] } },
  },
  nvmlDeviceGetVirtualizationMode: [
    { ...T4, read: ({ raw, device }) => raw.nvmlDeviceGetVirtualizationMode({ device }), before: { pVirtualMode: { name: 'host-vgpu' } }, change: bareMetal, after: { pVirtualMode: { name: 'none' } } },
    { read: ({ raw, device }) => raw.nvmlDeviceGetVirtualizationMode({ device }), before: { pVirtualMode: { name: 'none' } }, change: set({ 'vgpu.mode': 'passthrough' }), after: { pVirtualMode: { name: 'passthrough' } } },
  ],
  nvmlDeviceSetVirtualizationMode: [
    {
      ...T4,
      prepare: endDesktop,
      read: ({ raw, device }) => raw.nvmlDeviceGetVirtualizationMode({ device }),
      before: { pVirtualMode: { name: 'host-vgpu' } },
      change: ({ raw, device }) => raw.nvmlDeviceSetVirtualizationMode({ device, virtualMode: 4 }),
      after: { pVirtualMode: { name: 'host-vsga' } },
    },
    { ...T4, read: ({ raw, device }) => raw.nvmlDeviceSetVirtualizationMode({ device, virtualMode: 4 }), before: refused('IN_USE'), change: bareMetal, after: refused('NOT_SUPPORTED') },
  ],
  nvmlDeviceGetHostVgpuMode: [
    { ...T4, read: ({ raw, device }) => raw.nvmlDeviceGetHostVgpuMode({ device }), before: { pHostVgpuMode: { name: 'non-sriov' } }, change: bareMetal, after: refused('NOT_SUPPORTED') },
    { read: ({ raw, device }) => raw.nvmlDeviceGetHostVgpuMode({ device }), before: refused('NOT_SUPPORTED'), change: A100.prepare, after: { pHostVgpuMode: { name: 'sriov' } } },
  ],
  nvmlDeviceGetVgpuHeterogeneousMode: { ...A100, read: heterogeneous, before: { pHeterogeneousMode: { mode: 0 } }, change: set({ 'vgpu.heterogeneous': true }), after: { pHeterogeneousMode: { mode: 1 } } },
  nvmlDeviceSetVgpuHeterogeneousMode: [
    { ...A100, read: heterogeneous, before: { pHeterogeneousMode: { mode: 0 } }, change: setHeterogeneous(1), after: { pHeterogeneousMode: { mode: 1 } } },
    { ...A100, read: setHeterogeneous(2), before: refused('INVALID_ARGUMENT'), change: set({ 'vgpu.mode': 'none' }), after: refused('NOT_SUPPORTED') },
    { ...A100, read: setHeterogeneous(1), before: {}, change: async (host) => {
      setHeterogeneous(0)(host);
      await start(A100DX_40C)(host);
    }, after: refused('IN_USE') },
  ],
  nvmlGpuInstanceGetVgpuHeterogeneousMode: {
    ...SLICED,
    read: (host) => host.raw.nvmlGpuInstanceGetVgpuHeterogeneousMode({ gpuInstance: gpuInstance(host), pHeterogeneousMode: newest }),
    before: { pHeterogeneousMode: { mode: 0 } },
    change: set({ 'vgpu.mig-timeslicing': false }),
    after: refused('NOT_SUPPORTED'),
  },
  nvmlGpuInstanceSetVgpuHeterogeneousMode: {
    ...SLICED,
    read: (host) => host.raw.nvmlGpuInstanceGetVgpuHeterogeneousMode({ gpuInstance: gpuInstance(host), pHeterogeneousMode: newest }),
    before: { pHeterogeneousMode: { mode: 0 } },
    change: (host) => host.raw.nvmlGpuInstanceSetVgpuHeterogeneousMode({ gpuInstance: gpuInstance(host), pHeterogeneousMode: { mode: 1 } as never }),
    after: { pHeterogeneousMode: { mode: 1 } },
  },
  nvmlGetVgpuDriverCapabilities: [
    { ...T4, read: ({ raw }) => raw.nvmlGetVgpuDriverCapabilities({ capability: 0 }), before: { capResult: 1 }, change: (host) => host.setHost({ 'vgpus.mixed-types-per-vm': false }), after: { capResult: 0 } },
    { ...T4, read: ({ raw }) => raw.nvmlGetVgpuDriverCapabilities({ capability: 1 }), before: { capResult: 0 }, change: (host) => host.setHost({ 'vgpus.warm-update': true }), after: { capResult: 1 } },
    { read: ({ raw }) => raw.nvmlGetVgpuDriverCapabilities({ capability: 0 }), before: refused('NOT_SUPPORTED'), change: A100.prepare, after: { capResult: 0 } },
  ],
  nvmlDeviceGetVgpuCapabilities: [
    { ...A100, read: capability(WARM_UPDATE), before: { capResult: 0 }, change: set({ 'vgpu.warm-update': true }), after: { capResult: 1 } },
    // Driver 550 has not heard of a warm update.
    { ...A100, options: { ...A100.options, driver: '550.127.06' }, read: capability(WARM_UPDATE), before: refused('INVALID_ARGUMENT'), change: (host) => host.machine.inject({ kind: 'gpu-lost', gpu: 0 }), after: refused('GPU_IS_LOST') },
    { ...A100, read: capability(3), before: { capResult: 8192 }, change: set({ 'vgpu.read-megabytes-per-second': 12_000 }), after: { capResult: 12_000 } },
  ],
  nvmlDeviceSetVgpuCapabilities: [
    { ...A100, read: capability(MEDIA_ENGINE), before: { capResult: 1 }, change: ({ raw, device }) => raw.nvmlDeviceSetVgpuCapabilities({ device, capability: MEDIA_ENGINE, state: 0 }), after: { capResult: 0 } },
    {
      ...A100,
      read: ({ raw, device }) => raw.nvmlDeviceSetVgpuCapabilities({ device, capability: WARM_UPDATE, state: 1 }),
      before: refused('NOT_SUPPORTED'),
      change: (host) => host.setHost({ 'host.permissions': 'user' }),
      after: refused('NO_PERMISSION'),
    },
  ],
  nvmlDeviceVgpuForceGspUnload: {
    profile: 'hgx-h100-8',
    options: { gpus: 1 },
    prepare: A100.prepare,
    read: async ({ machine }) => (await machine.attributes(0)).find(({ name }) => name.endsWith('gsp-loaded'))?.value,
    before: 'on' as never,
    change: ({ raw, device }) => raw.nvmlDeviceVgpuForceGspUnload({ device }),
    after: 'off' as never,
  },
  ...gridFeatures(),
};

/** All four ages of the struct, each with what the one before it has and more. */
function gridFeatures(): AnswerTable {
  const feature = { featureCode: { name: 'nvidia-rtx' }, featureState: 1, licenseInfo: 'NVIDIA RTX Virtual Workstation' };
  const ages = { '': feature, _v2: { ...feature, productName: 'vWS' }, _v3: { ...feature, productName: 'vWS', featureEnabled: 1 } };
  const newestAge = { ...ages._v3, licenseExpiry: { year: 2030, month: 12, day: 31, hour: 23, min: 59, sec: 59, status: 2 } };
  const licensed = set({
    'vgpu.licensable-feature.0.code': 'workstation',
    'vgpu.licensable-feature.0.state': true,
    'vgpu.licensable-feature.0.enabled': true,
    'vgpu.licensable-feature.0.license': 'NVIDIA RTX Virtual Workstation',
    'vgpu.licensable-feature.0.product': 'vWS',
    'vgpu.licensable-feature.0.expiry': 'valid',
    'vgpu.licensable-feature.0.expires-unix-seconds': 1_924_991_999,
  });
  const answer = (supported: number, features: object[]) => ({ pGridLicensableFeatures: { isGridLicenseSupported: supported, licensableFeaturesCount: features.length, gridLicensableFeatures: [...features, {}, {}, {}].slice(0, 3) } });
  const row = (read: AnswerRow['read'], expected: object): AnswerRow => ({ read, before: answer(0, []), change: licensed, after: answer(1, [expected]) });
  return {
    nvmlDeviceGetGridLicensableFeatures: row(({ raw, device }) => raw.nvmlDeviceGetGridLicensableFeatures({ device }), ages['']),
    nvmlDeviceGetGridLicensableFeatures_v2: row(({ raw, device }) => raw.nvmlDeviceGetGridLicensableFeatures_v2({ device }), ages._v2),
    nvmlDeviceGetGridLicensableFeatures_v3: row(({ raw, device }) => raw.nvmlDeviceGetGridLicensableFeatures_v3({ device }), ages._v3),
    nvmlDeviceGetGridLicensableFeatures_v4: row(({ raw, device }) => raw.nvmlDeviceGetGridLicensableFeatures_v4({ device }), newestAge),
  };
}
