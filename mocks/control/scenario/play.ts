import { Pace } from '../pace.ts';
import type { Machine } from '../types.ts';
import { actionText } from './actions.ts';
import { performStep } from './perform-step.ts';
import { rehearse } from './rehearse.ts';
import { occurrences } from './timeline.ts';
import type { PlayOptions, Scenario, ScenarioEvent } from './types.ts';

/**
 * Plays a scenario on a machine and tells of each action when it is done. Before the first one, all are tried on a copy of the machine: what it
 * refuses is thrown with its place, and nothing was done. When the signal comes, it ends without an error.
 */
export async function* playScenario(machine: Machine, scenario: Scenario, { speed, signal }: PlayOptions = {}): AsyncGenerator<ScenarioEvent, void, undefined> {
  await rehearse(machine, scenario, signal);
  const pace = await Pace.begin(machine, speed, signal);
  for (const { atMs, step } of occurrences(scenario.steps)) {
    if (!(await pace.until(atMs))) return;
    await performStep(machine, step, pace);
    yield { atMs, done: actionText(step.action), action: step.action, place: step.place };
  }
}
