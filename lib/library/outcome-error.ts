/**
 * Sentences for the outcomes in which the library did not answer.
 */
import type { CallOutcome } from '../backend/backend.ts';
import { GpuwrightError } from '../errors.ts';

export type Unanswered = Exclude<CallOutcome, { state: 'done' }>;

/** What stood in the way of a call that was never started. */
export interface BatchContext {
  readonly lane: string;
  readonly deadlineMs: number;
  /** The call of the same batch that was still running at the deadline. */
  readonly runningSymbol: string | undefined;
  readonly firstDriver: (symbol: string) => string | undefined;
}

export function absentError(symbol: string, firstDriver: string | undefined): GpuwrightError {
  const since = firstDriver === undefined ? 'use a driver that has it' : `it came with driver branch ${firstDriver}: use that or a later one`;
  return new GpuwrightError('FUNCTION_NOT_FOUND', `${symbol}: the loaded library does not export it: ${since}`, { call: symbol });
}

const WAIT = 'wait for the call to return, or reset the GPU; the other GPUs are not affected';

function milliseconds(value: number): string {
  return `${Math.round(value)} ms`;
}

/** The error for an outcome other than `done`. */
export function unansweredError(symbol: string, outcome: Unanswered, context: BatchContext): GpuwrightError {
  const error = (code: ConstructorParameters<typeof GpuwrightError>[0], what: string): GpuwrightError =>
    new GpuwrightError(code, `${symbol}: ${what}`, { call: symbol });
  switch (outcome.state) {
    case 'absent':
      return absentError(symbol, context.firstDriver(symbol));
    case 'running':
      return error('DEVICE_UNRESPONSIVE', `no answer within ${milliseconds(context.deadlineMs)} on lane ${context.lane}: ${WAIT}`);
    case 'crashed':
      return error('HELPER_CRASHED', `the helper process died inside the library (${outcome.exit}): the next call starts a new one; report the crash to the vendor if it comes back`);
    case 'not-started':
      break;
  }
  const { reason, wedgedBy } = outcome;
  switch (reason) {
    case 'wedged': {
      const by = wedgedBy === undefined ? 'an earlier call' : `${wedgedBy.symbol}, running for ${milliseconds(wedgedBy.runningMs)},`;
      return error('DEVICE_UNRESPONSIVE', `not started: ${by} still blocks lane ${context.lane}: ${WAIT}`);
    }
    case 'deadline': {
      const by = context.runningSymbol === undefined ? `lane ${context.lane} was busy` : `${context.runningSymbol} before it did not return`;
      return error('DEVICE_UNRESPONSIVE', `not started within ${milliseconds(context.deadlineMs)}: ${by}: ${WAIT}`);
    }
    case 'aborted':
      return error('ABORTED', 'aborted before it was started: nothing to do');
    case 'queue-full':
      return error('QUEUE_FULL', `lane ${context.lane} has too many calls waiting: ask less often, or wait for answers before asking again`);
    case 'closed':
      return error('CLOSED', 'the library was closed: open it again');
    case 'stale-generation':
      return error('STALE_HANDLE', 'its handle belongs to an earlier generation of the library: look the device up again');
    case 'crashed':
      return error('HELPER_CRASHED', 'not started, the helper process died before: call again, a new one is started');
  }
}
