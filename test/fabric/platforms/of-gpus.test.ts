import { expect, it } from 'vitest';
import { platformOfGpus } from '../../../lib/fabric/index.ts';

it.each([
  ['Tesla V100-SXM3-32GB', 'hgx2'],
  ['NVIDIA A100-SXM4-40GB', 'hgxA100'],
  ['A100-SXM-80GB', 'hgxA100'],
  ['NVIDIA A800-SXM4-80GB', 'hgxA100'],
  ['NVIDIA H100 80GB HBM3', 'hgxH100'],
  ['NVIDIA H200', 'hgxH100'],
  ['NVIDIA H20', 'hgxH100'],
  ['NVIDIA H800', 'hgxH800'],
  ['NVIDIA B200', 'hgxB200'],
  ['NVIDIA B300 SXM6 AC', 'hgxB200'],
])('%s sits on %s', (name, platform) => {
  expect(platformOfGpus([name, name])).toBe(platform);
});

it.each(['Tesla V100-SXM2-32GB', 'Tesla V100-PCIE-32GB', 'NVIDIA A100-PCIE-40GB', 'NVIDIA A100 80GB PCIe', 'NVIDIA H100 PCIe', 'NVIDIA H100 NVL', 'NVIDIA H200 NVL', 'NVIDIA GH200 480GB', 'NVIDIA GB200', 'Tesla T4'])('%s sits on no board with NVSwitches', (name) => {
  expect(platformOfGpus([name])).toBeUndefined();
});

it('is not known of none, and of a mixture', () => {
  expect([platformOfGpus([]), platformOfGpus(['NVIDIA H100 80GB HBM3', 'NVIDIA B200']), platformOfGpus(['NVIDIA H200', 'Tesla T4'])]).toEqual([undefined, undefined, undefined]);
});
