/** What is publicly known of each model: datasheets, and what nvidia-smi prints of it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../lib/package-root.ts';
import { Models } from '../../mocks/control/models.ts';
import { host } from './simulated-host.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gpuwright-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function attributesOf(model: string): Promise<ReadonlyMap<string, string>> {
  const file = join(folder, `${model}.json`);
  await writeFile(file, JSON.stringify({ name: model, description: 'one of them', driver: '610.43.02', model, gpus: [{ pci: '0000:0a:00.0' }] }));
  const machine = await host(file);
  return new Map((await machine.attributes(0)).map(({ name, value }) => [name.replace('gpu.0.', ''), value]));
}

describe('models', () => {
  it.each([
    ['t4', 'Tesla T4', '7.5', '2560', '256', 15, '3', '0x1eb8', 'page-retirement', '0'],
    ['v100-sxm2-32', 'Tesla V100-SXM2-32GB', '7.0', '5120', '4096', 32, '3', '0x1db5', 'page-retirement', '0'],
    ['v100-sxm3-32', 'Tesla V100-SXM3-32GB', '7.0', '5120', '4096', 32, '3', '0x1db8', 'page-retirement', '0'],
    ['a100-sxm4-80', 'NVIDIA A100-SXM4-80GB', '8.0', '6912', '5120', 80, '4', '0x20b2', 'row-remapping', '0'],
    ['a100-pcie-80', 'NVIDIA A100 80GB PCIe', '8.0', '6912', '5120', 80, '4', '0x20b5', 'row-remapping', '0'],
    ['h100-sxm5-80', 'NVIDIA H100 80GB HBM3', '9.0', '16896', '5120', 79, '5', '0x2330', 'row-remapping', '0'],
    ['h200-sxm-141', 'NVIDIA H200', '9.0', '16896', '6144', 140, '5', '0x2335', 'row-remapping', '0'],
    ['b200-sxm-180', 'NVIDIA B200', '10.0', '18944', '8192', 179, '5', '0x2901', 'row-remapping', '0'],
    ['l40s', 'NVIDIA L40S', '8.9', '18176', '384', 44, '4', '0x26b9', 'row-remapping', '0'],
    ['rtx-3090', 'NVIDIA GeForce RTX 3090', '8.6', '10496', '384', 24, '4', '0x2204', 'none', '2'],
  ])('%s', async (model, name, capability, cores, bits, gibibytes, generation, device, repair, fans) => {
    const of = await attributesOf(model);
    expect({
      name: of.get('board.name'),
      capability: `${of.get('board.compute-capability.major')}.${of.get('board.compute-capability.minor')}`,
      cores: of.get('board.cores'),
      bits: of.get('board.memory-bus-bits'),
      gibibytes: Number(BigInt(of.get('memory.total-bytes') as string) >> 30n),
      generation: of.get('pcie.maximum-generation'),
      device: `0x${(Number(of.get('pcie.device-id')) >>> 16).toString(16)}`,
      repair: of.get('memory.repair'),
      fans: of.get('thermal.fans'),
    }).toEqual({ name, capability, cores, bits, gibibytes, generation, device, repair, fans });
  });

  it('each have every file of their topics that a machine cannot be without', () => {
    const models = new Models(join(packageRoot(), 'mocks/profiles/models'));
    for (const name of models.names()) {
      expect(Object.keys(models.get(name, 'test')), name).toEqual(expect.arrayContaining(['board', 'ecc', 'memory', 'modes', 'pcie', 'thermal']));
    }
  });
});
