/** What guests do with their vGPUs: encode, capture, compute, account for it, and have licenses. */
import { readMember } from '../../../lib/abi/codec.ts';
import { fieldValueUnion } from '../../../lib/abi/nvml/structs/telemetry.ts';
import type { AnswerHost, AnswerTable } from './table.ts';
import { refused, setHost } from './table.ts';
import { DESKTOP, noGuestDriver, ofDesktop, T4, TRAINING } from './vgpu-host.ts';

const MIB = 2n ** 20n;
const gone = refused('NOT_FOUND');
const capacity = ({ raw }: AnswerHost) => raw.nvmlVgpuInstanceGetEncoderCapacity(DESKTOP);
const pids = ({ raw }: AnswerHost) => raw.nvmlVgpuInstanceGetAccountingPids(TRAINING);
const training = (settings: Record<string, string | number>) => setHost(Object.fromEntries(Object.entries(settings).map(([name, value]) => [`vgpus.running.1.${name}`, value])));
const started = 1_700_000_000_000;
const ended = { 'process.0.started-unix-milliseconds': started, 'process.0.ended-unix-milliseconds': started + 2_500 };
const SINCE_EVER = { lastSeenTimeStamp: 0n };
const number = (value: { bytes: Uint8Array }) => readMember(fieldValueUnion, value, 'uiVal');

export const vgpuGuestAnswers: AnswerTable = {
  nvmlVgpuInstanceGetEncoderCapacity: { ...T4, read: capacity, before: { encoderCapacity: 100 }, change: ofDesktop({ 'encoder-capacity-percent': 25 }), after: { encoderCapacity: 25 } },
  nvmlVgpuInstanceSetEncoderCapacity: [
    { ...T4, read: capacity, before: { encoderCapacity: 100 }, change: ({ raw }) => raw.nvmlVgpuInstanceSetEncoderCapacity({ ...DESKTOP, encoderCapacity: 40 }), after: { encoderCapacity: 40 } },
    { ...T4, read: ({ raw }) => raw.nvmlVgpuInstanceSetEncoderCapacity({ ...DESKTOP, encoderCapacity: 101 }), before: refused('INVALID_ARGUMENT'), change: setHost({ 'host.permissions': 'user' }), after: refused('NO_PERMISSION') },
  ],
  nvmlVgpuInstanceGetEncoderStats: {
    ...T4,
    read: ({ raw }) => raw.nvmlVgpuInstanceGetEncoderStats(DESKTOP),
    before: { sessionCount: 1, averageFps: 30, averageLatency: 4100 },
    change: ofDesktop({ 'encoder-session.2.id': 9, 'encoder-session.2.average-fps': 60, 'encoder-session.2.average-latency-microseconds': 2100 }),
    after: { sessionCount: 2, averageFps: 45, averageLatency: 3100 },
  },
  nvmlVgpuInstanceGetEncoderSessions: {
    ...T4,
    read: ({ raw }) => raw.nvmlVgpuInstanceGetEncoderSessions(DESKTOP),
    before: { sessionInfo: [{ sessionId: 1, pid: 2871, ...DESKTOP, codecType: { name: 'h264' }, hResolution: 1920, vResolution: 1080, averageFps: 30, averageLatency: 4100 }] },
    change: ofDesktop({ 'encoder-session.0.codec': 'hevc', 'encoder-session.3.id': 4 }),
    after: { sessionCount: 2, sessionInfo: [{ codecType: { name: 'hevc' } }, { sessionId: 4 }] },
  },
  nvmlVgpuInstanceGetFBCStats: {
    ...T4,
    read: ({ raw }) => raw.nvmlVgpuInstanceGetFBCStats(DESKTOP),
    before: { fbcStats: { sessionsCount: 1, averageFPS: 30, averageLatency: 2600 } },
    change: ofDesktop({ 'fbc-session.0.id': 0 }),
    after: { fbcStats: { sessionsCount: 0, averageFPS: 0, averageLatency: 0 } },
  },
  nvmlVgpuInstanceGetFBCSessions: {
    ...T4,
    read: ({ raw }) => raw.nvmlVgpuInstanceGetFBCSessions(DESKTOP),
    before: { sessionInfo: [{ sessionId: 1, pid: 2214, ...DESKTOP, sessionType: { name: 'cuda' }, hMaxResolution: 3840, vMaxResolution: 2160, hResolution: 1920, vResolution: 1080, averageFPS: 30 }] },
    change: ofDesktop({ 'fbc-session.0.kind': 'hwenc', 'fbc-session.0.head': 1 }),
    after: { sessionInfo: [{ sessionType: { name: 'hwenc' }, displayOrdinal: 1 }] },
  },
  nvmlDeviceGetVgpuUtilization: [
    {
      ...T4,
      read: ({ raw, device }) => raw.nvmlDeviceGetVgpuUtilization({ device, ...SINCE_EVER }).utilizationSamples.map(({ vgpuInstance, smUtil, memUtil, encUtil, decUtil }) => ({ vgpuInstance, busy: [smUtil, memUtil, encUtil, decUtil].map(number) })),
      before: [{ ...DESKTOP, busy: [23, 6, 12, 0] }],
      change: ofDesktop({ 'sm-percent': 80, 'decoder-percent': 9 }),
      after: [{ busy: [80, 6, 12, 9] }],
    },
    // Nothing newer than the newest sample, until time has passed.
    {
      ...T4,
      read: newerThanFirst(({ raw, device }, lastSeenTimeStamp) => raw.nvmlDeviceGetVgpuUtilization({ device, lastSeenTimeStamp }).utilizationSamples[0]?.timeStamp),
      before: refused('NOT_FOUND'),
      change: (host) => host.machine.advance(5),
      after: {},
    },
  ],
  nvmlDeviceGetVgpuInstancesUtilizationInfo: {
    ...T4,
    read: ({ raw, device }) =>
      raw.nvmlDeviceGetVgpuInstancesUtilizationInfo({ device, vgpuUtilInfo: SINCE_EVER as never }).vgpuUtilInfo.vgpuUtilArray.map(({ vgpuInstance, smUtil, jpgUtil, ofaUtil }) => ({ vgpuInstance, busy: [smUtil, jpgUtil, ofaUtil].map(number) })),
    before: [{ ...DESKTOP, busy: [23, 0, 0] }],
    change: ofDesktop({ 'jpeg-percent': 4, 'ofa-percent': 3 }),
    after: [{ busy: [23, 4, 3] }],
  },
  nvmlDeviceGetVgpuProcessUtilization: {
    ...T4,
    read: ({ raw, device }) => raw.nvmlDeviceGetVgpuProcessUtilization({ device, ...SINCE_EVER }),
    before: { utilizationSamples: [{ ...DESKTOP, pid: 2214, processName: 'Xorg', smUtil: 5, memUtil: 2, encUtil: 0 }, { pid: 2871, processName: 'blender', smUtil: 18, memUtil: 4, encUtil: 12 }] },
    change: ofDesktop({ 'process.0.sm-percent': 0, 'process.0.memory-percent': 0 }),
    after: { vgpuProcessSamplesCount: 1, utilizationSamples: [{ pid: 2871 }] },
  },
  nvmlDeviceGetVgpuProcessesUtilizationInfo: {
    ...T4,
    read: ({ raw, device }) => raw.nvmlDeviceGetVgpuProcessesUtilizationInfo({ device, vgpuProcUtilInfo: SINCE_EVER as never }),
    before: { vgpuProcUtilInfo: { vgpuProcUtilArray: [{ ...DESKTOP, pid: 2214, processName: 'Xorg', jpgUtil: 0 }, { pid: 2871, encUtil: 12 }] } },
    change: ofDesktop({ 'process.0.jpeg-percent': 3, 'process.1.ofa-percent': 2 }),
    after: { vgpuProcUtilInfo: { vgpuProcUtilArray: [{ jpgUtil: 3 }, { ofaUtil: 2 }] } },
  },
  nvmlVgpuInstanceGetAccountingMode: [
    { ...T4, read: ({ raw }) => raw.nvmlVgpuInstanceGetAccountingMode(DESKTOP), before: { mode: { name: 'disabled' } }, change: ofDesktop({ accounting: true }), after: { mode: { name: 'enabled' } } },
    { ...T4, read: ({ raw }) => raw.nvmlVgpuInstanceGetAccountingMode(DESKTOP), before: { mode: { name: 'disabled' } }, change: noGuestDriver, after: refused('DRIVER_NOT_LOADED') },
  ],
  nvmlVgpuInstanceGetAccountingPids: [
    { ...T4, read: pids, before: { pids: [41_730] }, change: training({ 'process.3.pid': 41_999 }), after: { pids: [41_730, 41_999] } },
    { ...T4, read: ({ raw }) => raw.nvmlVgpuInstanceGetAccountingPids(DESKTOP), before: refused('NOT_SUPPORTED'), change: ofDesktop({ accounting: true }), after: { pids: [2214, 2871] } },
  ],
  nvmlVgpuInstanceGetAccountingStats: [
    {
      ...T4,
      read: ({ raw }) => raw.nvmlVgpuInstanceGetAccountingStats({ ...TRAINING, pid: 41_730 }),
      before: { stats: { isRunning: 1, gpuUtilization: 91, memoryUtilization: 48, maxMemoryUsage: 8960n * MIB, time: 0n } },
      change: training(ended),
      after: { stats: { isRunning: 0, time: 2500n, startTime: BigInt(started) * 1000n } },
    },
    { ...T4, read: ({ raw }) => raw.nvmlVgpuInstanceGetAccountingStats({ ...TRAINING, pid: 5 }), before: gone, change: training({ 'process.1.pid': 5 }), after: { stats: { isRunning: 1 } } },
  ],
  nvmlVgpuInstanceClearAccountingPids: [
    // What still runs stays.
    {
      ...T4,
      prepare: training({ ...ended, 'process.1.pid': 5 }),
      read: pids,
      before: { pids: [41_730, 5] },
      change: ({ raw }) => raw.nvmlVgpuInstanceClearAccountingPids(TRAINING),
      after: { pids: [5] },
    },
    { ...T4, read: ({ raw }) => raw.nvmlVgpuInstanceClearAccountingPids(DESKTOP), before: refused('NOT_SUPPORTED'), change: setHost({ 'host.permissions': 'user' }), after: refused('NO_PERMISSION') },
  ],
  nvmlVgpuInstanceGetLicenseStatus: { ...T4, read: ({ raw }) => raw.nvmlVgpuInstanceGetLicenseStatus(DESKTOP), before: { licensed: 1 }, change: ofDesktop({ 'license-state': 'unlicensed-restricted' }), after: { licensed: 0 } },
  nvmlVgpuInstanceGetLicenseInfo_v2: [
    {
      ...T4,
      read: ({ raw }) => raw.nvmlVgpuInstanceGetLicenseInfo_v2(DESKTOP),
      before: { licenseInfo: { isLicensed: 1, currentState: 5, licenseExpiry: { year: 2030, month: 12, day: 31, hour: 23, min: 59, sec: 59, status: 2 } } },
      change: ofDesktop({ 'license-state': 'unlicensed', 'license-expiry': 'not-available' }),
      after: { licenseInfo: { isLicensed: 0, currentState: 4, licenseExpiry: { year: 0, month: 0, day: 0, status: 0 } } },
    },
    { ...T4, read: ({ raw }) => raw.nvmlVgpuInstanceGetLicenseInfo_v2(DESKTOP), before: {}, change: noGuestDriver, after: refused('DRIVER_NOT_LOADED') },
  ],
  nvmlVgpuInstanceGetLicenseInfo: {
    ...T4,
    read: ({ raw }) => raw.nvmlVgpuInstanceGetLicenseInfo(DESKTOP),
    before: { licenseInfo: { isLicensed: 1, licenseExpiry: { year: 2030, month: 12, day: 31, status: 2 } } },
    change: ofDesktop({ 'license-expires-unix-seconds': 1_893_456_000 }),
    after: { licenseInfo: { licenseExpiry: { year: 2030, month: 1, day: 1, hour: 0, min: 0, sec: 0 } } },
  },
};

/** Asks for what is three seconds newer than what was there the first time: slow as a test may be, it is not there yet. */
function newerThanFirst(ask: (host: AnswerHost, since: bigint) => bigint | undefined): (host: AnswerHost) => { sample: bigint | undefined } {
  let first: bigint | undefined;
  return (host) => {
    first ??= ask(host, 0n) ?? 0n;
    return { sample: ask(host, first + 3_000_000n) };
  };
}
