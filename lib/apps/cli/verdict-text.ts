/** The verdict as words and lines for a person. */
import { styleText } from 'node:util';
import type { Verdict, VerdictLevel, VerdictReason } from '../../diagnosis/index.ts';
import { otherFailures } from '../../diagnosis/index.ts';
import type { GpuSnapshot } from '../../nvml/types.ts';
import { textCell } from './cells.ts';
import type { Screen } from './ports.ts';
import { wrap } from './table.ts';

/** One GPU and what is thought of it. */
export interface Judged {
  readonly gpu: GpuSnapshot;
  readonly verdict: Verdict;
}

const WORDS: Record<VerdictLevel, string> = { ok: 'ok', attention: 'ATTENTION', unknown: 'UNKNOWN' };

export function verdictWord(level: VerdictLevel, screen: Pick<Screen, 'colours'>): string {
  if (!screen.colours || level === 'ok') return WORDS[level];
  return styleText(level === 'attention' ? ['bold', 'red'] : ['bold', 'yellow'], WORDS[level], { validateStream: false });
}

/** `8 GPUs: 6 ok, 1 attention, 1 unknown`. */
export function tally(judged: readonly Judged[]): string {
  const levels = (['ok', 'attention', 'unknown'] as const)
    .map((level) => ({ level, count: judged.filter((one) => one.verdict.level === level).length }))
    .filter(({ count }) => count > 0)
    .map(({ level, count }) => `${count} ${level}`);
  return `${judged.length} GPU${judged.length === 1 ? '' : 's'}: ${levels.join(', ') || 'none'}`;
}

/** The reasons of every GPU that has any, the most urgent GPUs first. Empty where all is well. */
export function reasonLines(judged: readonly Judged[], screen: Pick<Screen, 'colours' | 'columns'>): string {
  const urgency: readonly VerdictLevel[] = ['attention', 'unknown', 'ok'];
  const lines: string[] = [];
  for (const level of urgency) {
    for (const { gpu, verdict } of judged.filter((one) => one.verdict.level === level)) {
      const failures = otherFailures(gpu);
      if (verdict.reasons.length === 0 && failures.length === 0) continue;
      lines.push(`GPU ${gpu.index}  ${textCell(gpu.pciBusId)}  ${verdictWord(level, screen)}`);
      for (const reason of verdict.reasons) lines.push(reasonLine(reason, screen));
      for (const { fields, message } of failures) lines.push(bullet(`also not read: ${fields.join(', ')}: ${message}`, screen));
    }
  }
  return lines.join('\n');
}

export function reasonLine(reason: VerdictReason, screen: Pick<Screen, 'columns'>): string {
  return bullet(`${reason.severity === 'note' ? 'note: ' : ''}${reason.sentence}`, screen);
}

export function bullet(text: string, screen: Pick<Screen, 'columns'>): string {
  return wrap(`  - ${text}`, screen.columns, '    ');
}
