import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { Client } from './client.ts';
import { host } from './simulated-host.ts';

const INVALID_ARGUMENT = 2;
const gpu = { handle: 0 } as const;
const NODE = 40;

/** Words of a set in a buffer that came back as hex. */
const words = (hex: unknown) => {
  const bytes = Buffer.from(hex as string, 'hex');
  return Array.from({ length: bytes.length / 8 }, (_, at) => bytes.readBigUInt64LE(8 * at));
};
const allowed = (pid: number) => /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] as string;

describe('sets of processors', () => {
  it('fill the whole of a large buffer and what there is of a small one', async () => {
    const machine = await host('hgx-h100-8', { gpus: 1 });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    const large = await client.call('nvmlDeviceGetCpuAffinity', gpu, 5, { buffer: 40, u32: Array.from({ length: 10 }, () => 0xffff_ffff) });
    expect(words(large.out?.[0])).toEqual([(1n << 56n) - 1n, 0xffffn << 48n, (1n << 40n) - 1n, 0n, 0n]);
    const small = await client.call('nvmlDeviceGetCpuAffinity', gpu, 1, { buffer: 16, u32: [0, 0, 7, 7] });
    expect(words(small.out?.[0])).toEqual([(1n << 56n) - 1n, 0x7_0000_0007n]);
    expect(await client.status('nvmlDeviceGetCpuAffinity', gpu, 0, { buffer: 8 })).toBe(INVALID_ARGUMENT);
    expect(await client.status('nvmlDeviceGetMemoryAffinity', gpu, 1, { buffer: 8 }, 2)).toBe(INVALID_ARGUMENT);
  });

  it.skipIf(availableParallelism() < 2)('bind the calling thread, and let it go', async () => {
    const machine = await host('hgx-h100-8', { gpus: 1 });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    const before = allowed(client.pid);
    const last = /\d+$/.exec(before)?.[0] as string;
    await machine.set(0, { 'topology.cpus': `${last},1000` });
    expect(await client.status('nvmlDeviceSetCpuAffinity', gpu)).toBe(0);
    expect(allowed(client.pid)).toBe(last);
    expect(await client.status('nvmlDeviceClearCpuAffinity', gpu)).toBe(0);
    expect(allowed(client.pid)).toBe(before);
  });

  it('bind nothing where this host has none of the processors', async () => {
    const machine = await host('hgx-h100-8', { gpus: 1 });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    const before = allowed(client.pid);
    await machine.set(0, { 'topology.cpus': '1000-1023' });
    expect(await client.status('nvmlDeviceSetCpuAffinity', gpu)).toBe(0);
    expect(allowed(client.pid)).toBe(before);
  });

  it.each(['0-', '5-3', '0,,1', '0, 1', 'all', '1024', '3,'])('refuse "%s"', async (cpus) => {
    const machine = await host('hgx-h100-8', { gpus: 1 });
    await expect(machine.set(0, { 'topology.cpus': cpus })).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining(`topology.cpus: "${cpus}" is no list`) as string });
  });
});

describe('sets of GPUs', () => {
  it('are counted first, then given as far as there is room', async () => {
    const machine = await host('hgx-h100-8');
    const client = await Client.initialised(machine.nvmlLibrary);
    const nearest = (count: number, room: number) =>
      client.call('nvmlDeviceGetTopologyNearestGpus', gpu, { i32: NODE }, { out: 'u32', value: count }, room === 0 ? null : { buffer: 8 * room, u32: Array.from({ length: 2 * room }, () => 0) });
    expect(await nearest(0, 0)).toMatchObject({ status: 0, out: [3] });
    const two = await nearest(2, 3);
    expect([two.status, two.out?.[0], words(two.out?.[1]).map((handle) => handle !== 0n)]).toEqual([0, 2, [true, true, false]]);
    expect((await nearest(8, 8)).out?.[0]).toBe(3);
    expect(await client.status('nvmlDeviceGetTopologyNearestGpus', gpu, { i32: 25 }, { out: 'u32' }, null)).toBe(INVALID_ARGUMENT);
  });

  it('are empty for a processor that is near to none', async () => {
    const machine = await host('hgx-h100-8');
    const client = await Client.initialised(machine.nvmlLibrary);
    for (const cpu of [224, 4000]) expect(await client.call('nvmlSystemGetTopologyGpuSet', cpu, { out: 'u32' }, null)).toMatchObject({ status: 0, out: [0] });
    expect(await client.call('nvmlSystemGetTopologyGpuSet', 223, { out: 'u32' }, null)).toMatchObject({ status: 0, out: [4] });
  });
});

describe('two GPUs', () => {
  it('are never one and the same, nor is there a sixth capability', async () => {
    const machine = await host('hgx-h100-8', { gpus: 2 });
    const client = await Client.initialised(machine.nvmlLibrary, 2);
    const status = (peer: number, capability: number) => client.status('nvmlDeviceGetP2PStatus', gpu, { handle: peer }, { i32: capability }, { out: 'i32' });
    expect([await status(1, 0), await status(0, 0), await status(1, 5)]).toEqual([0, INVALID_ARGUMENT, INVALID_ARGUMENT]);
  });
});
