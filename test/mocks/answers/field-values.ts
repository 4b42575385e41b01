/** Field values as rows read them. */
import { readMember } from '../../../lib/abi/codec.ts';
import { fieldIds } from '../../../lib/abi/nvml/field-ids.ts';
import { readFieldValue } from '../../../lib/abi/nvml/fields.ts';
import { fieldValueUnion } from '../../../lib/abi/nvml/structs/index.ts';
import type { AnswerHost } from './table.ts';

export type FieldName = keyof typeof fieldIds;

const MEMBERS = { 'unsigned-int': 'uiVal', 'unsigned-long-long': 'ullVal', 'signed-int': 'siVal' } as const;

/** The value of each field, or why there is none. */
export function readFields(...names: readonly FieldName[]): (host: AnswerHost) => Record<string, bigint | number | string> {
  return ({ raw, device }) => {
    const { values } = raw.nvmlDeviceGetFieldValues({ device, values: names.map((name) => ({ fieldId: fieldIds[name], scopeId: 0 })) });
    return Object.fromEntries(
      names.map((name, at) => {
        const { nvmlReturn, valueType, value } = values[at] as (typeof values)[number];
        if (nvmlReturn.value !== 0) return [name, nvmlReturn.name];
        return [name, readMember(fieldValueUnion, value, MEMBERS[valueType.name as keyof typeof MEMBERS])];
      }),
    );
  };
}

/** One field by its number, also one of a scope, with the type of its value: `{ 'unsigned-int': 70 }`; or why there is none. */
export function readField(fieldId: number, scopeId = 0): (host: AnswerHost) => Record<string, bigint | number | undefined> | string | undefined {
  return ({ raw, device }) => {
    const [answer] = raw.nvmlDeviceGetFieldValues({ device, values: [{ fieldId, scopeId }] }).values;
    return answer?.nvmlReturn.name === 'success' ? { [answer.valueType.name]: readFieldValue(answer) } : answer?.nvmlReturn.name;
  };
}

/** Clears the fields; the return code of each. */
export function clearFields(...names: readonly FieldName[]): (host: AnswerHost) => Record<string, string> {
  return ({ raw, device }) => {
    const { values } = raw.nvmlDeviceClearFieldValues({ device, values: names.map((name) => ({ fieldId: fieldIds[name], scopeId: 0 })) });
    return Object.fromEntries(names.map((name, at) => [name, String(values[at]?.nvmlReturn.name)]));
  };
}
