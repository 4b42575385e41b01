/** vGPU types: one file a series, which GPUs name in their attribute `vgpu.series`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AttributeTree } from './attributes.ts';
import { isTree, mergeAttributes } from './attributes.ts';
import { JsonReader, readJson } from './json-reader.ts';
import type { Profile } from './profile.ts';

/** The profile with the types that its GPUs can make among the attributes of the host; types that it gives itself stand instead. */
export function withVgpuTypes(profile: Profile, folder: string): Profile {
  const series = new Set(profile.slots.map(({ attributes: { vgpu } }) => (isTree(vgpu) ? vgpu['series'] : undefined)));
  const types = [...series].flatMap((name) => (typeof name === 'string' ? readSeries(join(folder, `${name}.json`), name) : []));
  return types.length === 0 ? profile : { ...profile, attributes: mergeAttributes({ vgpus: { type: types } }, profile.attributes) };
}

/** Types share what is true of `every` one, and of those of their kind. A series without a file has the types of its profile only. */
function readSeries(file: string, series: string): AttributeTree[] {
  if (!existsSync(file)) return [];
  const from = new JsonReader(file, '', readJson(file));
  from.onlyKeys('every', 'kinds', 'types');
  const kinds = from.tree('kinds');
  return from.list('types').map((type) => {
    const { kind, ...own } = type.all();
    const shared = kinds[String(kind)];
    if (!isTree(shared)) throw type.complaint('kind', `one of ${Object.keys(kinds).join(', ')}`);
    return mergeAttributes(mergeAttributes({ series, ...from.tree('every') }, shared), own);
  });
}
