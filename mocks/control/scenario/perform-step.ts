import { GpuwrightError, isGpuwrightError } from '../../../lib/errors.ts';
import type { Pace } from '../pace.ts';
import type { Machine } from '../types.ts';
import { actionText, perform } from './actions.ts';
import type { ScenarioStep } from './types.ts';

/** Rejects as the machine does, with the step's place in front. */
export async function performStep(machine: Machine, { action, place }: ScenarioStep, pace: Pace): Promise<void> {
  try {
    await perform(machine, action);
  } catch (error) {
    if (!isGpuwrightError(error)) throw error;
    // The machine speaks of options; in a scenario they stand without dashes.
    const reason = error.message.replace(/(^|\s)--(?=[a-z])/g, '$1');
    throw new GpuwrightError(error.code, `${place.file}:${place.line}:${place.column}: ${actionText(action)}: ${reason}`, { cause: error });
  }
  if (action.kind === 'advance') pace.leap(action.milliseconds);
}
