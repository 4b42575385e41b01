/** `gpuwright-machine` names an attribute in full, `gpu.3.thermal.gpu-celcius`; whoever reads the complaint wrote it somewhere in a file. */
import { GpuwrightError, isGpuwrightError } from '../../lib/errors.ts';
import type { AttributeTree } from './attributes.ts';
import type { Profile } from './profile.ts';
import type { MachineSettings } from './types.ts';

/** The error with the place in front where the complaint is about an attribute, else as it is. */
export function complaintInProfile(error: unknown, profile: Profile, settings: MachineSettings): unknown {
  if (!isGpuwrightError(error) || error.code !== 'INVALID_INPUT') return error;
  const [, name, rest] = /^([a-z][a-z0-9-]*(?:\.[\w-]+)*): (.*)$/s.exec(error.message) ?? [];
  if (name === undefined) return error;
  const place = placeOf(name, profile, settings);
  return place === undefined ? error : new GpuwrightError('INVALID_INPUT', `${place}: ${rest}`, { cause: error });
}

function placeOf(name: string, profile: Profile, settings: MachineSettings): string | undefined {
  const [, index, ofGpu] = /^gpu\.(\d+)(?:\.(.+))?$/.exec(name) ?? [];
  const given = [name, `gpu.*.${ofGpu}`].find((each) => settings[each] !== undefined);
  if (given !== undefined) return `attributes: ${given}`;
  if (index === undefined) return holds(profile.attributes, name) ? `${profile.source}: attributes.${name}` : undefined;
  const place = Number(index) % profile.slots.length;
  const slot = profile.slots[place];
  if (slot === undefined) return undefined;
  if (ofGpu === undefined) return `${profile.source}: gpus[${place}]`;
  if (holds(slot.own, ofGpu)) return `${profile.source}: gpus[${place}].attributes.${ofGpu}`;
  if (slot.model !== undefined && holds(slot.attributes, ofGpu)) return `model ${slot.model}: ${ofGpu}`;
  return `${profile.source}: gpus[${place}]: ${ofGpu}`;
}

/** A key may itself have dots: `{ "a.b": 1 }` is `a.b`, like `{ "a": { "b": 1 } }`. */
function holds(tree: AttributeTree[string] | AttributeTree | undefined, name: string): boolean {
  if (typeof tree !== 'object' || tree === null) return false;
  return Object.entries(tree).some(([key, value]) => key === name || (name.startsWith(`${key}.`) && holds(value as AttributeTree, name.slice(key.length + 1))));
}
