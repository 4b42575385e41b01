/**
 * One word on a GPU's memory, and why. Pure: the same readings give the same verdict.
 */
import type { GpuSnapshot } from '../nvml/types.ts';
import { attentionReasons, noteReasons } from './memory-findings.ts';
import { unknownReasons } from './unread.ts';

/**
 * `attention`: somebody has to do something. `unknown`: a reading that the verdict needs did not come back, so nobody can say that
 * the GPU is well. `ok`: everything that the card can tell was read, and nothing is wrong.
 */
export type VerdictLevel = 'ok' | 'attention' | 'unknown';

export type ReasonId =
  | 'page-retirement-pending'
  | 'row-remapping-pending'
  | 'row-remapping-failed'
  | 'repair-pending'
  | 'unrepairable-memory'
  | 'sram-threshold-exceeded'
  | 'recovery-action'
  | 'ecc-change-pending'
  | 'retired-pages-rma'
  | 'uncorrected-errors-unrecorded'
  | 'retired-pages-many'
  | 'uncorrected-errors'
  | 'ecc-off'
  | 'gpu-does-not-answer'
  | 'reading-failed'
  | 'memory-health-not-observable';

export interface VerdictReason {
  readonly id: ReasonId;
  /** `note` changes no level: worth knowing, nothing to do now. */
  readonly severity: 'attention' | 'unknown' | 'note';
  readonly sentence: string;
  /** The document or function that the rule rests on. */
  readonly source: string;
}

export interface Verdict {
  readonly level: VerdictLevel;
  /** What has to be done first, then what is not known, then notes. */
  readonly reasons: readonly VerdictReason[];
}

/**
 * `unknown` wins over `attention`: with a reading missing the verdict is open, and the findings that are certain still stand first
 * among the reasons. Pages that are long excluded are history: they are shown, and not a reason.
 */
export function verdict(gpu: GpuSnapshot): Verdict {
  const unknown = unknownReasons(gpu);
  const attention = attentionReasons(gpu);
  const level = unknown.length > 0 ? 'unknown' : attention.length > 0 ? 'attention' : 'ok';
  return { level, reasons: [...attention, ...unknown, ...noteReasons(gpu)] };
}
