/** A scenario's file, read and checked as far as that goes without a machine. */
import type { Located } from '../located-yaml.ts';
import { complaint, parseLocatedYaml, readLocatedYaml } from '../located-yaml.ts';
import { durationOf, entriesOf, listOf, textOf } from '../located-value.ts';
import { ACTION_KINDS, readAction } from './actions.ts';
import type { Scenario, ScenarioStep } from './types.ts';

const LONGEST_MS = 10 * 365 * 86_400_000;
/** Each is a process that is started. */
const MOST_REPETITIONS = 1_000_000;
const TIMES = ['at', 'every', 'for'];

/** Reads a YAML or JSON file. Rejects with `INVALID_INPUT`: one sentence with file, line and column, what is wrong and what to write. */
export async function readScenario(file: string): Promise<Scenario> {
  return scenarioOf(file, await readLocatedYaml(file));
}

/** The same of a text; `file` is for the messages. */
export async function parseScenario(text: string, file = 'scenario'): Promise<Scenario> {
  return scenarioOf(file, await parseLocatedYaml(file, text));
}

function scenarioOf(file: string, document: Located): Scenario {
  const entries = entriesOf(document, ['description', 'steps']);
  const description = entries.get('description');
  const list = entries.get('steps');
  if (list === undefined) throw complaint(document, 'has no steps: write steps: and a list of actions');
  const steps: ScenarioStep[] = [];
  for (const at of listOf(list)) steps.push(stepOf(at, steps.at(-1)?.atMs ?? 0));
  return { file, ...(description !== undefined && { description: textOf(description) }), steps };
}

/** A step that says no time comes right after the one before it. */
function stepOf(at: Located, before: number): ScenarioStep {
  const entries = entriesOf(at, [...TIMES, ...ACTION_KINDS]);
  const [kind, second] = ACTION_KINDS.filter((name) => entries.has(name));
  if (kind === undefined) throw complaint(at, `does nothing: add one of ${ACTION_KINDS.join(', ')}`);
  if (second !== undefined) throw complaint(at, `does two things, ${kind} and ${second}: make two steps of them`);
  const time = (name: string, least: number) => {
    const entry = entries.get(name);
    return entry === undefined ? undefined : durationOf(entry, least, LONGEST_MS);
  };
  const [atMs = before, everyMs, forMs] = [time('at', 0), time('every', 1), time('for', 1)];
  if ((everyMs === undefined) !== (forMs === undefined)) throw complaint(at, 'has one of every and for: give both, how often and for how long');
  if (everyMs !== undefined && (forMs ?? 0) / everyMs > MOST_REPETITIONS) throw complaint(at, `comes more than ${MOST_REPETITIONS} times: make every longer or for shorter`);
  const action = readAction(kind, entries.get(kind) as Located);
  return { atMs, ...(everyMs !== undefined && { everyMs }), ...(forMs !== undefined && { forMs }), action, place: at.place };
}

