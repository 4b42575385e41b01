import type { ProcessKind, SimulatedProcess } from '../../../mocks/control/index.ts';
import type { AnswerHost, AnswerRow, AnswerTable } from './table.ts';
import { refused, refusedUntilLost, setHost } from './table.ts';

/** Above every number that Linux gives out. */
export const PID = 5_000_001;
const OUTSIDE_MIG = 0xffff_ffff;
const TRAINING = { gpu: 0, pid: PID, name: '/usr/bin/python3', memoryBytes: 4n << 30n } as const;

export const H100 = { profile: 'hgx-h100-8', options: { gpus: 2 } } as const;

export function add(process: Partial<SimulatedProcess> = {}): (host: AnswerHost) => Promise<void> {
  return ({ machine }) => machine.addProcess({ ...TRAINING, ...process });
}

/** It shows only processes of its kind and its GPU; who uses MPS computes as well. */
function listed(kind: ProcessKind, read: AnswerRow['read']): AnswerRow {
  return {
    prepare: async ({ machine }) => {
      const others = (['compute', 'graphics', 'mps'] as const).filter((other) => other !== kind && !(kind === 'compute' && other === 'mps'));
      await Promise.all(others.map((other, at) => machine.addProcess({ gpu: 0, pid: PID + 10 + at, name: 'other', kind: other })));
      await machine.addProcess({ ...TRAINING, gpu: 1, kind });
    },
    read,
    before: { infoCount: 0, infos: [] },
    change: add({ kind: kind === 'compute' ? 'mps' : kind }),
    after: { infoCount: 1, infos: [{ pid: PID, usedGpuMemory: 4n << 30n }] },
  };
}

/** A GPU in halves: GPU instances 1 and 2, in each a compute instance 0. */
export const HALVES = {
  options: {
    gpus: 2,
    attributes: {
      'host.permissions': 'root', 'gpu.0.mig.mode': 'on',
      'gpu.0.mig.gpu-instance.0.profile': 9, 'gpu.0.mig.compute-instance.0.profile': '3-slice', 'gpu.0.mig.compute-instance.0.gpu-instance': 0,
      'gpu.0.mig.gpu-instance.1.profile': 9, 'gpu.0.mig.compute-instance.1.profile': '3-slice', 'gpu.0.mig.compute-instance.1.gpu-instance': 1,
    },
  },
} as const;

/** Of the MIG device with this index. */
const onHalf = (index: number, read: (host: AnswerHost) => unknown): AnswerRow['read'] => (host) =>
  read({ ...host, raw: host.raw, device: host.raw.nvmlDeviceGetMigDeviceHandleByIndex({ device: host.device, index }).migDevice });

const detailList = (mode: number): AnswerRow['read'] => ({ raw, device }) => raw.nvmlDeviceGetRunningProcessDetailList({ device, plist: { mode } }).plist;

/** A little after the next sample was taken. */
export const sampled = ({ machine }: AnswerHost) => machine.advance(1);

const utilization: AnswerRow['read'] = ({ raw, device }) => raw.nvmlDeviceGetProcessUtilization({ device, lastSeenTimeStamp: 0n });

export const processesAnswers: AnswerTable = {
  nvmlDeviceGetComputeRunningProcesses: [
    listed('compute', ({ raw, device }) => raw.nvmlDeviceGetComputeRunningProcesses({ device })),
    {
      prepare: add(),
      read: ({ raw, device }) => raw.nvmlDeviceGetComputeRunningProcesses({ device }),
      before: { infos: [{ usedGpuMemory: 4n << 30n }] },
      change: ({ machine }) => machine.setProcess(0, PID, { memoryBytes: 5n << 30n }),
      after: { infos: [{ usedGpuMemory: 5n << 30n }] },
    },
  ],
  nvmlDeviceGetComputeRunningProcesses_v2: listed('compute', ({ raw, device }) => raw.nvmlDeviceGetComputeRunningProcesses_v2({ device })),
  nvmlDeviceGetComputeRunningProcesses_v3: [
    listed('compute', ({ raw, device }) => raw.nvmlDeviceGetComputeRunningProcesses_v3({ device })),
    {
      prepare: add(),
      read: ({ raw, device }) => raw.nvmlDeviceGetComputeRunningProcesses_v3({ device }),
      before: { infos: [{ pid: PID, gpuInstanceId: OUTSIDE_MIG, computeInstanceId: OUTSIDE_MIG }] },
      change: ({ machine }) => machine.removeProcess(PID),
      after: { infoCount: 0 },
    },
    {
      ...HALVES,
      prepare: add({ gpuInstance: 2, computeInstance: 0 }),
      read: onHalf(0, ({ raw, device }) => raw.nvmlDeviceGetComputeRunningProcesses_v3({ device })),
      before: { infoCount: 0 },
      change: add({ pid: PID + 1, gpuInstance: 1, computeInstance: 0 }),
      after: { infoCount: 1, infos: [{ pid: PID + 1, gpuInstanceId: 1, computeInstanceId: 0 }] },
    },
    {
      ...HALVES,
      prepare: add({ gpuInstance: 2, computeInstance: 0 }),
      read: ({ raw, device }) => raw.nvmlDeviceGetComputeRunningProcesses_v3({ device }),
      before: { infos: [{ pid: PID, gpuInstanceId: 2, computeInstanceId: 0 }] },
      change: setHost({ 'host.permissions': 'user' }),
      after: refused('NO_PERMISSION'),
    },
  ],
  nvmlDeviceGetGraphicsRunningProcesses: listed('graphics', ({ raw, device }) => raw.nvmlDeviceGetGraphicsRunningProcesses({ device })),
  nvmlDeviceGetGraphicsRunningProcesses_v2: listed('graphics', ({ raw, device }) => raw.nvmlDeviceGetGraphicsRunningProcesses_v2({ device })),
  nvmlDeviceGetGraphicsRunningProcesses_v3: listed('graphics', ({ raw, device }) => raw.nvmlDeviceGetGraphicsRunningProcesses_v3({ device })),
  nvmlDeviceGetMPSComputeRunningProcesses: listed('mps', ({ raw, device }) => raw.nvmlDeviceGetMPSComputeRunningProcesses({ device })),
  nvmlDeviceGetMPSComputeRunningProcesses_v2: listed('mps', ({ raw, device }) => raw.nvmlDeviceGetMPSComputeRunningProcesses_v2({ device })),
  nvmlDeviceGetMPSComputeRunningProcesses_v3: listed('mps', ({ raw, device }) => raw.nvmlDeviceGetMPSComputeRunningProcesses_v3({ device })),
  nvmlDeviceGetRunningProcessDetailList: [
    ...[0, 1, 2].map((mode): AnswerRow => ({
      ...H100,
      read: detailList(mode),
      before: { numProcArrayEntries: 0 },
      change: async ({ machine }) => {
        for (const [at, kind] of (['compute', 'graphics', 'mps'] as const).entries()) await machine.addProcess({ ...TRAINING, pid: PID + at, kind, protectedBytes: 1 << 20 });
      },
      after: {
        procArray: [{ pid: PID + mode, usedGpuMemory: 4n << 30n, gpuInstanceId: OUTSIDE_MIG, computeInstanceId: OUTSIDE_MIG, usedGpuCcProtectedMemory: 1n << 20n }],
      },
    })),
    {
      ...H100,
      prepare: add(),
      read: detailList(3),
      before: { procArray: [{ pid: PID }] },
      change: add({ pid: PID + 1, kind: 'graphics' }),
      after: { numProcArrayEntries: 2, procArray: [{ pid: PID }, { pid: PID + 1 }] },
    },
    // Before Hopper there is no such list.
    { read: detailList(3), ...refusedUntilLost('NOT_SUPPORTED') },
    { ...H100, read: detailList(4), ...refusedUntilLost('INVALID_ARGUMENT') },
  ],
  nvmlSystemGetProcessName: {
    read: ({ raw }) => raw.nvmlSystemGetProcessName({ pid: PID }),
    before: refused('NOT_FOUND'),
    change: add(),
    after: { name: '/usr/bin/python3' },
  },
  nvmlDeviceGetProcessUtilization: [
    {
      prepare: add({ pid: PID + 1, name: 'idle' }),
      read: utilization,
      before: refused('NOT_FOUND'),
      change: async (host) => {
        await add({ smPercent: 90, memoryPercent: 40, encoderPercent: 3, decoderPercent: 2 })(host);
        await sampled(host);
      },
      after: { processSamplesCount: 1, utilization: [{ pid: PID, smUtil: 90, memUtil: 40, encUtil: 3, decUtil: 2 }] },
    },
    {
      prepare: async (host) => {
        await add({ smPercent: 90 })(host);
        await sampled(host);
      },
      read: utilization,
      before: { utilization: [{ smUtil: 90 }] },
      change: ({ machine }) => machine.setProcess(0, PID, { smPercent: 10, memoryPercent: 5 }),
      after: { utilization: [{ smUtil: 10, memUtil: 5 }] },
    },
  ],
  nvmlDeviceGetProcessesUtilizationInfo: {
    read: ({ raw, device }) => raw.nvmlDeviceGetProcessesUtilizationInfo({ device, procesesUtilInfo: { lastSeenTimeStamp: 0n } }).procesesUtilInfo,
    before: refused('NOT_FOUND'),
    change: async (host) => {
      await add({ smPercent: 90, memoryPercent: 40, encoderPercent: 3, decoderPercent: 2, jpegPercent: 7, ofaPercent: 1 })(host);
      await sampled(host);
    },
    after: { processSamplesCount: 1, procUtilArray: [{ pid: PID, smUtil: 90, memUtil: 40, encUtil: 3, decUtil: 2, jpgUtil: 7, ofaUtil: 1 }] },
  },
};
