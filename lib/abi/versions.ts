/**
 * Families of symbols that answer one question in several versions, newest first. Which one is there is known only at run time.
 */
import type { CallOptions, EncodedCall } from './call.ts';
import { encodeCall } from './call.ts';
import type { Shape } from './frame.ts';
import type { FunctionDescriptor, InputsOf, OutputsOf } from './parameters.ts';

/** One version: takes the family's inputs, decodes to the family's answer. */
export interface FunctionVersion<Inputs, Answer> {
  readonly symbol: string;
  readonly shape: Shape;
  readonly descriptor: FunctionDescriptor;
  encode(inputs: Inputs, options?: CallOptions): EncodedCall<Answer>;
}

export type Family<Inputs, Answer> = readonly FunctionVersion<Inputs, Answer>[];

/** A version whose C inputs are the family's inputs, or are made from them by `adapt`. */
export function functionVersion<D extends FunctionDescriptor, Answer, Inputs = InputsOf<D>>(
  descriptor: D,
  read: (outputs: OutputsOf<D>) => Answer,
  adapt: (inputs: Inputs) => InputsOf<D> = (inputs) => inputs as unknown as InputsOf<D>,
): FunctionVersion<Inputs, Answer> {
  return {
    symbol: descriptor.symbol,
    shape: descriptor.shape,
    descriptor,
    encode(inputs, options) {
      const call = encodeCall(descriptor, adapt(inputs), options);
      return {
        symbol: call.symbol,
        shape: call.shape,
        result: call.result,
        frame: call.frame,
        decode: () => read(call.decode()),
        neededCapacity: () => call.neededCapacity(),
      };
    },
  };
}

/** The newest version that the library exports; undefined if it has none. */
export function pickVersion<Inputs, Answer>(family: Family<Inputs, Answer>, has: (symbol: string) => boolean): FunctionVersion<Inputs, Answer> | undefined {
  return family.find((candidate) => has(candidate.symbol));
}
