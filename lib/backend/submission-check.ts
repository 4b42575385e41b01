import type { LaneCall, SubmitOptions } from './backend.ts';
import { checkFrame } from './frame-check.ts';
import { signatureOf } from './signature.ts';

/** Refuses wrong arguments of `submit` before anything is sent. Throws TypeError or RangeError. */
export function checkSubmission(lane: string, calls: readonly LaneCall[], options: SubmitOptions): void {
  if (typeof lane !== 'string' || lane === '') throw new TypeError('submit: lane is not a text: give for example library or device:0');
  if (!Array.isArray(calls)) throw new TypeError('submit: calls is not an array: give a list of { fn, frame }');
  if (typeof options !== 'object' || options === null) throw new TypeError('submit: options is not an object: give { deadlineMs }');
  const { deadlineMs, signal, generation } = options;
  if (typeof deadlineMs !== 'number') throw new TypeError('submit: deadlineMs is not a number: give milliseconds');
  if (!Number.isFinite(deadlineMs) || deadlineMs < 0) throw new RangeError(`submit: deadlineMs ${deadlineMs} is out of range: give 0 or more milliseconds`);
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw new TypeError('submit: signal is not an AbortSignal: leave it out or give one');
  if (generation !== undefined && typeof generation !== 'number') throw new TypeError('submit: generation is not a number: give library.generation');
  calls.forEach((call: LaneCall, index) => checkCall(call, index));
}

function checkCall(call: LaneCall, index: number): void {
  if (typeof call !== 'object' || call === null || typeof call.fn !== 'object' || call.fn === null) {
    throw new TypeError(`submit: call ${index} has no function: give { fn, frame } with fn from bind`);
  }
  checkFrame(call.fn.symbol, call.frame, signatureOf(call.fn.symbol, call.fn.shape).parameters.length);
  if (call.undo !== undefined && signatureOf(call.undo.symbol, call.undo.shape).parameters.length > 0) {
    throw new RangeError(`submit: call ${index}: ${call.undo.symbol} cannot take it back: undo is of shape r()`);
  }
}
