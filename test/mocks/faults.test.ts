import { describe, expect, it } from 'vitest';
import { Client } from './client.ts';
import { host, xids } from './simulated-host.ts';

const GPU_IS_LOST = 15, DRIVER_NOT_LOADED = 9;

/** Whether `promise` is still open after a moment; a hang that takes longer to begin would not be one. */
async function isHanging(promise: Promise<unknown>): Promise<boolean> {
  const open = Symbol('open');
  return (await Promise.race([promise, new Promise((resolve) => setTimeout(resolve, 300, open))])) === open;
}

const pending = (client: Client, gpu: number) => client.status('nvmlDeviceGetRetiredPagesPendingStatus', { handle: gpu }, { out: 'i32' });
const temperature = (client: Client, gpu: number) => client.call('nvmlDeviceGetTemperature', { handle: gpu }, 0, { out: 'u32' });

describe('hang', () => {
  it('of one GPU stops its calls and its lookup, no other GPU; the late call answers once the fault is cleared', async () => {
    const machine = await host();
    const [stuck, looking, well] = [await Client.initialised(machine.nvmlLibrary), await Client.initialised(machine.nvmlLibrary, 1), await Client.initialised(machine.nvmlLibrary)];
    await machine.inject({ kind: 'hang', gpu: 3 });
    const [late, lookup] = [pending(stuck, 3), looking.status('nvmlDeviceGetHandleByIndex_v2', 3, { out: 'handle' })];
    expect(await isHanging(late)).toBe(true);
    expect(await isHanging(lookup)).toBe(true);
    expect(await pending(well, 4)).toBe(0);
    expect(await well.status('nvmlDeviceGetCount_v2', { out: 'u32' })).toBe(0);
    expect(await machine.clear({ kind: 'hang', gpu: 3 })).toBe(1);
    expect(await late).toBe(0);
    expect(await lookup).toBe(0);
  });

  it('of one function leaves the others alone', async () => {
    const machine = await host();
    const [stuck, well] = [await Client.initialised(machine.nvmlLibrary), await Client.initialised(machine.nvmlLibrary)];
    await machine.inject({ kind: 'hang', function: 'nvmlDeviceGetTemperature' });
    const late = temperature(stuck, 0);
    expect(await isHanging(late)).toBe(true);
    expect(await pending(well, 0)).toBe(0);
    await machine.clear();
    expect((await late).status).toBe(0);
  });

  it('of the driver stops every call, init included; a killed caller leaves the machine usable', async () => {
    const machine = await host();
    const [inside, outside] = [await Client.initialised(machine.nvmlLibrary), await Client.open(machine.nvmlLibrary)];
    await machine.inject({ kind: 'hang', scope: 'driver' });
    const [late, init] = [inside.status('nvmlDeviceGetCount_v2', { out: 'u32' }), outside.status('nvmlInit_v2')];
    expect(await isHanging(late)).toBe(true);
    expect(await isHanging(init)).toBe(true);
    late.catch(() => {});
    await inside.kill('SIGKILL');
    expect((await machine.show()).faults).toEqual([{ kind: 'hang', scope: 'driver' }]);
    await machine.clear();
    expect(await init).toBe(0);
  });
});

describe('slow, fail, crash, pattern', () => {
  it('slow takes its time and then answers', async () => {
    const machine = await host();
    const client = await Client.initialised(machine.nvmlLibrary);
    await machine.inject({ kind: 'slow', milliseconds: 400, gpu: 1 });
    const before = performance.now();
    expect((await temperature(client, 1)).status).toBe(0);
    expect(performance.now() - before).toBeGreaterThanOrEqual(390);
  });

  it('fails as often as was said with the code that was said', async () => {
    const machine = await host();
    const client = await Client.initialised(machine.nvmlLibrary);
    await machine.inject({ kind: 'fail', returnCode: 999, times: 2, gpu: 1, function: 'nvmlDeviceGetTemperature' });
    expect((await temperature(client, 2)).status).toBe(0);
    expect(await pending(client, 1)).toBe(0);
    expect([(await temperature(client, 1)).status, (await temperature(client, 1)).status, (await temperature(client, 1)).status]).toEqual([999, 999, 0]);
    expect((await machine.show()).faults).toEqual([]);
  });

  it('without a number of times it fails until cleared, also init', async () => {
    const machine = await host();
    const client = await Client.open(machine.nvmlLibrary);
    await machine.inject({ kind: 'fail', returnCode: 10, function: 'nvmlInit_v2' });
    expect([await client.status('nvmlInit_v2'), await client.status('nvmlInit_v2')]).toEqual([10, 10]);
    expect(await client.status('nvmlDeviceGetCount_v2', { out: 'u32' })).toBe(1);
    await machine.clear();
    expect(await client.status('nvmlInit_v2')).toBe(0);
  });

  it('covers the functions that are only stubs, by function and by GPU', async () => {
    const machine = await host();
    const client = await Client.initialised(machine.nvmlLibrary);
    const fan = (gpu: number) => client.status('nvmlDeviceGetFanSpeed', { handle: gpu }, { out: 'u32' });
    expect(await fan(0)).toBe(3);
    await machine.inject({ kind: 'fail', returnCode: 17, gpu: 6 });
    expect([await fan(6), await fan(5)]).toEqual([17, 3]);
    await machine.clear();
    await machine.inject({ kind: 'fail', returnCode: 18, function: 'nvmlUnitGetCount' });
    expect(await client.status('nvmlUnitGetCount', { out: 'u32' })).toBe(18);
  });

  it('crash ends the calling process by SIGSEGV and nothing else', async () => {
    const machine = await host();
    const [victim, well] = [await Client.initialised(machine.nvmlLibrary), await Client.initialised(machine.nvmlLibrary)];
    await machine.inject({ kind: 'crash', gpu: 3, function: 'nvmlDeviceGetTemperature' });
    temperature(victim, 3).catch(() => {});
    expect(await victim.ended).toEqual({ code: null, signal: 'SIGSEGV' });
    expect(await pending(well, 3)).toBe(0);
    expect((await machine.show()).clients.map(({ pid }) => pid)).toEqual([well.pid]);
  });

  it('pattern fills every byte of the outputs, each by its offset and its parameter, and nothing beyond', async () => {
    const machine = await host();
    const client = await Client.initialised(machine.nvmlLibrary);
    await machine.inject({ kind: 'pattern', scope: 'driver' });
    const expected = (parameter: number, bytes: number, room: number) =>
      Buffer.from(Array.from({ length: room }, (_, at) => (at < bytes ? (at + 1 + 37 * parameter) & 0xff : 0))).toString('hex');
    const memory = await client.call('nvmlDeviceGetMemoryInfo', { handle: 0 }, { buffer: 32 });
    expect(memory).toEqual({ status: 0, out: [expected(1, 24, 32)] });
    const name = await client.call('nvmlDeviceGetName', { handle: 0 }, { buffer: 100 }, 96);
    expect(name).toEqual({ status: 0, out: [expected(1, 96, 100)] });
    const pages = await client.call('nvmlDeviceGetRetiredPages_v2', { handle: 0 }, 1, { out: 'u32', value: 3 }, { buffer: 32 }, { buffer: 32 });
    expect(pages).toEqual({ status: 0, out: [3, expected(3, 24, 32), expected(4, 24, 32)] });
    const temperatures = await client.call('nvmlDeviceGetTemperature', { handle: 0 }, 0, { out: 'u32' });
    expect(temperatures).toEqual({ status: 0, out: [0x4e4d4c4b] });
  });
});

describe('lost GPU, missing driver, absent symbol', () => {
  it('a lost GPU says so to every call and lookup, logs Xid 79, and comes back only by a reboot or by clearing', async () => {
    const machine = await host();
    const client = await Client.initialised(machine.nvmlLibrary);
    await machine.inject({ kind: 'gpu-lost', gpu: 7 });
    expect(await pending(client, 7)).toBe(GPU_IS_LOST);
    expect(await client.status('nvmlDeviceGetHandleByIndex_v2', 7, { out: 'handle' })).toBe(GPU_IS_LOST);
    expect(await pending(client, 6)).toBe(0);
    expect((await client.call('nvmlDeviceGetCount_v2', { out: 'u32' })).out).toEqual([8]);
    expect(await xids(machine)).toEqual([79]);
    await client.call('nvmlShutdown');
    await expect(machine.reset(7)).rejects.toMatchObject({ code: 'GPU_IS_LOST' });
    expect(await machine.clear({ kind: 'gpu-lost' })).toBe(1);
    await client.call('nvmlInit_v2');
    expect(await pending(client, 7)).toBe(0);
  });

  it('without a driver init fails and calls stay uninitialized, until it is loaded', async () => {
    const machine = await host();
    await machine.inject({ kind: 'driver-not-loaded' });
    const client = await Client.open(machine.nvmlLibrary);
    expect([await client.status('nvmlInit_v2'), await client.status('nvmlInit'), await client.status('nvmlInitWithFlags', 1)]).toEqual(Array(3).fill(DRIVER_NOT_LOADED));
    expect(await client.status('nvmlDeviceGetCount_v2', { out: 'u32' })).toBe(1);
    expect(await client.status('nvmlShutdown')).toBe(0);
    expect((await machine.show()).driverLoaded).toBe(false);
    await machine.reloadDriver();
    expect(await client.status('nvmlInit_v2')).toBe(0);
  });

  it('an absent symbol is missing from the next load on; who has the library loaded keeps it', async () => {
    const machine = await host();
    const before = await Client.initialised(machine.nvmlLibrary);
    await machine.inject({ kind: 'absent', function: 'nvmlDeviceGetTemperature' });
    expect((await temperature(before, 0)).status).toBe(0);
    const after = await Client.initialised(machine.nvmlLibrary);
    expect(await temperature(after, 0)).toEqual({ absent: true });
    expect(await pending(after, 0)).toBe(0);
    await machine.clear({ kind: 'absent' });
    const mended = await Client.initialised(machine.nvmlLibrary);
    expect((await temperature(mended, 0)).status).toBe(0);
  });
});

describe('bad faults get a sentence', () => {
  it.each([
    [{ kind: 'double-bit-ecc', gpu: 8, address: 0n }, /--gpu: 8 is out of range: give a number from 0 to 7/],
    [{ kind: 'double-bit-ecc', gpu: -1, address: 0n }, /gpu: -1 is not a whole number/],
    [{ kind: 'double-bit-ecc', gpu: 0, address: 1n << 36n }, /--address: 0x1000000000 is out of range/],
    [{ kind: 'xid', gpu: 0, xid: 0 }, /--xid: 0 is out of range/],
    [{ kind: 'single-bit-ecc', gpu: 0, location: 'l3-cache' }, /--location: "l3-cache" is none of its words: choose l1-cache, l2-cache, dram/],
    [{ kind: 'single-bit-ecc', gpu: 0, location: 'cbu' }, /does not count such errors of its cbu: choose l1-cache/],
    [{ kind: 'sram-ecc', gpu: 0 }, /does not count errors of its SRAMs together/],
    [{ kind: 'cper', gpu: 0, severity: 'bad' }, /--severity: "bad" is none of its words: choose recoverable, fatal/],
    [{ kind: 'hang' }, /hang: nothing is named that it covers/],
    [{ kind: 'fail', returnCode: 0, gpu: 0 }, /--return: 0 is out of range/],
    [{ kind: 'hang', function: 'nvmlDeviceGetTemprature' }, /"nvmlDeviceGetTemprature" is not a function of libnvidia-ml/],
    [{ kind: 'bogus', gpu: 0 }, /"bogus" is not a fault/],
  ])('%o', async (fault, message) => {
    const machine = await host();
    await expect(machine.inject(fault as never)).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(message) as string });
    expect((await machine.show()).faults).toEqual([]);
  });
});
