/** One answer of nvmlDeviceGetFieldValues, which has a status of its own. */
import type { ValueOf } from '../abi/layout.ts';
import { readFieldValue } from '../abi/nvml/fields.ts';
import type { fieldValue } from '../abi/nvml/structs/telemetry.ts';
import { implausible } from '../library/implausible.ts';
import { nvmlError } from './status.ts';

interface AskedField {
  readonly fieldId: number;
  readonly scopeId: number;
  readonly nvmlReturn: number;
}

const NOT_SUPPORTED = 3;
const INVALID_ARGUMENT = 2;
const UNKNOWN = 999;

/** A driver that does not touch the answer must not be heard to say "success, none". */
export function askedField(fieldId: number, scopeId = 0): AskedField {
  return { fieldId, scopeId, nvmlReturn: UNKNOWN };
}

/** The number, BigInt for 64-bit fields, or a throw of what the driver says of this field. */
export function toldField(asked: AskedField, answer: ValueOf<typeof fieldValue> | undefined, name = String(asked.fieldId)): number | bigint {
  const call = `nvmlDeviceGetFieldValues(${name})`;
  if (answer === undefined) throw nvmlError(call, UNKNOWN);
  if (answer.fieldId !== asked.fieldId || answer.scopeId !== asked.scopeId) throw implausible(call, `answered for field ${answer.fieldId}, scope ${answer.scopeId}`);
  const status = answer.nvmlReturn.value;
  // A driver that has never heard of the field calls its id a wrong argument.
  if (status !== 0) throw nvmlError(call, status === INVALID_ARGUMENT ? NOT_SUPPORTED : status);
  const value = readFieldValue(answer);
  if (value === undefined) throw implausible(call, `answered with a type of value (${answer.valueType.value}) that this version does not know`);
  return value;
}
