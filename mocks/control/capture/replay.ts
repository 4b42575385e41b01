/** Observations of a host, played back into a machine through its attributes. */
import { GpuwrightError, isGpuwrightError } from '../../../lib/errors.ts';
import { isTree } from '../attributes.ts';
import { placedInJson, readWrittenJson } from '../json-reader.ts';
import { Pace } from '../pace.ts';
import type { PlayOptions } from '../scenario/types.ts';
import type { Machine, MachineSettings } from '../types.ts';
import type { Observation, ObservedValues } from './types.ts';

export interface Recording {
  readonly file: string;
  readonly observations: readonly Observation[];
}

/** Reads what `gpuwright simulate capture --duration` wrote. Throws `INVALID_INPUT` with the place in the file. */
export function readRecording(file: string): Recording {
  return readWrittenJson(file, (json) => recordingOf(file, json));
}

function recordingOf(file: string, json: unknown): Recording {
  const list: unknown = isTree(json) ? json['observations'] : undefined;
  if (!Array.isArray(list) || list.length === 0) throw refused(`${file}: has no observations: record some with \`gpuwright simulate capture --duration\``);
  const observations = list.map((one: unknown, index) => observationOf(`${file}: observations[${index}]`, one));
  observations.forEach(({ atMs }, index) => {
    if (atMs < (observations[index - 1]?.atMs ?? 0)) throw refused(`${file}: observations[${index}].atMs: is earlier than the one before: put them in order`);
  });
  return { file, observations };
}

function observationOf(place: string, value: unknown): Observation {
  const { atMs, gpus } = isTree(value) ? (value as { atMs?: unknown; gpus?: unknown }) : {};
  if (typeof atMs !== 'number' || !(atMs >= 0)) throw refused(`${place}.atMs: is missing or wrong: write the milliseconds since the first`);
  if (!Array.isArray(gpus) || gpus.length === 0 || !gpus.every((one) => isTree(one))) throw refused(`${place}.gpus: is missing or wrong: write a list with an object of attributes for each GPU`);
  gpus.forEach((values: Readonly<Record<string, unknown>>, gpu) => {
    const wrong = Object.entries(values).find(([, one]) => !(one === null || ['string', 'boolean'].includes(typeof one) || Number.isSafeInteger(one)));
    if (wrong !== undefined) throw refused(`${place}.gpus[${gpu}].${wrong[0]}: is no value of an attribute: write a whole number, true, false, null or a text`);
  });
  return { atMs, gpus: gpus as ObservedValues[] };
}

/** Tells of each observation when the machine reads so. Before the first one, all names are checked. When the signal comes, it ends without an error. */
export async function* replay(machine: Machine, recording: Recording, { speed, signal }: PlayOptions = {}): AsyncGenerator<Observation, void, undefined> {
  await checkNames(machine, recording).catch((error: unknown) => {
    throw placedInJson(error, recording.file);
  });
  const pace = await Pace.begin(machine, speed, signal);
  for (const [index, observation] of recording.observations.entries()) {
    if (!(await pace.until(observation.atMs))) return;
    // A pattern would move what is set here.
    const still = index === 0 ? observation.gpus.map((_, gpu) => [`gpu.${gpu}.load.pattern`, 'none'] as const) : [];
    await put(machine, Object.fromEntries([...still, ...settingsOf(observation)]), `${recording.file}: observations[${index}]`).catch((error: unknown) => {
      throw placedInJson(error, recording.file);
    });
    yield observation;
  }
}

function settingsOf({ gpus }: Observation): [name: string, value: MachineSettings[string]][] {
  return gpus.flatMap((values, gpu) => Object.entries(values).map(([name, value]): [string, MachineSettings[string]] => [`gpu.${gpu}.${name}`, value]));
}

async function put(machine: Machine, settings: MachineSettings, place: string): Promise<void> {
  if (Object.keys(settings).length === 0) return;
  try {
    await machine.setHost(settings);
  } catch (error) {
    if (!isGpuwrightError(error)) throw error;
    // The machine names an attribute in full; in the file it stands under its GPU.
    const [, gpu, rest] = /^gpu\.(\d+)\.(.*)$/s.exec(error.message) ?? [];
    throw new GpuwrightError(error.code, gpu === undefined ? `${place}: ${error.message}` : `${place}.gpus[${gpu}].${rest}`, { cause: error });
  }
}

async function checkNames(machine: Machine, { file, observations }: Recording): Promise<void> {
  const attributes = await machine.attributes();
  const settable = new Set(attributes.filter(({ fixed }) => !fixed).map(({ name }) => name));
  const gpus = new Set(attributes.flatMap(({ name }) => /^gpu\.\d+/.exec(name) ?? [])).size;
  for (const [index, observation] of observations.entries()) {
    if (observation.gpus.length > gpus) throw refused(`${file}: observations[${index}]: tells of ${observation.gpus.length} GPUs and the machine has ${gpus}: make a machine from that file`);
    for (const [name] of settingsOf(observation)) {
      if (!settable.has(name)) throw refused(`${file}: observations[${index}].${name.replace(/^gpu\.(\d+)\./, 'gpus[$1].')}: is not an attribute that can be set: \`gpuwright simulate attributes\` lists them all`);
    }
  }
}

function refused(sentence: string): GpuwrightError {
  return new GpuwrightError('INVALID_INPUT', sentence);
}
