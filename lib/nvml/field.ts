/**
 * One thing to tell about a GPU: the calls that it takes, and what their outputs mean. Snapshots and single calls share it.
 */
import type { ErrorCode } from '../errors.ts';
import type { GpuwrightError } from '../errors.ts';
import { isGpuwrightError } from '../errors.ts';
import type { LibraryCall } from '../library/library-call.ts';
import type { CallResult } from '../library/opened-library.ts';
import type { Reading } from '../telemetry/reading.ts';
import { failed, unsupported, valueOf } from '../telemetry/reading.ts';

export interface FieldPart<Outputs> {
  readonly call: LibraryCall<Outputs>;
  /** Its absence does not make the field unsupported: it gives undefined. */
  readonly optional: boolean;
}

type Part<Outputs = unknown> = LibraryCall<Outputs> | FieldPart<Outputs>;
type OutputsOfPart<P> = P extends FieldPart<infer O> ? O | undefined : P extends LibraryCall<infer O> ? O : never;
type OutputsOfParts<P extends readonly Part[]> = { readonly [I in keyof P]: OutputsOfPart<P[I]> };

export interface Field<Value> {
  parts(device: bigint): readonly FieldPart<unknown>[];
  /** May throw a `GpuwrightError` for an answer that carries its own status. */
  value(outputs: readonly unknown[]): Value;
}

/** `field((device) => [calls…], (outputs…) => value)`. */
export function field<const P extends readonly Part[], Value>(parts: (device: bigint) => P, value: (...outputs: OutputsOfParts<P>) => Value): Field<Value> {
  return {
    parts: (device) => parts(device).map((part) => ('call' in part ? part : { call: part, optional: false })),
    value: (outputs) => value(...(outputs as OutputsOfParts<P>)),
  };
}

export function optional<Outputs>(call: LibraryCall<Outputs>): FieldPart<Outputs> & { readonly optional: true } {
  return { call, optional: true };
}

const UNSUPPORTED: ReadonlySet<ErrorCode> = new Set(['NOT_SUPPORTED', 'FUNCTION_NOT_FOUND']);

/** The card or the driver does not have it: no failure, and no health either. */
export function isUnsupported(error: unknown): boolean {
  return isGpuwrightError(error) && UNSUPPORTED.has(error.code);
}

/** The value of a field from the results of its parts, or a throw: what hinders reading before what is unsupported. */
export function fieldValue<Value>(definition: Field<Value>, parts: readonly FieldPart<unknown>[], results: readonly CallResult<unknown>[]): Value {
  let missing: GpuwrightError | undefined;
  const outputs: unknown[] = [];
  parts.forEach((part, index) => {
    const result = results[index];
    if (result === undefined) throw new RangeError('one result per part');
    if (!result.ok && !isUnsupported(result.error)) throw result.error;
    if (!result.ok && !part.optional) missing ??= result.error;
    outputs.push(result.ok ? result.outputs : undefined);
  });
  if (missing !== undefined) throw missing;
  return definition.value(outputs);
}

export function readingOf<Value>(read: () => Value): Reading<Value> {
  try {
    return valueOf(read());
  } catch (error) {
    return readingOfError(error);
  }
}

export function readingOfError(error: unknown): Reading<never> {
  return isUnsupported(error) ? unsupported : failed(error);
}
