import { field } from './field.ts';
import type { AnswerHost, AnswerRow, AnswerTable } from './table.ts';
import { refused, set, setHost } from './table.ts';

const V100 = { profile: 'tesla-v100-8' } as const;
const H100 = { profile: 'hgx-h100-8' } as const;
const B200 = { profile: 'hgx-b200-8' } as const;
const asRoot = setHost({ 'host.permissions': 'root' });

const COUNT_BYTES = { control: { units: 'bytes', pktfilter: 'all' }, reset: 1 } as const;
const FLOWED = { 'nvlink.link.1.received-bytes': 4000, 'nvlink.link.1.sent-bytes': 1000 };

async function countBytes(host: AnswerHost): Promise<void> {
  await asRoot(host);
  host.raw.nvmlDeviceSetNvLinkUtilizationControl({ device: host.device, link: 1, counter: 0, ...COUNT_BYTES });
}

const readUsage: AnswerRow['read'] = ({ raw, device }) => raw.nvmlDeviceGetNvLinkUtilizationCounter({ device, link: 1, counter: 0 });
const readControl: AnswerRow['read'] = ({ raw, device }) => raw.nvmlDeviceGetNvLinkUtilizationControl({ device, link: 1, counter: 0 });
const readErrors: AnswerRow['read'] = ({ raw, device }) => raw.nvmlDeviceGetNvLinkErrorCounter({ device, link: 2, counter: 'replay' });
const readThreshold: AnswerRow['read'] = (host) => field(host, 168);
const readMode: AnswerRow['read'] = ({ raw, device }) => raw.nvmlDeviceGetNvlinkBwMode({ device, getBwMode: {} });

/** GPU 3 of the vendor's table, whose module id is that of the first GPU of the host. */
const remote = (symbol: 'nvmlDeviceGetNvLinkRemotePciInfo' | 'nvmlDeviceGetNvLinkRemotePciInfo_v2'): readonly AnswerRow[] => [
  {
    read: ({ raw, device }) => raw[symbol]({ device, link: 0 }),
    before: { pci: { busId: '00000000:C7:00.0', busIdLegacy: '0000:C7:00.0', domain: 0, bus: 0xc7, device: 0, pciDeviceId: 0x1af1_10de } },
    change: set({ 'nvlink.link.0.remote-bus': 0xc4 }),
    after: { pci: { busId: '00000000:C4:00.0', bus: 0xc4 } },
  },
  {
    ...V100,
    read: ({ raw, device }) => raw[symbol]({ device, link: 0 }),
    before: { pci: { busId: '00000000:07:00.0', pciDeviceId: 0x1db5_10de } },
    change: set({ 'nvlink.link.0.remote': 'nothing' }),
    after: refused('NOT_SUPPORTED'),
  },
];

export const nvlinkAnswers: AnswerTable = {
  nvmlDeviceGetNvLinkState: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetNvLinkState({ device, link: 4 }),
      before: { isActive: { name: 'enabled' } },
      change: set({ 'nvlink.link.4.state': 'inactive' }),
      after: { isActive: { name: 'disabled' } },
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetNvLinkState({ device, link: 11 }),
      before: { isActive: { name: 'enabled' } },
      change: set({ 'nvlink.link.11.state': 'inactive', 'nvlink.link-count': 11 }),
      after: refused('INVALID_ARGUMENT'),
    },
  ],
  nvmlDeviceGetNvLinkVersion: {
    read: ({ raw, device }) => raw.nvmlDeviceGetNvLinkVersion({ device, link: 0 }),
    before: { version: 4 },
    change: set({ 'nvlink.version': '3.1' }),
    after: { version: 5 },
  },
  nvmlDeviceGetNvLinkCapability: {
    read: ({ raw, device }) => raw.nvmlDeviceGetNvLinkCapability({ device, link: 0, capability: 'p2p-atomics' }),
    before: { capResult: 1 },
    change: set({ 'nvlink.capability.p2p-atomics': false }),
    after: { capResult: 0 },
  },
  nvmlDeviceGetNvLinkRemotePciInfo: remote('nvmlDeviceGetNvLinkRemotePciInfo'),
  nvmlDeviceGetNvLinkRemotePciInfo_v2: remote('nvmlDeviceGetNvLinkRemotePciInfo_v2'),
  nvmlDeviceGetNvLinkRemoteDeviceType: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetNvLinkRemoteDeviceType({ device, link: 3 }),
      before: { pNvLinkDeviceType: { name: 'switch' } },
      change: set({ 'nvlink.link.3.remote': 'npu' }),
      after: { pNvLinkDeviceType: { name: 'ibmnpu' } },
    },
    {
      ...V100,
      read: ({ raw, device }) => raw.nvmlDeviceGetNvLinkRemoteDeviceType({ device, link: 3 }),
      before: { pNvLinkDeviceType: { name: 'gpu' } },
      change: set({ 'nvlink.link.3.remote': 'nothing' }),
      after: refused('NOT_SUPPORTED'),
    },
  ],
  nvmlDeviceGetNvLinkErrorCounter: [
    { read: readErrors, before: { counterValue: 0n }, change: set({ 'nvlink.link.2.replay-errors': 7 }), after: { counterValue: 7n } },
    {
      read: ({ raw, device }) => ['recovery', 'crc-flit', 'crc-data', 'ecc-data'].map((counter) => raw.nvmlDeviceGetNvLinkErrorCounter({ device, link: 0, counter: counter as 'recovery' }).counterValue),
      before: [0n, 0n, 0n, 0n],
      change: set({ 'nvlink.link.0.recovery-errors': 1, 'nvlink.link.0.crc-flit-errors': 2, 'nvlink.link.0.crc-data-errors': 3, 'nvlink.link.0.ecc-data-errors': 4 }),
      after: [1n, 2n, 3n, 4n],
    },
  ],
  nvmlDeviceResetNvLinkErrorCounters: {
    prepare: async (host) => {
      await asRoot(host);
      await host.set({ 'nvlink.link.2.replay-errors': 5 });
    },
    read: readErrors,
    before: { counterValue: 5n },
    change: ({ raw, device }) => raw.nvmlDeviceResetNvLinkErrorCounters({ device, link: 2 }),
    after: { counterValue: 0n },
  },
  nvmlDeviceSetNvLinkUtilizationControl: {
    ...V100,
    prepare: asRoot,
    read: readControl,
    before: { control: { units: { name: 'cycles' } } },
    change: ({ raw, device }) => raw.nvmlDeviceSetNvLinkUtilizationControl({ device, link: 1, counter: 0, ...COUNT_BYTES }),
    after: { control: { units: { name: 'bytes' }, pktfilter: { name: 'all' } } },
  },
  nvmlDeviceGetNvLinkUtilizationControl: {
    ...V100,
    prepare: countBytes,
    read: readControl,
    before: { control: { units: { name: 'bytes' } } },
    change: ({ raw, device }) => raw.nvmlDeviceSetNvLinkUtilizationControl({ device, link: 1, counter: 0, control: { units: 'packets', pktfilter: 'read' }, reset: 0 }),
    after: { control: { units: { name: 'packets' }, pktfilter: { name: 'read' } } },
  },
  nvmlDeviceGetNvLinkUtilizationCounter: { ...V100, prepare: countBytes, read: readUsage, before: { rxcounter: 0n, txcounter: 0n }, change: set(FLOWED), after: { rxcounter: 4000n, txcounter: 1000n } },
  nvmlDeviceFreezeNvLinkUtilizationCounter: {
    ...V100,
    prepare: countBytes,
    read: readUsage,
    before: { rxcounter: 0n },
    change: async (host) => {
      host.raw.nvmlDeviceFreezeNvLinkUtilizationCounter({ device: host.device, link: 1, counter: 0, freeze: 'enabled' });
      await host.set(FLOWED);
      host.raw.nvmlDeviceFreezeNvLinkUtilizationCounter({ device: host.device, link: 1, counter: 0, freeze: 'disabled' });
      await host.set({ 'nvlink.link.1.received-bytes': 4100 });
    },
    after: { rxcounter: 100n, txcounter: 0n },
  },
  nvmlDeviceResetNvLinkUtilizationCounter: {
    ...V100,
    prepare: async (host) => {
      await countBytes(host);
      await host.set(FLOWED);
    },
    read: readUsage,
    before: { rxcounter: 4000n },
    change: ({ raw, device }) => raw.nvmlDeviceResetNvLinkUtilizationCounter({ device, link: 1, counter: 0 }),
    after: { rxcounter: 0n, txcounter: 0n },
  },
  nvmlDeviceSetNvLinkDeviceLowPowerThreshold: [
    {
      ...H100,
      prepare: asRoot,
      read: readThreshold,
      before: { status: 'success', value: 500 },
      change: ({ raw, device }) => raw.nvmlDeviceSetNvLinkDeviceLowPowerThreshold({ device, info: { lowPwrThreshold: 100 } }),
      after: { status: 'success', value: 100 },
    },
    {
      ...H100,
      prepare: async (host) => {
        await asRoot(host);
        await host.set({ 'nvlink.low-power.threshold': 20 });
      },
      read: readThreshold,
      before: { value: 20 },
      change: ({ raw, device }) => raw.nvmlDeviceSetNvLinkDeviceLowPowerThreshold({ device, info: { lowPwrThreshold: 0xffff_ffff } }),
      after: { value: 500 },
    },
  ],
  nvmlSystemGetNvlinkBwMode: {
    ...H100,
    prepare: asRoot,
    read: ({ raw }) => raw.nvmlSystemGetNvlinkBwMode({}),
    before: { nvlinkBwMode: 0 },
    change: set({ 'nvlink.bandwidth.mode': 'half' }),
    after: { nvlinkBwMode: 3 },
  },
  nvmlSystemSetNvlinkBwMode: {
    ...H100,
    prepare: asRoot,
    read: async ({ machine }) => (await machine.attributes()).filter(({ name }) => name.endsWith('nvlink.bandwidth.mode')).map(({ value }) => value),
    before: Array.from({ length: 8 }, () => 'full'),
    change: ({ raw }) => raw.nvmlSystemSetNvlinkBwMode({ nvlinkBwMode: 2 }),
    after: Array.from({ length: 8 }, () => 'min'),
  },
  nvmlDeviceGetNvlinkSupportedBwModes: {
    ...B200,
    read: ({ raw, device }) => raw.nvmlDeviceGetNvlinkSupportedBwModes({ device, supportedBwMode: {} }),
    before: { supportedBwMode: { totalBwModes: 5 } },
    change: set({ 'nvlink.bandwidth.modes': '0,3' }),
    after: { supportedBwMode: { totalBwModes: 2 } },
  },
  nvmlDeviceGetNvlinkBwMode: { ...B200, read: readMode, before: { getBwMode: { bIsBest: 1, bwMode: 0 } }, change: set({ 'nvlink.bandwidth.mode': '3quarter' }), after: { getBwMode: { bIsBest: 0, bwMode: 4 } } },
  nvmlDeviceSetNvlinkBwMode: [
    {
      ...B200,
      prepare: asRoot,
      read: readMode,
      before: { getBwMode: { bwMode: 0 } },
      change: ({ raw, device }) => raw.nvmlDeviceSetNvlinkBwMode({ device, setBwMode: { bSetBest: 0, bwMode: 3 } }),
      after: { getBwMode: { bIsBest: 0, bwMode: 3 } },
    },
    {
      ...B200,
      prepare: async (host) => {
        await asRoot(host);
        await host.set({ 'nvlink.bandwidth.modes': '2-4', 'nvlink.bandwidth.mode': 'half' });
      },
      read: readMode,
      before: { getBwMode: { bwMode: 3 } },
      change: ({ raw, device }) => raw.nvmlDeviceSetNvlinkBwMode({ device, setBwMode: { bSetBest: 1, bwMode: 0 } }),
      after: { getBwMode: { bIsBest: 1, bwMode: 2 } },
    },
  ],
  nvmlDeviceGetNvLinkInfo: {
    ...B200,
    read: ({ raw, device }) => raw.nvmlDeviceGetNvLinkInfo({ device, info: {} }),
    before: { info: { isNvleEnabled: 0, firmwareInfo: { numValidEntries: 2 } } },
    change: set({ 'nvlink.encrypted': true, 'nvlink.firmware.2.type': 'netir-uphy', 'nvlink.firmware.2.major': 9 }),
    after: { info: { isNvleEnabled: 1, firmwareInfo: { numValidEntries: 3 } } },
  },
  nvmlDeviceReadPRMCounters_v1: {
    ...B200,
    read: ({ raw, device }) =>
      raw.nvmlDeviceReadPRMCounters_v1({ device, counterList: { counters: [{ counterId: 1, inData: { localPort: 5 } }, { counterId: 307, inData: { localPort: 1 } }, { counterId: 1, inData: { localPort: 19 } }] } })
        .counterList.counters.map(({ counterValue }) => [counterValue.status.name, counterValue.outputValue.bytes[0]]),
    before: [['success', 0], ['success', 0], ['invalid-argument', 0]],
    change: set({ 'nvlink.link.4.link-down-events': 2, 'nvlink.link.0.plr-sync-events': 9 }),
    after: [['success', 2], ['success', 9], ['invalid-argument', 0]],
  },
  nvmlDeviceReadWritePRM_v1: {
    ...B200,
    prepare: asRoot,
    read: ({ raw, device }) => [...raw.nvmlDeviceReadWritePRM_v1({ device, buffer: { dataSize: 3, data: { inData: Uint8Array.of(8, 9, 10) } } }).buffer.data.bytes.subarray(0, 4)],
    before: [8, 9, 10, 0],
    change: set({ 'nvlink.registers': false }),
    after: refused('NOT_SUPPORTED'),
  },
  nvmlDeviceGetC2cModeInfoV: {
    read: ({ raw, device }) => raw.nvmlDeviceGetC2cModeInfoV({ device }),
    before: refused('NOT_SUPPORTED'),
    change: set({ 'nvlink.c2c.enabled': true }),
    after: { c2cModeInfo: { isC2cEnabled: 1 } },
  },
};
