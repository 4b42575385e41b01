/** All rows, by topic. */
import type { NvmlSymbol } from '../../../lib/abi/index.ts';
import { accountingAnswers } from './accounting.ts';
import { fabricAnswers } from './fabric.ts';
import { gpmAnswers } from './gpm.ts';
import { identityAnswers } from './identity.ts';
import { migAnswers } from './mig.ts';
import { nvlinkAnswers } from './nvlink.ts';
import { nvlinkFieldAnswers } from './nvlink-fields.ts';
import { processesAnswers } from './processes.ts';
import { samplesAnswers } from './samples.ts';
import { sessionsAnswers } from './sessions.ts';
import type { AnswerRow, AnswerTable } from './table.ts';
import { topologyAnswers } from './topology.ts';

export const answerTables: Readonly<Record<string, AnswerTable>> = {
  accounting: accountingAnswers,
  fabric: fabricAnswers,
  gpm: gpmAnswers,
  identity: identityAnswers,
  mig: migAnswers,
  nvlink: nvlinkAnswers,
  'nvlink-fields': nvlinkFieldAnswers,
  processes: processesAnswers,
  samples: samplesAnswers,
  sessions: sessionsAnswers,
  topology: topologyAnswers,
};

export interface NamedRow {
  readonly topic: string;
  readonly symbol: NvmlSymbol;
  readonly row: AnswerRow;
}

export const answerRows: readonly NamedRow[] = Object.entries(answerTables).flatMap(([topic, table]) =>
  Object.entries(table).flatMap(([symbol, rows]) => [rows].flat().map((row) => ({ topic, symbol: symbol as NvmlSymbol, row: row as AnswerRow }))),
);
