import { describe, expect, it } from 'vitest';
import type { Nvml } from '../../lib/nvml/index.ts';
import { writeU32 } from '../library/scripted-backend.ts';
import { WAYS } from './backends.ts';
import { openOn, startHost } from './host.ts';
import { openScripted } from './scripted.ts';

async function addresses(nvml: Nvml): Promise<unknown[]> {
  return (await nvml.snapshot()).gpus.map(({ index, pciBusId }) => [index, pciBusId.state === 'value' ? pciBusId.value : pciBusId]);
}

describe.each(WAYS)('GPUs that come or go by another process’s hand, through %s', (_, way) => {
  it('are seen by the next look, each once and with its number', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 3 });
    await machine.set(1, { persistence: false });
    const all = (await machine.show()).gpus.map(({ pciBusId }) => pciBusId);
    const draining = await (await openOn(machine, { isolation: 'helper-process' })).gpu(1);
    await draining.setDrainState(true);

    const nvml = await openOn(machine, way);
    const last = await nvml.gpu(all[2] ?? '');
    expect(await addresses(nvml)).toEqual([[0, all[0]], [1, all[2]]]);
    const { generation } = nvml;
    await draining.setDrainState(false);
    expect(await addresses(nvml)).toEqual(all.map((address, index) => [index, address]));
    expect(nvml.generation).toBeGreaterThan(generation);
    // It is number 2 now, and is not taken for the one that is number 1.
    await expect(last.retiredPages()).rejects.toMatchObject({ code: 'IDENTITY_CHANGED' });
    expect((await nvml.gpu(all[2] ?? '')).index).toBe(2);
  });

  it('are listed without a snapshot, too', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 3 });
    await machine.set(1, { persistence: false });
    const all = (await machine.show()).gpus.map(({ pciBusId }) => pciBusId);
    const draining = await (await openOn(machine, { isolation: 'helper-process' })).gpu(1);
    await draining.setDrainState(true);
    const nvml = await openOn(machine, way);
    expect((await nvml.gpus()).map(({ pciBusId }) => pciBusId)).toEqual([all[0], all[2]]);
    await draining.setDrainState(false);
    expect((await nvml.gpu(all[1] ?? '')).index).toBe(1);
    expect((await nvml.gpus()).map(({ pciBusId }) => pciBusId)).toEqual(all);
  });
});

describe('GPUs that come while somebody looks', () => {
  it('make it look again, a few times at most', async () => {
    let counts = 0;
    const host = await openScripted({ nvmlDeviceGetCount_v2: (frame) => (writeU32(frame, 0, 1 + ((counts += 1) % 2)), 0) });
    await host.nvml.snapshot();
    counts = 0;
    const { gpus } = await host.nvml.snapshot();
    expect(gpus.length).toBeGreaterThan(0);
    expect(counts).toBeLessThan(10);
    await host.nvml.close();
  });
});
