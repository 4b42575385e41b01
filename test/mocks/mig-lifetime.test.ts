import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Client } from './client.ts';
import { migHost, openOn, refusal } from './mig-host.ts';
import { host } from './simulated-host.ts';

const HALF = 9;
const COMPUTE_OF_HALF = 2;
const INVALID_ARGUMENT = 2;
const ON = { currentMode: 1, pendingMode: 1 };
const OFF = { currentMode: 0, pendingMode: 0 };

describe('MIG mode', () => {
  it('of an A100 waits for a reset, or for a boot', async () => {
    const gpu = await openOn(await host('hgx-a100-8', { gpus: 1 }));
    expect(gpu.setMode(1)).toBe('reset-required');
    expect(gpu.mode).toEqual({ currentMode: 0, pendingMode: 1 });
    expect(refusal(() => gpu.create(HALF))).toBe('NOT_SUPPORTED');
    await gpu.without(() => gpu.machine.reloadDriver());
    expect(gpu.mode).toEqual({ currentMode: 0, pendingMode: 1 });
    await gpu.without(() => gpu.machine.reset(0));
    expect(gpu.mode).toEqual(ON);
    expect(gpu.setMode(0)).toBe('reset-required');
    await gpu.without(() => gpu.machine.reboot());
    expect(gpu.mode).toEqual(OFF);
  });

  it('of an H100 changes at once, and takes the instances along', async () => {
    const gpu = await openOn(await host('hgx-h100-8', { gpus: 1 }));
    expect(gpu.setMode(1)).toBe('success');
    expect(gpu.mode).toEqual(ON);
    const gpuInstance = gpu.createWhole(HALF, COMPUTE_OF_HALF);
    expect(gpu.setMode(0)).toBe('success');
    expect(refusal(() => gpu.placeOf(gpuInstance))).toBe('INVALID_ARGUMENT');
    expect(gpu.setMode(1)).toBe('success');
    expect(gpu.room(HALF)).toBe(2);
  });

  it.each(['hgx-a100-8', 'hgx-h100-8'])('of %s is noted, but not changed, while another process uses the GPU', async (profile) => {
    const machine = await host(profile, { gpus: 1 });
    const other = await Client.initialised(machine.nvmlLibrary, 1);
    const gpu = await openOn(machine);
    expect(gpu.setMode(1)).toBe('in-use');
    expect(gpu.mode).toEqual({ currentMode: 0, pendingMode: 1 });
    await other.leave();
    expect(gpu.setMode(1)).toBe(profile === 'hgx-h100-8' ? 'success' : 'reset-required');
  });

  it.each<[string, typeof ON, typeof ON, typeof ON]>([
    ['hgx-a100-8', ON, ON, ON],
    ['hgx-h100-8', ON, OFF, OFF],
  ])('of %s after a reset, a driver reload and a boot', async (profile, afterReset, afterReload, afterBoot) => {
    const gpu = await migHost(profile);
    await gpu.without(() => gpu.machine.reset(0));
    expect(gpu.mode).toEqual(afterReset);
    await gpu.without(() => gpu.machine.reloadDriver());
    expect(gpu.mode).toEqual(afterReload);
    await gpu.without(() => gpu.machine.set(0, { 'mig.pending-mode': true }));
    await gpu.without(() => gpu.machine.reboot());
    expect(gpu.mode).toEqual(afterBoot);
  });

  it('can be set by name, but not on a product without it', async () => {
    const machine = await host('hgx-h100-8', { gpus: 1 });
    await machine.set(0, { 'mig.pending-mode': true });
    expect((await openOn(machine)).mode).toEqual(ON);
    await expect((await host('tesla-v100-8', { gpus: 1 })).set(0, { 'mig.pending-mode': true })).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('the product has no MIG') as string });
  });

  it('tells profiles before it is on, where the product and the driver do', async () => {
    const ask = async (profile: string, driver: string) => {
      const gpu = await openOn(await host(profile, { gpus: 1, driver }));
      return refusal(() => gpu.raw.nvmlDeviceGetGpuInstanceProfileInfo({ device: gpu.device, profile: 0 }));
    };
    expect(await ask('hgx-h100-8', '550.127.08')).toBeUndefined();
    expect(await ask('hgx-h100-8', '535.129.03')).toBe('NOT_SUPPORTED');
    expect(await ask('hgx-a100-8', '550.127.08')).toBe('NOT_SUPPORTED');
  });
});

describe('instances', () => {
  it('outlast the process that made them', async () => {
    const machine = await host('hgx-h100-8', { gpus: 1 });
    const first = await Client.initialised(machine.nvmlLibrary, 1);
    expect((await first.call('nvmlDeviceSetMigMode', { handle: 0 }, 1, { out: 'i32' })).out).toEqual([0]);
    const { out } = await first.call('nvmlDeviceCreateGpuInstance', { handle: 0 }, HALF, { out: 'handle' });
    expect(await first.status('nvmlGpuInstanceCreateComputeInstance', { u64: out?.[0] as number }, COMPUTE_OF_HALF, { out: 'handle' })).toBe(0);
    await first.leave();
    expect((await openOn(machine)).devices()).toHaveLength(1);
  });

  it('are the same for two processes: what one destroys is gone for the other', async () => {
    const gpu = await migHost();
    const other = await Client.initialised(gpu.machine.nvmlLibrary, 1);
    const gpuInstance = gpu.create(HALF);
    const { out } = await other.call('nvmlDeviceGetGpuInstanceById', { handle: 0 }, 2, { out: 'handle' });
    const theirs = { u64: out?.[0] as number };
    expect((await other.call('nvmlGpuInstanceCreateComputeInstance', theirs, COMPUTE_OF_HALF, { out: 'handle' })).status).toBe(0);
    expect(refusal(() => gpu.raw.nvmlGpuInstanceDestroy({ gpuInstance }))).toBe('IN_USE');
    gpu.raw.nvmlComputeInstanceDestroy(gpu.raw.nvmlGpuInstanceGetComputeInstanceById({ gpuInstance, id: 0 }));
    gpu.raw.nvmlGpuInstanceDestroy({ gpuInstance });
    gpu.create(HALF);
    expect(await other.status('nvmlGpuInstanceGetInfo', theirs, { buffer: 24 })).toBe(INVALID_ARGUMENT);
  });

  it.each<[string, string]>([
    ['reset', 'hgx-a100-8'],
    ['reset', 'hgx-h100-8'],
    ['reloadDriver', 'hgx-a100-8'],
    ['reboot', 'hgx-a100-8'],
  ])('are gone after %s of %s', async (what, profile) => {
    const gpu = await migHost(profile);
    const gpuInstance = gpu.createWhole(HALF, COMPUTE_OF_HALF);
    await gpu.without(() => (what === 'reset' ? gpu.machine.reset(0) : what === 'reboot' ? gpu.machine.reboot() : gpu.machine.reloadDriver()));
    expect(gpu.devices()).toEqual([]);
    expect(gpu.room(HALF)).toBe(2);
    expect(refusal(() => gpu.placeOf(gpuInstance))).toBe('INVALID_ARGUMENT');
  });

  it('are told and made by whoever may change the GPU', async () => {
    const gpu = await migHost();
    const { raw, device } = gpu;
    const gpuInstance = gpu.create(HALF);
    await gpu.machine.setHost({ 'host.permissions': 'user' });
    const refused = [
      () => gpu.setMode(0),
      () => gpu.create(HALF),
      () => raw.nvmlGpuInstanceDestroy({ gpuInstance }),
      () => raw.nvmlDeviceGetGpuInstances({ device, profileId: HALF }),
      () => raw.nvmlDeviceGetGpuInstanceById({ device, id: 2 }),
      () => raw.nvmlDeviceGetGpuInstancePossiblePlacements_v2({ device, profileId: HALF }),
      () => raw.nvmlGpuInstanceGetComputeInstances({ gpuInstance, profileId: 0 }),
      () => raw.nvmlGpuInstanceCreateComputeInstance({ gpuInstance, profileId: 0 }),
    ];
    for (const ask of refused) expect(refusal(ask)).toBe('NO_PERMISSION');
    expect(gpu.placeOf(gpuInstance)).toBe('2 4:4');
  });
});

describe('a host that is made with instances', () => {
  const made = async (mig: unknown) => {
    const folder = await mkdtemp(join(tmpdir(), 'gpuwright-test-'));
    const file = join(folder, 'host.json');
    await writeFile(file, JSON.stringify({ name: 'mig', description: 'x', driver: '580.65.06', model: 'h100-sxm5-80', gpus: [{ pci: '0000:1b:00.0', attributes: { mig } }] }));
    try {
      return await host(file);
    } finally {
      await rm(folder, { recursive: true });
    }
  };
  const TWO_HALVES = {
    mode: true,
    'gpu-instance': [{ profile: HALF }, { profile: HALF, start: 4, 'used-bytes': 1_048_576 }],
    'compute-instance': [
      { 'gpu-instance': 0, profile: '3-slice' },
      { 'gpu-instance': 1, profile: '2-slice' },
      { 'gpu-instance': 1, profile: '1-slice' },
    ],
  };

  it('has them from its first boot, and tells them', async () => {
    const machine = await made(TWO_HALVES);
    const gpu = await openOn(machine);
    expect(gpu.devices().map(({ name }) => name.replace(/.* /, ''))).toEqual(['3g.40gb', '2c.3g.40gb', '1c.3g.40gb']);
    const told = Object.fromEntries((await machine.attributes(0)).map(({ name, value }) => [name.replace('gpu.0.mig.', ''), value]));
    expect(told).toMatchObject({
      mode: 'on',
      'gpu-instance.0.start': '0',
      'gpu-instance.1.profile': '9',
      'gpu-instance.1.start': '4',
      'gpu-instance.1.used-bytes': '1048576',
      'gpu-instance.2.profile': 'unsupported',
      'compute-instance.2.gpu-instance': '1',
      'compute-instance.2.profile': '1-slice',
      'compute-instance.2.start': '2',
    });
    await gpu.without(() => machine.reset(0));
    expect(gpu.devices()).toEqual([]);
    expect(gpu.mode).toEqual(ON);
  });

  it.each<[string, unknown]>([
    ['two at one place', { mode: true, 'gpu-instance': [{ profile: HALF, start: 4 }, { profile: 14, start: 4 }] }],
    ['mode off', { ...TWO_HALVES, mode: false }],
    ['a profile that it has not', { mode: true, 'gpu-instance': [{ profile: 47 }] }],
    ['a compute instance of nothing', { mode: true, 'compute-instance': [{ 'gpu-instance': 0, profile: '1-slice' }] }],
  ])('is refused with %s', async (_, mig) => {
    await expect(made(mig)).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('its instances do not fit') as string });
  });

  it('is refused if an instance uses more than it has', async () => {
    await expect(made({ mode: true, 'gpu-instance': [{ profile: 19, 'used-bytes': 11_000_000_000 }] })).rejects.toMatchObject({ message: expect.stringContaining('used-bytes') as string });
  });
});
