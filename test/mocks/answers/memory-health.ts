import { fieldIds as id, readFieldValue } from '../../../lib/abi/index.ts';
import { B200, RTX_3090, T4 } from '../hosts/index.ts';
import type { AnswerHost, AnswerRow, AnswerTable } from './table.ts';
import { refused, set, setHost } from './table.ts';

const V100 = 'tesla-v100-8', H100 = 'hgx-h100-8';
const NOT_SUPPORTED = 3, INVALID_ARGUMENT = 2, DEPRECATED = 26;

const doubleBit = (address: bigint) => ({ machine }: AnswerHost) => machine.inject({ kind: 'double-bit-ecc', gpu: 0, address });
const singleBit = (address: bigint) => ({ machine }: AnswerHost) => machine.inject({ kind: 'single-bit-ecc', gpu: 0, address });
const twice = (action: (host: AnswerHost) => Promise<void>) => async (host: AnswerHost) => {
  await action(host);
  await action(host);
};
const lose = ({ machine }: AnswerHost) => machine.inject({ kind: 'gpu-lost', gpu: 0 });
const reset = (host: AnswerHost) => host.without(() => host.machine.reset(0));

/** Value, or return code, of each field. */
const fields = (...ids: number[]) => ({ raw, device }: AnswerHost) =>
  raw.nvmlDeviceGetFieldValues({ device, values: ids.map((fieldId) => ({ fieldId })) }).values.map((value) => (value.nvmlReturn.value === 0 ? Number(readFieldValue(value)) : { code: value.nvmlReturn.value }));
const code = (number: number) => ({ code: number });
const without = (profile: string, read: AnswerRow['read']): AnswerRow => ({ profile, read, before: refused('NOT_SUPPORTED'), change: lose, after: refused('GPU_IS_LOST') });

type Location = 'l1-cache' | 'l2-cache' | 'dram' | 'register-file' | 'texture-memory' | 'texture-shm' | 'cbu' | 'sram';
const counter = (errorType: 'corrected' | 'uncorrected', counterType: 'volatile' | 'aggregate', locationType: Location) => ({ raw, device }: AnswerHost) =>
  raw.nvmlDeviceGetMemoryErrorCounter({ device, errorType, counterType, locationType });
const total = (errorType: 'corrected' | 'uncorrected', counterType: 'volatile' | 'aggregate') => ({ raw, device }: AnswerHost) => raw.nvmlDeviceGetTotalEccErrors({ device, errorType, counterType });

const mode = ({ raw, device }: AnswerHost) => {
  const { current, pending } = raw.nvmlDeviceGetEccMode({ device });
  return [current.name, pending.name];
};
const setMode = (ecc: 'disabled' | 'enabled') => ({ raw, device }: AnswerHost) => raw.nvmlDeviceSetEccMode({ device, ecc });
const pages = (cause: 'double-bit-ecc' | 'multiple-single-bit-ecc') => ({ raw, device }: AnswerHost) => raw.nvmlDeviceGetRetiredPages({ device, cause });
const pending = ({ raw, device }: AnswerHost) => raw.nvmlDeviceGetRetiredPagesPendingStatus({ device });
const rows = ({ raw, device }: AnswerHost) => raw.nvmlDeviceGetRemappedRows({ device });
const repairs = ({ raw, device }: AnswerHost) => raw.nvmlDeviceGetRepairStatus({ device, repairStatus: {} }).repairStatus;
const unrepairable = ({ raw, device }: AnswerHost) => raw.nvmlDeviceGetUnrepairableMemoryFlag_v1({ device }).unrepairableMemoryStatus;
const sram = ({ raw, device }: AnswerHost) => raw.nvmlDeviceGetSramEccErrorStatus({ device, status: {} }).status;
const cells = ({ raw, device }: AnswerHost) => {
  const { errorCounts } = raw.nvmlDeviceGetSramUniqueUncorrectedEccErrorCounts({ device, errorCounts: {} });
  return errorCounts.entries;
};

/** Attribute and location; the counter of a V100. */
const V100_COUNTERS: readonly (readonly [string, 'corrected' | 'uncorrected', Location])[] = [
  ['corrected.l1-cache', 'corrected', 'l1-cache'], ['corrected.l2-cache', 'corrected', 'l2-cache'], ['corrected.dram', 'corrected', 'dram'],
  ['corrected.register-file', 'corrected', 'register-file'], ['uncorrected.l1-cache', 'uncorrected', 'l1-cache'], ['uncorrected.cbu', 'uncorrected', 'cbu'],
];
const TEN_BANK_ROWS = Array.from({ length: 10 }, (_, nth) => BigInt(nth * 640 * 2048));

export const memoryHealthAnswers: AnswerTable = {
  nvmlDeviceGetEccMode: [
    { read: mode, before: ['enabled', 'enabled'], change: set({ ecc: false }), after: ['enabled', 'disabled'] },
    without(RTX_3090, mode),
  ],
  nvmlDeviceSetEccMode: [
    { read: mode, before: ['enabled', 'enabled'], change: setMode('disabled'), after: ['enabled', 'disabled'] },
    { prepare: setMode('disabled'), read: mode, before: ['enabled', 'disabled'], change: reset, after: ['disabled', 'disabled'] },
    { profile: RTX_3090, read: setMode('enabled'), before: refused('NOT_SUPPORTED'), change: setHost({ 'host.permissions': 'user' }), after: refused('NO_PERMISSION') },
  ],
  nvmlDeviceGetDefaultEccMode: [
    { read: ({ raw, device }) => raw.nvmlDeviceGetDefaultEccMode({ device }), before: { defaultMode: { name: 'enabled' } }, change: lose, after: refused('GPU_IS_LOST') },
    without(RTX_3090, ({ raw, device }) => raw.nvmlDeviceGetDefaultEccMode({ device })),
  ],
  nvmlDeviceGetTotalEccErrors: [
    { read: total('corrected', 'volatile'), before: { eccCounts: 0n }, change: singleBit(64n), after: { eccCounts: 1n } },
    { prepare: singleBit(64n), read: total('corrected', 'volatile'), before: { eccCounts: 1n }, change: (host) => host.without(() => host.machine.reloadDriver()), after: { eccCounts: 0n } },
    { read: total('uncorrected', 'aggregate'), before: { eccCounts: 0n }, change: set({ 'ecc.aggregate.uncorrected.sram-parity': 2, 'ecc.aggregate.uncorrected.dram': 3 }), after: { eccCounts: 5n } },
    without(RTX_3090, total('corrected', 'volatile')),
  ],
  nvmlDeviceClearEccErrorCounts: [
    { prepare: doubleBit(0n), read: total('uncorrected', 'aggregate'), before: { eccCounts: 1n }, change: ({ raw, device }) => raw.nvmlDeviceClearEccErrorCounts({ device, counterType: 'aggregate' }), after: { eccCounts: 0n } },
    { prepare: doubleBit(0n), read: total('uncorrected', 'volatile'), before: { eccCounts: 1n }, change: ({ raw, device }) => raw.nvmlDeviceClearEccErrorCounts({ device, counterType: 'volatile' }), after: { eccCounts: 0n } },
  ],
  nvmlDeviceGetDetailedEccErrors: [
    {
      profile: V100,
      read: ({ raw, device }) => raw.nvmlDeviceGetDetailedEccErrors({ device, errorType: 'uncorrected', counterType: 'aggregate' }).eccCounts,
      before: { l1Cache: 0n, l2Cache: 0n, deviceMemory: 0n, registerFile: 0n },
      change: ({ machine }) => machine.inject({ kind: 'double-bit-ecc', gpu: 0, location: 'register-file' }),
      after: { l1Cache: 0n, l2Cache: 0n, deviceMemory: 0n, registerFile: 1n },
    },
  ],
  nvmlDeviceGetMemoryErrorCounter: [
    ...V100_COUNTERS.flatMap(([attribute, error, location]) =>
      (['volatile', 'aggregate'] as const).map((which, nth): AnswerRow => ({ profile: V100, read: counter(error, which, location), before: { count: 0n }, change: set({ [`ecc.${which}.${attribute}`]: 5 + nth }), after: { count: BigInt(5 + nth) } }))),
    { read: counter('uncorrected', 'volatile', 'sram'), before: { count: 0n }, change: set({ 'ecc.volatile.uncorrected.sram-parity': 2, 'ecc.volatile.uncorrected.sram-sec-ded': 1 }), after: { count: 3n } },
    { profile: T4, read: counter('corrected', 'aggregate', 'sram'), before: { count: 0n }, change: ({ machine }) => machine.inject({ kind: 'single-bit-ecc', gpu: 0, location: 'sram' }), after: { count: 1n } },
    { read: counter('corrected', 'volatile', 'dram'), before: { count: 0n }, change: singleBit(0n), after: { count: 1n } },
    // Volta counts no texture memory, Ampere its caches only as SRAM.
    without(V100, counter('corrected', 'volatile', 'texture-memory')),
    { ...without(V100, counter('uncorrected', 'volatile', 'l2-cache')), profile: 'hgx-a100-8' },
  ],
  nvmlDeviceGetSramEccErrorStatus: [
    {
      read: sram,
      before: { aggregateUncParity: 0n, aggregateUncSecDed: 0n, aggregateCor: 0n, volatileUncParity: 0n, aggregateUncBucketL2: 0n, bThresholdExceeded: 0 },
      change: async (host) => {
        await host.machine.inject({ kind: 'sram-ecc', gpu: 0, error: 'parity', bucket: 'l2' });
        await host.machine.inject({ kind: 'sram-ecc', gpu: 0, error: 'corrected' });
        await host.set({ 'ecc.sram.threshold-exceeded': true });
      },
      after: { aggregateUncParity: 1n, aggregateUncSecDed: 0n, aggregateCor: 1n, volatileUncParity: 1n, volatileCor: 1n, aggregateUncBucketL2: 1n, aggregateUncBucketOther: 0n, bThresholdExceeded: 1 },
    },
    {
      read: sram,
      before: { aggregateUncBucketSm: 0n },
      change: set({ 'ecc.sram.bucket.sm': 1, 'ecc.sram.bucket.pcie': 2, 'ecc.sram.bucket.mcu': 3, 'ecc.sram.bucket.other': 4, 'ecc.volatile.uncorrected.sram-sec-ded': 6 }),
      after: { aggregateUncBucketSm: 1n, aggregateUncBucketPcie: 2n, aggregateUncBucketMcu: 3n, aggregateUncBucketOther: 4n, volatileUncSecDed: 6n },
    },
    { profile: RTX_3090, read: sram, before: refused('NOT_SUPPORTED'), change: setHost({ 'host.permissions': 'user' }), after: refused('NO_PERMISSION') },
  ],
  nvmlDeviceGetSramUniqueUncorrectedEccErrorCounts: [
    {
      profile: B200,
      read: cells,
      before: [],
      change: async ({ machine }) => {
        const cell = { kind: 'sram-ecc', gpu: 0, bucket: 'sm', unit: 3, location: 5, sublocation: 1, extlocation: 2, address: 0x1f0 } as const;
        await machine.inject(cell);
        await machine.inject(cell);
        await machine.inject({ ...cell, error: 'parity' });
      },
      after: [
        { unit: 3, location: 5, sublocation: 1, extlocation: 2, address: 0x1f0, isParity: 0, count: 2 },
        { unit: 3, location: 5, sublocation: 1, extlocation: 2, address: 0x1f0, isParity: 1, count: 1 },
      ],
    },
    without(H100, cells),
  ],
  nvmlDeviceGetRetiredPages: [
    { profile: V100, read: pages('double-bit-ecc'), before: { pageCount: 0, addresses: [] }, change: doubleBit(0x2_1234n), after: { pageCount: 1, addresses: [0x2_0000n] } },
    { profile: V100, read: pages('multiple-single-bit-ecc'), before: { pageCount: 0 }, change: twice(singleBit(0x3_0000n)), after: { pageCount: 1, addresses: [0x3_0000n] } },
    without('hgx-a100-8', pages('double-bit-ecc')),
    without(RTX_3090, pages('double-bit-ecc')),
  ],
  nvmlDeviceGetRetiredPages_v2: [
    {
      profile: V100,
      read: ({ raw, device }) => {
        const { addresses, timestamps } = raw.nvmlDeviceGetRetiredPages_v2({ device, cause: 'double-bit-ecc' });
        return addresses.map((address, nth) => [address, Math.abs(Number(timestamps[nth]) - Date.now() / 1000) < 3600]);
      },
      before: [],
      change: doubleBit(0x5_0000n),
      after: [[0x5_0000n, true]],
    },
  ],
  nvmlDeviceGetRetiredPagesPendingStatus: [
    { profile: V100, read: pending, before: { isPending: { name: 'disabled' } }, change: doubleBit(0n), after: { isPending: { name: 'enabled' } } },
    { profile: V100, prepare: doubleBit(0n), read: pending, before: { isPending: { name: 'enabled' } }, change: reset, after: { isPending: { name: 'disabled' } } },
    without('hgx-a100-8', pending),
  ],
  nvmlDeviceGetRemappedRows: [
    { read: rows, before: { corrRows: 0, uncRows: 0, isPending: 0, failureOccurred: 0 }, change: doubleBit(0n), after: { corrRows: 0, uncRows: 1, isPending: 1, failureOccurred: 0 } },
    { prepare: twice(singleBit(0n)), read: rows, before: { corrRows: 1, isPending: 1 }, change: reset, after: { corrRows: 1, isPending: 0 } },
    { read: rows, before: { failureOccurred: 0 }, change: set({ 'repair.remapping-failed': true }), after: { failureOccurred: 1 } },
    without(V100, rows),
    without(RTX_3090, rows),
  ],
  nvmlDeviceGetRemappedRows_v2: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetRemappedRows_v2({ device }).info,
      before: { corrActiveRemaps: 0, corrInactiveRemaps: 0, uncActiveRemaps: 0, uncInactiveRemaps: 0, bPending: 0, bFailureOccurred: 0 },
      change: (host) => doubleBit(0n)(host).then(() => host.set({ 'repair.inactive-correctable-rows': 2, 'repair.inactive-uncorrectable-rows': 3 })),
      after: { corrActiveRemaps: 0, corrInactiveRemaps: 2, uncActiveRemaps: 1, uncInactiveRemaps: 3, bPending: 1, bFailureOccurred: 0 },
    },
  ],
  nvmlDeviceGetRowRemapperHistogram: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetRowRemapperHistogram({ device }).values,
      before: { max: 640, high: 0, partial: 0, low: 0, none: 0 },
      change: async (host) => {
        for (const address of TEN_BANK_ROWS.slice(0, 8)) await doubleBit(address)(host);
        await doubleBit(2048n)(host);
      },
      after: { max: 638, high: 1, partial: 0, low: 0, none: 1 },
    },
  ],
  nvmlDeviceGetRepairStatus: [
    { read: repairs, before: { bChannelRepairPending: 0, bTpcRepairPending: 0 }, change: set({ 'repair.channel-pending': true }), after: { bChannelRepairPending: 1, bTpcRepairPending: 0 } },
    { prepare: set({ 'repair.tpc-pending': true }), read: repairs, before: { bTpcRepairPending: 1 }, change: reset, after: { bTpcRepairPending: 0 } },
    without(RTX_3090, repairs),
  ],
  nvmlDeviceGetUnrepairableMemoryFlag_v1: [
    { profile: H100, read: unrepairable, before: { bUnrepairableMemory: 0 }, change: set({ 'repair.unrepairable-memory': true }), after: { bUnrepairableMemory: 1 } },
    // A row that was remapped errs again: it cannot be repaired.
    { profile: H100, prepare: (host) => doubleBit(0n)(host).then(() => reset(host)), read: unrepairable, before: { bUnrepairableMemory: 0 }, change: doubleBit(8n), after: { bUnrepairableMemory: 1 } },
    without('hgx-a100-8', unrepairable),
  ],
  nvmlDeviceGetFieldValues: [
    { read: fields(id.NVML_FI_DEV_ECC_CURRENT, id.NVML_FI_DEV_ECC_PENDING), before: [1, 1], change: set({ ecc: false }), after: [1, 0] },
    {
      profile: V100,
      read: fields(id.NVML_FI_DEV_ECC_DBE_VOL_TOTAL, id.NVML_FI_DEV_ECC_DBE_VOL_L2, id.NVML_FI_DEV_ECC_DBE_AGG_L2, id.NVML_FI_DEV_ECC_SBE_VOL_L2, id.NVML_FI_DEV_ECC_DBE_VOL_CBU, id.NVML_FI_DEV_ECC_SBE_VOL_TEX),
      before: [0, 0, 0, 0, 0, code(NOT_SUPPORTED)],
      change: (host) => host.machine.inject({ kind: 'double-bit-ecc', gpu: 0, location: 'l2-cache' }).then(() => host.set({ 'ecc.volatile.corrected.l2-cache': 9 })),
      after: [1, 1, 1, 9, 0, code(NOT_SUPPORTED)],
    },
    {
      profile: V100,
      read: fields(...Array.from({ length: 22 }, (_, nth) => 7 + nth)),
      before: [0, 0, 0, 0, 0, 0, 0, 0, code(NOT_SUPPORTED), code(NOT_SUPPORTED), 0, 0, 0, 0, 0, 0, 0, 0, 0, code(NOT_SUPPORTED), code(NOT_SUPPORTED), 0],
      change: set(Object.fromEntries(['volatile', 'aggregate'].flatMap((which, side) => ['l1-cache', 'l2-cache', 'dram', 'register-file'].flatMap((where, place) =>
        ['corrected', 'uncorrected'].map((error, kind) => [`ecc.${which}.${error}.${where}`, 100 * side + 10 * place + kind]))).concat([['ecc.volatile.uncorrected.cbu', 77], ['ecc.aggregate.uncorrected.cbu', 88]]))),
      after: [0, 1, 10, 11, 20, 21, 30, 31, code(NOT_SUPPORTED), code(NOT_SUPPORTED), 77, 100, 101, 110, 111, 120, 121, 130, 131, code(NOT_SUPPORTED), code(NOT_SUPPORTED), 88],
    },
    {
      profile: V100,
      read: fields(id.NVML_FI_DEV_RETIRED_SBE, id.NVML_FI_DEV_RETIRED_DBE, id.NVML_FI_DEV_RETIRED_PENDING, id.NVML_FI_DEV_RETIRED_PENDING_SBE, id.NVML_FI_DEV_RETIRED_PENDING_DBE, id.NVML_FI_DEV_REMAPPED_UNC),
      before: [0, 0, 0, 0, 0, code(NOT_SUPPORTED)],
      change: (host) => doubleBit(0n)(host).then(() => twice(singleBit(0x9_0000n))(host)),
      after: [1, 1, 1, 1, 1, code(NOT_SUPPORTED)],
    },
    {
      read: fields(id.NVML_FI_DEV_REMAPPED_COR, id.NVML_FI_DEV_REMAPPED_UNC, id.NVML_FI_DEV_REMAPPED_PENDING, id.NVML_FI_DEV_REMAPPED_FAILURE, id.NVML_FI_DEV_REMAPPED_ROWS_COR_INACTIVE, id.NVML_FI_DEV_REMAPPED_ROWS_UNC_INACTIVE, id.NVML_FI_DEV_RETIRED_DBE),
      before: [0, 0, 0, 0, 0, 0, code(NOT_SUPPORTED)],
      change: (host) => doubleBit(0n)(host).then(() => host.set({ 'repair.inactive-correctable-rows': 4, 'repair.inactive-uncorrectable-rows': 5, 'repair.remapping-failed': true })),
      after: [0, 1, 1, 1, 4, 5, code(NOT_SUPPORTED)],
    },
    ...[1, 2, 3, 4, 5, 6, 7, 77].map((action): AnswerRow => ({ read: fields(id.NVML_FI_DEV_GET_GPU_RECOVERY_ACTION), before: [0], change: set({ 'recovery.action': action }), after: [action] })),
    { read: fields(id.NVML_FI_DEV_GET_GPU_RECOVERY_ACTION, id.NVML_FI_DEV_RESET_STATUS, id.NVML_FI_DEV_DRAIN_AND_RESET_STATUS), before: [0, code(DEPRECATED), code(DEPRECATED)], change: doubleBit(0n), after: [1, code(DEPRECATED), code(DEPRECATED)] },
    {
      options: { driver: '565.57.01', gpus: 1 },
      read: fields(id.NVML_FI_DEV_GET_GPU_RECOVERY_ACTION, id.NVML_FI_DEV_RESET_STATUS, id.NVML_FI_DEV_DRAIN_AND_RESET_STATUS, id.NVML_FI_DEV_REMAPPED_ROWS_COR_INACTIVE),
      before: [code(NOT_SUPPORTED), 0, 0, code(INVALID_ARGUMENT)],
      change: set({ 'recovery.action': 4 }),
      after: [code(NOT_SUPPORTED), 0, 1, code(INVALID_ARGUMENT)],
    },
    {
      options: { driver: '550.90.07', gpus: 1 },
      read: fields(id.NVML_FI_DEV_RESET_STATUS, id.NVML_FI_DEV_REMAPPED_PENDING),
      before: [code(INVALID_ARGUMENT), 0],
      change: doubleBit(0n),
      after: [code(INVALID_ARGUMENT), 1],
    },
  ],
};
