/** The recent past of a GPU, and the sessions on its video engines, as clients page through them. */
import { describe, expect, it } from 'vitest';
import type { Machine } from '../../mocks/control/index.ts';
import { Client } from './client.ts';
import { host } from './simulated-host.ts';

const INSUFFICIENT_SIZE = 7, NOT_FOUND = 6;
const PERIOD = 167_000;
const GPU_UTILIZATION = 1, POWER = 0;

async function frozen(): Promise<Machine> {
  return host('hgx-a100-8', { gpus: 1, seed: 'samples', attributes: { 'host.clock-frozen': true, 'gpu.0.load.pattern': 'burst' } });
}

async function samples(client: Client, type: number, room: number, seen = 0): Promise<{ status: number; times: number[]; values: number[] }> {
  const { status, out } = await client.call('nvmlDeviceGetSamples', { handle: 0 }, type, { u64: seen }, { out: 'i32' }, { out: 'u32', value: room }, { buffer: 16 * room });
  const bytes = Buffer.from(out?.[2] as string, 'hex');
  const places = Array.from({ length: status === 0 ? (out?.[1] as number) : 0 }, (_, at) => 16 * at);
  return { status: status as number, times: places.map((at) => Number(bytes.readBigUInt64LE(at))), values: places.map((at) => bytes.readUInt32LE(at + 8)) };
}

describe('samples', () => {
  it('are of steps of the clock, oldest first, up to the last step', async () => {
    const machine = await frozen();
    const now = Date.parse((await machine.show()).time) * 1000;
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    expect(await client.call('nvmlDeviceGetSamples', { handle: 0 }, POWER, { u64: 0 }, { out: 'i32' }, { out: 'u32' }, null)).toEqual({ status: 0, out: [1, 120] });
    const { times } = await samples(client, POWER, 120);
    expect(times.slice(1).map((time, at) => time - (times[at] as number))).toEqual(Array(119).fill(PERIOD));
    expect(now + 1000 - (times.at(-1) as number)).toBeGreaterThanOrEqual(0);
    expect(now - (times.at(-1) as number)).toBeLessThan(PERIOD);
  });

  it('are paged through with little room, and end', async () => {
    const client = await Client.initialised((await frozen()).nvmlLibrary, 1);
    const all = await samples(client, GPU_UTILIZATION, 120);
    const some = await samples(client, GPU_UTILIZATION, 70);
    const rest = await samples(client, GPU_UTILIZATION, 70, some.times.at(-1));
    expect([...some.times, ...rest.times]).toEqual(all.times);
    expect([...some.values, ...rest.values]).toEqual(all.values);
    expect((await samples(client, GPU_UTILIZATION, 70, rest.times.at(-1))).status).toBe(NOT_FOUND);
  });

  it('follow the load, and the newest is what the GPU reads at its time', async () => {
    const machine = await frozen();
    await machine.advance(30);
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    const before = await samples(client, GPU_UTILIZATION, 120);
    expect(new Set(before.values).size).toBeGreaterThan(1);
    // Steps are whole milliseconds, so that the clock can stand on one.
    await machine.setClock(new Date(((before.times.at(-1) as number) + PERIOD) / 1000));
    const after = await samples(client, GPU_UTILIZATION, 120);
    expect(after.values.slice(0, -1)).toEqual(before.values.slice(1));
    expect(after.values.at(-1)).toBe((await machine.readings(0)).gpus[0]?.gpuPercent);
  });
});

describe('sessions', () => {
  it('tell how many there are to a list that is too small, and end with their process', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    await machine.addProcess({ gpu: 0, pid: 5_000_001, name: 'obs', kind: 'graphics' });
    for (const slot of [0, 3]) {
      for (const list of ['encoder', 'fbc']) await machine.set(0, { [`sessions.${list}.${slot}.id`]: slot + 1, [`sessions.${list}.${slot}.pid`]: 5_000_001 });
    }
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    const count = async (name: string, bytes: number) => client.call(name, { handle: 0 }, { out: 'u32', value: 1 }, { buffer: bytes });
    expect(await count('nvmlDeviceGetEncoderSessions', 32)).toEqual({ status: INSUFFICIENT_SIZE, out: [2, '00'.repeat(32)] });
    expect(await count('nvmlDeviceGetFBCSessions', 48)).toEqual({ status: INSUFFICIENT_SIZE, out: [2, '00'.repeat(48)] });
    await machine.removeProcess(5_000_001);
    expect((await count('nvmlDeviceGetEncoderSessions', 32)).out?.[0]).toBe(0);
    expect((await count('nvmlDeviceGetFBCSessions', 48)).out?.[0]).toBe(0);
  });
});
