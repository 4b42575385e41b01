import { describe, expect, it } from 'vitest';
import type { Nvml } from '../../lib/nvml/index.ts';
import type { Machine } from '../../mocks/control/index.ts';
import { WAYS } from './backends.ts';
import { openOn, startHost } from './host.ts';

/** Persistence mode uses a GPU, and a GPU in use is neither drained nor removed. */
async function unpersistent(gpus = 3): Promise<Machine> {
  const machine = await startHost('tesla-v100-8', { gpus });
  for (let gpu = 0; gpu < gpus; gpu += 1) await machine.set(gpu, { persistence: false });
  return machine;
}

/** In another process, whatever the way that is tested. */
const elsewhere = (machine: Machine): Promise<Nvml> => openOn(machine, { backend: 'addon', isolation: 'helper-process' });
const addresses = async (nvml: Nvml): Promise<unknown[]> => (await nvml.gpus()).map(({ pciBusId }) => pciBusId);
const needsRoot = (call: string, what: string): object => ({ code: 'NO_PERMISSION', status: 4, call, message: `${call}: ${what} needs root (status 4): run it as root (CAP_SYS_ADMIN on the host); nothing was changed` });

describe.each(WAYS)('draining, through %s', (_, way) => {
  it('is set, read back, and seen by others; those who come later do not see the GPU', async () => {
    const machine = await unpersistent();
    const nvml = await openOn(machine, way);
    const before = await elsewhere(machine);
    const all = await addresses(nvml);
    const gpu = await nvml.gpu(1);
    expect(await gpu.drainState()).toBe(false);
    await gpu.setDrainState(true);
    expect([await gpu.drainState(), await (await before.gpu(1)).drainState(), await (await before.gpu(0)).drainState()]).toEqual([true, true, false]);
    expect([await addresses(nvml), await addresses(before)]).toEqual([all, all]);

    const later = await elsewhere(machine);
    expect(await addresses(later)).toEqual([all[0], all[2]]);
    await expect(later.gpu(gpu.pciBusId ?? '')).rejects.toMatchObject({ code: 'GPU_NOT_FOUND' });
    expect(await later.drainState('0000:07:00.0')).toBe(true);
    await later.setDrainState('07:00.0', false);
    expect([await gpu.drainState(), await later.drainState('00000000:07:00.0')]).toEqual([false, false]);
    expect(await addresses(later)).toEqual(all);
  });

  it('by another process is seen at once', async () => {
    const machine = await unpersistent();
    const gpu = await (await openOn(machine, way)).gpu(2);
    const other = await (await elsewhere(machine)).gpu(2);
    await other.setDrainState(true);
    expect(await gpu.drainState()).toBe(true);
    await other.setDrainState(false);
    expect(await gpu.drainState()).toBe(false);
  });

  it('is refused while persistence mode uses the GPU, and changes nothing then', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 1 });
    const nvml = await openOn(machine, way);
    const gpu = await nvml.gpu(0);
    await expect(gpu.setDrainState(true)).rejects.toMatchObject({ code: 'IN_USE', status: 19, call: 'nvmlDeviceModifyDrainState' });
    expect(await gpu.drainState()).toBe(false);
    await expect(nvml.setDrainState('44:00.0', true)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', call: 'nvmlDeviceModifyDrainState' });
    await expect(nvml.drainState('somewhere')).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('write it as') as string });
  });

  it('that a driver only says to have begun is not believed', async () => {
    const machine = await unpersistent(1);
    const gpu = await (await openOn(machine, way)).gpu(0);
    await machine.inject({ kind: 'pattern', function: 'nvmlDeviceModifyDrainState' });
    await expect(gpu.setDrainState(true)).rejects.toMatchObject({ code: 'NOT_APPLIED', call: 'nvmlDeviceModifyDrainState', message: expect.stringContaining('the drain state is as it was before') as string });
  });
});

describe.each(WAYS)('removing, through %s', (_, way) => {
  it('takes a GPU that drains from all that counts, and discovering brings it back', async () => {
    const machine = await unpersistent();
    const nvml = await openOn(machine, way);
    const all = await addresses(nvml);
    const gpu = await nvml.gpu(1);
    const last = await nvml.gpu(2);
    await expect(gpu.remove()).rejects.toMatchObject({ code: 'IN_USE', call: 'nvmlDeviceRemoveGpu_v2' });
    await gpu.setDrainState(true);
    const { generation } = nvml;
    await gpu.remove();
    expect(nvml.generation).toBeGreaterThan(generation);
    expect(await addresses(nvml)).toEqual([all[0], all[2]]);
    expect((await nvml.snapshot()).gpus.map(({ pciBusId }) => pciBusId)).toEqual([all[0], all[2]].map((value) => ({ state: 'value', value })));
    // What was known by its number is not taken for what has that number now.
    await expect(gpu.retiredPages()).rejects.toMatchObject({ code: 'IDENTITY_CHANGED' });
    await expect(last.retiredPages()).rejects.toMatchObject({ code: 'GPU_NOT_FOUND', message: expect.stringMatching(/gpu 2: .*no GPU of that number now: look it up again/) as string });

    await nvml.discoverGpus(gpu.pciBusId ?? '');
    expect(await addresses(nvml)).toEqual(all);
    expect([await gpu.retiredPages(), await last.retiredPages(), await gpu.drainState()]).toEqual([[], [], false]);
  });

  it('waits for nobody who came while it drained, and is refused while somebody was there before', async () => {
    const machine = await unpersistent();
    const other = await elsewhere(machine);
    const nvml = await openOn(machine, way);
    const gpu = await nvml.gpu(0);
    await gpu.setDrainState(true);
    await expect(gpu.remove()).rejects.toMatchObject({ code: 'IN_USE' });
    await other.close();
    await elsewhere(machine);
    await gpu.remove({ pciDevice: 'keep', pcieLink: 'shut-down' });
    expect(await addresses(nvml)).toHaveLength(2);
  });

  it('of a GPU that a process uses is refused until the process has ended', async () => {
    const machine = await unpersistent();
    await machine.addProcess({ gpu: 2, pid: 4242, name: 'train' });
    const gpu = await (await openOn(machine, way)).gpu(2);
    await gpu.setDrainState(true);
    await expect(gpu.remove()).rejects.toMatchObject({ code: 'IN_USE' });
    await machine.removeProcess(4242);
    await gpu.remove();
  });

  it('and all that goes with it need root, and say so by what was to be done', async () => {
    const machine = await unpersistent();
    const nvml = await openOn(machine, way);
    const gpu = await nvml.gpu(0);
    await machine.setHost({ 'host.permissions': 'user' });
    const { generation } = nvml;
    await expect(gpu.setDrainState(true)).rejects.toMatchObject(needsRoot('nvmlDeviceModifyDrainState', 'draining a GPU'));
    await expect(nvml.setDrainState(gpu.pciBusId ?? '', true)).rejects.toMatchObject(needsRoot('nvmlDeviceModifyDrainState', 'draining a GPU'));
    await expect(gpu.remove()).rejects.toMatchObject(needsRoot('nvmlDeviceRemoveGpu_v2', 'removing a GPU'));
    await expect(nvml.discoverGpus('07:00.0')).rejects.toMatchObject(needsRoot('nvmlDeviceDiscoverGpus', 'looking for GPUs'));
    expect([await gpu.drainState(), nvml.generation]).toEqual([false, generation]);
    await expect(nvml.discoverGpus('nowhere')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});
