/** From a profile to the lines that `gpuwright-machine create` reads. */
import { createHash } from 'node:crypto';
import { GpuwrightError } from '../../lib/errors.ts';
import type { AttributeTree } from './attributes.ts';
import { attributeLines, isTree, mergeAttributes, settingWords } from './attributes.ts';
import type { DriverVersion } from './driver-version.ts';
import { fabricManagerAttributes } from './fabric-manager.ts';
import { linkAttributes } from './links.ts';
import { addressOf } from './pci-address.ts';
import type { Profile, Slot } from './profile.ts';
import type { FabricMode, MachineSettings } from './types.ts';

function digest(seed: string, index: number, what: string): string {
  return createHash('sha256').update(`${seed}/${index}/${what}`).digest('hex');
}

function uuidOf(seed: string, index: number): string {
  const hex = digest(seed, index, 'uuid');
  return `GPU-${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** Thirteen digits, as on the vendor's boards. */
function serialOf(seed: string, index: number): string {
  return (BigInt(`0x${digest(seed, index, 'serial').slice(0, 16)}`) % 10n ** 13n).toString().padStart(13, '0');
}

/** No two GPUs of a real host read alike. What the profile says of one GPU stands. */
function varied(slot: Slot, topic: string, name: string, by: number): AttributeTree {
  const valueIn = (attributes: AttributeTree) => {
    const part = attributes[topic];
    return isTree(part) ? part[name] : undefined;
  };
  const value = valueIn(slot.attributes);
  return typeof value === 'number' && valueIn(slot.own) === undefined ? { [topic]: { [name]: value + by } } : {};
}

/** `undefined`: the product has none. */
function moduleIdOf({ slots }: Profile, index: number): number | undefined {
  const moduleId = slots[index % slots.length]?.moduleId;
  return moduleId === undefined ? undefined : moduleId + Math.floor(index / slots.length) * slots.length;
}

/** What tells one GPU of a model from the next. */
function ownAttributes(profile: Profile, slot: Slot, seed: string, index: number, gpus: number): AttributeTree {
  const places = profile.slots.map((each) => each.address);
  const moduleId = moduleIdOf(profile, index);
  const address = addressOf(places, index);
  const own: AttributeTree = {
    board: {
      uuid: uuidOf(seed, index),
      serial: serialOf(seed, index),
      'board-id': ((address.domain << 16) | (address.bus << 8) | address.device) >>> 0,
      'minor-number': index,
      ...(moduleId !== undefined && { 'module-id': moduleId }),
    },
    pcie: { domain: address.domain, bus: address.bus, device: address.device, function: address.function },
    ...(profile.links !== undefined && linkAttributes(profile.links, places, { index, gpus, moduleId: slot.moduleId })),
  };
  const readings = mergeAttributes(varied(slot, 'thermal', 'gpu-celsius', (index * 3) % 7), varied(slot, 'power', 'usage-milliwatts', (index * 731) % 3000));
  return mergeAttributes(mergeAttributes(own, slot.attributes), readings);
}

export interface Wishes {
  readonly gpus: number;
  readonly driver: DriverVersion;
  readonly seed: string;
  /** By their full names, over all that the profile says. */
  readonly settings: MachineSettings;
  readonly fabricMode: FabricMode | undefined;
}

function fabricLines(profile: Profile, { gpus, fabricMode }: Wishes): string[] {
  const { partitions, source } = profile;
  if (partitions === undefined) {
    if (fabricMode === undefined) return [];
    throw new GpuwrightError('INVALID_INPUT', `fabric mode: the profile ${profile.name} has no NVSwitches: leave it out, or take a profile of an HGX board`);
  }
  const moduleIds = new Set(Array.from({ length: gpus }, (_, index) => moduleIdOf(profile, index)).filter((id) => id !== undefined));
  return attributeLines(source, fabricManagerAttributes(partitions, moduleIds, fabricMode ?? 'bare-metal'));
}

export function expandProfile(profile: Profile, wishes: Wishes): string {
  const { gpus, driver, seed, settings } = wishes;
  const lines = [
    `profile=${profile.name}`,
    `driver=${driver.text}`,
    `nvml=${Math.floor(driver.cuda / 1000)}.${driver.text}`,
    `branch=${driver.branch}`,
    `cuda=${driver.cuda}`,
    `gpus=${gpus}`,
    ...fabricLines(profile, wishes),
    ...attributeLines(profile.source, profile.attributes),
  ];
  for (let index = 0; index < gpus; index++) {
    const slot = profile.slots[index % profile.slots.length] as Slot;
    lines.push(...attributeLines(`${profile.source}: gpus[${index}]`, ownAttributes(profile, slot, seed, index, gpus), `gpu.${index}.`));
  }
  lines.push(...settingWords('attributes', settings));
  return `${lines.join('\n')}\n`;
}
