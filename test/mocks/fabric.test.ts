import { describe, expect, it } from 'vitest';
import { Client } from './client.ts';
import { host } from './simulated-host.ts';

const NOT_SUPPORTED = 3, VERSION_MISMATCH = 25;
const V2 = 0x0200_0024, V3 = 0x0300_0028;
const gpu = { handle: 0 } as const;

/** State, health mask and the byte behind version 2. */
async function fabric(client: Client, version: number): Promise<number | readonly [state: number, mask: number, beyond: number]> {
  const { status, out } = await client.call('nvmlDeviceGetGpuFabricInfoV', gpu, { buffer: 44, u32: [version, 0, 0, 0, 0, 0, 0, 0, 0, 0xee] });
  const bytes = Buffer.from(out?.[0] as string, 'hex');
  return status === 0 ? [bytes.readUInt8(28), bytes.readUInt32LE(32), bytes.readUInt8(36)] : (status as number);
}

describe('the fabric', () => {
  it.each(['tesla-v100-8', 'hgx-a100-8'])('is not supported before Hopper: %s', async (profile) => {
    const machine = await host(profile, { gpus: 1, driver: '610.43.02' });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    expect(await fabric(client, V3)).toBe(NOT_SUPPORTED);
    expect(await client.status('nvmlDeviceGetGpuFabricInfo', gpu, { buffer: 28 })).toBe(NOT_SUPPORTED);
  });

  const health = {
    'fabric.health.degraded-bandwidth': 'false', 'fabric.health.route-unhealthy': 'true', 'fabric.health.incorrect-configuration': 'none',
    'fabric.health.partition-assigned': 'false', 'fabric.health.summary': 'unhealthy',
  };
  it.each<[string, number | readonly number[], number | readonly number[]]>([
    ['550.54.15', [3, 0b10, 0xee], VERSION_MISMATCH],
    ['570.86.15', [3, 0b01_00_10, 0xee], VERSION_MISMATCH],
    ['580.65.06', [3, 0b0001_00_01_00_10, 0xee], [3, 0b0001_00_01_00_10, 2]],
    ['595.10', [3, 0b10_0001_00_01_00_10, 0xee], [3, 0b10_0001_00_01_00_10, 2]],
  ])('driver %s takes version 2: %j, version 3: %j', async (driver, second, third) => {
    const machine = await host('hgx-h100-8', { gpus: 1, driver });
    await machine.set(0, health);
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    expect(await fabric(client, V2)).toEqual(second);
    expect(await fabric(client, V3)).toEqual(third);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['a cluster', { 'fabric.cluster-uuid': '00112233-4455' }, /gpu\.0\.fabric\.cluster-uuid: "00112233-4455" is no UUID/],
    ['a GUID', { 'fabric.platform.guid': '034c' }, /gpu\.0\.fabric\.platform\.guid: "034c" is no GUID/],
    ['a state', { 'fabric.state': 'done' }, /"done" is not one of its values: choose not-supported, not-started/],
  ])('refuses %s that cannot be', async (_, settings, message) => {
    const machine = await host('hgx-b200-8', { gpus: 1 });
    await expect(machine.set(0, settings)).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(message) as string });
  });
});

describe('the platform', () => {
  it('gives each GPU a GUID of its own', async () => {
    const machine = await host('hgx-b200-8');
    const guids = (await machine.attributes()).filter(({ name }) => name.endsWith('.fabric.platform.guid')).map(({ value }) => value);
    expect(new Set(guids).size).toBe(8);
    for (const guid of guids) expect(guid).toMatch(/^[0-9a-f]{16}$/);
  });

  it('is told from Blackwell on', async () => {
    const machine = await host('hgx-h200-8', { gpus: 1, driver: '610.43.02' });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    expect(await client.status('nvmlDeviceGetPlatformInfo', gpu, { buffer: 44, u32: [0x0200_002c] })).toBe(NOT_SUPPORTED);
  });

  it('is told alike in both versions', async () => {
    const machine = await host('hgx-b200-8', { gpus: 1, driver: '610.43.02' });
    await machine.set(0, { 'fabric.platform.chassis-serial': '1821325191344', 'fabric.platform.slot-number': 5 });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    const [first, second] = await Promise.all([0x0100_002c, 0x0200_002c].map(async (version) => (await client.call('nvmlDeviceGetPlatformInfo', gpu, { buffer: 44, u32: [version] })).out?.[0] as string));
    expect(first?.slice(8)).toBe(second?.slice(8));
    expect(Buffer.from(first?.slice(40, 66) as string, 'hex').toString()).toBe('1821325191344');
  });
});
