/**
 * Field values: any number of single facts in one call, each with its own answer. Some ids mean something else under other drivers
 * (251 to 273 were renumbered twice), so fields are named, and numbered by the driver that answers.
 */
import type { FieldName } from '../../abi/nvml/field-ids.ts';
import { fieldIdOf } from '../../abi/nvml/field-ids.ts';
import { nvmlFunctions as c } from '../../abi/nvml/functions.ts';
import { GpuwrightError } from '../../errors.ts';
import { functionCall } from '../../library/library-call.ts';
import type { Reading } from '../../telemetry/reading.ts';
import { unsupported } from '../../telemetry/reading.ts';
import { readingOf } from '../field.ts';
import { askedField, toldField } from '../told-field.ts';
import type { Ask } from './ask.ts';
import { told } from './ask.ts';

export interface FieldRequest {
  /** A name from the header, `NVML_FI_DEV_ECC_SBE_VOL_TOTAL`, or a number for a field that this version has not heard of. */
  readonly field: FieldName | number;
  /** Which link, lane or instance; default 0. */
  readonly scope?: number;
}

/** More than any program asks for at once; the library itself gives no bound. */
const MOST_FIELDS = 1024;

/** One reading per request, in their order; BigInt for 64-bit fields. A driver that has never heard of a field makes it unsupported. */
export async function readFieldValues(ask: Ask, branch: number, requests: readonly FieldRequest[]): Promise<readonly Reading<number | bigint>[]> {
  if (requests.length > MOST_FIELDS) throw new GpuwrightError('INVALID_INPUT', `fieldValues: ${requests.length} fields at once are too many: ask for at most ${MOST_FIELDS}`);
  const wanted = requests.map(({ field, scope }) => {
    const id = typeof field === 'number' ? field : fieldIdOf(field, branch);
    return id === undefined ? undefined : askedField(id, scope);
  });
  const asked = wanted.filter((field) => field !== undefined);
  if (asked.length === 0) return wanted.map(() => unsupported);
  const [answer] = await ask((device) => [functionCall(c.nvmlDeviceGetFieldValues, { device, values: asked })] as const);
  const values = told(answer).values.values();
  return wanted.map((field, place) => (field === undefined ? unsupported : readingOf(() => toldField(field, values.next().value, String(requests[place]?.field)))));
}
