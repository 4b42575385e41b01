import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../lib/package-root.ts';
import { history, measured } from './measured.ts';
import { measured as nvfm } from './nvfm/measured.ts';

const shared = join(packageRoot(), '../shared/abi');
const read = (name: string) => JSON.parse(readFileSync(join(shared, name), 'utf8')) as Record<string, unknown>;

describe.skipIf(!existsSync(shared))('the copied measurements equal their origin', () => {
  it('nvml.json', () => {
    const origin = read('nvml.json');
    for (const key of ['source', 'handles', 'structs', 'enums', 'fieldIds', 'typeAliases', 'scalarTypedefs', 'typeMacros', 'defines'] as const) {
      expect(measured[key], key).toEqual(origin[key]);
    }
    const only = (object: Record<string, unknown>, keys: readonly string[]) => Object.fromEntries(keys.filter((key) => object[key] !== undefined).map((key) => [key, object[key]]));
    const functions = origin['functions'] as (Record<string, unknown> & { params: Record<string, unknown>[] })[];
    expect(measured.functions).toEqual(
      functions.map(({ params, ...rest }) => ({
        ...only(rest, ['name', 'returns', 'minArch', 'rootRequired']),
        params: params.map((p) => only(p, ['name', 'ctype', 'kind', 'confidence', 'len', 'lenUnit', 'elem'])),
      })),
    );
  });

  it('nvml-history.json', () => {
    const origin = read('nvml-history.json');
    for (const key of ['firstHeaderVersion', 'exportedBy440_44', 'exportedBy470_05', 'structSizeChanges', 'valueChanges', 'firstHeaderVersionOfFieldId'] as const) expect(history[key], key).toEqual(origin[key]);
    const headers = origin['headers'] as Record<string, unknown>[];
    expect(history.headers).toEqual(headers.map(({ header, driverBranch, branchBasis }) => ({ header, driverBranch, branchBasis })));
  });

  it('nvfm.json', () => {
    const origin = read('nvfm.json') as Record<string, Record<string, Record<string, unknown>>>;
    const copy = nvfm as unknown as Record<string, unknown> & { header: string };
    const list = (key: string) => Object.entries(origin[key] ?? {});
    const only = (object: unknown, keys: readonly string[]) => Object.fromEntries(keys.flatMap((key) => ((object as Record<string, unknown>)[key] === undefined ? [] : [[key, (object as Record<string, unknown>)[key]]])));
    const newest = (by: unknown) => (by as Record<string, unknown>)[copy.header];
    expect(copy['functions']).toEqual(list('functions').map(([name, f]) => ({ name, returns: f['returns'], params: (f['params'] as unknown[]).map((p) => only(p, ['name', 'type', 'dir'])) })));
    expect(copy['structs']).toEqual(
      list('structs').map(([name, s]) => ({ name, ...only(s, ['size', 'align']), since: s['since_header'], fields: (s['fields'] as unknown[]).map((f) => only(f, ['name', 'type', 'count', 'offset', 'size'])) })),
    );
    expect(copy['versionWords']).toEqual(Object.fromEntries(list('version_words').map(([name, word]) => [name, only(word, ['define', 'value'])])));
    expect(copy['enums']).toEqual(
      list('enums').map(([name, e]) => ({
        name, size: e['size'], underlying: e['gcc_underlying'],
        values: Object.fromEntries(Object.entries(e['values'] as Record<string, { value: number }>).map(([constant, { value }]) => [constant, value])),
      })),
    );
    expect(copy['typedefs']).toEqual(Object.fromEntries(list('typedefs').flatMap(([name, t]) => (newest(t['by_header']) === undefined ? [] : [[name, newest(t['by_header'])]]))));
    expect(copy['defines']).toEqual(Object.fromEntries(list('defines').flatMap(([name, d]) => (d['value'] === undefined ? [] : [[name, d['value']]]))));
    expect(copy['observed']).toEqual(only(origin['observed'], ['request_timeout_ms', 'connect_retry_step_ms']));
  });

  it('partitions.json of the simulated boards', () => {
    const rows = (name: string) => JSON.parse(readFileSync(name, 'utf8')) as Record<string, unknown>;
    const { platforms } = rows(join(shared, '../reference/partitions.json')) as { platforms: { id: string; partitions: Record<string, unknown>[] }[] };
    const copy = rows(join(packageRoot(), 'test/mocks/data/partitions.json'));
    expect(copy).toEqual(
      Object.fromEntries(platforms.map(({ id, partitions }) => [id, partitions.map(({ partitionId, gpuPhysicalIds, nvlinksPerGpu }) => ({ partitionId, gpuPhysicalIds, nvlinksPerGpu }))])),
    );
  });

  it('has the texts that nvmlErrorString was seen to answer', async () => {
    const { returnCodes } = await import('../../lib/abi/index.ts');
    const line = readFileSync(join(shared, 'nvml-behaviour.md'), 'utf8').split('\n').find((text) => text.startsWith('`nvmlErrorString`, 440.44:')) ?? '';
    const seen = [...line.matchAll(/(?:: | · )(\d+) ([^·;]+?)(?= ·|;)/g)].map(([, number, text]) => [Number(number), text]);
    expect(seen).toHaveLength(21);
    expect(returnCodes.filter(({ number }) => number <= 20).map(({ number, text }) => [number, text])).toEqual(seen);
  });
});
