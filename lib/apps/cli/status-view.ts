/** `gpuwright status` as a table for people and as JSON. */
import { answered } from '../../diagnosis/index.ts';
import type { HostLook } from './host-look.ts';
import { simulatedLine } from './host-look.ts';
import { eccCell, LEGEND, memoryCell, pagesCell, pendingCell, rowsCell, temperatureCell, textCell } from './cells.ts';
import type { Screen } from './ports.ts';
import { table, wrap } from './table.ts';
import type { Judged } from './verdict-text.ts';
import { reasonLines, tally, verdictWord } from './verdict-text.ts';

/** Narrower than this, a GPU takes three lines instead of two. */
const WIDE = 110;

/** As much of it as fits: all, else a line for each GPU and the reasons, cut off at the end with a word about it. */
export function fittedStatusText(look: HostLook, screen: Pick<Screen, 'columns' | 'colours'>, rows: number): string {
  const full = statusText(look, screen);
  if (linesOf(full).length <= rows) return full;
  const short = linesOf([headText(look), lowTable(look.judged, screen), reasonLines(look.judged, screen)].filter((part) => part !== '').join('\n\n'));
  if (short.length <= rows) return `${short.join('\n')}\n`;
  const kept = short.slice(0, Math.max(rows - 1, 1));
  return `${kept.join('\n')}\n… ${short.length - kept.length} more lines: make the terminal higher\n`;
}

function linesOf(text: string): string[] {
  return text.trimEnd().split('\n');
}

function headText(look: HostLook): string {
  return `${simulatedLine(look.machineFile)}Driver ${textCell(look.snapshot.driverVersion)}  ${tally(look.judged)}`;
}

export function statusText(look: HostLook, screen: Pick<Screen, 'columns' | 'colours'>): string {
  const parts = [headText(look)];
  if (look.judged.length > 0) {
    parts.push(screen.columns >= WIDE ? wideTable(look.judged, screen) : narrowTable(look.judged, screen));
    parts.push(wrap(`S/D pages retired for single-/double-bit errors; C/U rows remapped for correctable/uncorrectable ones.\n${LEGEND}.`, screen.columns));
  } else {
    parts.push(wrap('The driver answers, and it has no GPU: see whether the host has one (lspci) and whether the kernel log says why the driver left it out.', screen.columns));
  }
  const hostFailure = hostFailureLine(look);
  if (hostFailure !== '') parts.push(wrap(hostFailure, screen.columns));
  const reasons = reasonLines(look.judged, screen);
  if (reasons !== '') parts.push(reasons);
  return `${parts.join('\n\n')}\n`;
}

function wideTable(judged: readonly Judged[], screen: Pick<Screen, 'colours'>): string {
  const head = ['GPU', 'NAME, PCI, UUID', 'VERDICT', 'ECC', 'PAGES\nS/D', 'PENDING', 'ROWS\nC/U', 'TEMP', 'MEMORY'];
  const rows = judged.map(({ gpu, verdict }) => [
    String(gpu.index),
    `${textCell(gpu.name)}  ${textCell(gpu.pciBusId)}\n${textCell(gpu.uuid)}`,
    verdictWord(verdict.level, screen),
    eccCell(gpu),
    pagesCell(gpu),
    pendingCell(gpu),
    rowsCell(gpu),
    temperatureCell(gpu),
    memoryCell(gpu),
  ]);
  return table(head, rows);
}

/** One line for each GPU, for low terminals; 80 columns wide. */
function lowTable(judged: readonly Judged[], screen: Pick<Screen, 'colours'>): string {
  const head = ['GPU', 'PCI', 'VERDICT', 'ECC', 'PAGES S/D', 'PENDING', 'ROWS C/U', 'TEMP'];
  return table(head, judged.map(({ gpu, verdict }) => [
    String(gpu.index), textCell(gpu.pciBusId), verdictWord(verdict.level, screen), eccCell(gpu), pagesCell(gpu), pendingCell(gpu), rowsCell(gpu), temperatureCell(gpu),
  ]));
}

function narrowTable(judged: readonly Judged[], screen: Pick<Screen, 'colours'>): string {
  const head = ['GPU', 'NAME, PCI, TEMP, MEMORY, UUID', 'VERDICT\nECC', 'PAGES S/D\nROWS C/U', 'PENDING'];
  const rows = judged.map(({ gpu, verdict }) => [
    String(gpu.index),
    `${textCell(gpu.name)}\n${textCell(gpu.pciBusId)} ${temperatureCell(gpu)} ${memoryCell(gpu)}\n${textCell(gpu.uuid)}`,
    `${verdictWord(verdict.level, screen)}\n${eccCell(gpu)}`,
    `${pagesCell(gpu)}\n${rowsCell(gpu)}`,
    pendingCell(gpu),
  ]);
  return table(head, rows);
}

/** Where the GPUs do not answer either, their lines say it. */
function hostFailureLine(look: HostLook): string {
  const reading = look.snapshot.driverVersion;
  return reading.state === 'failed' && look.judged.some(({ gpu }) => answered(gpu)) ? `Driver version not read: ${reading.error.message}` : '';
}

export function statusJson(look: HostLook): unknown {
  return {
    schema: 1,
    host: look.machineFile === undefined ? 'real' : 'simulated',
    takenAt: look.snapshot.takenAt,
    driverVersion: look.snapshot.driverVersion,
    nvmlVersion: look.snapshot.nvmlVersion,
    gpus: look.judged.map(({ gpu, verdict }) => {
      const { index, uuid, pciBusId, ...readings } = gpu;
      return { index, uuid: known(uuid), pciBusId: known(pciBusId), ...readings, verdict };
    }),
  };
}

/** Identity as plain text: null where it is not known. A stale identity is still the GPU's. */
export function known(reading: HostLook['snapshot']['gpus'][number]['uuid']): string | null {
  return reading.state === 'value' || reading.state === 'stale' ? reading.value : null;
}
