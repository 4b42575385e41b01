/**
 * One synchronous call of the C library: buffers grow until they suffice, and where the driver does not take the newest struct, older
 * ones are tried. On this thread, so that it can hang as the library can.
 */
import type { CallOptions as EncodeOptions } from '../../abi/call.ts';
import { encodeCall } from '../../abi/call.ts';
import type { CallFrame } from '../../abi/frame.ts';
import type { FunctionDescriptor, InputsOf } from '../../abi/parameters.ts';
import type { FunctionRef, NativeLibrary } from '../../backend/backend.ts';
import { SCRATCH_BYTES } from '../../backend/backend.ts';
import { GpuwrightError, isGpuwrightError } from '../../errors.ts';
import { grownCapacity } from '../../library/capacity.ts';
import { absentError } from '../../library/outcome-error.ts';
import { nvmlError, nvmlRules } from '../status.ts';

/** A list that grows between two calls settles soon; one that asks for more each time is not to be believed. */
const MAX_PASSES = 5;

type Inputs = Readonly<Record<string, unknown>>;

/** A function of one opened library, with what all of its calls share. */
export interface BoundFunction {
  readonly native: NativeLibrary;
  readonly fn: FunctionRef;
  readonly versions: readonly BoundVersion[];
}

interface BoundVersion {
  readonly descriptor: FunctionDescriptor;
  readonly options: EncodeOptions;
}

export function bindNow(native: NativeLibrary, descriptor: FunctionDescriptor): BoundFunction {
  const fn = native.bind(descriptor.symbol, descriptor.shape);
  return { native, fn, versions: descriptor.versions.map((version) => ({ descriptor: version, options: optionsFor(native, version) })) };
}

export function callNow(bound: BoundFunction, inputs: Inputs): unknown {
  const { versions } = bound;
  const [only] = versions;
  if (versions.length === 1 && only !== undefined) return callVersion(bound, only, inputs);
  let older: GpuwrightError | undefined;
  for (const version of versions) {
    try {
      return callVersion(bound, version, inputs);
    } catch (error) {
      if (!isGpuwrightError(error) || error.status === undefined || !nvmlRules.versionNotServed.has(error.status)) throw error;
      older = error;
    }
  }
  throw older ?? nvmlError(bound.fn.symbol, 999);
}

function callVersion({ native, fn }: BoundFunction, { descriptor, options }: BoundVersion, inputs: Inputs): unknown {
  let capacity = descriptor.defaultCapacity;
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const encoded = encodeCall(descriptor, inputs as InputsOf<FunctionDescriptor>, pass === 0 ? options : { capacity });
    if (descriptor.result === 'text') return textOf(native, fn, encoded.frame);
    const status = statusOf(native, fn, encoded.frame);
    const needed = encoded.neededCapacity();
    if (status === 0) {
      if (needed === undefined) return encoded.decode();
      throw new GpuwrightError('IMPLAUSIBLE_ANSWER', `${fn.symbol}: says that it gave ${needed} entries, into room for ${capacity}: trust nothing of it; report it with the driver's version if it comes back`, { call: fn.symbol });
    }
    const grown = status === nvmlRules.insufficientSize ? grownCapacity(needed, capacity) : undefined;
    if (grown === undefined) throw nvmlError(fn.symbol, status);
    capacity = grown;
  }
  throw nvmlError(fn.symbol, nvmlRules.insufficientSize);
}

function statusOf(native: NativeLibrary, fn: FunctionRef, frame: CallFrame): number {
  try {
    return native.call(fn, frame);
  } catch (error) {
    throw absentAsError(fn, error);
  }
}

function textOf(native: NativeLibrary, fn: FunctionRef, frame: CallFrame): string | null {
  try {
    return native.callText(fn, frame);
  } catch (error) {
    throw absentAsError(fn, error);
  }
}

function absentAsError({ symbol }: FunctionRef, error: unknown): unknown {
  return isGpuwrightError(error) && error.code === 'SYMBOL_ABSENT' ? absentError(symbol, nvmlRules.firstDriver(symbol)) : error;
}

/** The backend's scratch frame, which costs nothing, where every call of the function surely fits into it. */
function optionsFor(native: NativeLibrary, { fixedBytes }: FunctionDescriptor): EncodeOptions {
  return fixedBytes !== -1 && fixedBytes <= SCRATCH_BYTES ? { frame: native.scratch } : {};
}
