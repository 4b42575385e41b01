/** `gpuwright pages` for people: each GPU's pages, what cures a pending one, and who stands in the way. */
import type { Cure } from '../../diagnosis/index.ts';
import { pendingPageCures, pendingRowCures } from '../../diagnosis/index.ts';
import type { GpuSnapshot, RetiredPage, RowRemapping } from '../../nvml/types.ts';
import { cell, textCell } from './cells.ts';
import { cureCommand } from './cure-commands.ts';
import type { Holder } from './holders.ts';
import type { HostLook } from './host-look.ts';
import { simulatedLine } from './host-look.ts';
import { isoTime, pageRetirement } from './pages-json.ts';
import type { Screen } from './ports.ts';
import { hex } from './reading-json.ts';
import { table, wrap } from './table.ts';
import type { Judged } from './verdict-text.ts';
import { bullet, reasonLine, tally, verdictWord } from './verdict-text.ts';

export interface HeldBy {
  readonly holders: (gpu: GpuSnapshot) => readonly Holder[];
  /** Processes whose open files could not be seen. */
  readonly hiddenProcesses: number;
}

type Frame = Pick<Screen, 'columns' | 'colours'>;

const CAUSE_TEXT: Record<RetiredPage['cause'], string> = {
  'double-bit-ecc': 'double-bit ECC error',
  'multiple-single-bit-ecc': 'single-bit ECC errors',
};

/** @param judged the GPUs that were asked for; GPUs that need somebody come first */
export function pagesText(look: HostLook, judged: readonly Judged[], heldBy: HeldBy, screen: Frame): string {
  const parts = [`${simulatedLine(look.machineFile)}Driver ${textCell(look.snapshot.driverVersion)}  ${tally(judged)}`];
  const clean = judged.filter(isClean);
  const rest = judged.filter((one) => !isClean(one));
  for (const one of [...rest.filter((other) => other.verdict.level !== 'ok'), ...rest.filter((other) => other.verdict.level === 'ok')]) {
    parts.push(gpuText(one, look.machineFile, heldBy, screen));
  }
  if (clean.length > 0) parts.push(clean.map((one) => `${headOf(one, screen)}  no retired pages, none pending`).join('\n'));
  return `${parts.join('\n\n')}\n`;
}

/** Nothing to say of it but that. */
function isClean({ gpu, verdict }: Judged): boolean {
  const retirement = pageRetirement(gpu);
  return verdict.level === 'ok' && verdict.reasons.length === 0 && retirement.state === 'value' && retirement.value.pages.length === 0 && !retirement.value.pending;
}

function headOf({ gpu, verdict }: Judged, screen: Frame): string {
  return `GPU ${gpu.index}  ${textCell(gpu.pciBusId)}  ${textCell(gpu.uuid)}  ${verdictWord(verdict.level, screen)}`;
}

function gpuText(judged: Judged, machineFile: string | undefined, heldBy: HeldBy, screen: Frame): string {
  const { gpu, verdict } = judged;
  const retirement = pageRetirement(gpu);
  const lines = [headOf(judged, screen)];
  switch (retirement.state) {
    case 'unsupported':
      lines.push(...withoutRetirement(gpu));
      if (gpu.rowRemapping.state === 'value' && gpu.rowRemapping.value.pending) {
        lines.push('  To have the remapping carried out, the cheapest first:', ...cureLines(pendingRowCures(), gpu, machineFile, heldBy, screen));
      }
      break;
    case 'failed':
      lines.push('  retired pages could not be read');
      break;
    case 'stale':
      lines.push(`  retired pages could not be read; ${retirement.ageMs} ms ago: ${summary(retirement.value.pages, retirement.value.pending)}`);
      break;
    case 'value': {
      const { pages, pending } = retirement.value;
      lines.push(`  ${summary(pages, pending)}`);
      if (pages.length > 0) lines.push(indent(pageTable(pages)));
      if (pending) {
        lines.push('  To have it excluded, the cheapest first:', ...cureLines(pendingPageCures(gpu.persistenceMode), gpu, machineFile, heldBy, screen));
      }
    }
  }
  // The lines above say what is pending better than its reason does.
  for (const reason of verdict.reasons) if (reason.id !== 'page-retirement-pending') lines.push(reasonLine(reason, screen));
  return lines.join('\n');
}

function summary(pages: readonly RetiredPage[], pending: boolean): string {
  if (pages.length === 0) return pending ? 'pending: yes, though no page is listed' : 'no retired pages, none pending';
  const double = pages.filter((page) => page.cause === 'double-bit-ecc').length;
  const counts = `${pages.length} of at most 64 pages retired (${pages.length - double} single-bit, ${double} double-bit)`;
  return pending ? `${counts}; PENDING: not all of them are excluded yet` : `${counts}; pending: no, all are excluded`;
}

function pageTable(pages: readonly RetiredPage[]): string {
  return table(['ADDRESS', 'CAUSE', 'RETIRED AT'], pages.map((page) => [hex(page.address), CAUSE_TEXT[page.cause], isoTime(page.retiredAt) ?? 'not recorded']));
}

/** Ampere and later keep every page and put spare rows in place of broken ones. */
function withoutRetirement(gpu: GpuSnapshot): string[] {
  if (gpu.rowRemapping.state === 'unsupported') return ['  page retirement does not apply to this card, and row remapping is not supported either'];
  const rows = cell(gpu.rowRemapping, (value) =>
    `rows remapped: ${value.correctableRows} for correctable errors, ${value.uncorrectableRows} for uncorrectable ones${inactiveRows(value)}; pending: ${value.pending ? 'YES' : 'no'}; failed: ${value.failureOccurred ? 'YES' : 'no'}`);
  const banks = cell(gpu.rowRemapperHistogram, (value) =>
    `banks by spare rows left: max ${value.max}, high ${value.high}, partial ${value.partial}, low ${value.low}, none ${value.none}`);
  return [
    '  page retirement does not apply to this card (Ampere and later remap rows instead)',
    rows === '?' ? '  remapped rows could not be read' : `  ${rows}`,
    ...(banks === '-' ? [] : [banks === '?' ? '  spare rows by bank could not be read' : `  ${banks}`]),
  ];
}

/** Drivers that tell them nearly always say 0. */
function inactiveRows({ inactiveCorrectableRows: correctable = 0, inactiveUncorrectableRows: uncorrectable = 0 }: RowRemapping): string {
  return correctable + uncorrectable === 0 ? '' : `, inactive: ${correctable} and ${uncorrectable}`;
}

/** The cures with their commands, and who stands in their way. */
function cureLines(cures: readonly Cure[], gpu: GpuSnapshot, machineFile: string | undefined, heldBy: HeldBy, screen: Frame): string[] {
  const lines: string[] = [];
  for (const [number, cure] of cures.entries()) {
    const condition = cure.condition === undefined ? '' : ` (${cure.condition})`;
    lines.push(wrap(`    ${number + 1}. ${cure.action}${condition}`, screen.columns, '       '));
    lines.push(`       ${cureCommand(cure.id, gpu, machineFile)}`);
  }
  const holders = heldBy.holders(gpu);
  lines.push(holders.length === 0 ? '  Held by: no process that can be seen from here' : '  Held by:');
  for (const holder of holders) lines.push(`    PID ${holder.pid}  ${holder.name}  (${holder.by.join(', ')})`);
  if (gpu.processes.state === 'failed') lines.push(bullet(`the driver's own list of processes could not be read: ${gpu.processes.error.message}`, screen));
  if (machineFile === undefined && heldBy.hiddenProcesses > 0) {
    lines.push(bullet(`${heldBy.hiddenProcesses} processes do not show their open files to this user: look again as root to be sure`, screen));
  }
  return lines;
}

function indent(text: string): string {
  return text.split('\n').map((line) => `    ${line}`).join('\n');
}
