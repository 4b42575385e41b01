import { field } from './field.ts';
import type { AnswerHost, AnswerRow, AnswerTable } from './table.ts';
import { set, setHost } from './table.ts';

const V100 = { profile: 'tesla-v100-8' } as const;
const H100 = { profile: 'hgx-h100-8' } as const;
const B200 = { profile: 'hgx-b200-8' } as const;
const ALL = 0xffff_ffff;

/** Values of fields `id` or `[id, scope]`; what is not answered reads as its status. */
const fields = (...ids: (number | readonly [number, number])[]): AnswerRow['read'] => (host: AnswerHost) =>
  ids.map((each) => {
    const { status, value } = typeof each === 'number' ? field(host, each) : field(host, ...each);
    return status === 'success' ? value : status;
  });
const times = <T>(count: number, value: T) => Array.from({ length: count }, () => value);
const span = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);

const packetCounters = {
  'malformed-packets': 206, 'buffer-overruns': 207, 'receive-errors': 208, 'receive-remote-errors': 209, 'receive-general-errors': 210,
  'link-integrity-errors': 211, 'transmit-discards': 212, 'successful-recoveries': 213, 'failed-recoveries': 214, 'effective-errors': 219,
  'symbol-errors': 221, 'raw-errors-lane-0': 289, 'raw-errors-lane-1': 290, 'plr-sent-codes': 294, 'plr-retried-codes': 295,
} as const;
const counterIds = Object.values(packetCounters);

export const nvlinkFieldAnswers: AnswerTable = {
  nvmlDeviceGetFieldValues: [
    {
      // CRC flit and data, replay, recovery, ECC: of link 1, of link 7, of all.
      read: fields(33, 97, 38, 40, 103, 45, 47, 109, 52, 54, 115, 59, 149, 155, 160),
      before: times(15, 0n),
      change: set({
        'nvlink.link.1.crc-flit-errors': 1, 'nvlink.link.7.crc-flit-errors': 2, 'nvlink.link.1.crc-data-errors': 3, 'nvlink.link.7.crc-data-errors': 4,
        'nvlink.link.1.replay-errors': 5, 'nvlink.link.7.replay-errors': 6, 'nvlink.link.1.recovery-errors': 7, 'nvlink.link.7.recovery-errors': 8,
        'nvlink.link.1.ecc-data-errors': 9, 'nvlink.link.7.ecc-data-errors': 10,
      }),
      after: [1n, 2n, 3n, 3n, 4n, 7n, 5n, 6n, 11n, 7n, 8n, 15n, 9n, 10n, 19n],
    },
    {
      ...V100,
      prepare: async (host) => {
        await host.setHost({ 'host.permissions': 'root' });
        for (const link of [0, 5]) host.raw.nvmlDeviceSetNvLinkUtilizationControl({ device: host.device, link, counter: 1, control: { units: 'packets', pktfilter: 'all' }, reset: 1 });
      },
      read: fields(60, 66, 67, 72, 73, 126),
      before: [0n, 0n, 0n, 0n, 0n, 'not-supported'],
      change: set({ 'nvlink.link.0.received-packets': 3, 'nvlink.link.0.sent-packets': 4, 'nvlink.link.5.sent-packets': 10 }),
      after: [0n, 0n, 7n, 10n, 17n, 'not-supported'],
    },
    {
      read: fields(84, 137, 90, [164, 11], [296, 11], [164, 12]),
      before: [25_000, 25_000, 25_000, 25_000, 200_000, 'invalid-argument'],
      change: set({ 'nvlink.speed-megabytes-per-second': 20_000, 'nvlink.link.11.state': 'inactive' }),
      after: [20_000, 0, 20_000, 0, 0, 'invalid-argument'],
    },
    {
      read: fields([165, 2], [166, 2], 91, 147, [146, 2]),
      before: [1, 4, 12, 12, 34],
      change: set({ 'nvlink.link.2.state': 'sleep', 'nvlink.version': '3.1', 'nvlink.link.2.remote-link': 9, 'nvlink.link.3.state': 'inactive' }),
      after: [2, 5, 12, 11, 9],
    },
    {
      read: fields([138, 3], [139, 3], [140, 3], [141, 3], [138, ALL], [141, ALL]),
      before: times(6, 0n),
      change: set({
        'nvlink.link.3.sent-bytes': 1_048_576, 'nvlink.link.3.sent-packets': 8192, 'nvlink.link.3.received-bytes': 2048, 'nvlink.link.3.received-packets': 64,
        'nvlink.link.4.sent-bytes': 1024, 'nvlink.link.4.received-bytes': 1024,
      }),
      after: [1024n, 2n, 1152n, 3n, 1025n, 4n],
    },
    {
      ...H100,
      read: fields(167, 168, 200, 223, 224, 225, [161, 17], [162, 17], [163, 17], 33, 38, 85, 90),
      before: [0, 500, 1023, 1, 0, 1, 0n, 0n, 0n, 'not-supported', 0n, 'not-supported', 26_562],
      change: set({
        'nvlink.low-power.state': 'low', 'nvlink.low-power.threshold': 7, 'nvlink.low-power.maximum-threshold': 8191, 'nvlink.low-power.minimum-threshold': 2,
        'nvlink.low-power.unit': '50us', 'nvlink.link.17.replay-errors': 4, 'nvlink.link.17.recovery-errors': 5, 'nvlink.link.17.crc-flit-errors': 6,
      }),
      after: [1, 7, 8191, 2, 1, 1, 4n, 5n, 6n, 'not-supported', 6n, 'not-supported', 26_562],
    },
    {
      ...B200,
      read: fields(...counterIds.map((id) => [id, 17] as const)),
      before: times(counterIds.length, 0n),
      change: set(Object.fromEntries(Object.keys(packetCounters).map((name, i) => [`nvlink.link.17.${name}`, i + 1]))),
      after: counterIds.map((_, i) => BigInt(i + 1)),
    },
    {
      ...B200,
      read: fields(...span(201, 4).map((id) => [id, 6] as const), [215, 6], ...span(235, 16).map((id) => [id, 6] as const)),
      before: times(21, 0n),
      change: set({
        'nvlink.link.6.sent-packets': 1, 'nvlink.link.6.sent-bytes': 2, 'nvlink.link.6.received-packets': 3, 'nvlink.link.6.received-bytes': 4,
        'nvlink.link.6.successful-recoveries': 5, 'nvlink.link.6.failed-recoveries': 6, ...Object.fromEntries(span(0, 16).map((bin) => [`nvlink.link.6.fec-history.${bin}`, 100 + bin])),
      }),
      after: [1n, 2n, 3n, 4n, 11n, ...span(100, 16).map(BigInt)],
    },
    {
      // Bit error rates: 15e-255 is what cannot be measured.
      ...B200,
      read: fields([220, 0], [222, 0], [291, 0], [292, 0], [293, 0], [161, 0], 38, [205, 0], [216, 0]),
      before: [...times(5, 0xfffn), ...times(4, 'not-supported')],
      change: set({ 'nvlink.link.0.effective-ber': 0x80d, 'nvlink.link.0.symbol-ber': 0x10f, 'nvlink.link.0.raw-ber-lane-0': 2061, 'nvlink.link.0.raw-ber-lane-1': 1038, 'nvlink.link.0.raw-ber': 1037 }),
      after: [0x80dn, 0x10fn, 2061n, 1038n, 1037n, ...times(4, 'not-supported')],
    },
    {
      read: fields(170, 171, 172, 231, 232, 233, 234),
      before: times(7, 'not-supported'),
      change: set({
        'nvlink.c2c.link-count': 10, 'nvlink.c2c.active': true, 'nvlink.c2c.speed-megabytes-per-second': 44_712, 'nvlink.c2c.crc-errors': 1, 'nvlink.c2c.replay-errors': 2,
        'nvlink.c2c.back-to-back-replay-errors': 3, 'nvlink.c2c.power-state': 'low',
      }),
      after: [10, 1, 44_712, 1n, 2n, 3n, 1],
    },
  ],
  nvmlDeviceClearFieldValues: {
    prepare: async (host) => {
      await setHost({ 'host.permissions': 'root' })(host);
      await host.set({ 'nvlink.link.1.replay-errors': 5, 'nvlink.link.2.replay-errors': 6, 'nvlink.link.2.crc-flit-errors': 7 });
    },
    read: fields(52, [161, 2], [163, 2]),
    before: [11n, 6n, 7n],
    change: ({ raw, device }) => raw.nvmlDeviceClearFieldValues({ device, values: [{ fieldId: 161, scopeId: 2 }, { fieldId: 91, scopeId: 0 }] }),
    after: [5n, 0n, 7n],
  },
};
