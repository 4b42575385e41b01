/** All rows, by topic. */
import type { NvmlSymbol } from '../../../lib/abi/index.ts';
import { enumerationAnswers } from './enumeration.ts';
import { fanAnswers } from './fans.ts';
import { identityAnswers } from './identity.ts';
import { inforomAnswers } from './inforom.ts';
import { memoryAnswers } from './memory.ts';
import { migAnswers } from './mig.ts';
import { modesAnswers } from './modes.ts';
import { pcieAnswers } from './pcie.ts';
import type { AnswerRow, AnswerTable } from './table.ts';
import { thermalAnswers } from './thermal.ts';

export const answerTables: Readonly<Record<string, AnswerTable>> = {
  enumeration: enumerationAnswers,
  fans: fanAnswers,
  identity: identityAnswers,
  inforom: inforomAnswers,
  memory: memoryAnswers,
  mig: migAnswers,
  modes: modesAnswers,
  pcie: pcieAnswers,
  thermal: thermalAnswers,
};

export interface NamedRow {
  readonly topic: string;
  readonly symbol: NvmlSymbol;
  readonly row: AnswerRow;
}

export const answerRows: readonly NamedRow[] = Object.entries(answerTables).flatMap(([topic, table]) =>
  Object.entries(table).flatMap(([symbol, rows]) => [rows].flat().map((row) => ({ topic, symbol: symbol as NvmlSymbol, row: row as AnswerRow }))),
);
