import { expect } from 'vitest';
import type { AnswerTable } from './table.ts';
import { refused, set } from './table.ts';

const H100 = { profile: 'hgx-h100-8' } as const;
const B200 = { profile: 'hgx-b200-8' } as const;
const CLUSTER = '00112233-4455-6677-8899-aabbccddeeff';
const CLUSTER_BYTES = Buffer.from(CLUSTER.replaceAll('-', ''), 'hex');
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1').replace(/\0+$/, '');

export const fabricAnswers: AnswerTable = {
  nvmlDeviceGetGpuFabricInfo: {
    ...H100,
    read: ({ raw, device }) => raw.nvmlDeviceGetGpuFabricInfo({ device }),
    before: { gpuFabricInfo: { state: { name: 'completed' }, status: { name: 'success' }, cliqueId: 0, clusterUuid: new Uint8Array(16) } },
    change: set({ 'fabric.state': 'in-progress', 'fabric.status': 3, 'fabric.clique-id': 32_766, 'fabric.cluster-uuid': CLUSTER }),
    after: { gpuFabricInfo: { state: { name: 'in-progress' }, status: { name: 'not-supported' }, cliqueId: 32_766, clusterUuid: new Uint8Array(CLUSTER_BYTES) } },
  },
  nvmlDeviceGetGpuFabricInfoV: [
    {
      ...H100,
      read: ({ raw, device }) => raw.nvmlDeviceGetGpuFabricInfoV({ device, gpuFabricInfo: {} }),
      before: { gpuFabricInfo: { state: { name: 'completed' }, healthMask: 0, healthSummary: 0 } },
      change: set({
        'fabric.state': 'not-started',
        'fabric.cluster-uuid': CLUSTER,
        'fabric.health.summary': 'limited-capacity',
        'fabric.health.degraded-bandwidth': 'true',
        'fabric.health.route-recovery': 'false',
        'fabric.health.route-unhealthy': 'true',
        'fabric.health.access-timeout-recovery': 'false',
        'fabric.health.incorrect-configuration': 'gpu-state-invalid',
        'fabric.health.partition-assigned': 'true',
      }),
      after: { gpuFabricInfo: { state: { name: 'not-started' }, healthMask: 0b01_1000_10_01_10_01, healthSummary: 3, clusterUuid: new Uint8Array(CLUSTER_BYTES) } },
    },
    {
      ...B200,
      read: ({ raw, device }) => raw.nvmlDeviceGetGpuFabricInfoV({ device, gpuFabricInfo: {} }),
      before: { gpuFabricInfo: { state: { name: 'completed' }, healthMask: 0b10 << 6, healthSummary: 1 } },
      change: set({ 'fabric.health.summary': 'unhealthy', 'fabric.health.access-timeout-recovery': 'true' }),
      after: { gpuFabricInfo: { healthMask: 0b01 << 6, healthSummary: 2 } },
    },
  ],
  nvmlDeviceGetPlatformInfo: [
    {
      ...B200,
      read: ({ raw, device }) => {
        const { platformInfo } = raw.nvmlDeviceGetPlatformInfo({ device, platformInfo: {} });
        return { ...platformInfo, chassis: 'chassisSerialNumber' in platformInfo && text(platformInfo.chassisSerialNumber) };
      },
      before: { chassis: '', slotNumber: 0, trayIndex: 0, hostId: 0, peerType: 1, moduleId: 2 },
      change: set({ 'fabric.platform.chassis-serial': '1821325191344', 'fabric.platform.slot-number': 11, 'fabric.platform.tray-index': 7, 'fabric.platform.host-id': 1, 'fabric.platform.peer': 'direct' }),
      after: { chassis: '1821325191344', slotNumber: 11, trayIndex: 7, hostId: 1, peerType: 0 },
    },
    {
      ...B200,
      read: ({ raw, device }) => Buffer.from(raw.nvmlDeviceGetPlatformInfo({ device, platformInfo: {} }).platformInfo.ibGuid).toString('hex'),
      before: expect.stringMatching(/^[0-9a-f]{16}0{16}$/) as string,
      change: set({ 'fabric.platform.guid': '034c4931ff7d1c4f' }),
      after: '034c4931ff7d1c4f0000000000000000',
    },
    {
      ...B200,
      read: ({ raw, device }) => raw.nvmlDeviceGetPlatformInfo({ device, platformInfo: {} }),
      before: { platformInfo: { peerType: 1 } },
      change: set({ 'fabric.platform.peer': null }),
      after: refused('NOT_SUPPORTED'),
    },
  ],
};
