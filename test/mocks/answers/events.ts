import { expect } from 'vitest';
import { flags } from '../../../lib/abi/index.ts';
import type { AnswerHost, AnswerRow, AnswerTable } from './table.ts';
import { refused } from './table.ts';

const {
  nvmlEventTypeSingleBitEccError: SINGLE_BIT, nvmlEventTypeDoubleBitEccError: DOUBLE_BIT, nvmlEventTypeXidCriticalError: XID,
  nvmlEventTypeGpuUnavailableError: UNAVAILABLE,
} = flags.eventTypes;
const { nvmlSystemEventTypeGpuDriverUnbind: UNBIND, nvmlSystemEventTypeGpuDriverBind: BIND } = flags.systemEventTypes;
const NO_INSTANCE = 0xffff_ffff;

/** The event set that a row prepared. */
const sets = new WeakMap<AnswerHost, bigint>();
const setOf = (host: AnswerHost): bigint => sets.get(host) ?? 0n;

function registeredFor(eventTypes: bigint): (host: AnswerHost) => void {
  return (host) => {
    sets.set(host, host.raw.nvmlEventSetCreate({}).set);
    host.raw.nvmlDeviceRegisterEvents({ device: host.device, eventTypes, set: setOf(host) });
  };
}

function systemSet(host: AnswerHost): void {
  sets.set(host, host.raw.nvmlSystemEventSetCreate({ request: {} }).request.set);
}

const xid = (number: number) => ({ machine }: AnswerHost) => machine.inject({ kind: 'xid', gpu: 0, xid: number });
const loseGpu = ({ machine }: AnswerHost) => machine.inject({ kind: 'gpu-lost', gpu: 0 });
const loseDriver = ({ machine }: AnswerHost) => machine.inject({ kind: 'driver-not-loaded' });
const supported = (among: bigint) => ({ raw, device }: AnswerHost) => ({ types: raw.nvmlDeviceGetSupportedEventTypes({ device }).eventTypes & among });
const wait = (host: AnswerHost) => host.raw.nvmlEventSetWait_v2({ set: setOf(host), timeoutms: 0 });

const registration: readonly AnswerRow[] = [
  {
    prepare: (host) => sets.set(host, host.raw.nvmlEventSetCreate({}).set),
    read: wait,
    before: refused('TIMEOUT'),
    change: async (host) => {
      await xid(13)(host);
      host.raw.nvmlDeviceRegisterEvents({ device: host.device, eventTypes: XID, set: setOf(host) });
      await host.machine.inject({ kind: 'xid', gpu: 1, xid: 14 });
      await xid(31)(host);
    },
    after: { data: { eventType: XID, eventData: 31n } },
  },
  {
    prepare: (host) => sets.set(host, host.raw.nvmlEventSetCreate({}).set),
    read: (host) => host.raw.nvmlDeviceRegisterEvents({ device: host.device, eventTypes: 1n << 40n, set: setOf(host) }),
    before: refused('INVALID_ARGUMENT'),
    change: loseGpu,
    after: refused('GPU_IS_LOST'),
  },
];

const waiting: readonly AnswerRow[] = [
  {
    prepare: registeredFor(DOUBLE_BIT | XID),
    read: (host) => {
      const { data } = wait(host);
      return { ...data, own: data.device === host.device };
    },
    before: refused('TIMEOUT'),
    change: ({ machine }) => machine.inject({ kind: 'double-bit-ecc', gpu: 0, address: 4096n }),
    after: { eventType: DOUBLE_BIT, eventData: 0n, gpuInstanceId: NO_INSTANCE, computeInstanceId: NO_INSTANCE, own: true },
  },
  {
    prepare: registeredFor(UNAVAILABLE),
    read: wait,
    before: refused('TIMEOUT'),
    change: (host) => loseGpu(host).then(() => wait(host)),
    after: refused('GPU_IS_LOST'),
  },
];

export const eventsAnswers: AnswerTable = {
  nvmlEventSetCreate: { read: ({ raw }) => raw.nvmlEventSetCreate({}), before: { set: expect.any(BigInt) as bigint }, change: loseDriver, after: refused('DRIVER_NOT_LOADED') },
  nvmlDeviceRegisterEvents: [...registration],
  nvmlDeviceGetSupportedEventTypes: [
    {
      read: supported(SINGLE_BIT | DOUBLE_BIT | XID | UNAVAILABLE),
      before: { types: SINGLE_BIT | DOUBLE_BIT | XID | UNAVAILABLE },
      change: loseGpu,
      after: refused('GPU_IS_LOST'),
    },
    {
      profile: 'tesla-v100-8',
      options: { driver: '535.129.03' },
      read: supported(SINGLE_BIT | DOUBLE_BIT | UNAVAILABLE),
      before: { types: SINGLE_BIT | DOUBLE_BIT },
      change: loseDriver,
      after: refused('GPU_IS_LOST'),
    },
  ],
  nvmlEventSetWait_v2: [...waiting],
  nvmlEventSetWait: {
    prepare: registeredFor(XID),
    read: (host) => host.raw.nvmlEventSetWait({ set: setOf(host), timeoutms: 0 }),
    before: refused('TIMEOUT'),
    change: xid(45),
    after: { data: { eventType: XID, eventData: 45n } },
  },
  nvmlEventSetFree: {
    prepare: registeredFor(XID),
    read: wait,
    before: refused('TIMEOUT'),
    change: (host) => host.raw.nvmlEventSetFree({ set: setOf(host) }),
    after: refused('INVALID_ARGUMENT'),
  },
  nvmlSystemEventSetCreate: {
    read: ({ raw }) => raw.nvmlSystemEventSetCreate({ request: {} }),
    before: { request: { set: expect.any(BigInt) as bigint } },
    change: loseDriver,
    after: refused('DRIVER_NOT_LOADED'),
  },
  nvmlSystemRegisterEvents: {
    prepare: systemSet,
    read: (host) => host.raw.nvmlSystemRegisterEvents({ request: { set: setOf(host), eventTypes: UNBIND | BIND } }),
    before: {},
    change: (host) => host.raw.nvmlSystemEventSetFree({ request: { set: setOf(host) } }),
    after: refused('INVALID_ARGUMENT'),
  },
  nvmlSystemEventSetWait: [
    {
      prepare: async (host) => {
        systemSet(host);
        host.raw.nvmlSystemRegisterEvents({ request: { set: setOf(host), eventTypes: UNBIND | BIND } });
        await host.set({ 'modes.persistence': false, 'drain.draining': true });
      },
      read: (host) => {
        const { request } = host.raw.nvmlSystemEventSetWait({ request: { set: setOf(host), timeoutms: 0 } });
        return { count: request.numEvent, events: request.data };
      },
      before: refused('TIMEOUT'),
      change: ({ raw }) => {
        raw.nvmlDeviceRemoveGpu({ pciInfo: { bus: 7 } });
        raw.nvmlDeviceDiscoverGpus({ pciInfo: {} });
      },
      after: { count: 2, events: [{ eventType: UNBIND, gpuId: 0x700 }, { eventType: BIND, gpuId: 0x700 }] },
    },
    {
      prepare: systemSet,
      read: (host) => host.raw.nvmlSystemEventSetWait({ request: { set: setOf(host), timeoutms: 0 } }),
      before: refused('TIMEOUT'),
      change: loseDriver,
      after: refused('DRIVER_NOT_LOADED'),
    },
  ],
  nvmlSystemEventSetFree: {
    prepare: systemSet,
    read: (host) => host.raw.nvmlSystemEventSetWait({ request: { set: setOf(host), timeoutms: 0 } }),
    before: refused('TIMEOUT'),
    change: (host) => host.raw.nvmlSystemEventSetFree({ request: { set: setOf(host) } }),
    after: refused('INVALID_ARGUMENT'),
  },
};
