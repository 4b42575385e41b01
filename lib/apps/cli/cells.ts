/**
 * A reading as a person sees it in one table cell: the value, `-` where card or driver do not have it, `?` where it could not be
 * read. Never 0 for something that is not known.
 */
import type { Reading } from '../../telemetry/reading.ts';
import type { GpuSnapshot, MemoryUse } from '../../nvml/types.ts';

export const LEGEND = '- not supported by this card or driver, ? could not be read';

export function cell<T>(reading: Reading<T>, format: (value: T) => string): string {
  if (reading.state === 'unsupported') return '-';
  return reading.state === 'value' ? format(reading.value) : '?';
}

export function eccCell(gpu: GpuSnapshot): string {
  return cell(gpu.eccMode, ({ current, pending }) => (current === pending ? onOff(current) : `${onOff(current)}>${onOff(pending)}`));
}

/** Single-bit pages / double-bit pages. */
export function pagesCell(gpu: GpuSnapshot): string {
  return cell(gpu.retiredPages, (pages) => {
    const double = pages.filter((page) => page.cause === 'double-bit-ecc').length;
    return `${pages.length - double}/${double}`;
  });
}

/** Rows remapped for correctable errors / for uncorrectable ones. */
export function rowsCell(gpu: GpuSnapshot): string {
  return cell(gpu.rowRemapping, (rows) => `${rows.correctableRows}/${rows.uncorrectableRows}`);
}

/** What waits for a reset: a page or a row. The two never apply to one card; the one that it supports speaks. */
export function pendingCell(gpu: GpuSnapshot): string {
  const page = cell(gpu.pageRetirementPending, (pending) => (pending ? 'page' : 'no'));
  const row = cell(gpu.rowRemapping, (rows) => (rows.pending ? 'row' : 'no'));
  const known = [page, row].filter((text) => text !== '-');
  return known.find((text) => text === 'page' || text === 'row') ?? known.find((text) => text === '?') ?? known[0] ?? '-';
}

export function temperatureCell(gpu: GpuSnapshot): string {
  return cell(gpu.temperatureCelsius, (degrees) => `${degrees} C`);
}

export function memoryCell(gpu: GpuSnapshot): string {
  return cell(gpu.memory, (memory: MemoryUse) => `${gibibytes(memory.usedBytes)}/${gibibytes(memory.totalBytes)} GiB`);
}

/** Who a GPU is does not grow old. */
export function textCell(reading: Reading<string>): string {
  return reading.state === 'stale' ? printable(reading.value) : cell(reading, printable);
}

/** Names come from drivers and from other people's processes: no control character of theirs reaches a terminal or a document. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, '\uFFFD');
}

/** One digit is enough to see whether a GPU is empty or full. */
function gibibytes(bytes: bigint): string {
  return (Number(bytes / 2n ** 20n) / 1024).toFixed(1);
}

function onOff(value: boolean): string {
  return value ? 'on' : 'off';
}
