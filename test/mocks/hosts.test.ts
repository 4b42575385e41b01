/** The hosts that come with the package, as a client sees them. */
import { describe, expect, it } from 'vitest';
import { Nvml } from '../../lib/nvml/index.ts';
import type { GpuSnapshot } from '../../lib/nvml/index.ts';
import { host } from './simulated-host.ts';

async function snapshots(profile: string): Promise<readonly GpuSnapshot[]> {
  const machine = await host(profile);
  await using nvml = await Nvml.open({ library: machine.nvmlLibrary, isolation: 'in-process' });
  return (await nvml.snapshot()).gpus;
}

const kind = (gpu: GpuSnapshot) => [gpu.name.state === 'value' ? gpu.name.value : undefined, gpu.eccMode.state, gpu.retiredPages.state, gpu.rowRemapping.state];

describe('hosts', () => {
  it.each<[profile: string, gpus: number, kind: unknown[]]>([
    ['t4-4', 4, ['Tesla T4', 'value', 'value', 'unsupported']],
    ['a100-pcie-4', 4, ['NVIDIA A100 80GB PCIe', 'value', 'unsupported', 'value']],
    ['l40s-8', 8, ['NVIDIA L40S', 'value', 'unsupported', 'value']],
    ['rtx-3090-2', 2, ['NVIDIA GeForce RTX 3090', 'unsupported', 'unsupported', 'unsupported']],
  ])('%s has %i GPUs, each with what its product has', async (profile, gpus, expected) => {
    expect((await snapshots(profile)).map(kind)).toEqual(Array.from({ length: gpus }, () => expected));
  });

  it('mixed-a100-t4 has two kinds of GPUs side by side', async () => {
    const seen = (await snapshots('mixed-a100-t4')).map(kind);
    expect(seen.map(([name, , pages, rows]) => [name, pages, rows])).toEqual([
      ['NVIDIA A100 80GB PCIe', 'unsupported', 'value'],
      ['NVIDIA A100 80GB PCIe', 'unsupported', 'value'],
      ['Tesla T4', 'value', 'unsupported'],
      ['Tesla T4', 'value', 'unsupported'],
    ]);
  });
});
