import type { GpuSnapshot, RetiredPage } from '../../lib/nvml/types.ts';
import type { Reading } from '../../lib/telemetry/reading.ts';
import { failed, unsupported, valueOf } from '../../lib/telemetry/reading.ts';
import { GpuwrightError } from '../../lib/errors.ts';

/** A card before Ampere in good health: page retirement, no rows. */
export function pageRetirementCard(changes: Partial<GpuSnapshot> = {}): GpuSnapshot {
  const index = changes.index ?? 0;
  return {
    index,
    uuid: valueOf(`GPU-00000000-0000-0000-0000-00000000000${index}`),
    pciBusId: valueOf(`00000000:1${index}:00.0`),
    name: valueOf('Tesla V100-SXM2-32GB'),
    serial: valueOf('0321018045001'),
    boardId: valueOf(6656),
    moduleId: unsupported,
    minorNumber: valueOf(index),
    persistenceMode: valueOf(true),
    memory: valueOf({ totalBytes: 34_359_738_368n, usedBytes: 1_073_741_824n, freeBytes: 33_285_996_544n }),
    temperatureCelsius: valueOf(33),
    powerMilliwatts: valueOf(42_000),
    utilization: valueOf({ gpuPercent: 0, memoryPercent: 0 }),
    clocks: valueOf({ graphicsMegahertz: 135, smMegahertz: 135, memoryMegahertz: 877, videoMegahertz: 555 }),
    eccMode: valueOf({ current: true, pending: true }),
    eccCounters: valueOf({ volatileCorrected: 0n, volatileUncorrected: 0n, aggregateCorrected: 0n, aggregateUncorrected: 0n }),
    sramEcc: unsupported,
    retiredPages: valueOf([]),
    pageRetirementPending: valueOf(false),
    rowRemapping: unsupported,
    rowRemapperHistogram: unsupported,
    repairStatus: unsupported,
    unrepairableMemory: unsupported,
    recoveryAction: unsupported,
    processes: valueOf([]),
    ...changes,
  };
}

/** A card from Ampere on in good health: rows, no page retirement. */
export function rowRemappingCard(changes: Partial<GpuSnapshot> = {}): GpuSnapshot {
  return pageRetirementCard({
    name: valueOf('NVIDIA H100 80GB HBM3'),
    retiredPages: unsupported,
    pageRetirementPending: unsupported,
    rowRemapping: valueOf({ correctableRows: 0, uncorrectableRows: 0, pending: false, failureOccurred: false }),
    rowRemapperHistogram: valueOf({ max: 2560, high: 0, partial: 0, low: 0, none: 0 }),
    sramEcc: valueOf({
      aggregateUncorrectedParity: 0n, aggregateUncorrectedSecDed: 0n, aggregateCorrected: 0n,
      volatileUncorrectedParity: 0n, volatileUncorrectedSecDed: 0n, volatileCorrected: 0n, thresholdExceeded: false,
    }),
    repairStatus: valueOf({ channelRepairPending: false, tpcRepairPending: false }),
    unrepairableMemory: valueOf(false),
    recoveryAction: valueOf({ name: 'none', value: 0 }),
    ...changes,
  });
}

export function noAnswer(call = 'nvmlDeviceGetRetiredPages_v2'): Reading<never> {
  return failed(new GpuwrightError('DEVICE_UNRESPONSIVE', `${call}: no answer within 5000 ms: look at the kernel log`, { call }));
}

/** A card of which nothing but its place on the bus is known. */
export function silentCard(index: number): GpuSnapshot {
  const card = pageRetirementCard({ index });
  const fields = Object.keys(card).filter((field) => field !== 'index' && field !== 'pciBusId');
  return { ...card, ...Object.fromEntries(fields.map((field) => [field, noAnswer()])) };
}

export function pages(count: number, cause: RetiredPage['cause'] = 'double-bit-ecc'): Reading<readonly RetiredPage[]> {
  return valueOf(Array.from({ length: count }, (_, i) => ({ cause, address: BigInt(i + 5) * 65_536n, retiredAt: new Date('2025-03-01T12:00:00Z') })));
}
