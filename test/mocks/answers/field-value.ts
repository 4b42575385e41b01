import { readFieldValue } from '../../../lib/abi/nvml/fields.ts';
import type { AnswerHost } from './table.ts';

/** One field of GPU 0: `{ 'unsigned-int': 70 }`, or the name of its own return code. */
export function field(fieldId: number, scopeId = 0) {
  return ({ raw, device }: AnswerHost): unknown => {
    const [answer] = raw.nvmlDeviceGetFieldValues({ device, values: [{ fieldId, scopeId }] }).values;
    return answer?.nvmlReturn.name === 'success' ? { [answer.valueType.name]: readFieldValue(answer) } : answer?.nvmlReturn.name;
  };
}
