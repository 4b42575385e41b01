import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../lib/package-root.ts';
import type { Machine, MachineState } from '../../mocks/control/index.ts';
import { Client } from './client.ts';
import { pythonEnvironment } from './python.ts';
import { host, PAGE } from './simulated-host.ts';

const GPU_IS_LOST = 15;

async function pendingHost(): Promise<Machine> {
  const machine = await host();
  await machine.inject({ kind: 'double-bit-ecc', gpu: 3, address: PAGE });
  await machine.inject({ kind: 'single-bit-ecc', gpu: 4, address: 7n * PAGE });
  return machine;
}

const isPending = async (machine: Machine, gpu = 3) => (await machine.show()).gpus[gpu]?.pageRetirementPending;

describe('reload, reset and reboot', () => {
  it.each<[string, (machine: Machine) => Promise<void>]>([
    ['a driver reload', (machine) => machine.reloadDriver()],
    ['a reset of the GPU', (machine) => machine.reset(3)],
    ['a reboot', (machine) => machine.reboot()],
  ])('%s clears pending; pages, error addresses and aggregate counters outlive it', async (_, cure) => {
    const machine = await pendingHost();
    expect(await isPending(machine)).toBe(true);
    await cure(machine);
    const gpu = (await machine.show()).gpus[3];
    expect(gpu?.pageRetirementPending).toBe(false);
    expect(gpu?.retiredPages.map((page) => page.address)).toEqual(['0x10000']);
    expect(gpu?.errorCounts).toEqual({ volatileCorrected: 0, volatileUncorrected: 0, aggregateCorrected: 0, aggregateUncorrected: 1 });
    await machine.inject({ kind: 'single-bit-ecc', gpu: 4, address: 7n * PAGE });
    expect((await machine.show()).gpus[4]?.retiredPages).toHaveLength(1);
  });

  it('a reset leaves the other GPUs pending', async () => {
    const machine = await pendingHost();
    await machine.reset(2);
    expect(await isPending(machine)).toBe(true);
  });

  it('a reboot changes the boot id and empties the kernel log of Xids', async () => {
    const machine = await pendingHost();
    const before = await machine.show();
    await machine.reboot();
    expect((await machine.show()).bootId).not.toBe(before.bootId);
    expect((await machine.kernelLog()).join('\n')).not.toContain('Xid');
  });
});

describe('clients', () => {
  it('reload and reset refuse while there are clients, and name them', async () => {
    const machine = await pendingHost();
    const client = await Client.initialised(machine.nvmlLibrary);
    expect((await machine.show()).clients).toEqual([{ pid: client.pid, name: expect.stringMatching(/^python/) as string }]);
    for (const attempt of [() => machine.reloadDriver(), () => machine.reset(3)]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'MACHINE_BUSY', message: expect.stringMatching(new RegExp(`${client.pid} \\(python`)) as string });
    }
    expect(await isPending(machine)).toBe(true);
    expect(await client.pending(3)).toBe(true);
    await client.call('nvmlShutdown');
    await machine.reloadDriver();
    expect(await isPending(machine)).toBe(false);
  });

  it('counts the inits of a process: it stays a client until the last shutdown', async () => {
    const machine = await host();
    const client = await Client.initialised(machine.nvmlLibrary);
    await client.call('nvmlInit_v2');
    await client.call('nvmlShutdown');
    expect((await machine.show()).clients).toHaveLength(1);
    await client.call('nvmlShutdown');
    expect((await machine.show()).clients).toEqual([]);
  });

  it.each(['SIGKILL', 'leave'] as const)('forgets a client that ended without shutdown (%s)', async (how) => {
    const machine = await host();
    const client = await Client.initialised(machine.nvmlLibrary);
    if (how === 'leave') await client.leave();
    else await client.kill(how);
    expect((await machine.show()).clients).toEqual([]);
    await machine.reloadDriver();
  });

  it('forgets a client that is dead but not yet buried by its parent', async () => {
    const machine = await host();
    const program = [
      'import ctypes, os, sys',
      'if os.fork() == 0:',
      '    ctypes.CDLL(sys.argv[1]).nvmlInit_v2()',
      '    os._exit(0)',
      'os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)',
      'print("zombie", flush=True)',
      'sys.stdin.read()',
    ].join('\n');
    const parent = spawn('python3', ['-c', program, machine.nvmlLibrary], { stdio: ['pipe', 'pipe', 'inherit'], env: pythonEnvironment() });
    try {
      await once(parent.stdout, 'data');
      expect((await machine.show()).clients).toEqual([]);
    } finally {
      parent.kill('SIGKILL');
    }
  });

  it('forgets a client that became another program', async () => {
    const machine = await host();
    const client = await Client.initialised(machine.nvmlLibrary);
    client.send({ exec: ['sleep', '60'] }).catch(() => {});
    await expect.poll(async () => (await machine.show()).clients, { timeout: 10_000 }).toEqual([]);
  });

  it('sees a forked child that goes on using the library as a client of its own', async () => {
    const machine = await host();
    const client = await Client.initialised(machine.nvmlLibrary);
    const look = { output: [join(packageRoot(), 'mocks/build/gpuwright-machine'), machine.file, 'show'] };
    const { fork } = await client.send({ fork: [{ pid: true }, look, { call: 'nvmlDeviceGetCount_v2', args: [{ out: 'u32' }] }, look, { call: 'nvmlShutdown', args: [] }, look] });
    const pids = (answer: number) => (JSON.parse(fork?.[answer]?.text as string) as MachineState).clients.map(({ pid }) => pid);
    const child = fork?.[0]?.pid as number;
    expect([pids(1), pids(3).sort(), pids(5)]).toEqual([[client.pid], [client.pid, child].sort(), [client.pid]]);
  });

  it('a forked child that only shuts down takes nothing from its parent', async () => {
    const machine = await host();
    const client = await Client.initialised(machine.nvmlLibrary);
    await client.send({ fork: [{ call: 'nvmlShutdown', args: [] }] });
    expect((await machine.show()).clients.map(({ pid }) => pid)).toEqual([client.pid]);
    expect(await client.pending(0)).toBe(false);
  });

  it('a forced reload voids the handles of clients until they init again', async () => {
    const machine = await pendingHost();
    const client = await Client.initialised(machine.nvmlLibrary);
    await machine.reloadDriver({ force: true });
    expect(await client.status('nvmlDeviceGetRetiredPagesPendingStatus', { handle: 3 }, { out: 'i32' })).toBe(GPU_IS_LOST);
    expect(await client.status('nvmlDeviceGetHandleByIndex_v2', 3, { out: 'handle' })).toBe(GPU_IS_LOST);
    await client.call('nvmlShutdown');
    expect(await client.status('nvmlInit_v2')).toBe(0);
    await client.look();
    expect(await client.pending(3)).toBe(false);
    expect((await machine.show()).clients).toHaveLength(1);
  });

  it('a forced reset voids the handles of that GPU only', async () => {
    const machine = await pendingHost();
    const client = await Client.initialised(machine.nvmlLibrary);
    await machine.reset(3, { force: true });
    expect(await client.status('nvmlDeviceGetRetiredPagesPendingStatus', { handle: 3 }, { out: 'i32' })).toBe(GPU_IS_LOST);
    expect(await client.pending(4)).toBe(false);
    expect(await client.status('nvmlInit_v2')).toBe(0);
    expect(await client.pending(3)).toBe(false);
  });

  it('names clients of a GPU as its compute processes, itself left out', async () => {
    const machine = await host();
    const [asking, other] = [await Client.initialised(machine.nvmlLibrary), await Client.initialised(machine.nvmlLibrary)];
    const size = await asking.call('nvmlDeviceGetComputeRunningProcesses', { handle: 0 }, { out: 'u32' }, null);
    expect(size).toMatchObject({ status: 7, out: [1] });
    const v1 = await asking.call('nvmlDeviceGetComputeRunningProcesses', { handle: 0 }, { out: 'u32', value: 1 }, { buffer: 16 });
    expect(Buffer.from(v1.out?.[1] as string, 'hex').readUInt32LE(0)).toBe(other.pid);
    const v3 = await asking.call('nvmlDeviceGetComputeRunningProcesses_v3', { handle: 0 }, { out: 'u32', value: 1 }, { buffer: 24 });
    const entry = Buffer.from(v3.out?.[1] as string, 'hex');
    expect([entry.readUInt32LE(0), entry.readBigUInt64LE(8), entry.readUInt32LE(16)]).toEqual([other.pid, 0xffff_ffff_ffff_ffffn, 0xffff_ffff]);
  });
});

describe('reattach without persistence mode', () => {
  it.each([
    [false, 5, false],
    [false, 3, true],
    [true, 60, true],
  ])('persistence %s, %i s after the last client left: pending is %s for the next one', async (persistence, seconds, pending) => {
    const machine = await pendingHost();
    await machine.set(3, { persistence });
    const first = await Client.initialised(machine.nvmlLibrary);
    await machine.advance(60);
    expect(await first.pending(3)).toBe(true);
    await first.call('nvmlShutdown');
    await machine.advance(seconds);
    const second = await Client.initialised(machine.nvmlLibrary);
    expect(await second.pending(3)).toBe(pending);
  });

  it('a killed client counts from when its death is noticed, at the latest when the clock is moved', async () => {
    const machine = await pendingHost();
    await machine.set(3, { persistence: false });
    const first = await Client.initialised(machine.nvmlLibrary);
    await first.kill('SIGKILL');
    await machine.advance(6);
    const second = await Client.initialised(machine.nvmlLibrary);
    expect(await second.pending(3)).toBe(false);
  });

  it('a second client keeps the GPU attached', async () => {
    const machine = await pendingHost();
    await machine.set(3, { persistence: false });
    const [first, second] = [await Client.initialised(machine.nvmlLibrary), await Client.initialised(machine.nvmlLibrary)];
    await first.call('nvmlShutdown');
    await machine.advance(60);
    await first.call('nvmlInit_v2');
    expect(await second.pending(3)).toBe(true);
  });
});
