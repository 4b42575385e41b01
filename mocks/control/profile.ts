/** Profiles: kinds of hosts as data, checked when they are loaded. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AttributeTree } from './attributes.ts';
import { isTree, mergeAttributes } from './attributes.ts';
import { parseDriverVersion } from './driver-version.ts';
import type { PartitionTable } from './fabric-manager.ts';
import { readPartitions } from './fabric-manager.ts';
import { JsonReader, readJson } from './json-reader.ts';
import type { Links } from './links.ts';
import { readLinks } from './links.ts';
import type { Models } from './models.ts';
import { parsePciAddress } from './pci-address.ts';
import type { PciAddress } from './pci-address.ts';
import type { MemoryRepair, ModelSummary, ProfileSummary } from './types.ts';

export const MOST_GPUS = 64;

/** A GPU's place in the host. */
export interface Slot {
  readonly address: PciAddress;
  readonly moduleId: number | undefined;
  readonly model: string | undefined;
  /** What the profile says of this one. */
  readonly own: AttributeTree;
  /** The model's, with what is special about this one. */
  readonly attributes: AttributeTree;
}

export interface Profile {
  /** Where it was read from, for messages. */
  readonly source: string;
  readonly name: string;
  readonly description: string;
  readonly driver: string;
  /** One board's worth; also the default number of GPUs. */
  readonly slots: readonly Slot[];
  /** The NVLinks between them; `undefined`: none. */
  readonly links: Links | undefined;
  /** What Fabric Manager can cut its board into; `undefined`: it has no NVSwitches. */
  readonly partitions: PartitionTable | undefined;
  /** Of the host itself. */
  readonly attributes: AttributeTree;
}

function readSlot(file: string, from: JsonReader, standard: string | undefined, models: Models): Slot {
  from.onlyKeys('pci', 'moduleId', 'model', 'attributes');
  const address = parsePciAddress(`${file}: gpus`, from.text('pci'));
  const name = from.has('model') ? from.text('model') : standard;
  const model = name === undefined ? {} : models.get(name, file);
  const own = from.tree('attributes');
  const attributes = mergeAttributes(model, own);
  if (!isTree(attributes['board'])) throw from.complaint('model', 'the name of a model, or all attributes of the GPU');
  return { address, moduleId: from.has('moduleId') ? from.number('moduleId', 0, 0xffff_fffe) : undefined, model: name, own, attributes };
}

/** Checks what a profile file holds; `file` is for the messages. What attributes there are is checked when a machine is made. */
export function readProfile(file: string, json: unknown, models: Models): Profile {
  const from = new JsonReader(file, '', json);
  from.onlyKeys('name', 'description', 'driver', 'model', 'gpus', 'links', 'partitions', 'attributes', 'captured', 'observations');
  const standard = from.has('model') ? from.text('model') : undefined;
  const driver = from.text('driver');
  parseDriverVersion(driver, `${file}: driver`);
  const slots = from.list('gpus').map((slot) => readSlot(file, slot, standard, models));
  if (slots.length > MOST_GPUS) throw from.complaint('gpus', `at most ${MOST_GPUS} GPUs`);
  const links = from.has('links') ? readLinks(file, from.object('links'), slots.length) : undefined;
  const partitions = from.has('partitions') ? readPartitions(from.text('partitions'), file) : undefined;
  return { source: file, name: from.text('name'), description: from.text('description'), driver, slots, links, partitions, attributes: from.tree('attributes') };
}

/** All profiles of `folder`, by name. */
export function loadProfiles(folder: string, models: Models): Map<string, Profile> {
  const found = new Map<string, Profile>();
  for (const entry of readdirSync(folder).filter((name) => name.endsWith('.json')).sort()) {
    const file = join(folder, entry);
    const profile = readProfile(file, readJson(file), models);
    found.set(profile.name, profile);
  }
  return found;
}

function valueIn(tree: AttributeTree, topic: string, name: string): unknown {
  const part = tree[topic];
  return isTree(part) ? part[name] : undefined;
}

const REPAIRS = ['row-remapping', 'page-retirement'] as const;

function newestRepair(slots: readonly Slot[]): MemoryRepair {
  return REPAIRS.find((repair) => slots.some(({ attributes }) => valueIn(attributes, 'memory', 'repair') === repair)) ?? 'none';
}

export function summary(profile: Profile): ProfileSummary {
  const names = [...new Set(profile.slots.map(({ attributes }) => String(valueIn(attributes, 'board', 'name'))))];
  return {
    name: profile.name,
    description: profile.description,
    gpuName: names.join(', '),
    gpus: profile.slots.length,
    driver: profile.driver,
    memoryRepair: newestRepair(profile.slots),
  };
}

export function modelSummary(name: string, attributes: AttributeTree): ModelSummary {
  return {
    name,
    gpuName: String(valueIn(attributes, 'board', 'name')),
    architecture: String(valueIn(attributes, 'board', 'architecture')),
    memoryBytes: Number(valueIn(attributes, 'memory', 'total-bytes')),
  };
}
