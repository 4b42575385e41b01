import { expect } from 'vitest';
import type { AnswerHost, AnswerTable } from './table.ts';
import { refused, set, setHost } from './table.ts';
import { A100, A100DX_20C, DESKTOP, endDesktop, gpuInstance, noGuestDriver, ofDesktop, SLICED, SLICED_6C, start, T4, T4_4Q, TRAINING } from './vgpu-host.ts';

const MIB = 2n ** 20n;
const newest = {} as never;
const gone = refused('NOT_FOUND');
const versions = ({ raw }: AnswerHost) => raw.nvmlGetVgpuVersion({});
/** On a host whose VMs have ended. */
const endAll = async (host: AnswerHost) => {
  await endDesktop(host);
  await host.machine.removeVgpu(TRAINING.vgpuInstance);
};
const compatibility = ({ raw, device }: AnswerHost) =>
  raw.nvmlGetVgpuCompatibility({ vgpuMetadata: raw.nvmlVgpuInstanceGetMetadata(DESKTOP).vgpuMetadata, pgpuMetadata: raw.nvmlDeviceGetVgpuMetadata({ device }).pgpuMetadata });

export const vgpuInstanceAnswers: AnswerTable = {
  nvmlDeviceGetActiveVgpus: [
    { ...T4, read: ({ raw, device }) => raw.nvmlDeviceGetActiveVgpus({ device }), before: { vgpuInstances: [DESKTOP.vgpuInstance] }, change: start(T4_4Q), after: { vgpuInstances: [DESKTOP.vgpuInstance, TRAINING.vgpuInstance + 1] } },
    { read: ({ raw, device }) => raw.nvmlDeviceGetActiveVgpus({ device }), before: refused('NOT_SUPPORTED'), change: A100.prepare, after: { vgpuCount: 0 } },
  ],
  nvmlGpuInstanceGetActiveVgpus: {
    ...SLICED,
    read: (host) => host.raw.nvmlGpuInstanceGetActiveVgpus({ gpuInstance: gpuInstance(host), pVgpuInstanceInfo: newest }),
    before: { pVgpuInstanceInfo: { vgpuCount: 0 } },
    change: start(SLICED_6C),
    after: { pVgpuInstanceInfo: { vgpuInstances: [3_251_634_200] } },
  },
  nvmlVgpuInstanceGetVmID: { ...T4, read: ({ raw }) => raw.nvmlVgpuInstanceGetVmID(DESKTOP), before: { vmIdType: { name: 'uuid' } }, change: ofDesktop({ 'vm-id': 7, 'vm-id-kind': 'domain-id' }), after: { vmId: '7', vmIdType: { name: 'domain-id' } } },
  nvmlVgpuInstanceGetUUID: { ...T4, read: ({ raw }) => raw.nvmlVgpuInstanceGetUUID(DESKTOP), before: { uuid: expect36() }, change: endDesktop, after: gone },
  nvmlVgpuInstanceGetMdevUUID: { ...T4, read: ({ raw }) => raw.nvmlVgpuInstanceGetMdevUUID(DESKTOP), before: { mdevUuid: expect36() }, change: ofDesktop({ 'mdev-uuid': null }), after: refused('NOT_SUPPORTED') },
  nvmlVgpuInstanceGetVmDriverVersion: { ...T4, read: ({ raw }) => raw.nvmlVgpuInstanceGetVmDriverVersion(DESKTOP), before: { version: '550.127.05' }, change: noGuestDriver, after: { version: 'Not Available' } },
  nvmlVgpuInstanceGetGpuPciId: { ...T4, read: ({ raw }) => raw.nvmlVgpuInstanceGetGpuPciId(DESKTOP), before: { vgpuPciId: '00000000:02:00.0' }, change: noGuestDriver, after: { vgpuPciId: '00000000:00:00.0' } },
  nvmlVgpuInstanceGetFbUsage: [
    { ...T4, read: ({ raw }) => raw.nvmlVgpuInstanceGetFbUsage(DESKTOP), before: { fbUsage: 512n * MIB }, change: ofDesktop({ 'framebuffer-used-bytes': 768n * MIB }), after: { fbUsage: 768n * MIB } },
    { ...T4, read: ({ raw }) => raw.nvmlVgpuInstanceGetFbUsage(DESKTOP), before: { fbUsage: 512n * MIB }, change: (host) => host.machine.inject({ kind: 'gpu-lost', gpu: 0 }), after: gone },
  ],
  nvmlVgpuInstanceGetRuntimeStateSize: {
    ...T4,
    // The type's reservation of 320 MiB and what the guest uses.
    read: ({ raw }) => raw.nvmlVgpuInstanceGetRuntimeStateSize({ ...DESKTOP, pState: newest }),
    before: { pState: { size: 832n * MIB } },
    change: ofDesktop({ 'runtime-state-bytes': 900n * MIB }),
    after: { pState: { size: 900n * MIB } },
  },
  nvmlVgpuInstanceGetType: { ...T4, read: ({ raw }) => raw.nvmlVgpuInstanceGetType(DESKTOP), before: { vgpuTypeId: T4_4Q }, change: endDesktop, after: gone },
  nvmlVgpuInstanceGetFrameRateLimit: [
    { ...T4, read: ({ raw }) => raw.nvmlVgpuInstanceGetFrameRateLimit(DESKTOP), before: { frameRateLimit: 60 }, change: ofDesktop({ 'frame-rate-limit': 45 }), after: { frameRateLimit: 45 } },
    { ...T4, read: ({ raw }) => raw.nvmlVgpuInstanceGetFrameRateLimit(DESKTOP), before: { frameRateLimit: 60 }, change: set({ 'vgpu.scheduler.policy': 'equal-share' }), after: refused('NOT_SUPPORTED') },
  ],
  nvmlVgpuInstanceGetEccMode: [
    { ...T4, read: ({ raw }) => raw.nvmlVgpuInstanceGetEccMode(DESKTOP), before: { eccMode: { name: 'enabled' } }, change: ofDesktop({ ecc: false }), after: { eccMode: { name: 'disabled' } } },
    { ...T4, read: ({ raw }) => raw.nvmlVgpuInstanceGetEccMode(DESKTOP), before: { eccMode: { name: 'enabled' } }, change: ofDesktop({ ecc: null }), after: refused('NOT_SUPPORTED') },
  ],
  nvmlVgpuInstanceGetGpuInstanceId: [
    { ...T4, read: ({ raw }) => raw.nvmlVgpuInstanceGetGpuInstanceId(DESKTOP), before: { gpuInstanceId: 0xffff_ffff }, change: endDesktop, after: gone },
    {
      ...SLICED,
      read: (host) => ({ isThatOne: host.raw.nvmlVgpuInstanceGetGpuInstanceId(DESKTOP).gpuInstanceId === host.raw.nvmlGpuInstanceGetInfo({ gpuInstance: gpuInstance(host) }).info.id }),
      before: gone,
      change: start(SLICED_6C),
      after: { isThatOne: true },
    },
  ],
  nvmlVgpuInstanceGetPlacementId: [
    {
      ...A100,
      prepare: async (host) => {
        await A100.prepare(host);
        await start(A100DX_20C)(host);
      },
      read: ({ raw, device }) => raw.nvmlDeviceGetActiveVgpus({ device }).vgpuInstances.map((vgpuInstance) => raw.nvmlVgpuInstanceGetPlacementId({ vgpuInstance, pPlacement: newest }).pPlacement.placementId),
      before: [0],
      change: start(A100DX_20C, { placement: 8 }),
      after: [0, 8],
    },
    // A T4 tells no placements.
    { ...T4, read: ({ raw }) => raw.nvmlVgpuInstanceGetPlacementId({ ...DESKTOP, pPlacement: newest }), before: { pPlacement: { placementId: 0xffff } }, change: set({ 'vgpu.equal-size-placements': true }), after: { pPlacement: { placementId: 0 } } },
  ],
  nvmlVgpuInstanceGetMetadata: {
    ...T4,
    read: ({ raw }) => raw.nvmlVgpuInstanceGetMetadata(DESKTOP),
    before: { vgpuMetadata: { guestInfoState: { name: 'initialized' }, guestDriverVersion: '550.127.05', hostDriverVersion: '610.43.02', vgpuVirtualizationCaps: 1 } },
    change: noGuestDriver,
    after: { vgpuMetadata: { guestInfoState: { name: 'uninitialized' }, guestDriverVersion: '' } },
  },
  nvmlDeviceGetVgpuMetadata: [
    { ...T4, prepare: endAll, read: ({ raw, device }) => raw.nvmlDeviceGetVgpuMetadata({ device }), before: { pgpuMetadata: { hostDriverVersion: '610.43.02', hostSupportedVgpuRange: { minVersion: 0x70001 } } }, change: ({ raw }) => raw.nvmlSetVgpuVersion({ vgpuVersion: { minVersion: 0x80001, maxVersion: 0x90001 } }), after: { pgpuMetadata: { hostSupportedVgpuRange: { minVersion: 0x80001, maxVersion: 0x90001 } } } },
    { read: ({ raw, device }) => raw.nvmlDeviceGetVgpuMetadata({ device }), before: refused('NOT_SUPPORTED'), change: A100.prepare, after: {} },
  ],
  nvmlDeviceGetPgpuMetadataString: { read: ({ raw, device }) => raw.nvmlDeviceGetPgpuMetadataString({ device }), before: refused('NOT_SUPPORTED'), change: A100.prepare, after: { pgpuMetadata: '2.1:a100dx:610.43.02:70001-150001' } },
  nvmlGetVgpuCompatibility: [
    { ...T4, read: compatibility, before: { compatibilityInfo: { vgpuVmCompatibility: { value: 15 }, compatibilityLimitCode: { name: 'none' } } }, change: noGuestDriver, after: { compatibilityInfo: { vgpuVmCompatibility: { name: 'cold' }, compatibilityLimitCode: { name: 'guest-driver' } } } },
    { ...T4, read: compatibility, before: { compatibilityInfo: { vgpuVmCompatibility: { value: 15 } } }, change: ofDesktop({ version: 0x160001 }), after: { compatibilityInfo: { vgpuVmCompatibility: { name: 'none' }, compatibilityLimitCode: { name: 'host-driver' } } } },
    { ...T4, read: compatibility, before: { compatibilityInfo: { vgpuVmCompatibility: { value: 15 } } }, change: ofDesktop({ version: 0x60001 }), after: { compatibilityInfo: { vgpuVmCompatibility: { name: 'none' }, compatibilityLimitCode: { name: 'guest-driver' } } } },
  ],
  nvmlGetVgpuVersion: [
    { ...T4, read: versions, before: { supported: { minVersion: 0x70001, maxVersion: 0x150001 }, current: { minVersion: 0x70001 } }, change: setHost({ 'vgpus.version.allowed-least': 0x80001 }), after: { supported: { minVersion: 0x70001 }, current: { minVersion: 0x80001, maxVersion: 0x150001 } } },
    { read: versions, before: refused('NOT_SUPPORTED'), change: A100.prepare, after: {} },
  ],
  nvmlSetVgpuVersion: [
    { ...T4, prepare: endAll, read: versions, before: { current: { maxVersion: 0x150001 } }, change: ({ raw }) => raw.nvmlSetVgpuVersion({ vgpuVersion: { minVersion: 0x70001, maxVersion: 0x100001 } }), after: { current: { maxVersion: 0x100001 }, supported: { maxVersion: 0x150001 } } },
    // VMs run; and then a range outside of the preset one.
    { ...T4, read: ({ raw }) => raw.nvmlSetVgpuVersion({ vgpuVersion: { minVersion: 1, maxVersion: 2 } }), before: refused('IN_USE'), change: endAll, after: refused('INVALID_ARGUMENT') },
  ],
};

/** A UUID as text. */
function expect36(): unknown {
  return expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
}
