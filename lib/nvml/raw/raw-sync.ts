/**
 * One synchronous call of the C library: buffers grow until they suffice, and where the driver does not take the newest struct, older
 * ones are tried. On this thread, so that it can hang as the library can.
 */
import type { CallOptions as EncodeOptions } from '../../abi/call.ts';
import { encodeCall } from '../../abi/call.ts';
import type { FunctionDescriptor, InputsOf } from '../../abi/parameters.ts';
import type { FunctionRef, NativeLibrary } from '../../backend/backend.ts';
import { SCRATCH_BYTES } from '../../backend/backend.ts';
import { GpuwrightError, isGpuwrightError } from '../../errors.ts';
import { grownCapacity } from '../../library/capacity.ts';
import { absentError } from '../../library/outcome-error.ts';
import { nvmlError, nvmlRules } from '../status.ts';

/** A list that grows between two calls settles soon; one that asks for more each time is not to be believed. */
const MAX_PASSES = 5;

export function callNow(native: NativeLibrary, fn: FunctionRef, descriptor: FunctionDescriptor, inputs: Readonly<Record<string, unknown>>): unknown {
  let older: GpuwrightError | undefined;
  for (const version of descriptor.versions) {
    try {
      return callVersion(native, fn, version, inputs);
    } catch (error) {
      if (!isGpuwrightError(error) || error.status === undefined || !nvmlRules.versionNotServed.has(error.status)) throw error;
      older = error;
    }
  }
  throw older ?? nvmlError(descriptor.symbol, 999);
}

function callVersion(native: NativeLibrary, fn: FunctionRef, descriptor: FunctionDescriptor, inputs: Readonly<Record<string, unknown>>): unknown {
  const { symbol } = descriptor;
  let capacity = descriptor.defaultCapacity;
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const encoded = encodeCall(descriptor, inputs as InputsOf<FunctionDescriptor>, frameFor(native, descriptor, capacity));
    let status = 0;
    try {
      if (descriptor.result === 'text') return native.callText(fn, encoded.frame);
      status = native.call(fn, encoded.frame);
    } catch (error) {
      throw isGpuwrightError(error) && error.code === 'SYMBOL_ABSENT' ? absentError(symbol, nvmlRules.firstDriver(symbol)) : error;
    }
    const needed = encoded.neededCapacity();
    if (status === 0) {
      if (needed !== undefined) throw new GpuwrightError('IMPLAUSIBLE_ANSWER', `${symbol}: says that it gave ${needed} entries, into room for ${capacity}: trust nothing of it; report it with the driver's version if it comes back`, { call: symbol });
      return encoded.decode();
    }
    const grown = status === nvmlRules.insufficientSize ? grownCapacity(needed, capacity) : undefined;
    if (grown === undefined) throw nvmlError(symbol, status);
    capacity = grown;
  }
  throw nvmlError(symbol, nvmlRules.insufficientSize);
}

/** The backend's scratch frame, which costs nothing, as long as the call surely fits into it. */
function frameFor(native: NativeLibrary, { fixedBytes, defaultCapacity }: FunctionDescriptor, capacity: number): EncodeOptions {
  const fits = fixedBytes === -1 ? false : fixedBytes <= SCRATCH_BYTES;
  return { ...(fits && { frame: native.scratch }), ...(defaultCapacity > 0 && { capacity }) };
}
