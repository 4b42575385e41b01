/**
 * One thing to ask of a vendor library: the versions of the function that can answer it, newest first, with its inputs.
 */
import type { EncodedCall } from '../abi/call.ts';
import { encodeCall } from '../abi/call.ts';
import type { FunctionDescriptor, InputsOf, OutputsOf } from '../abi/parameters.ts';
import type { Family } from '../abi/versions.ts';

export interface CallVersion<Outputs> {
  readonly symbol: string;
  /** How many entries its output arrays get unless more is asked for; 0 where it has none. */
  readonly defaultCapacity: number;
  encode(capacity: number | undefined): EncodedCall<Outputs>;
}

export interface LibraryCall<Outputs> {
  /** Newest first; never empty. */
  readonly versions: readonly CallVersion<Outputs>[];
  /** The symbol, of shape `r()`, that takes this call back (init → shutdown). */
  readonly undo?: string;
}

export interface LaneOptions {
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  /** The native generation that the inputs' handles come from. */
  readonly nativeGeneration?: number | undefined;
}

/** The newest version that the library has shall answer. */
export function familyCall<Inputs, Answer>(family: Family<Inputs, Answer>, inputs: Inputs): LibraryCall<Answer> {
  return {
    versions: family.map((version) => ({
      symbol: version.symbol,
      defaultCapacity: version.descriptor.defaultCapacity,
      encode: (capacity) => version.encode(inputs, capacity === undefined ? {} : { capacity }),
    })),
  };
}

/**
 * Exactly this C function, with the newest struct that the driver takes. For one that returns a C string, the outputs are that string,
 * or null.
 */
export function functionCall<D extends FunctionDescriptor>(descriptor: D, inputs: InputsOf<D>, undo?: FunctionDescriptor): LibraryCall<OutputsOf<D>> {
  return {
    versions: (descriptor.versions as readonly D[]).map((version) => ({
      symbol: version.symbol,
      defaultCapacity: version.defaultCapacity,
      encode: (capacity) => encodeCall(version, inputs, capacity === undefined ? {} : { capacity }),
    })),
    ...(undo !== undefined && { undo: undo.symbol }),
  };
}

/** The same call with its outputs read as something else; `read` may throw for an answer that cannot be. */
export function mapCall<Outputs, Mapped>(call: LibraryCall<Outputs>, read: (outputs: Outputs) => Mapped): LibraryCall<Mapped> {
  const versions = call.versions.map((version) => ({
    ...version,
    encode: (capacity: number | undefined): EncodedCall<Mapped> => {
      const encoded = version.encode(capacity);
      const { symbol, shape, result, frame } = encoded;
      return { symbol, shape, result, frame, decode: () => read(encoded.decode()), neededCapacity: () => encoded.neededCapacity() };
    },
  }));
  return { versions, ...(call.undo !== undefined && { undo: call.undo }) };
}
