import { describe, expect, it } from 'vitest';
import { answered, otherFailures, verdict } from '../../lib/diagnosis/index.ts';
import type { GpuSnapshot } from '../../lib/nvml/types.ts';
import { unsupported, valueOf } from '../../lib/telemetry/reading.ts';
import { noAnswer, pageRetirementCard, pages, rowRemappingCard, silentCard } from './cards.ts';

const ids = (gpu: GpuSnapshot) => verdict(gpu).reasons.map((reason) => reason.id);
const rows = (changes: object) => valueOf({ correctableRows: 0, uncorrectableRows: 0, pending: false, failureOccurred: false, ...changes });
const counters = (volatileUncorrected: bigint) =>
  valueOf({ volatileCorrected: 0n, volatileUncorrected, aggregateCorrected: 0n, aggregateUncorrected: volatileUncorrected });

describe('a GPU is well', () => {
  it.each([
    ['a page retirement card with nothing wrong', pageRetirementCard()],
    ['a row remapping card with nothing wrong', rowRemappingCard()],
    ['pages that are long excluded: history', pageRetirementCard({ retiredPages: pages(3) })],
    ['remapped rows that are in effect: history', rowRemappingCard({ rowRemapping: rows({ uncorrectableRows: 2, correctableRows: 1 }) })],
  ])('with %s', (_, gpu) => {
    expect(verdict(gpu)).toEqual({ level: 'ok', reasons: [] });
  });

  it('with a note on it, when there is something to know and nothing to do', () => {
    expect(verdict(pageRetirementCard({ retiredPages: pages(15) }))).toMatchObject({ level: 'ok', reasons: [{ id: 'retired-pages-many', severity: 'note' }] });
    expect(verdict(pageRetirementCard({ eccMode: valueOf({ current: false, pending: false }) }))).toMatchObject({ level: 'ok', reasons: [{ id: 'ecc-off' }] });
    // The errors that retired the page stay in the counters until the driver is loaded again.
    expect(verdict(pageRetirementCard({ retiredPages: pages(1), eccCounters: counters(1n) }))).toMatchObject({ level: 'ok', reasons: [{ id: 'uncorrected-errors' }] });
  });

  it('and no repair is claimed for errors after a failed remapping', () => {
    const sentence = (failureOccurred: boolean) =>
      verdict(rowRemappingCard({ rowRemapping: rows({ uncorrectableRows: 8, failureOccurred }), eccCounters: counters(9n) })).reasons.find((reason) => reason.id === 'uncorrected-errors')?.sentence;
    expect(sentence(false)).toBe('9 uncorrected errors since the driver was loaded; a repair is recorded');
    expect(sentence(true)).toBe('9 uncorrected errors since the driver was loaded');
  });
});

describe('a GPU needs attention', () => {
  it.each<[string, GpuSnapshot, string]>([
    ['a page waits', pageRetirementCard({ retiredPages: pages(1), pageRetirementPending: valueOf(true) }), 'page-retirement-pending'],
    ['60 pages are retired', pageRetirementCard({ retiredPages: pages(60) }), 'retired-pages-rma'],
    ['a row waits', rowRemappingCard({ rowRemapping: rows({ pending: true }) }), 'row-remapping-pending'],
    ['a remapping failed', rowRemappingCard({ rowRemapping: rows({ failureOccurred: true }) }), 'row-remapping-failed'],
    ['a memory channel waits for repair', rowRemappingCard({ repairStatus: valueOf({ channelRepairPending: true, tpcRepairPending: false }) }), 'repair-pending'],
    ['a TPC waits for repair', rowRemappingCard({ repairStatus: valueOf({ channelRepairPending: false, tpcRepairPending: true }) }), 'repair-pending'],
    ['memory cannot be repaired', rowRemappingCard({ unrepairableMemory: valueOf(true) }), 'unrepairable-memory'],
    ['the driver asks for a reset', rowRemappingCard({ recoveryAction: valueOf({ name: 'gpu-reset', value: 1 }) }), 'recovery-action'],
    ['the driver asks for something unheard of', rowRemappingCard({ recoveryAction: valueOf({ name: 'unknown', value: 7 }) }), 'recovery-action'],
    ['ECC is about to change', pageRetirementCard({ eccMode: valueOf({ current: true, pending: false }) }), 'ecc-change-pending'],
    ['errors left no page', pageRetirementCard({ eccCounters: counters(1n) }), 'uncorrected-errors-unrecorded'],
    ['errors left no row', rowRemappingCard({ eccCounters: counters(2n) }), 'uncorrected-errors-unrecorded'],
  ])('when %s', (_, gpu, id) => {
    expect(verdict(gpu).level).toBe('attention');
    expect(ids(gpu)).toEqual([id]);
  });

  it('when SRAM errors are above their threshold', () => {
    const { sramEcc } = rowRemappingCard();
    if (sramEcc.state !== 'value') throw new Error('the card has SRAM ECC');
    expect(ids(rowRemappingCard({ sramEcc: valueOf({ ...sramEcc.value, thresholdExceeded: true }) }))).toEqual(['sram-threshold-exceeded']);
  });

  it('and the number of an unheard-of recovery action is told', () => {
    expect(verdict(rowRemappingCard({ recoveryAction: valueOf({ name: 'unknown', value: 7 }) })).reasons[0]?.sentence).toContain('7');
  });

  it('and every reason names the document it rests on', () => {
    for (const reason of verdict(pageRetirementCard({ retiredPages: pages(64), pageRetirementPending: valueOf(true) })).reasons) {
      expect(reason.source).toMatch(/https:/);
    }
  });
});

describe('nobody can say how a GPU is', () => {
  const fields = ['retiredPages', 'pageRetirementPending', 'rowRemapping', 'eccMode', 'eccCounters', 'sramEcc', 'repairStatus', 'unrepairableMemory', 'recoveryAction'] as const;

  it.each(fields)('when %s could not be read', (field) => {
    const gpu = rowRemappingCard({ [field]: noAnswer() });
    expect(verdict(gpu).level).toBe('unknown');
    expect(ids(gpu)).toEqual(['reading-failed']);
  });

  it('when the last value is an old one', () => {
    expect(verdict(pageRetirementCard({ pageRetirementPending: { state: 'stale', value: false, ageMs: 60_000 } })).level).toBe('unknown');
  });

  it('when it does not answer at all: one reason, not one per field', () => {
    expect(ids(silentCard(2))).toEqual(['gpu-does-not-answer']);
    expect(verdict(silentCard(2)).level).toBe('unknown');
    expect(answered(silentCard(2))).toBe(false);
  });

  it('when it is only known by name and number from the bus', () => {
    const gpu = { ...silentCard(2), name: valueOf('Tesla V100'), uuid: valueOf('GPU-1'), minorNumber: valueOf(2) };
    expect(answered(gpu)).toBe(false);
    expect(verdict(gpu).level).toBe('unknown');
  });

  it('when the card has neither page retirement nor row remapping: unsupported is not healthy', () => {
    expect(verdict(pageRetirementCard({ retiredPages: unsupported, pageRetirementPending: unsupported }))).toMatchObject({
      level: 'unknown',
      reasons: [{ id: 'memory-health-not-observable' }],
    });
  });

  it('when pages are listed and nothing tells whether one is still in use', () => {
    const gpu = pageRetirementCard({ pageRetirementPending: unsupported });
    expect(verdict(gpu)).toMatchObject({ level: 'unknown', reasons: [{ id: 'memory-health-not-observable', sentence: expect.stringContaining('still in use') as string }] });
  });

  it('but what is certain still stands first', () => {
    const gpu = pageRetirementCard({ retiredPages: noAnswer(), pageRetirementPending: valueOf(true) });
    expect(verdict(gpu).level).toBe('unknown');
    expect(ids(gpu)).toEqual(['page-retirement-pending', 'reading-failed']);
  });
});

it('readings that no verdict needs fail without one', () => {
  const gpu = pageRetirementCard({ temperatureCelsius: noAnswer(), powerMilliwatts: noAnswer() });
  expect(verdict(gpu).level).toBe('ok');
  expect(otherFailures(gpu)).toEqual([{ fields: ['temperature', 'power'], message: expect.stringContaining('no answer') }]);
});
