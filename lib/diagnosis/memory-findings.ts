/**
 * The rules: what a GPU's readings say about its memory. Only fresh values count; what is missing is the business of unread.ts.
 */
import type { GpuSnapshot } from '../nvml/types.ts';
import type { Reading } from '../telemetry/reading.ts';
import { SOURCES } from './sources.ts';
import type { VerdictReason } from './verdict.ts';

/** From here on a board qualifies for replacement; 64 is the size of the table. */
export const RMA_PAGES = 60;
/** From here on a board may be evaluated early, if it still gains a page or more a week. */
export const EARLY_RMA_PAGES = 15;

export function attentionReasons(gpu: GpuSnapshot): VerdictReason[] {
  const reasons: VerdictReason[] = [];
  const add = (id: VerdictReason['id'], sentence: string, source: string) => reasons.push({ id, severity: 'attention', sentence, source });

  const action = fresh(gpu.recoveryAction);
  if (action !== undefined && action.name !== 'none') add('recovery-action', recoverySentence(action), SOURCES.nvml);
  if (fresh(gpu.unrepairableMemory) === true) add('unrepairable-memory', 'the memory has errors that cannot be repaired: have the board replaced', SOURCES.memoryErrors);

  const rows = fresh(gpu.rowRemapping);
  if (rows?.failureOccurred) add('row-remapping-failed', 'a row remapping failed: run the field diagnostic, and have the board replaced if it confirms', SOURCES.memoryErrors);
  if (rows?.pending) add('row-remapping-pending', 'a row remapping is recorded and takes effect at the next GPU reset: reset the GPU', SOURCES.memoryErrors);

  if (fresh(gpu.pageRetirementPending) === true) {
    add('page-retirement-pending', 'a retired page is still in use until the driver attaches the GPU anew: reset the GPU (`gpuwright pages` shows every way)', SOURCES.pageRetirement);
  }
  const pages = fresh(gpu.retiredPages)?.length ?? 0;
  if (pages >= RMA_PAGES) add('retired-pages-rma', `${pages} of at most 64 pages are retired: from ${RMA_PAGES} on the board qualifies for replacement`, SOURCES.pageRetirementRma);

  const repair = fresh(gpu.repairStatus);
  if (repair?.channelRepairPending || repair?.tpcRepairPending) {
    const parts = [repair.channelRepairPending ? 'memory channel' : '', repair.tpcRepairPending ? 'TPC' : ''].filter((part) => part !== '');
    add('repair-pending', `a ${parts.join(' and ')} repair is pending: reset the GPU`, SOURCES.memoryErrors);
  }
  if (fresh(gpu.sramEcc)?.thresholdExceeded) add('sram-threshold-exceeded', 'SRAM errors are above their threshold: run the field diagnostic for replacement', SOURCES.memoryErrors);

  const ecc = fresh(gpu.eccMode);
  if (ecc !== undefined && ecc.current !== ecc.pending) {
    add('ecc-change-pending', `ECC is ${onOff(ecc.current)} and will be ${onOff(ecc.pending)} after the next reset: reset the GPU, or set it back`, SOURCES.nvml);
  }
  const errors = uncorrectedSinceLoad(gpu);
  if (errors > 0n && !hasRepairRecord(gpu)) {
    add('uncorrected-errors-unrecorded', `${count(errors, 'uncorrected error')} since the driver was loaded, and no repair is recorded: look for Xid 48 without Xid 63 in the kernel log`, SOURCES.pageRetirementRace);
  }
  return reasons;
}

export function noteReasons(gpu: GpuSnapshot): VerdictReason[] {
  const reasons: VerdictReason[] = [];
  const add = (id: VerdictReason['id'], sentence: string, source: string) => reasons.push({ id, severity: 'note', sentence, source });

  const pages = fresh(gpu.retiredPages)?.length ?? 0;
  if (pages >= EARLY_RMA_PAGES && pages < RMA_PAGES) {
    add('retired-pages-many', `${pages} pages are retired: with one or more new ones a week the board may be evaluated for replacement before ${RMA_PAGES}; keep the dates`, SOURCES.pageRetirementRma);
  }
  const errors = uncorrectedSinceLoad(gpu);
  if (errors > 0n && hasRepairRecord(gpu)) {
    // After a failed remapping the earlier records do not account for the newest error.
    const record = fresh(gpu.rowRemapping)?.failureOccurred ? '' : '; a repair is recorded';
    add('uncorrected-errors', `${count(errors, 'uncorrected error')} since the driver was loaded${record}`, SOURCES.nvml);
  }
  const ecc = fresh(gpu.eccMode);
  if (ecc !== undefined && !ecc.current && !ecc.pending) add('ecc-off', 'ECC is off: new memory errors are not detected', SOURCES.pageRetirement);
  return reasons;
}

function recoverySentence(action: { readonly name: string; readonly value: number }): string {
  const known: Record<string, string> = {
    'gpu-reset': 'the driver asks for a reset of this GPU',
    'node-reboot': 'the driver asks for a reboot of the host',
    'drain-p2p': 'the driver asks to stop peer-to-peer traffic with this GPU',
    'drain-and-reset': 'the driver asks to take work off this GPU, then to reset it',
    'recover-imex-domain': 'the driver asks to recover the IMEX domain',
  };
  return known[action.name] ?? `the driver asks for recovery action ${action.value}, which this version does not know: look it up in the driver's nvml.h`;
}

function uncorrectedSinceLoad(gpu: GpuSnapshot): bigint {
  return fresh(gpu.eccCounters)?.volatileUncorrected ?? 0n;
}

/**
 * A double-bit page, an uncorrectable row or an SRAM error accounts for uncorrected errors. Where the card supports neither kind of
 * record or its reading failed, the absence of one says nothing.
 */
function hasRepairRecord(gpu: GpuSnapshot): boolean {
  const pages = fresh(gpu.retiredPages);
  const rows = fresh(gpu.rowRemapping);
  if (pages === undefined && rows === undefined) return true;
  const sram = fresh(gpu.sramEcc);
  if (sram !== undefined && sram.volatileUncorrectedParity + sram.volatileUncorrectedSecDed > 0n) return true;
  return (pages?.some((page) => page.cause === 'double-bit-ecc') ?? false) || (rows !== undefined && rows.uncorrectableRows > 0);
}

function fresh<T>(reading: Reading<T>): T | undefined {
  return reading.state === 'value' ? reading.value : undefined;
}

function onOff(value: boolean): string {
  return value ? 'on' : 'off';
}

function count(number: bigint, noun: string): string {
  return number === 1n ? `1 ${noun}` : `${number} ${noun}s`;
}
