import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Machine } from '../../mocks/control/index.ts';
import type { Answer } from './client.ts';
import { Client } from './client.ts';
import { RTX_3090 } from './hosts/index.ts';
import { pythonEnvironment } from './python.ts';
import { host } from './simulated-host.ts';

const SUCCESS = 0, UNINITIALIZED = 1, INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, DRIVER_NOT_LOADED = 9, TIMEOUT = 10, GPU_IS_LOST = 15, UNKNOWN = 999;
const XID = 8, DOUBLE_BIT = 2, RETIREMENT = 0x400, ALL = 0xff9f;

/** A client with an event set for `types` of its first GPU. */
async function listening(machine: Machine, types = XID): Promise<{ client: Client; set: number }> {
  const client = await Client.initialised(machine.nvmlLibrary, 1);
  const set = (await client.call('nvmlEventSetCreate', { out: 'handle' })).out?.[0] as number;
  expect(await register(client, set, types)).toBe(SUCCESS);
  return { client, set };
}

function register(client: Client, set: number, types: number): Promise<number | undefined> {
  return client.status('nvmlDeviceRegisterEvents', { handle: 0 }, { u64: types }, { handle: set });
}

function wait(client: Client, set: number, milliseconds: number): Promise<Answer> {
  return client.call('nvmlEventSetWait_v2', { handle: set }, { buffer: 32 }, milliseconds);
}

/** [type, data], or what the wait answered instead. */
function eventOf({ status, out }: Answer): [number, number] | number | undefined {
  if (status !== SUCCESS) return status;
  const bytes = Buffer.from(out?.[0] as string, 'hex');
  return [Number(bytes.readBigUInt64LE(8)), Number(bytes.readBigUInt64LE(16))];
}

/** Everything that is there. */
async function drain(client: Client, set: number): Promise<[number, number][]> {
  const events: [number, number][] = [];
  for (;;) {
    const event = eventOf(await wait(client, set, 0));
    if (!Array.isArray(event)) return events;
    events.push(event);
  }
}

const asleep = () => new Promise((resolve) => setTimeout(resolve, 200));
const xid = (machine: Machine, number: number, gpu = 0) => machine.inject({ kind: 'xid', gpu, xid: number });

describe('waiting', () => {
  it('ends as soon as something happens', async () => {
    const machine = await host();
    const { client, set } = await listening(machine);
    const waiting = wait(client, set, 20_000);
    await asleep();
    const before = performance.now();
    await xid(machine, 31);
    expect(eventOf(await waiting)).toEqual([XID, 31]);
    expect(performance.now() - before).toBeLessThan(2000);
  });

  it('ends after its time, and costs none while nothing happens', async () => {
    const { client, set } = await listening(await host());
    const ticks = () => readFileSync(`/proc/${client.pid}/stat`, 'utf8').split(') ')[1]?.split(' ').slice(11, 13).map(Number).reduce((sum, each) => sum + each, 0) ?? 0;
    const [used, before] = [ticks(), performance.now()];
    expect((await wait(client, set, 1500)).status).toBe(TIMEOUT);
    expect(performance.now() - before).toBeGreaterThanOrEqual(1490);
    expect(ticks() - used).toBeLessThan(10);
  });

  it('is over at once with no time to wait', async () => {
    const { client, set } = await listening(await host());
    const before = performance.now();
    expect((await wait(client, set, 0)).status).toBe(TIMEOUT);
    expect(performance.now() - before).toBeLessThan(500);
  });

  it('leaves the machine to others', async () => {
    const machine = await host();
    const { client, set } = await listening(machine);
    const waiting = wait(client, set, 20_000);
    await asleep();
    expect((await machine.show()).clients).toHaveLength(1);
    await client.kill('SIGKILL');
    await expect(waiting).rejects.toThrow(/client ended/);
    expect((await machine.show()).clients).toEqual([]);
  });

  it.each<[string, (machine: Machine) => Promise<unknown>, number]>([
    ['the GPU is lost', (machine) => machine.inject({ kind: 'gpu-lost', gpu: 0 }), GPU_IS_LOST],
    ['the GPU is reset by force', (machine) => machine.reset(0, { force: true }), GPU_IS_LOST],
    ['the driver is loaded anew by force', (machine) => machine.reloadDriver({ force: true }), GPU_IS_LOST],
    ['the driver goes', (machine) => machine.inject({ kind: 'driver-not-loaded' }), GPU_IS_LOST],
  ])('ends when %s', async (_, happens, status) => {
    const machine = await host();
    const { client, set } = await listening(machine, DOUBLE_BIT);
    const waiting = wait(client, set, 20_000);
    await asleep();
    await happens(machine);
    expect((await waiting).status).toBe(status);
  });

  it('meets faults like any call', async () => {
    const machine = await host();
    const { client, set } = await listening(machine);
    await machine.inject({ kind: 'fail', returnCode: UNKNOWN, times: 1, function: 'nvmlEventSetWait_v2' });
    expect((await wait(client, set, 0)).status).toBe(UNKNOWN);
    await machine.inject({ kind: 'hang', function: 'nvmlEventSetWait_v2' });
    const late = wait(client, set, 0);
    await asleep();
    await machine.clear();
    expect((await late).status).toBe(TIMEOUT);
  });
});

describe('what is told', () => {
  it('is what came after the registration, in order, of this GPU and these types', async () => {
    const machine = await host('hgx-a100-8');
    await xid(machine, 13);
    const { client, set } = await listening(machine);
    await xid(machine, 14, 1);
    await machine.inject({ kind: 'double-bit-ecc', gpu: 0, address: 0x1000n });
    expect(await drain(client, set)).toEqual([[XID, 48], [XID, 63], [XID, 94]]);
  });

  it('of a type that was added later is what came after that', async () => {
    const machine = await host('hgx-h100-8');
    const { client, set } = await listening(machine);
    await machine.inject({ kind: 'double-bit-ecc', gpu: 0, address: 0x1000n });
    expect(await register(client, set, DOUBLE_BIT | RETIREMENT)).toBe(SUCCESS);
    await machine.inject({ kind: 'double-bit-ecc', gpu: 0, address: 0x9000n });
    expect((await drain(client, set)).map(([type, data]) => (type === XID ? data : -type))).toEqual([48, 63, 94, -DOUBLE_BIT, 48, 63, -RETIREMENT, 94]);
  });

  it('loses the oldest where nobody reads for too long', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    const { client, set } = await listening(machine);
    // Five events each, three of them Xids.
    for (let nth = 0; nth < 450; nth++) await machine.inject({ kind: 'double-bit-ecc', gpu: 0, address: BigInt(nth) * 2048n });
    const events = await drain(client, set);
    expect(events.length).toBeGreaterThan(1024);
    expect(events.length).toBeLessThan(3 * 450);
    expect(events.at(-1)).toEqual([XID, 94]);
  }, 60_000);

  it('goes to every process that listens', async () => {
    const machine = await host();
    const listeners = [await listening(machine), await listening(machine)];
    await xid(machine, 31);
    for (const { client, set } of listeners) expect(await drain(client, set)).toEqual([[XID, 31]]);
  });

  it('tells of a lost GPU first, and then that it is lost', async () => {
    const machine = await host('hgx-h100-8');
    const { client, set } = await listening(machine, XID | 0x4000);
    await machine.inject({ kind: 'gpu-lost', gpu: 0 });
    expect(await drain(client, set)).toEqual([[XID, 79], [0x4000, 0]]);
    expect((await wait(client, set, 1000)).status).toBe(GPU_IS_LOST);
  });

  it('is no more than the driver has heard of', async () => {
    const client = await Client.initialised((await host('hgx-h100-8', { driver: '550.90.07' })).nvmlLibrary, 1);
    const { out } = await client.call('nvmlDeviceGetSupportedEventTypes', { handle: 0 }, { out: 'u64' });
    expect((out?.[0] as number) & ~0x19f).toBe(0);
    const set = (await client.call('nvmlEventSetCreate', { out: 'handle' })).out?.[0] as number;
    expect([await register(client, set, RETIREMENT), await register(client, set, ALL), await register(client, set, 0)]).toEqual([INVALID_ARGUMENT, INVALID_ARGUMENT, SUCCESS]);
  });

  it('is nothing about ECC on a card without it; the set stays of use', async () => {
    const machine = await host(RTX_3090);
    const { client, set } = await listening(machine);
    expect([await register(client, set, XID | DOUBLE_BIT), await register(client, set, RETIREMENT), await register(client, set, 0x20)]).toEqual([NOT_SUPPORTED, NOT_SUPPORTED, INVALID_ARGUMENT]);
    await xid(machine, 31);
    expect(await drain(client, set)).toEqual([[XID, 31]]);
  });
});

describe('sets', () => {
  it('end with the library: a handle of before is none', async () => {
    const { client, set } = await listening(await host());
    await client.call('nvmlShutdown');
    expect((await wait(client, set, 0)).status).toBe(UNINITIALIZED);
    await client.call('nvmlInit_v2');
    expect((await wait(client, set, 0)).status).toBe(INVALID_ARGUMENT);
  });

  it('end with the driver', async () => {
    const machine = await host();
    const { client, set } = await listening(machine);
    await machine.inject({ kind: 'driver-not-loaded' });
    expect((await wait(client, set, 0)).status).toBe(DRIVER_NOT_LOADED);
    await machine.reloadDriver();
    expect((await wait(client, set, 0)).status).toBe(GPU_IS_LOST);
    await client.call('nvmlInit_v2');
    expect((await wait(client, set, 0)).status).toBe(INVALID_ARGUMENT);
  });

  it('of GPUs and of the system are not taken for each other', async () => {
    const { client, set } = await listening(await host('hgx-h100-8', { driver: '610.43.02' }));
    const request = await client.call('nvmlSystemEventSetCreate', { buffer: 16, u32: [0x0100_0010] });
    const systemSet = Number(Buffer.from(request.out?.[0] as string, 'hex').readBigUInt64LE(8));
    expect((await wait(client, systemSet, 0)).status).toBe(INVALID_ARGUMENT);
    expect(await client.status('nvmlEventSetFree', { handle: systemSet })).toBe(INVALID_ARGUMENT);
    const words = [0x0100_0010, 0, set % 2 ** 32, Math.floor(set / 2 ** 32)];
    expect(await client.status('nvmlSystemEventSetFree', { buffer: 16, u32: words })).toBe(INVALID_ARGUMENT);
  });

  it('go on in a forked child, which reads for itself', async () => {
    const machine = await host();
    const { client, set } = await listening(machine);
    await xid(machine, 31);
    const { fork } = await client.send({ fork: [{ call: 'nvmlEventSetWait_v2', args: [{ handle: set }, { buffer: 32 }, 0] }] });
    expect(eventOf(fork?.[0] as Answer)).toEqual([XID, 31]);
    expect(await drain(client, set)).toEqual([[XID, 31]]);
  });

  it('serve several threads: each event goes to one of them, and freeing or shutting down ends them all', async () => {
    const machine = await host();
    const program = [
      'import ctypes as c, sys, threading as t',
      'nvml, device, first, empty = c.CDLL(sys.argv[1]), c.c_void_p(), c.c_void_p(), c.c_void_p()',
      'nvml.nvmlInit_v2(); nvml.nvmlDeviceGetHandleByIndex_v2(0, c.byref(device))',
      'nvml.nvmlEventSetCreate(c.byref(first)); nvml.nvmlEventSetCreate(c.byref(empty)); nvml.nvmlDeviceRegisterEvents(device, c.c_ulonglong(8), first)',
      'answers = []',
      'def wait(set):',
      '    data = (c.c_ulonglong * 4)()',
      '    status = nvml.nvmlEventSetWait_v2(set, data, 20000)',
      '    answers.append(data[2] if status == 0 else -status)',
      'def threads(set): return [t.Thread(target=wait, args=(set,)) for _ in range(2)]',
      'def told(waiting):',
      '    for thread in waiting: thread.join()',
      '    print(sorted(answers), flush=True); answers.clear()',
      'for end in (None, lambda: nvml.nvmlEventSetFree(first), nvml.nvmlShutdown):',
      '    waiting = threads(empty if end is nvml.nvmlShutdown else first)',
      '    for thread in waiting: thread.start()',
      '    print("waiting", flush=True); sys.stdin.readline()',
      '    if end: end()',
      '    told(waiting)',
    ].join('\n');
    const child = spawn('python3', ['-c', program, machine.nvmlLibrary], { stdio: ['pipe', 'pipe', 'inherit'], env: pythonEnvironment() });
    let text = '';
    child.stdout.on('data', (data: Buffer) => (text += data.toString()));
    const lines = (count: number) => expect.poll(() => text.split('\n').length - 1, { timeout: 20_000 }).toBe(count);
    try {
      await lines(1);
      await asleep();
      await xid(machine, 31);
      await xid(machine, 32);
      child.stdin.write('\n');
      for (const count of [3, 5]) {
        await lines(count);
        await asleep();
        child.stdin.write('\n');
      }
      await lines(6);
      expect(text.split('\n').filter((line) => line.startsWith('['))).toEqual(['[31, 32]', '[-2, -2]', '[-1, -1]']);
    } finally {
      child.kill('SIGKILL');
    }
  }, 60_000);
});

it('of a set that nobody gave out there is nothing', async () => {
  const client = await Client.initialised((await host()).nvmlLibrary, 1);
  expect((await wait(client, 0x1234, 0)).status).toBe(INVALID_ARGUMENT);
  expect(await register(client, 0x1234, XID)).toBe(INVALID_ARGUMENT);
  expect(await client.status('nvmlEventSetFree', { handle: 0x1234 })).toBe(INVALID_ARGUMENT);
  expect(await client.status('nvmlDeviceGetSupportedEventTypes', { handle: 0 }, null)).toBe(INVALID_ARGUMENT);
});
