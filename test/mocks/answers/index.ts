/** All rows, by topic. */
import type { NvmlSymbol } from '../../../lib/abi/index.ts';
import { clocksReasonAnswers } from './clocks-reasons.ts';
import { clocksAnswers } from './clocks.ts';
import { identityAnswers } from './identity.ts';
import { performanceStateAnswers } from './performance-states.ts';
import { powerSmoothingAnswers } from './power-smoothing.ts';
import { powerAnswers } from './power.ts';
import type { AnswerRow, AnswerTable } from './table.ts';
import { workloadProfileAnswers } from './workload-profiles.ts';

export const answerTables: Readonly<Record<string, AnswerTable>> = {
  clocks: clocksAnswers,
  'clocks-reasons': clocksReasonAnswers,
  'performance-states': performanceStateAnswers,
  power: powerAnswers,
  'power-smoothing': powerSmoothingAnswers,
  'workload-profiles': workloadProfileAnswers,
  identity: identityAnswers,
};

export interface NamedRow {
  readonly topic: string;
  readonly symbol: NvmlSymbol;
  readonly row: AnswerRow;
}

export const answerRows: readonly NamedRow[] = Object.entries(answerTables).flatMap(([topic, table]) =>
  Object.entries(table).flatMap(([symbol, rows]) => [rows].flat().map((row) => ({ topic, symbol: symbol as NvmlSymbol, row: row as AnswerRow }))),
);
