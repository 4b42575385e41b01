/** The shortest way to a C function: for what tools call in a loop. */
import { HEAD } from './addon-packet.ts';
import { NO_FUNCTION, type AddonFunction } from './addon-function.ts';
import type { ScratchFrame } from './addon-scratch.ts';
import type { CallFrame } from '../abi/frame.ts';
import type { FunctionRef } from './backend.ts';

// V8 looks an import up at every use, and takes a constant of this file for the number that it is.
const FUNCTION = HEAD.function;
const STATUS = HEAD.status;
const UNBOUND = NO_FUNCTION;

/**
 * `NativeLibrary.call` for one library: as few questions as are safe where the scratch frame and a function that has been called before
 * are given, `otherwise` for all else. A function with everything captured, not a method: in what has been captured V8 knows the
 * values themselves, in an object's fields it has to look at each call.
 */
export function quickCall(
  owner: object,
  callNative: () => void,
  scratch: ScratchFrame,
  otherwise: (fn: FunctionRef, frame: CallFrame) => number,
): (fn: FunctionRef, frame: CallFrame) => number {
  const { head } = scratch;
  return (fn, frame) => {
    const quick = fn as AddonFunction;
    if (frame === scratch && quick.owner === owner && quick.quickId !== UNBOUND) {
      head[FUNCTION] = quick.quickId;
      callNative();
      return head[STATUS] as number;
    }
    return otherwise(fn, frame);
  };
}
