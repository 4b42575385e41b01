import { describe, expect, it } from 'vitest';
import { Client } from './client.ts';
import { migHost, refusal } from './mig-host.ts';
import { host } from './simulated-host.ts';

const HALF = 9;
const COMPUTE_OF_HALF = 2;
const STATUS = { invalidArgument: 2, notSupported: 3, versionMismatch: 25 };

describe('old drivers', () => {
  it('name MIG devices by their parent before 470, and know fewer profiles', async () => {
    const gpu = await migHost('hgx-a100-8', { driver: '460.106.00', seed: 'x' });
    const { uuid } = gpu.raw.nvmlDeviceGetUUID({ device: gpu.device });
    gpu.createWhole(HALF, COMPUTE_OF_HALF);
    expect(gpu.devices().map((device) => device.uuid)).toEqual([`MIG-${uuid}/2/0`]);
    expect(refusal(() => gpu.create(20))).toBe('INVALID_ARGUMENT');
    expect(refusal(() => gpu.raw.nvmlDeviceGetGpuInstanceProfileInfo({ device: gpu.device, profile: 7 }))).toBe('INVALID_ARGUMENT');
  });

  it('get the structs of their time, and nothing behind them', async () => {
    const gpu = await migHost();
    gpu.createWhole(HALF, COMPUTE_OF_HALF);
    const client = await Client.initialised(gpu.machine.nvmlLibrary, 1);
    const migDevice = { u64: (await client.call('nvmlDeviceGetMigDeviceHandleByIndex', { handle: 0 }, 0, { out: 'handle' })).out?.[0] as number };
    const untouched = Array<number>(10).fill(0xffff_ffff);
    const { out } = await client.call('nvmlDeviceGetAttributes', migDevice, { buffer: 40, u32: untouched });
    const words = [...new Uint32Array(Uint8Array.from(Buffer.from(out?.[0] as string, 'hex')).buffer)];
    expect(words).toEqual([42, 3, 2, 0, 0, 0, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff]);
  });

  it('refuse versions of structs that came later', async () => {
    const gpu = await migHost('hgx-a100-8', { driver: '535.129.03' });
    const client = await Client.initialised(gpu.machine.nvmlLibrary, 1);
    const version = (bytes: number, nth: number) => bytes | (nth << 24);
    expect(await client.status('nvmlDeviceGetGpuInstanceProfileInfoV', { handle: 0 }, 0, { buffer: 152, u32: [version(152, 3)] })).toBe(STATUS.versionMismatch);
    expect(await client.status('nvmlDeviceGetGpuInstanceProfileInfoV', { handle: 0 }, 0, { buffer: 152, u32: [version(152, 2)] })).toBe(0);
  });
});

describe('field values', () => {
  const RESETLESS = 184;
  const QUERY = 199;
  const field = async (profile: string, driver: string, id: number): Promise<[number, number]> => {
    const client = await Client.initialised((await host(profile, { gpus: 1, driver })).nvmlLibrary, 1);
    const { out } = await client.call('nvmlDeviceGetFieldValues', { handle: 0 }, { i32: 1 }, { buffer: 40, u32: [id] });
    const bytes = Buffer.from(out?.[0] as string, 'hex');
    return [bytes.readUInt32LE(28), bytes.readUInt32LE(32)];
  };

  it.each<[string, string, number, [number, number]]>([
    ['hgx-a100-8', '610.43.02', RESETLESS, [0, 0]],
    ['hgx-h100-8', '610.43.02', RESETLESS, [0, 1]],
    ['hgx-h100-8', '530.41.03', RESETLESS, [STATUS.invalidArgument, 0]],
    ['tesla-v100-8', '610.43.02', RESETLESS, [STATUS.notSupported, 0]],
    ['hgx-a100-8', '550.127.08', QUERY, [0, 0]],
    ['hgx-h100-8', '550.127.08', QUERY, [0, 1]],
    ['hgx-h100-8', '535.129.03', QUERY, [STATUS.invalidArgument, 0]],
    ['hgx-h100-8', '560.35.03', QUERY + 1, [0, 1]],
    ['hgx-h100-8', '570.124.06', QUERY, [0, 1]],
  ])('%s with driver %s: field %i', async (profile, driver, id, answer) => {
    expect(await field(profile, driver, id)).toEqual(answer);
  });
});
