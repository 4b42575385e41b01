import { describe, expect, it } from 'vitest';
import type { Machine } from '../../mocks/control/index.ts';
import { WAYS } from './backends.ts';
import { openOn, startHost } from './host.ts';

const T4_4Q = 232;
const GIB = 2n ** 30n;
const value = (one: unknown): unknown => ({ state: 'value', value: one });

async function attribute(machine: Machine, name: string): Promise<string | undefined> {
  return (await machine.attributes()).find((each) => each.name === name)?.value;
}

describe.each(WAYS)('vGPUs, through %s', (_, way) => {
  it('are told as they run, each with its VM, type, guest, memory and licence', async () => {
    const machine = await startHost('kvm-t4-4');
    const nvml = await openOn(machine, way);
    const [desktop] = await (await nvml.gpu(0)).vgpus();
    expect(desktop).toEqual({
      instance: Number(await attribute(machine, 'vgpus.running.0.id')),
      uuid: value(await attribute(machine, 'vgpus.running.0.uuid')),
      vmId: value(await attribute(machine, 'vgpus.running.0.vm-id')),
      typeId: value(T4_4Q),
      typeName: value('GRID T4-4Q'),
      guestDriverVersion: value('550.127.05'),
      usedFramebufferBytes: value(GIB / 2n),
      licensed: value(true),
    });
    expect(await (await nvml.gpu(1)).vgpus()).toMatchObject([{ guestDriverVersion: value('550.127.05'), usedFramebufferBytes: value(9n * GIB) }]);
    expect(await (await nvml.gpu(2)).vgpus()).toEqual([]);
  });

  it('come and go with their VMs, and are seen to', async () => {
    const machine = await startHost('kvm-t4-4');
    const gpu = await (await openOn(machine, way)).gpu(2);
    const first = await machine.addVgpu({ gpu: 2, type: T4_4Q, vm: 'one', vmId: '17' });
    const second = await machine.addVgpu({ gpu: 2, type: T4_4Q });
    const vgpus = await gpu.vgpus();
    expect(vgpus.map(({ instance }) => instance)).toEqual([first, second]);
    expect(vgpus.map(({ uuid }) => uuid)).toEqual([value(await attribute(machine, 'vgpus.running.2.uuid')), value(await attribute(machine, 'vgpus.running.3.uuid'))]);
    expect(vgpus[0]).toMatchObject({ vmId: value('17'), typeId: value(T4_4Q), licensed: value(false), usedFramebufferBytes: value(0n), guestDriverVersion: value(null) });
    await machine.setHost({ 'vgpus.running.2.guest-driver': '550.127.05' });
    expect((await gpu.vgpus())[0]?.guestDriverVersion).toEqual(value('550.127.05'));
    await machine.removeVgpu(first);
    expect((await gpu.vgpus()).map(({ instance }) => instance)).toEqual([second]);
  });

  it('of which one cannot be read leave the rest to be told', async () => {
    const machine = await startHost('kvm-t4-4');
    const gpu = await (await openOn(machine, way)).gpu(0);
    await machine.inject({ kind: 'fail', function: 'nvmlVgpuInstanceGetType', returnCode: 999 });
    await machine.inject({ kind: 'pattern', function: 'nvmlVgpuInstanceGetLicenseStatus' });
    const [vgpu] = await gpu.vgpus();
    for (const reading of [vgpu?.typeId, vgpu?.typeName]) expect(reading).toMatchObject({ state: 'failed', error: { status: 999, call: 'nvmlVgpuInstanceGetType' } });
    expect(vgpu?.licensed).toMatchObject({ state: 'failed', error: { code: 'IMPLAUSIBLE_ANSWER' } });
    expect(vgpu).toMatchObject({ vmId: { state: 'value' }, usedFramebufferBytes: value(GIB / 2n) });
  });

  it('are not hosted by a GPU outside that mode', async () => {
    const gpu = await (await openOn(await startHost('hgx-h100-8', { gpus: 1 }), way)).gpu(0);
    await expect(gpu.vgpus()).rejects.toMatchObject({ code: 'NOT_SUPPORTED', status: 3, call: 'nvmlDeviceGetActiveVgpus' });
  });
});
