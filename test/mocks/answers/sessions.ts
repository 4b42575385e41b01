import type { AnswerRow, AnswerTable } from './table.ts';
import { refused, refusedUntilLost, set } from './table.ts';
import { DESKTOP, ofDesktop, T4 } from './vgpu-host.ts';

const V100 = { profile: 'tesla-v100-8', options: { gpus: 1 } } as const;

const encoders = set({
  'sessions.encoder.0.id': 1, 'sessions.encoder.0.pid': 700, 'sessions.encoder.0.codec': 'hevc', 'sessions.encoder.0.width': 1920, 'sessions.encoder.0.height': 1080,
  'sessions.encoder.0.average-fps': 60, 'sessions.encoder.0.average-latency-microseconds': 1500,
  'sessions.encoder.2.id': 9, 'sessions.encoder.2.pid': 701, 'sessions.encoder.2.average-fps': 30, 'sessions.encoder.2.average-latency-microseconds': 2500,
});

const captures = set({
  'sessions.fbc.1.id': 4, 'sessions.fbc.1.pid': 700, 'sessions.fbc.1.kind': 'cuda', 'sessions.fbc.1.head': 1, 'sessions.fbc.1.flags': 2,
  'sessions.fbc.1.max-width': 3840, 'sessions.fbc.1.max-height': 2160, 'sessions.fbc.1.width': 2560, 'sessions.fbc.1.height': 1440,
  'sessions.fbc.1.average-fps': 50, 'sessions.fbc.1.average-latency-microseconds': 800,
  'sessions.fbc.3.id': 7, 'sessions.fbc.3.pid': 702, 'sessions.fbc.3.flags': 1, 'sessions.fbc.3.average-fps': 25, 'sessions.fbc.3.average-latency-microseconds': 900,
});

const period = { samplingPeriodUs: 167_000 };

const capacity = (encoderQueryType: number): AnswerRow['read'] => ({ raw, device }) => raw.nvmlDeviceGetEncoderCapacity({ device, encoderQueryType });

const lacks = (codec: number) => ({ read: capacity(codec), before: refused('NOT_SUPPORTED'), after: { encoderCapacity: 80 } });

export const sessionsAnswers: AnswerTable = {
  nvmlDeviceGetEncoderUtilization: {
    read: ({ raw, device }) => raw.nvmlDeviceGetEncoderUtilization({ device }),
    before: { utilization: 0, ...period },
    change: set({ 'load.encoder-percent': 41 }),
    after: { utilization: 41, ...period },
  },
  nvmlDeviceGetDecoderUtilization: {
    read: ({ raw, device }) => raw.nvmlDeviceGetDecoderUtilization({ device }),
    before: { utilization: 0, ...period },
    change: set({ 'load.decoder-percent': 42 }),
    after: { utilization: 42, ...period },
  },
  nvmlDeviceGetJpgUtilization: {
    read: ({ raw, device }) => raw.nvmlDeviceGetJpgUtilization({ device }),
    before: { utilization: 0, ...period },
    change: set({ 'load.jpeg-percent': 43 }),
    after: { utilization: 43, ...period },
  },
  nvmlDeviceGetOfaUtilization: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetOfaUtilization({ device }),
      before: { utilization: 0, ...period },
      change: set({ 'load.ofa-percent': 44 }),
      after: { utilization: 44, ...period },
    },
    // Before Turing nobody counts it.
    { ...V100, read: ({ raw, device }) => raw.nvmlDeviceGetOfaUtilization({ device }), ...refusedUntilLost('NOT_SUPPORTED') },
  ],
  nvmlDeviceGetEncoderCapacity: [
    {
      ...V100,
      read: capacity(0),
      before: { encoderCapacity: 100 },
      change: set({ 'load.encoder-percent': 30 }),
      after: { encoderCapacity: 70 },
    },
    {
      ...V100,
      read: capacity(1),
      before: { encoderCapacity: 100 },
      change: set({ 'sessions.encoder-capacity.hevc-percent': 50 }),
      after: { encoderCapacity: 50 },
    },
    // An A100 has no encoder, a V100 none for AV1.
    { ...lacks(0), change: set({ 'sessions.encoder-capacity.h264-percent': 80 }) },
    { ...V100, ...lacks(2), change: set({ 'sessions.encoder-capacity.av1-percent': 80 }) },
    { read: capacity(3), ...refusedUntilLost('INVALID_ARGUMENT') },
  ],
  nvmlDeviceGetEncoderStats: {
    read: ({ raw, device }) => raw.nvmlDeviceGetEncoderStats({ device }),
    before: { sessionCount: 0, averageFps: 0, averageLatency: 0 },
    change: encoders,
    after: { sessionCount: 2, averageFps: 45, averageLatency: 2000 },
  },
  nvmlDeviceGetEncoderSessions: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetEncoderSessions({ device }),
      before: { sessionCount: 0, sessionInfos: [] },
      change: encoders,
      after: {
        sessionCount: 2,
        sessionInfos: [
          { sessionId: 1, pid: 700, vgpuInstance: 0, codecType: { value: 1 }, hResolution: 1920, vResolution: 1080, averageFps: 60, averageLatency: 1500 },
          { sessionId: 9, pid: 701, codecType: { value: 0 }, averageFps: 30 },
        ],
      },
    },
    // A guest's, and one of the host.
    {
      ...T4,
      read: ({ raw, device }) => raw.nvmlDeviceGetEncoderSessions({ device }),
      before: { sessionCount: 1, sessionInfos: [{ ...DESKTOP, sessionId: 1, pid: 2871, codecType: { value: 0 }, averageFps: 30, averageLatency: 4100 }] },
      change: async (host) => {
        await ofDesktop({ 'encoder-session.0.codec': 'hevc' })(host);
        await encoders(host);
      },
      after: { sessionCount: 3, sessionInfos: [{ vgpuInstance: 0, pid: 700 }, { vgpuInstance: 0, pid: 701 }, { ...DESKTOP, pid: 2871, codecType: { value: 1 } }] },
    },
  ],
  nvmlDeviceGetFBCStats: {
    read: ({ raw, device }) => raw.nvmlDeviceGetFBCStats({ device }),
    before: { fbcStats: { sessionsCount: 0, averageFPS: 0, averageLatency: 0 } },
    change: captures,
    after: { fbcStats: { sessionsCount: 2, averageFPS: 37, averageLatency: 850 } },
  },
  nvmlDeviceGetFBCSessions: {
    read: ({ raw, device }) => raw.nvmlDeviceGetFBCSessions({ device }),
    before: { sessionCount: 0 },
    change: captures,
    after: {
      sessionInfo: [
        {
          sessionId: 4, pid: 700, vgpuInstance: 0, displayOrdinal: 1, sessionType: { value: 2 }, sessionFlags: 2,
          hMaxResolution: 3840, vMaxResolution: 2160, hResolution: 2560, vResolution: 1440, averageFPS: 50, averageLatency: 800,
        },
        { sessionId: 7, pid: 702, sessionType: { value: 0 }, sessionFlags: 1 },
      ],
    },
  },
};
