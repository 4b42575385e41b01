/** Simulated hosts: create, open, break and mend them. Any NVML client runs on one with its `FILE.lib` first in LD_LIBRARY_PATH. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GpuwrightError } from '../../lib/errors.ts';
import { parseDriverVersion } from './driver-version.ts';
import { readJson } from './json-reader.ts';
import { complaintInProfile } from './profile-complaint.ts';
import { expandProfile } from './expand.ts';
import { MachineFile } from './machine.ts';
import { packageRoot } from '../../lib/package-root.ts';
import { Models } from './models.ts';
import type { Profile } from './profile.ts';
import { loadProfiles, modelSummary, MOST_GPUS, readProfile, summary } from './profile.ts';
import { findMocks } from './tool.ts';
import type { CreateOptions, Machine, ModelSummary, ProfileSummary } from './types.ts';
import { withVgpuTypes } from './vgpu-types.ts';

export type * from './types.ts';
export type * from './scenario/types.ts';
export type * from './capture/types.ts';
export type { CaptureOptions } from './capture/capture.ts';
export { captureMachine } from './capture/capture.ts';
export { Observer } from './capture/observe.ts';
export type { RecordOptions } from './capture/record.ts';
export { record } from './capture/record.ts';
export type { Recording } from './capture/replay.ts';
export { readRecording, replay } from './capture/replay.ts';
export type { Place } from './located-yaml.ts';
export { playScenario } from './scenario/play.ts';
export { parseScenario, readScenario } from './scenario/read.ts';
export { countOccurrences } from './scenario/timeline.ts';

/** The profiles that `createMachine` knows. */
export function profiles(): ProfileSummary[] {
  return [...knownProfiles(packageRoot()).values()].map(summary);
}

/** The kinds of GPUs that a profile file can name. */
export function models(): ModelSummary[] {
  const known = modelsOf(packageRoot());
  return known.names().map((name) => modelSummary(name, known.get(name, 'models')));
}

function modelsOf(root: string): Models {
  return new Models(join(root, 'mocks/profiles/models'));
}

function knownProfiles(root: string): Map<string, Profile> {
  return loadProfiles(join(root, 'mocks/profiles/hosts'), modelsOf(root));
}

/**
 * Creates a machine in `file` and its libraries in `file.lib`. Rejects with `GpuwrightError`: `MACHINE_EXISTS` unless `force`,
 * `INVALID_INPUT` for options out of range, `MOCKS_UNAVAILABLE` where nothing was built.
 */
export async function createMachine(file: string, options: CreateOptions): Promise<Machine> {
  const root = packageRoot();
  const profile = withVgpuTypes(profileOf(root, options.profile), join(root, 'mocks/profiles/vgpu-types'));
  const gpus = options.gpus ?? profile.slots.length;
  if (!Number.isSafeInteger(gpus) || gpus < 1 || gpus > MOST_GPUS) throw new GpuwrightError('INVALID_INPUT', `gpus: ${gpus} is out of range: a machine has 1 to ${MOST_GPUS} GPUs`);
  const driver = parseDriverVersion(options.driver ?? profile.driver);
  const machine = new MachineFile(file, root, findMocks(root));
  const text = expandProfile(profile, {
    gpus,
    driver,
    seed: options.seed ?? randomBytes(16).toString('hex'),
    settings: options.attributes ?? {},
    fabricMode: options.fabricMode,
  });
  try {
    await machine.create(text, options.force ?? false);
  } catch (error) {
    throw complaintInProfile(error, profile, options.attributes ?? {});
  }
  return machine;
}

/** By its name, or of a file of the caller's. */
function profileOf(root: string, name: string): Profile {
  if (name.endsWith('.json') || name.includes('/')) return readProfile(name, readJson(name), modelsOf(root));
  const known = knownProfiles(root);
  const profile = known.get(name);
  if (profile === undefined) throw new GpuwrightError('INVALID_INPUT', `profile: "${name}" is not known: choose one of ${[...known.keys()].join(', ')}, or name a .json file`);
  return profile;
}

/** Opens an existing machine, also one that was copied or moved without its libraries. Rejects with `MACHINE_INVALID` for anything else. */
export async function openMachine(file: string): Promise<Machine> {
  const root = packageRoot();
  const machine = new MachineFile(file, root, findMocks(root));
  if (existsSync(machine.nvmlLibrary)) await machine.show();
  else await machine.refreshLibrary();
  return machine;
}

/** A machine of its own in a temporary folder; `stop()` removes it. */
export async function startMachine(profile: string, options: Omit<CreateOptions, 'profile' | 'force'> = {}): Promise<Machine & { stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'gpuwright-machine-'));
  const stop = () => rm(folder, { recursive: true, force: true });
  try {
    const machine = await createMachine(join(folder, 'host.machine'), { ...options, profile });
    return Object.assign(machine, { stop });
  } catch (error) {
    await stop();
    throw error;
  }
}
