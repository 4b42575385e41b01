/** Field values: the number in the union by its type. */
import { readMember } from '../codec.ts';
import type { ValueOf } from '../layout.ts';
import type { fieldValue } from './structs/telemetry.ts';
import { fieldValueUnion } from './structs/telemetry.ts';

const memberOfType = {
  double: 'dVal',
  'unsigned-int': 'uiVal',
  'unsigned-long': 'ulVal',
  'unsigned-long-long': 'ullVal',
  'signed-long-long': 'sllVal',
  'signed-int': 'siVal',
  'unsigned-short': 'usVal',
} as const;

/**
 * The number in a field value, by its `valueType`: BigInt for the 64-bit types. Undefined if the type is one that this version has
 * not heard of. Look at `nvmlReturn` first: without success there is no value.
 */
export function readFieldValue(field: ValueOf<typeof fieldValue>): number | bigint | undefined {
  const member = memberOfValueType(field.valueType.name);
  return member === undefined ? undefined : readMember(fieldValueUnion, field.value, member);
}

/** The union's member that holds values of such a type. */
export function memberOfValueType(name: string): (typeof memberOfType)[keyof typeof memberOfType] | undefined {
  return Object.hasOwn(memberOfType, name) ? memberOfType[name as keyof typeof memberOfType] : undefined;
}
