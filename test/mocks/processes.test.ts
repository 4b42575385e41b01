import { describe, expect, it } from 'vitest';
import type { Machine, SimulatedProcess } from '../../mocks/control/index.ts';
import { HALVES, PID } from './answers/processes.ts';
import { Client } from './client.ts';
import { host, PAGE } from './simulated-host.ts';

const IN_USE = 19, INSUFFICIENT_SIZE = 7, NOT_FOUND = 6, NOT_SUPPORTED = 3;
const GIB = 1 << 30;

const training = { gpu: 0, pid: PID, name: 'python3' } as const;

async function running(process: Partial<SimulatedProcess> = {}, options: Parameters<typeof host>[1] = { gpus: 2 }): Promise<Machine> {
  const machine = await host('hgx-a100-8', options);
  await machine.addProcess({ ...training, ...process });
  return machine;
}

const pids = async (machine: Machine) => (await machine.processes()).map(({ pid, gpu }) => [pid, gpu]);

/** Used memory as a client reads it, without what is reserved. */
async function used(client: Client, gpu = 0): Promise<number> {
  const { out } = await client.call('nvmlDeviceGetMemoryInfo_v2', { handle: gpu }, { buffer: 40, u32: [33554472] });
  return Number(Buffer.from(out?.[0] as string, 'hex').readBigUInt64LE(32));
}

describe('a simulated process', () => {
  it('is shown with what it uses and when it started', async () => {
    const machine = await running({ kind: 'graphics', memoryBytes: GIB, smPercent: 30, ofaPercent: 2 });
    const { time } = await machine.show();
    const [process] = await machine.processes();
    expect(process).toMatchObject({ ...training, kind: 'graphics', memoryBytes: GIB, protectedBytes: 0, smPercent: 30, ofaPercent: 2, gpuInstance: null, computeInstance: null });
    expect(Date.parse(time) - Date.parse(process?.startedAt as string)).toBeGreaterThanOrEqual(0);
  });

  it('takes memory until it ends, and gives back what it lets go of', async () => {
    const machine = await running({ memoryBytes: 3 * GIB });
    const client = await Client.initialised(machine.nvmlLibrary, 2);
    await machine.set(0, { 'memory.used-bytes': GIB });
    expect([await used(client), await used(client, 1)]).toEqual([4 * GIB, 0]);
    await machine.setProcess(0, PID, { memoryBytes: 2 * GIB });
    expect(await used(client)).toBe(3 * GIB);
    await machine.removeProcess(PID);
    expect(await used(client)).toBe(GIB);
  });

  it('stands beside real clients of the machine', async () => {
    const machine = await running();
    const [asking, other] = [await Client.initialised(machine.nvmlLibrary, 1), await Client.initialised(machine.nvmlLibrary, 1)];
    const { status, out } = await asking.call('nvmlDeviceGetComputeRunningProcesses_v3', { handle: 0 }, { out: 'u32', value: 2 }, { buffer: 48 });
    const entries = Buffer.from(out?.[1] as string, 'hex');
    expect([status, out?.[0], entries.readUInt32LE(0), entries.readUInt32LE(24)]).toEqual([0, 2, PID, other.pid]);
  });

  it.each<[string, Partial<SimulatedProcess>, RegExp]>([
    ['runs there already', {}, /runs on GPU 0 already/],
    ['is called otherwise elsewhere', { gpu: 1, name: 'node' }, /is "python3" already/],
    ['wants more memory than is left', { pid: PID + 1, memoryBytes: 80 * GIB }, /GPU 0 has \d+ bytes left/],
    ['has more protected than it has', { pid: PID + 1, memoryBytes: GIB, protectedBytes: GIB + 1 }, /is more than the memory of the process/],
    ['names an instance of a GPU that has none', { pid: PID + 1, gpuInstance: 1, computeInstance: 0 }, /is not partitioned/],
    ['is busier than can be', { pid: PID + 1, smPercent: 101 }, /--sm-percent: 101 is out of range/],
    ['has no name', { pid: PID + 1, name: '' }, /--name: missing/],
    ['is on no GPU', { pid: PID + 1, gpu: 2 }, /--gpu: 2 is out of range/],
  ])('is refused if it %s', async (_, process, message) => {
    const machine = await running();
    await expect(machine.addProcess({ ...training, ...process })).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(message) as string });
    expect(await pids(machine)).toEqual([[PID, 0]]);
  });

  it('starts neither on a lost GPU nor without a driver', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    await machine.inject({ kind: 'gpu-lost', gpu: 0 });
    await expect(machine.addProcess(training)).rejects.toMatchObject({ code: 'GPU_IS_LOST' });
    await machine.inject({ kind: 'driver-not-loaded' });
    await expect(machine.addProcess(training)).rejects.toMatchObject({ code: 'DRIVER_NOT_LOADED' });
  });

  it.each([
    ['changed', (machine: Machine) => machine.setProcess(1, PID, {})],
    ['removed', (machine: Machine) => machine.removeProcess(PID, { gpu: 1 })],
  ])('that does not run there is not %s', async (_, act) => {
    await expect(act(await running())).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});

describe('who is busy', () => {
  it('a process keeps the driver and its own GPU, and is named once', async () => {
    const machine = await running({}, { gpus: 3 });
    await machine.addProcess({ ...training, gpu: 1 });
    const busy = { code: 'MACHINE_BUSY', message: expect.stringMatching(new RegExp(`in use by ${PID} \\(python3\\): end`)) as string };
    await expect(machine.reloadDriver()).rejects.toMatchObject(busy);
    await expect(machine.reset(0)).rejects.toMatchObject(busy);
    await machine.reset(2);
    await machine.removeProcess(PID, { gpu: 0 });
    await machine.reset(0);
    expect(await pids(machine)).toEqual([[PID, 1]]);
  });

  it.each<[string, (machine: Machine) => Promise<void>, number[][]]>([
    ['a forced reset, everywhere', (machine) => machine.reset(0, { force: true }), [[PID + 1, 1]]],
    ['a forced reload', (machine) => machine.reloadDriver({ force: true }), []],
    ['a reboot', (machine) => machine.reboot(), []],
    ['the driver going away', (machine) => machine.inject({ kind: 'driver-not-loaded' }), []],
    ['nothing that happens to another GPU', (machine) => machine.reset(2), [[PID, 0], [PID, 1], [PID + 1, 1]]],
  ])('%s ends processes', async (_, act, left) => {
    const machine = await running({}, { gpus: 3 });
    await machine.addProcess({ ...training, gpu: 1 });
    await machine.addProcess({ ...training, gpu: 1, pid: PID + 1 });
    await act(machine);
    expect(await pids(machine)).toEqual(left);
  });

  it.each([
    [true, true],
    [false, false],
  ])('without persistence mode a GPU stays attached while a process runs there: %s', async (runs, pending) => {
    const machine = await host();
    await machine.set(3, { persistence: false });
    await machine.inject({ kind: 'double-bit-ecc', gpu: 3, address: PAGE });
    if (runs) await machine.addProcess({ ...training, gpu: 3 });
    await machine.advance(60);
    const client = await Client.initialised(machine.nvmlLibrary);
    expect(await client.pending(3)).toBe(pending);
  });
});

describe('what a client asks', () => {
  it('a list that is too small is told the size', async () => {
    const machine = await running({ smPercent: 5 });
    await machine.addProcess({ ...training, pid: PID + 1, smPercent: 6 });
    await machine.advance(1);
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    expect(await client.call('nvmlDeviceGetComputeRunningProcesses', { handle: 0 }, { out: 'u32', value: 1 }, { buffer: 16 })).toEqual({ status: INSUFFICIENT_SIZE, out: [2, '00'.repeat(16)] });
    expect(await client.call('nvmlDeviceGetProcessUtilization', { handle: 0 }, null, { out: 'u32' }, { u64: 0 })).toEqual({ status: INSUFFICIENT_SIZE, out: [2] });
  });

  it('utilization is news once a sample', async () => {
    const machine = await running({ smPercent: 55 });
    await machine.freezeClock();
    await machine.advance(1);
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    const ask = (seen: number) => client.call('nvmlDeviceGetProcessUtilization', { handle: 0 }, { buffer: 32 }, { out: 'u32', value: 1 }, { u64: seen });
    const sampledAt = async (seen: number) => Number(Buffer.from((await ask(seen)).out?.[0] as string, 'hex').readBigUInt64LE(8));
    const first = await sampledAt(0);
    expect((await ask(first)).status).toBe(NOT_FOUND);
    await machine.advance(0.167);
    expect(await sampledAt(first)).toBe(first + 167_000);
  });
});

describe('a partitioned GPU', () => {
  const half = { ...training, gpuInstance: 1, computeInstance: 0 } as const;
  const partitioned = () => host('hgx-a100-8', HALVES.options);

  it('takes a process into a compute instance only, with the memory of its GPU instance', async () => {
    const machine = await partitioned();
    await expect(machine.addProcess(training)).rejects.toMatchObject({ message: expect.stringContaining('is partitioned and has no such compute instance') as string });
    await expect(machine.addProcess({ ...half, gpuInstance: 3 })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(machine.addProcess({ ...half, memoryBytes: 50 * GIB })).rejects.toMatchObject({ message: expect.stringContaining('bytes left there') as string });
    await machine.addProcess({ ...half, memoryBytes: 30 * GIB });
    await machine.addProcess({ ...half, pid: PID + 1, gpuInstance: 2, memoryBytes: 30 * GIB });
    expect(await machine.processes()).toMatchObject([{ gpuInstance: 1 }, { gpuInstance: 2 }]);
  });

  it('keeps an instance while somebody runs there, and tells its memory', async () => {
    const machine = await partitioned();
    await machine.addProcess({ ...half, memoryBytes: 3 * GIB });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    const handle = async (name: string, ...args: Parameters<Client['call']>[1][]) => ({ handle: (await client.call(name, ...args, { out: 'handle' })).out?.at(-1) as number });
    const device = await handle('nvmlDeviceGetMigDeviceHandleByIndex', { handle: 0 }, 0);
    const { out } = await client.call('nvmlDeviceGetMemoryInfo', device, { buffer: 24 });
    expect(Buffer.from(out?.[0] as string, 'hex').readBigUInt64LE(16)).toBe(BigInt(3 * GIB));
    const instance = await handle('nvmlDeviceGetGpuInstanceById', { handle: 0 }, 1);
    const compute = await handle('nvmlGpuInstanceGetComputeInstanceById', instance, 0);
    expect(await client.status('nvmlComputeInstanceDestroy', compute)).toBe(IN_USE);
    await machine.removeProcess(PID);
    expect(await client.status('nvmlComputeInstanceDestroy', compute)).toBe(0);
  });

  it('samples no utilization and keeps no accounting', async () => {
    const machine = await partitioned();
    await machine.addProcess({ ...half, smPercent: 90 });
    await machine.advance(1);
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    expect(await client.status('nvmlDeviceGetProcessUtilization', { handle: 0 }, { buffer: 32 }, { out: 'u32', value: 1 }, { u64: 0 })).toBe(NOT_SUPPORTED);
    expect(await client.status('nvmlDeviceGetDecoderUtilization', { handle: 0 }, { out: 'u32' }, { out: 'u32' })).toBe(NOT_SUPPORTED);
    expect(await client.status('nvmlDeviceGetSamples', { handle: 0 }, 1, { u64: 0 }, { out: 'i32' }, { out: 'u32' }, null)).toBe(NOT_SUPPORTED);
    expect(await client.status('nvmlDeviceGetSamples', { handle: 0 }, 0, { u64: 0 }, { out: 'i32' }, { out: 'u32' }, null)).toBe(0);
    expect(await client.status('nvmlDeviceSetAccountingMode', { handle: 0 }, 1)).toBe(NOT_SUPPORTED);
    await expect(machine.set(0, { 'accounting.mode': true })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('does not become one while a process runs', async () => {
    const machine = await host('hgx-h100-8', { gpus: 1, attributes: { 'host.permissions': 'root', 'gpu.0.accounting.mode': true } });
    await machine.addProcess(training);
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    const partition = async () => (await client.call('nvmlDeviceSetMigMode', { handle: 0 }, 1, { out: 'i32' })).out;
    expect(await partition()).toEqual([IN_USE]);
    await machine.removeProcess(PID);
    expect(await partition()).toEqual([0]);
    expect((await client.call('nvmlDeviceGetAccountingMode', { handle: 0 }, { out: 'i32' })).out).toEqual([0]);
  });
});
