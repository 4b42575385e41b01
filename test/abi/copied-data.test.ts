import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../lib/package-root.ts';
import { history, measured } from './measured.ts';

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

  it('has the texts that nvmlErrorString was seen to answer', async () => {
    const { returnCodes } = await import('../../lib/abi/index.ts');
    const line = readFileSync(join(shared, 'nvml-behaviour.md'), 'utf8').split('\n').find((text) => text.startsWith('`nvmlErrorString`, 440.44:')) ?? '';
    const seen = [...line.matchAll(/(?:: | · )(\d+) ([^·;]+?)(?= ·|;)/g)].map(([, number, text]) => [Number(number), text]);
    expect(seen).toHaveLength(21);
    expect(returnCodes.filter(({ number }) => number <= 20).map(({ number, text }) => [number, text])).toEqual(seen);
  });
});
