/** All rows, by topic. */
import type { NvmlSymbol } from '../../../lib/abi/index.ts';
import { accountingAnswers } from './accounting.ts';
import { gpmAnswers } from './gpm.ts';
import { identityAnswers } from './identity.ts';
import { migAnswers } from './mig.ts';
import { processesAnswers } from './processes.ts';
import { samplesAnswers } from './samples.ts';
import { sessionsAnswers } from './sessions.ts';
import type { AnswerRow, AnswerTable } from './table.ts';

export const answerTables: Readonly<Record<string, AnswerTable>> = {
  accounting: accountingAnswers,
  gpm: gpmAnswers,
  identity: identityAnswers,
  mig: migAnswers,
  processes: processesAnswers,
  samples: samplesAnswers,
  sessions: sessionsAnswers,
};

export interface NamedRow {
  readonly topic: string;
  readonly symbol: NvmlSymbol;
  readonly row: AnswerRow;
}

export const answerRows: readonly NamedRow[] = Object.entries(answerTables).flatMap(([topic, table]) =>
  Object.entries(table).flatMap(([symbol, rows]) => [rows].flat().map((row) => ({ topic, symbol: symbol as NvmlSymbol, row: row as AnswerRow }))),
);
