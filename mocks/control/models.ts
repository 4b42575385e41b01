/** Models of GPUs: a folder each, in it one file a topic, and `model.json` where it is another model with differences. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { GpuwrightError } from '../../lib/errors.ts';
import type { AttributeTree } from './attributes.ts';
import { isTree, mergeAttributes } from './attributes.ts';
import { JsonReader, readJson } from './json-reader.ts';

export class Models {
  readonly #folder: string;
  readonly #known = new Map<string, AttributeTree>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  names(): string[] {
    return readdirSync(this.#folder).sort();
  }

  /** All attributes of a model. `what` names the place that asks for it. */
  get(name: string, what: string): AttributeTree {
    const folder = join(this.#folder, name);
    if (!/^[a-z0-9-]+$/.test(name) || !existsSync(folder)) throw new GpuwrightError('INVALID_INPUT', `${what}: "${name}" is not a model that is known: choose one of ${this.names().join(', ')}`);
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const model = readModel(folder, (other) => this.get(other, join(folder, 'model.json')));
    this.#known.set(name, model);
    return model;
  }
}

function readModel(folder: string, other: (name: string) => AttributeTree): AttributeTree {
  const topics: Record<string, AttributeTree> = {};
  let base: AttributeTree = {};
  for (const entry of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const file = join(folder, entry);
    const json = readJson(file);
    if (entry === 'model.json') {
      const from = new JsonReader(file, '', json);
      from.onlyKeys('extends');
      base = other(from.text('extends'));
    } else {
      if (!isTree(json)) throw new GpuwrightError('INVALID_INPUT', `${file}: holds no object: write the attributes of the topic "${basename(entry, '.json')}"`);
      topics[basename(entry, '.json')] = json;
    }
  }
  return mergeAttributes(base, topics);
}
