import { describe, expect, it } from 'vitest';
import { cli } from '../fakes.ts';

const vgpu = (...words: string[]) => cli({ machines: ['m'] }, 'simulate', 'vgpu', ...words);

describe('simulate vgpu', () => {
  it.each<[string, string]>([
    ['add m --gpu 1 --type 232', 'add-vgpu {"gpu":1,"type":232}'],
    ['add m --gpu 1 --type 232 --vm one --vm-id 17 --uuid u --placement 0 --gpu-instance 3', 'add-vgpu {"gpu":1,"type":232,"vm":"one","vmId":"17","uuid":"u","placement":0,"gpuInstance":3}'],
    ['remove m --id 9', 'remove-vgpu 9'],
  ])('%s', async (words, done) => {
    const ran = await vgpu(...words.split(' '));
    expect(ran).toMatchObject({ code: 0, err: '', done: [done], out: expect.stringMatching(/^SIMULATED host m: vGPU \d+ /) });
    expect(JSON.parse((await vgpu(...words.split(' '), '--json')).out)).toMatchObject({ schema: 1, simulated: true, file: 'm', id: expect.any(Number) });
  });

  it.each(['add m --type 232', 'add m --gpu 0', 'add m --gpu 0 --type Q', 'remove m', 'remove m --id 0'])('refuses "%s"', async (words) => {
    expect(await vgpu(...words.split(' '))).toMatchObject({ code: 2, done: [], out: '' });
  });
});
