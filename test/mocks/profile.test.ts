import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../lib/package-root.ts';
import { parseDriverVersion } from '../../mocks/control/driver-version.ts';
import { profiles } from '../../mocks/control/index.ts';
import { addressOf, parsePciAddress } from '../../mocks/control/pci-address.ts';
import { readProfile } from '../../mocks/control/profile.ts';

const v100 = () => JSON.parse(readFileSync(join(packageRoot(), 'mocks/profiles/tesla-v100-8.json'), 'utf8')) as Record<string, unknown> & { gpu: Record<string, unknown> };

describe('profiles', () => {
  it('has one that retires pages and two that remap rows', () => {
    expect(profiles().map(({ name, gpus, memoryRepair }) => [name, gpus, memoryRepair])).toEqual([
      ['hgx-a100-8', 8, 'row-remapping'],
      ['hgx-h100-8', 8, 'row-remapping'],
      ['tesla-v100-8', 8, 'page-retirement'],
    ]);
  });

  it.each<[string, (profile: ReturnType<typeof v100>) => unknown, RegExp]>([
    ['no name', (profile) => ({ ...profile, name: undefined }), /p\.json: name is missing or wrong: write a text/],
    ['a line break in the name', (profile) => ({ ...profile, gpu: { ...profile.gpu, name: 'a\ngpus=3' } }), /p\.json: gpu\.name is missing or wrong/],
    ['an unknown key', (profile) => ({ ...profile, gpu: { ...profile.gpu, tempreature: 3 } }), /gpu\.tempreature is not a key of a profile/],
    ['a wrong driver', (profile) => ({ ...profile, driver: '535' }), /"535" is not a driver version/],
    ['a wrong address', (profile) => ({ ...profile, pciAddresses: ['6:0.0'] }), /"6:0\.0" is not a PCI address/],
    ['rows without a remapper', (profile) => ({ ...profile, memoryRepair: 'row-remapping' }), /rowRemapper\. is missing or wrong|rowRemapper is missing or wrong/],
    ['too few module ids', (profile) => ({ ...profile, moduleIds: [1] }), /moduleIds is missing or wrong: write one number per entry/],
    ['no object', () => [], /the file is missing or wrong: write an object/],
  ])('refuses a profile with %s', (_, change, message) => {
    expect(() => readProfile('p.json', change(v100()))).toThrow(message);
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
