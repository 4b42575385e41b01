import { describe, expect, it } from 'vitest';
import { writeU32 } from '../library/scripted-backend.ts';
import { WAYS } from './backends.ts';
import { openOn, startHost } from './host.ts';
import { openScripted } from './scripted.ts';

describe.each(WAYS)('excluded GPUs, through %s', (_, way) => {
  it('are those that the driver leaves alone from its next load on, with UUID and address', async () => {
    const machine = await startHost('hgx-a100-8', { gpus: 4 });
    const nvml = await openOn(machine, way);
    expect(await nvml.excludedGpus()).toEqual([]);
    for (const gpu of [1, 3]) await machine.set(gpu, { 'drain.excluded': true });
    expect(await nvml.excludedGpus()).toEqual([]);
    await nvml.quiesce();
    const { gpus } = await machine.show();
    await machine.reloadDriver();
    await nvml.resume();
    expect(await nvml.excludedGpus()).toEqual([gpus[1], gpus[3]].map((gpu) => ({ uuid: gpu?.uuid, pciBusId: gpu?.pciBusId })));
    expect((await nvml.gpus()).map(({ uuid }) => uuid)).toEqual([gpus[0], gpus[2]].map((gpu) => gpu?.uuid));
    await nvml.discoverGpus(gpus[1]?.pciBusId ?? '');
    expect(await nvml.gpus()).toHaveLength(2);
  });

  it('are as many as there can be, else the answer is not believed', async () => {
    const machine = await startHost('hgx-a100-8', { gpus: 1 });
    const nvml = await openOn(machine, way);
    await machine.inject({ kind: 'pattern', function: 'nvmlGetExcludedDeviceCount' });
    await expect(nvml.excludedGpus()).rejects.toMatchObject({ code: 'IMPLAUSIBLE_ANSWER', call: 'nvmlGetExcludedDeviceCount' });
    await machine.clear();
    await machine.inject({ kind: 'absent', function: 'nvmlGetExcludedDeviceCount' });
    await expect((await openOn(machine, { ...way, isolation: 'helper-process' })).excludedGpus()).rejects.toMatchObject({ code: 'FUNCTION_NOT_FOUND' });
  });
});

it('an excluded GPU whose answer is an error is not left out in silence', async () => {
  const { nvml } = await openScripted({ nvmlGetExcludedDeviceCount: (frame) => (writeU32(frame, 0, 2), 0), nvmlGetExcludedDeviceInfoByIndex: (frame) => (frame.words[0] === 1n ? 999 : 0) });
  await expect(nvml.excludedGpus()).rejects.toMatchObject({ code: 'VENDOR_ERROR', status: 999, call: 'nvmlGetExcludedDeviceInfoByIndex' });
  await nvml.close();
});
