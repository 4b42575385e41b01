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

/**
 * The reasons of every GPU that has any, the most urgent GPUs first; GPUs with the very same reasons share them (a hanging driver is
 * one problem, not sixteen). Empty where all is well.
 */
export function reasonLines(judged: readonly Judged[], screen: Pick<Screen, 'colours' | 'columns'>): string {
  const groups = new Map<string, Judged[]>();
  for (const level of ['attention', 'unknown', 'ok'] as const) {
    for (const one of judged.filter(({ verdict }) => verdict.level === level)) {
      const reasons = [...one.verdict.reasons.map((reason) => reasonLine(reason, screen)), ...otherFailureLines(one.gpu, screen)].join('\n');
      if (reasons === '') continue;
      const key = `${level}\n${reasons}`;
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
  }
  return [...groups].map(([key, members]) => `${membersText(members)}  ${verdictWord(members[0]?.verdict.level ?? 'unknown', screen)}${key.slice(key.indexOf('\n'))}`).join('\n');
}

function membersText(members: readonly Judged[]): string {
  const [only] = members;
  if (members.length === 1 && only !== undefined) return `GPU ${only.gpu.index}  ${textCell(only.gpu.pciBusId)}`;
  return `GPU ${members.map(({ gpu }) => gpu.index).join(', ')}`;
}

function otherFailureLines(gpu: GpuSnapshot, screen: Pick<Screen, 'columns'>): string[] {
  return otherFailures(gpu).map(({ fields, message }) => bullet(`also not read: ${fields.join(', ')}: ${message}`, screen));
}

export function reasonLine(reason: VerdictReason, screen: Pick<Screen, 'columns'>): string {
  return bullet(`${reason.severity === 'note' ? 'note: ' : ''}${reason.sentence}`, screen);
}

export function bullet(text: string, screen: Pick<Screen, 'columns'>): string {
  return wrap(`  - ${text}`, screen.columns, '    ');
}
