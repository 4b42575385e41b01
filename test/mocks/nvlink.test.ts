import { describe, expect, it } from 'vitest';
import type { Machine } from '../../mocks/control/index.ts';
import { Client } from './client.ts';
import { host } from './simulated-host.ts';

const INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, NO_PERMISSION = 4;
const gpu = { handle: 0 } as const;
const counter = { out: 'u64' } as const;
const number = { out: 'u32' } as const;

async function clientOf(profile: string, options: { gpus?: number; driver?: string } = {}): Promise<{ machine: Machine; client: Client }> {
  const machine = await host(profile, { gpus: 1, driver: '610.43.02', ...options });
  await machine.setHost({ 'host.permissions': 'root' });
  return { machine, client: await Client.initialised(machine.nvmlLibrary, 1) };
}

/** Return code and value of one field. */
async function field(client: Client, id: number, scope = 0): Promise<[status: number, value: bigint]> {
  const { out } = await client.call('nvmlDeviceGetFieldValues', gpu, 1, { buffer: 40, u32: [id, scope] });
  const bytes = Buffer.from(out?.[0] as string, 'hex');
  return [bytes.readInt32LE(28), bytes.readBigUInt64LE(32)];
}

const valueOf = async (machine: Machine, name: string) => (await machine.attributes(0)).find((attribute) => attribute.name === `gpu.0.${name}`)?.value;

describe('products', () => {
  it('without NVLink support none of it', async () => {
    const { client } = await clientOf('t4-4');
    expect(await client.status('nvmlDeviceGetNvLinkState', gpu, 0, number)).toBe(NOT_SUPPORTED);
    expect(await client.status('nvmlDeviceGetNvLinkRemotePciInfo_v2', gpu, 0, { buffer: 68 })).toBe(NOT_SUPPORTED);
    expect(await client.status('nvmlDeviceGetNvLinkInfo', gpu, { buffer: 8, u32: [0x0100_0008] })).toBe(NOT_SUPPORTED);
    for (const id of [38, 52, 66, 73, 90, 91, 138, 147, 164, 225]) expect((await field(client, id))[0], `field ${id}`).toBe(NOT_SUPPORTED);
  });

  it('without a bridge have links that lead nowhere', async () => {
    const { client } = await clientOf('rtx-3090-2');
    expect(await client.call('nvmlDeviceGetNvLinkState', gpu, 3, number)).toMatchObject({ status: 0, out: [0] });
    expect(await client.status('nvmlDeviceGetNvLinkRemoteDeviceType', gpu, 3, number)).toBe(NOT_SUPPORTED);
    expect(await field(client, 91)).toEqual([0, 4n]);
    expect(await field(client, 85)).toEqual([0, 0n]);
    expect(await client.status('nvmlDeviceGetNvLinkState', gpu, 4, number)).toBe(INVALID_ARGUMENT);
  });

  it.each<[string, string, number]>([
    ['V100', 'tesla-v100-8', 0],
    ['A100', 'hgx-a100-8', 3],
    ['bridged A100', 'a100-pcie-4', 3],
    ['H100', 'hgx-h100-8', 3],
    ['B200', 'hgx-b200-8', 3],
  ])('have utilization counters until NVLink 2: %s', async (_, profile, status) => {
    const { client } = await clientOf(profile);
    expect(await client.status('nvmlDeviceGetNvLinkUtilizationCounter', gpu, 0, 0, counter, counter)).toBe(status);
    expect((await field(client, 66))[0]).toBe(status);
  });

  it.each<[string, string, number, number]>([
    ['V100', 'tesla-v100-8', 0, 3],
    ['A100', 'hgx-a100-8', 0, 0],
    ['H200', 'hgx-h200-8', 0, 0],
    ['B200', 'hgx-b200-8', 3, 3],
  ])('count link errors until NVLink 4, ECC errors of links from NVLink 3 on: %s', async (_, profile, replay, ecc) => {
    const { client } = await clientOf(profile);
    expect(await client.status('nvmlDeviceGetNvLinkErrorCounter', gpu, 0, 0, counter)).toBe(replay);
    expect(await client.status('nvmlDeviceGetNvLinkErrorCounter', gpu, 0, 4, counter)).toBe(ecc);
    expect((await field(client, 160))[0]).toBe(ecc);
  });
});

describe('wrong arguments', () => {
  it('who is at the other end of a link is not supported for those that only other GPUs have', async () => {
    const { client } = await clientOf('hgx-a100-8');
    const remote = async (link: number) => client.status('nvmlDeviceGetNvLinkRemotePciInfo_v2', gpu, link, { buffer: 68 });
    expect([await remote(11), await remote(12), await remote(35), await remote(36)]).toEqual([0, NOT_SUPPORTED, NOT_SUPPORTED, INVALID_ARGUMENT]);
  });

  it.each<[string, string, Parameters<Client['call']>]>([
    ['a link that the product does not have', 'hgx-a100-8', ['nvmlDeviceGetNvLinkVersion', gpu, 12, number]],
    ['a capability that there is not', 'hgx-a100-8', ['nvmlDeviceGetNvLinkCapability', gpu, 0, 6, number]],
    ['an error counter that there is not', 'hgx-a100-8', ['nvmlDeviceGetNvLinkErrorCounter', gpu, 0, 5, counter]],
    ['a third utilization counter', 'tesla-v100-8', ['nvmlDeviceGetNvLinkUtilizationCounter', gpu, 0, 2, counter, counter]],
    ['the reserved unit', 'tesla-v100-8', ['nvmlDeviceSetNvLinkUtilizationControl', gpu, 0, 0, { buffer: 8, u32: [3, 255] }, 1]],
    ['neither frozen nor not', 'tesla-v100-8', ['nvmlDeviceFreezeNvLinkUtilizationCounter', gpu, 0, 0, 2]],
    ['a threshold below the least', 'hgx-h100-8', ['nvmlDeviceSetNvLinkDeviceLowPowerThreshold', gpu, { buffer: 4, u32: [0] }]],
    ['a threshold above the most', 'hgx-h100-8', ['nvmlDeviceSetNvLinkDeviceLowPowerThreshold', gpu, { buffer: 4, u32: [1024] }]],
    ['a bandwidth mode of no host', 'hgx-h100-8', ['nvmlSystemSetNvlinkBwMode', 5]],
    ['a bandwidth mode of no GPU', 'hgx-b200-8', ['nvmlDeviceSetNvlinkBwMode', gpu, { buffer: 12, u32: [0x0100_000c, 0, 5] }]],
    ['an empty register', 'hgx-b200-8', ['nvmlDeviceReadWritePRM_v1', gpu, { buffer: 504, u32: [0] }]],
    ['a register that is too long', 'hgx-b200-8', ['nvmlDeviceReadWritePRM_v1', gpu, { buffer: 504, u32: [497] }]],
  ])('%s', async (_, profile, call) => {
    const { client } = await clientOf(profile);
    expect(await client.status(...call)).toBe(INVALID_ARGUMENT);
  });

  it.each<[string, Record<string, string | number>, RegExp]>([
    ['an active link beyond the last', { 'nvlink.link.12.state': 'active' }, /gpu\.0\.nvlink\.link\.12\.state: the product has 12 links/],
    ['modes that are no list', { 'nvlink.bandwidth.modes': '0;1' }, /gpu\.0\.nvlink\.bandwidth\.modes: "0;1" is no list/],
    ['a mode that is none of them', { 'nvlink.bandwidth.scope': 'gpu', 'nvlink.bandwidth.modes': '0', 'nvlink.bandwidth.mode': 'half' }, /gpu\.0\.nvlink\.bandwidth\.mode: is none of its modes 0/],
  ])('in set: %s', async (_, settings, message) => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    await expect(machine.set(0, settings)).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(message) as string });
  });
});

describe('what lasts', () => {
  const errors = { 'nvlink.link.1.replay-errors': 9, 'nvlink.link.1.sent-bytes': 4096, 'nvlink.link.1.state': 'inactive' };

  it.each<[string, (machine: Machine) => Promise<void>]>([
    ['a driver reload', (machine) => machine.reloadDriver()],
    ['a reset of the GPU', (machine) => machine.reset(0)],
    ['a reboot', (machine) => machine.reboot()],
  ])('counters start anew after %s, a broken link stays broken', async (_, action) => {
    const machine = await host('hgx-h100-8', { gpus: 1 });
    await machine.set(0, errors);
    expect(await valueOf(machine, 'nvlink.link.1.replay-errors')).toBe('9');
    await action(machine);
    expect(await Promise.all(Object.keys(errors).map((name) => valueOf(machine, name)))).toEqual(['0', '0', 'inactive']);
  });

  it('threshold and bandwidth mode outlive a reset, but no driver reload', async () => {
    const { machine, client } = await clientOf('hgx-h100-8');
    await client.call('nvmlDeviceSetNvLinkDeviceLowPowerThreshold', gpu, { buffer: 4, u32: [77] });
    await client.call('nvmlSystemSetNvlinkBwMode', 4);
    await client.leave();
    const chosen = () => Promise.all([valueOf(machine, 'nvlink.low-power.threshold'), valueOf(machine, 'nvlink.bandwidth.mode')]);
    await machine.reset(0);
    expect(await chosen()).toEqual(['77', '3quarter']);
    await machine.reloadDriver();
    expect(await chosen()).toEqual(['500', 'full']);
  });

  it('another process sees what one has set', async () => {
    const { machine, client } = await clientOf('hgx-h100-8');
    const other = await Client.initialised(machine.nvmlLibrary, 1);
    expect(await client.status('nvmlDeviceSetNvLinkDeviceLowPowerThreshold', gpu, { buffer: 4, u32: [42] })).toBe(0);
    expect(await field(other, 168)).toEqual([0, 42n]);
  });

  it('only root changes anything', async () => {
    const { machine, client } = await clientOf('hgx-h100-8');
    await machine.setHost({ 'host.permissions': 'user' });
    for (const call of [
      ['nvmlDeviceResetNvLinkErrorCounters', gpu, 0],
      ['nvmlDeviceSetNvLinkDeviceLowPowerThreshold', gpu, { buffer: 4, u32: [42] }],
      ['nvmlSystemSetNvlinkBwMode', 1],
      ['nvmlSystemGetNvlinkBwMode', number],
    ] as const) {
      expect(await client.status(...(call as unknown as Parameters<Client['status']>)), call[0]).toBe(NO_PERMISSION);
    }
  });
});

describe('driver branches', () => {
  it.each<[string, number, boolean]>([
    ['515.43.04', 164, false], ['520.61.05', 164, true], ['525.60.13', 170, false], ['535.129.03', 168, true], ['555.42.02', 201, false],
    ['580.65.06', 290, false], ['595.10', 290, true], ['595.10', 296, false], ['610.43.02', 296, true],
  ])('%s: field %i is known: %s', async (driver, id, known) => {
    const { client } = await clientOf('hgx-h100-8', { driver });
    const [status] = await field(client, id);
    if (known) expect(status).not.toBe(INVALID_ARGUMENT);
    else expect(status).toBe(INVALID_ARGUMENT);
  });

  it.each<[string, number, number]>([['550.54.15', 0, 0], ['560.28.03', 1, 0], ['570.86.15', 0, 1]])('%s: the greatest threshold is field 199: %i, field 200: %i', async (driver, first, second) => {
    const { client } = await clientOf('hgx-h100-8', { driver });
    const answers = await Promise.all([199, 200].map(async (id) => Number((await field(client, id))[1] === 1023n)));
    expect(answers).toEqual([first, second]);
  });

  it('tell a sleeping link from 570 on', async () => {
    for (const [driver, state] of [['565.57.01', 1n], ['570.86.15', 2n]] as const) {
      const { machine, client } = await clientOf('hgx-h100-8', { driver });
      await machine.set(0, { 'nvlink.link.0.state': 'sleep' });
      expect(await field(client, 165)).toEqual([0, state]);
    }
  });
});

describe('structs of old', () => {
  it('link information in its first version ends after the flag', async () => {
    const { machine, client } = await clientOf('hgx-b200-8');
    await machine.set(0, { 'nvlink.encrypted': true });
    const { status, out } = await client.call('nvmlDeviceGetNvLinkInfo', gpu, { buffer: 12, u32: [0x0100_0008, 0, 0xdead] });
    const bytes = Buffer.from(out?.[0] as string, 'hex');
    expect([status, bytes.readUInt32LE(4), bytes.readUInt32LE(8)]).toEqual([0, 1, 0xdead]);
  });
});
