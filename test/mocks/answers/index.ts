/** All rows, by topic. */
import type { NvmlSymbol } from '../../../lib/abi/index.ts';
import { drainAnswers } from './drain.ts';
import { eventsAnswers } from './events.ts';
import { identityAnswers } from './identity.ts';
import { memoryHealthAnswers } from './memory-health.ts';
import type { AnswerRow, AnswerTable } from './table.ts';

export const answerTables: Readonly<Record<string, AnswerTable>> = {
  drain: drainAnswers,
  events: eventsAnswers,
  identity: identityAnswers,
  'memory-health': memoryHealthAnswers,
};

export interface NamedRow {
  readonly topic: string;
  readonly symbol: NvmlSymbol;
  readonly row: AnswerRow;
}

export const answerRows: readonly NamedRow[] = Object.entries(answerTables).flatMap(([topic, table]) =>
  Object.entries(table).flatMap(([symbol, rows]) => [rows].flat().map((row) => ({ topic, symbol: symbol as NvmlSymbol, row: row as AnswerRow }))),
);
