/** A symbol bound to its library, and the addon's number for it once it has been looked up. */
import type { Shape } from '../abi/frame.ts';
import type { FunctionRef } from './backend.ts';

/** Not looked up yet, or not there: the addon refuses this number, whoever asks. */
export const NO_FUNCTION = 0;

export class AddonFunction implements FunctionRef {
  readonly symbol: string;
  readonly shape: Shape;
  /** Whom the numbers below belong to. */
  readonly owner: object;
  readonly returnsText: boolean;
  readonly parameterCount: number;
  /** The addon's number of the function, `NO_FUNCTION` before the first use and while the library does not export it. */
  id: number = NO_FUNCTION;
  /** The same number where `call` may make the call without a further question: a status shape, looked up, its library not closed. */
  quickId: number = NO_FUNCTION;

  constructor(owner: object, symbol: string, shape: Shape, returnsText: boolean, parameterCount: number) {
    this.owner = owner;
    this.symbol = symbol;
    this.shape = shape;
    this.returnsText = returnsText;
    this.parameterCount = parameterCount;
  }
}
