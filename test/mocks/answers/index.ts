/** All rows, by topic. */
import type { NvmlSymbol } from '../../../lib/abi/index.ts';
import { identityAnswers } from './identity.ts';
import { migAnswers } from './mig.ts';
import type { AnswerRow, AnswerTable } from './table.ts';
import { vgpuGuestAnswers } from './vgpu-guests.ts';
import { vgpuInstanceAnswers } from './vgpu-instances.ts';
import { vgpuSchedulerAnswers } from './vgpu-scheduler.ts';
import { vgpuTypeAnswers } from './vgpu-types.ts';

export const answerTables: Readonly<Record<string, AnswerTable>> = {
  identity: identityAnswers,
  mig: migAnswers,
  'vgpu-types': vgpuTypeAnswers,
  'vgpu-guests': vgpuGuestAnswers,
  'vgpu-instances': vgpuInstanceAnswers,
  'vgpu-scheduler': vgpuSchedulerAnswers,
};

export interface NamedRow {
  readonly topic: string;
  readonly symbol: NvmlSymbol;
  readonly row: AnswerRow;
}

export const answerRows: readonly NamedRow[] = Object.entries(answerTables).flatMap(([topic, table]) =>
  Object.entries(table).flatMap(([symbol, rows]) => [rows].flat().map((row) => ({ topic, symbol: symbol as NvmlSymbol, row: row as AnswerRow }))),
);
