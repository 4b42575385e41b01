/** One field value as plain words: what came of it, and its number. */
import type { AnswerHost } from './table.ts';

export interface Field {
  readonly status: string;
  readonly type: string;
  readonly value: number | bigint;
}

export function field({ raw, device }: Pick<AnswerHost, 'raw' | 'device'>, fieldId: number, scopeId = 0): Field {
  const [answer] = raw.nvmlDeviceGetFieldValues({ device, values: [{ fieldId, scopeId }] }).values;
  if (answer === undefined) throw new Error(`field ${fieldId}: no answer`);
  const { valueType, nvmlReturn, value } = answer;
  const bytes = Buffer.from(value.bytes);
  const number = valueType.name === 'unsigned-long-long' ? bytes.readBigUInt64LE(0) : bytes.readUInt32LE(0);
  return { status: nvmlReturn.name, type: valueType.name, value: number };
}
