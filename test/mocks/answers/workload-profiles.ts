import { oneGpu } from '../one-gpu.ts';
import type { AnswerHost, AnswerTable } from './table.ts';
import { refused, set } from './table.ts';

const B200 = { profile: oneGpu('b200-sxm-180') } as const;
const MAX_P = 0, MAX_Q = 1, COMPUTE = 2, HPC = 13, MIG = 14;

const bits = (...profiles: number[]) => profiles.reduce((mask, profile) => mask | (1 << profile), 0);
const mask255 = (...profiles: number[]) => ({ mask: [bits(...profiles), ...Array<number>(7).fill(0)] });
const current = ({ raw, device }: AnswerHost) => {
  const { requestedProfilesMask, enforcedProfilesMask } = raw.nvmlDeviceWorkloadPowerProfileGetCurrentProfiles({ device, currentProfiles: {} }).currentProfiles;
  return { requested: requestedProfilesMask.mask[0], enforced: enforcedProfilesMask.mask[0] };
};
const noProfiles = set(Object.fromEntries(Array.from({ length: 15 }, (_, profile) => [`power.workload-profile.${profile}.priority`, null])));
const requests = (...profiles: number[]) => set({ 'power.requested-workload-profiles': bits(...profiles) });

export const workloadProfileAnswers: AnswerTable = {
  nvmlDeviceWorkloadPowerProfileGetProfilesInfo: {
    ...B200,
    read: ({ raw, device }) => {
      const { perfProfilesMask, perfProfile } = raw.nvmlDeviceWorkloadPowerProfileGetProfilesInfo({ device, profilesInfo: {} }).profilesInfo;
      return { known: perfProfilesMask.mask[0], first: perfProfile[MAX_P], second: perfProfile[MAX_Q] };
    },
    before: { known: 0x7fff, first: { profileId: MAX_P, priority: 0, conflictingMask: mask255(MAX_Q) }, second: { profileId: MAX_Q, priority: 1, conflictingMask: mask255(MAX_P) } },
    change: set({ 'power.workload-profile.14.priority': null, 'power.workload-profile.0.priority': 9, 'power.workload-profile.1.conflicts': 5 }),
    after: { known: 0x3fff, first: { priority: 9 }, second: { conflictingMask: mask255(MAX_P, COMPUTE) } },
  },
  nvmlDeviceWorkloadPowerProfileGetCurrentProfiles: [
    {
      ...B200,
      read: current,
      before: { requested: 0, enforced: 0 },
      change: requests(MAX_P, MAX_Q, MIG),
      after: { requested: bits(MAX_P, MAX_Q, MIG), enforced: bits(MAX_P, MIG) },
    },
    {
      ...B200,
      read: current,
      before: { requested: 0 },
      change: noProfiles,
      after: refused('NOT_SUPPORTED'),
    },
  ],
  nvmlDeviceWorkloadPowerProfileSetRequestedProfiles: [
    {
      ...B200,
      prepare: requests(COMPUTE),
      read: current,
      before: { requested: bits(COMPUTE), enforced: bits(COMPUTE) },
      change: ({ raw, device }) => raw.nvmlDeviceWorkloadPowerProfileSetRequestedProfiles({ device, requestedProfiles: { requestedProfilesMask: mask255(MAX_Q, HPC) } }),
      after: { requested: bits(COMPUTE, MAX_Q, HPC), enforced: bits(COMPUTE, MAX_Q) },
    },
    {
      ...B200,
      read: ({ raw, device }) => raw.nvmlDeviceWorkloadPowerProfileSetRequestedProfiles({ device, requestedProfiles: { requestedProfilesMask: mask255(15) } }),
      before: refused('INVALID_ARGUMENT'),
      change: set({ 'power.workload-profile.15.priority': 30 }),
      after: {},
    },
  ],
  nvmlDeviceWorkloadPowerProfileClearRequestedProfiles: {
    ...B200,
    prepare: requests(COMPUTE, MAX_Q),
    read: current,
    before: { requested: bits(COMPUTE, MAX_Q) },
    change: ({ raw, device }) => raw.nvmlDeviceWorkloadPowerProfileClearRequestedProfiles({ device, requestedProfiles: { requestedProfilesMask: mask255(MAX_Q, HPC) } }),
    after: { requested: bits(COMPUTE), enforced: bits(COMPUTE) },
  },
  nvmlDeviceWorkloadPowerProfileUpdateProfiles_v1: {
    ...B200,
    prepare: requests(COMPUTE, MAX_Q),
    read: current,
    before: { requested: bits(COMPUTE, MAX_Q) },
    change: ({ raw, device }) => raw.nvmlDeviceWorkloadPowerProfileUpdateProfiles_v1({ device, updateProfiles: { operation: 'set-and-overwrite', updateProfilesMask: mask255(HPC) } }),
    after: { requested: bits(HPC), enforced: bits(HPC) },
  },
};
