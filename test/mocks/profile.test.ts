import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../lib/package-root.ts';
import { parseDriverVersion } from '../../mocks/control/driver-version.ts';
import { profiles } from '../../mocks/control/index.ts';
import { addressOf, parsePciAddress } from '../../mocks/control/pci-address.ts';
import { Models } from '../../mocks/control/models.ts';
import { readProfile } from '../../mocks/control/profile.ts';

const models = new Models(join(packageRoot(), 'mocks/profiles/models'));
const v100 = () => JSON.parse(readFileSync(join(packageRoot(), 'mocks/profiles/hosts/tesla-v100-8.json'), 'utf8')) as Record<string, unknown>;

describe('profiles', () => {
  it('has one that retires pages and two that remap rows', () => {
    const known = profiles().map(({ name, gpus, memoryRepair }) => [name, gpus, memoryRepair]);
    expect(known).toEqual(expect.arrayContaining([
      ['hgx-a100-8', 8, 'row-remapping'],
      ['hgx-h100-8', 8, 'row-remapping'],
      ['tesla-v100-8', 8, 'page-retirement'],
    ]));
  });

  it.each<[string, (profile: ReturnType<typeof v100>) => unknown, RegExp]>([
    ['no name', (profile) => ({ ...profile, name: undefined }), /p\.json: name is missing or wrong: write a text/],
    ['a line break in the name', (profile) => ({ ...profile, name: 'a\ngpus=3' }), /p\.json: name is missing or wrong/],
    ['an unknown key', (profile) => ({ ...profile, divers: 3 }), /p\.json: divers is not known here/],
    ['a wrong driver', (profile) => ({ ...profile, driver: '535' }), /p\.json: driver: "535" is not a driver version/],
    ['an unknown model', (profile) => ({ ...profile, model: 'v1000' }), /p\.json: model: "v1000" is not a model that is known: choose one of .*v100-sxm2-32/],
    ['a wrong address', (profile) => ({ ...profile, gpus: [{ pci: '6:0.0' }] }), /"6:0\.0" is not a PCI address/],
    ['a GPU of no model', (profile) => ({ ...profile, model: undefined }), /p\.json: gpus\[0\]\.model is missing or wrong: write the name of a model/],
    ['a wrong module id', (profile) => ({ ...profile, gpus: [{ pci: '0000:06:00.0', moduleId: -1 }] }), /gpus\[0\]\.moduleId is missing or wrong: write a whole number/],
    ['no GPUs', (profile) => ({ ...profile, gpus: [] }), /gpus is missing or wrong: write a list/],
    ['no object', () => [], /the file is missing or wrong: write an object/],
  ])('refuses a profile with %s', (_, change, message) => {
    expect(() => readProfile('p.json', change(v100()), models)).toThrow(message);
  });
});

describe('driver versions', () => {
  it('knows the branch and the CUDA release that goes with it', () => {
    expect(parseDriverVersion('535.129.03')).toEqual({ text: '535.129.03', branch: 535, cuda: 12020 });
    expect(parseDriverVersion('440.44').cuda).toBe(10020);
    expect(parseDriverVersion('580.65.06').cuda).toBe(13000);
  });
});

describe('PCI addresses', () => {
  it('gives each further board a domain of its own', () => {
    const board = ['0000:06:00.0', '0000:8a:00.0'].map((text) => parsePciAddress('x', text));
    expect(addressOf(board, 1)).toEqual({ domain: 0, bus: 0x8a, device: 0, function: 0 });
    expect(addressOf(board, 2)).toEqual({ domain: 1, bus: 6, device: 0, function: 0 });
  });
});
