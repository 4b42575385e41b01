/** All rows, by topic. */
import type { NvmlSymbol } from '../../../lib/abi/index.ts';
import { confidentialComputingAnswers } from './confidential-computing.ts';
import { drainAnswers } from './drain.ts';
import { eventsAnswers } from './events.ts';
import { identityAnswers } from './identity.ts';
import { libraryAnswers } from './library.ts';
import { memoryHealthAnswers } from './memory-health.ts';
import type { AnswerRow, AnswerTable } from './table.ts';
import { unitsAnswers } from './units.ts';

export const answerTables: Readonly<Record<string, AnswerTable>> = {
  'confidential-computing': confidentialComputingAnswers,
  drain: drainAnswers,
  events: eventsAnswers,
  identity: identityAnswers,
  library: libraryAnswers,
  'memory-health': memoryHealthAnswers,
  units: unitsAnswers,
};

export interface NamedRow {
  readonly topic: string;
  readonly symbol: NvmlSymbol;
  readonly row: AnswerRow;
}

export const answerRows: readonly NamedRow[] = Object.entries(answerTables).flatMap(([topic, table]) =>
  Object.entries(table).flatMap(([symbol, rows]) => [rows].flat().map((row) => ({ topic, symbol: symbol as NvmlSymbol, row: row as AnswerRow }))),
);
