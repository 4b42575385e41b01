/** fabricmanager.cfg for people. */
import type { ConfigExplanation, ConfigFinding, PlatformId } from '../../../fabric/index.ts';
import { BASEBOARDS } from '../../../fabric/index.ts';
import { printable } from '../cells.ts';
import type { Screen } from '../ports.ts';
import { table, wrap } from '../table.ts';
import { bullet } from '../verdict-text.ts';
import { counted } from './words.ts';

export interface ShownItem {
  readonly key: string;
  readonly value: string | null;
  /** Null: it does not stand in the file. */
  readonly line: number | null;
  readonly default: string | null;
}

export function itemsTable(items: readonly ShownItem[]): string {
  const rows = items.map(({ key, value, line, default: usual }) => [
    line === null ? '-' : String(line), key, value === '' ? '(empty)' : printable(value ?? '?'), line === null ? 'the default' : value === usual ? '' : usual === null ? '' : `default ${usual === '' ? '(empty)' : usual}`,
  ]);
  return table(['LINE', 'KEY', 'VALUE', ''], rows);
}

export function findingsText(path: string, findings: readonly ConfigFinding[], platform: PlatformId | undefined, why: string | undefined, screen: Pick<Screen, 'columns'>): string {
  const head = `${path}, ${platform === undefined ? `rules of single platforms left out, for ${why ?? 'none is known'} (--platform)` : `on ${BASEBOARDS[platform].name}`}`;
  const tally = findings.length === 0 ? 'nothing is wrong' : counted(findings.length, 'finding');
  const lines = findings.map(({ severity, line, key, message, section }) => bullet(`${severity}${line === null ? '' : `, line ${line}`}: ${key === null ? '' : `${printable(key)}: `}${printable(message)}${section === null ? '' : ` (guide, section ${section})`}`, screen));
  return `${wrap(`${head}: ${tally}`, screen.columns, '  ')}\n${lines.map((line) => `${line}\n`).join('')}`;
}

export function explanationText(explanation: ConfigExplanation, screen: Pick<Screen, 'columns'>): string {
  const { key, what, allowed, values, platforms, ignoredOn, takesEffect, source, notes } = explanation;
  const lines = [
    `${key}: ${what}`,
    `  allowed        ${allowed}`,
    ...values.map(({ value, meaning, platforms: where }) => `                 ${value}: ${meaning}${where === undefined ? '' : ` (${where.map((id) => BASEBOARDS[id].name).join(', ')})`}`),
    `  default        ${explanation.default === null ? 'not known' : explanation.default === '' ? '(empty)' : explanation.default}`,
    `  for            ${platforms}${ignoredOn === null ? '' : `; ignored on ${ignoredOn}`}`,
    `  takes effect   ${takesEffect}`,
    `  source         ${source}`,
    ...notes.map((note) => `  note           ${note}`),
  ];
  return `${lines.map((line) => wrap(line, screen.columns, ' '.repeat(17))).join('\n')}\n`;
}
