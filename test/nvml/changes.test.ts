import { describe, expect, it } from 'vitest';
import { WAYS } from './backends.ts';
import { openOn, startHost } from './host.ts';

describe.each(WAYS)('changes, through %s', (_, way) => {
  it('are made, read back, and seen by others', async () => {
    const machine = await startHost('hgx-h100-8', { gpus: 2 });
    await machine.set(1, { 'modes.persistence': false });
    const nvml = await openOn(machine, way);
    const other = await openOn(machine, way);
    const gpu = await nvml.gpu(1);
    await gpu.setPersistenceMode(true);
    expect(await gpu.setEccMode(false)).toEqual({ current: true, pending: false });
    const seen = (await other.snapshot()).gpus;
    expect(seen[1]).toMatchObject({ persistenceMode: { state: 'value', value: true }, eccMode: { state: 'value', value: { current: true, pending: false } } });
    expect(seen[0]).toMatchObject({ eccMode: { state: 'value', value: { current: true, pending: true } } });
  });

  it('need root, and say so by what was to be changed', async () => {
    const machine = await startHost('hgx-h100-8', { gpus: 1 });
    await machine.setHost({ 'host.permissions': 'user' });
    const gpu = await (await openOn(machine, way)).gpu(0);
    await expect(gpu.setPersistenceMode(false)).rejects.toMatchObject({
      code: 'NO_PERMISSION',
      status: 4,
      call: 'nvmlDeviceSetPersistenceMode',
      message: 'nvmlDeviceSetPersistenceMode: setting the persistence mode needs root (status 4): run it as root (CAP_SYS_ADMIN on the host); nothing was changed',
    });
    await expect(gpu.setEccMode(false)).rejects.toMatchObject({ code: 'NO_PERMISSION', message: expect.stringContaining('setting the ECC mode needs root') as string });
    expect((await gpu.ecc()).mode).toEqual({ current: true, pending: true });
  });

  it('that a driver only says to have made are not believed', async () => {
    const machine = await startHost('hgx-h100-8', { gpus: 1 });
    const gpu = await (await openOn(machine, way)).gpu(0);
    await machine.inject({ kind: 'pattern', function: 'nvmlDeviceSetPersistenceMode', gpu: 0 });
    await machine.inject({ kind: 'pattern', function: 'nvmlDeviceSetEccMode', gpu: 0 });
    await expect(gpu.setPersistenceMode(false)).rejects.toMatchObject({ code: 'NOT_APPLIED', call: 'nvmlDeviceSetPersistenceMode', message: expect.stringContaining('the persistence mode is as it was before') as string });
    await expect(gpu.setEccMode(false)).rejects.toMatchObject({ code: 'NOT_APPLIED', call: 'nvmlDeviceSetEccMode' });
  });

  it('are not made on another GPU than the one that was meant, and are made once', async () => {
    const machine = await startHost('hgx-h100-8', { gpus: 1 });
    const nvml = await openOn(machine, way);
    const gpu = await nvml.gpu(0);
    await nvml.quiesce();
    await machine.set(0, { 'board.uuid': 'GPU-00000000-1111-2222-3333-444444444444' });
    await nvml.resume();
    await expect(gpu.setEccMode(false)).rejects.toMatchObject({ code: 'IDENTITY_CHANGED' });
    await machine.inject({ kind: 'fail', function: 'nvmlDeviceSetEccMode', gpu: 0, returnCode: 15, times: 1 });
    await expect((await nvml.gpu(0)).setEccMode(false)).rejects.toMatchObject({ code: 'GPU_IS_LOST' });
    expect((await (await nvml.gpu(0)).ecc()).mode).toEqual({ current: true, pending: true });
  });
});
