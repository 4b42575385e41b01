/** Hosts of vGPUs for the rows, and what they start with. */
import { join } from 'node:path';
import { packageRoot } from '../../../lib/package-root.ts';
import type { MachineSettings } from '../../../mocks/control/index.ts';
import type { AnswerHost } from './table.ts';

/** On GPU 0 runs a T4-4Q, on GPU 1 a T4-16C. */
export const T4 = { profile: 'kvm-t4-4' };
export const T4_4Q = 232;
export const T4_16C = 321;
/** The VM on GPU 0, and the one on GPU 1. */
export const DESKTOP = { vgpuInstance: 3_251_634_200 };
export const TRAINING = { vgpuInstance: 3_251_634_201 };

/** What the type list has at T4-4Q, and the list of vGPUs at the desktop. */
const prefixed = (prefix: string, settings: MachineSettings) => Object.fromEntries(Object.entries(settings).map(([name, value]) => [`${prefix}.${name}`, value]));
export const ofType = (settings: MachineSettings) => (host: AnswerHost) => host.setHost(prefixed('vgpus.type.10', settings));
export const ofDesktop = (settings: MachineSettings) => (host: AnswerHost) => host.setHost(prefixed('vgpus.running.0', settings));

/** As it is until the guest has booted. */
export const noGuestDriver = ofDesktop({ 'guest-driver': null });
/** As if its VM ended. */
export const endDesktop = (host: AnswerHost) => host.machine.removeVgpu(DESKTOP.vgpuInstance);
/** Another VM with a vGPU on GPU 0; the rows know the id that it gets. */
export const start = (type: number, more: { gpu?: number; placement?: number } = {}) => (host: AnswerHost) => host.machine.addVgpu({ gpu: 0, type, ...more });

/** An A100 SXM4 80 GB that is made a host of vGPUs. */
export const A100 = { options: { gpus: 1, seed: 'answers', driver: '610.43.02' }, prepare: (host: AnswerHost) => host.set({ 'vgpu.mode': 'vgpu-host' }) };
export const A100DX_40C = 620;
export const A100DX_20C = 619;
export const A100DX_4C = 615;

/** A product that slices GPU instances; MIG is on, with one instance of the smallest profile. */
const PROFILE_1G = 19;
export const SLICED_6C = 1601;
export const SLICED_12C = 1602;
export const SLICED = {
  profile: join(packageRoot(), 'test/fixtures/hosts/sliced-instances.json'),
  prepare: ({ raw, device }: AnswerHost) => {
    raw.nvmlDeviceSetMigMode({ device, mode: 1 });
    raw.nvmlDeviceCreateGpuInstance({ device, profileId: PROFILE_1G });
  },
};
export const gpuInstance = ({ raw, device }: AnswerHost) => raw.nvmlDeviceGetGpuInstances({ device, profileId: PROFILE_1G }).gpuInstances[0] as bigint;
