import { describe, expect, it } from 'vitest';
import { Nvml } from '../../lib/nvml/index.ts';
import type { Machine } from '../../mocks/control/index.ts';
import { PID } from './answers/processes.ts';
import { Client } from './client.ts';
import { host } from './simulated-host.ts';

const NO_PERMISSION = 4;
const training = { gpu: 0, pid: PID, name: 'python3', smPercent: 60 } as const;

async function accounting(on = true): Promise<Machine> {
  return host('hgx-a100-8', { gpus: 2, attributes: { 'host.clock-frozen': true, 'host.permissions': 'root', 'gpu.0.accounting.mode': on } });
}

/** Looks as any client does, and leaves. */
async function look<T>(machine: Machine, ask: (raw: Nvml['raw'], device: bigint) => T): Promise<T> {
  const nvml = await Nvml.open({ library: machine.nvmlLibrary, backend: 'addon', isolation: 'in-process' });
  try {
    return ask(nvml.raw, nvml.raw.nvmlDeviceGetHandleByIndex_v2({ index: 0 }).device);
  } finally {
    await nvml.close();
  }
}

const mode = (machine: Machine) => look(machine, (raw, device) => raw.nvmlDeviceGetAccountingMode({ device }).mode.value);
const pids = (machine: Machine) => look(machine, (raw, device) => raw.nvmlDeviceGetAccountingPids({ device }).pids);
const stats = (machine: Machine, pid = PID) => look(machine, (raw, device) => raw.nvmlDeviceGetAccountingStats({ device, pid }).stats);

describe('an ended process', () => {
  it('keeps its stats as they were when it ended', async () => {
    const machine = await accounting();
    const started = BigInt(Date.parse((await machine.show()).time));
    await machine.addProcess(training);
    await machine.advance(90);
    await machine.removeProcess(PID);
    const ended = await stats(machine);
    expect(ended).toMatchObject({ isRunning: 0, time: 90_000n, gpuUtilization: 60 });
    expect(ended.startTime / 1000n).toBe(started);
    await machine.advance(3600);
    expect(await stats(machine)).toEqual(ended);
  });

  it('gives way to a later one with its number', async () => {
    const machine = await accounting();
    await machine.addProcess(training);
    await machine.removeProcess(PID);
    await machine.addProcess({ ...training, smPercent: 7 });
    expect(await pids(machine)).toEqual([PID, PID]);
    expect(await stats(machine)).toMatchObject({ isRunning: 1, gpuUtilization: 7 });
  });

  it('is forgotten, oldest first, when the buffer is full', { timeout: 60_000 }, async () => {
    const machine = await accounting();
    const { bufferSize } = await look(machine, (raw, device) => raw.nvmlDeviceGetAccountingBufferSize({ device }));
    await machine.addProcess(training);
    for (let number = 1; number <= bufferSize; number++) {
      await machine.addProcess({ ...training, pid: PID + number });
      await machine.removeProcess(PID + number);
    }
    expect(await pids(machine)).toEqual(Array.from({ length: bufferSize }, (_, at) => PID + 1 + at));
    // Its entry is gone, but it still runs and still ends.
    await machine.removeProcess(PID);
    expect(await machine.processes()).toEqual([]);
  });
});

describe('accounting', () => {
  it('knows who started while it was on, of its own GPU', async () => {
    const machine = await accounting(false);
    await machine.addProcess(training);
    await machine.set(0, { 'accounting.mode': true });
    await machine.addProcess({ ...training, pid: PID + 1 });
    await machine.addProcess({ ...training, pid: PID + 2, gpu: 1 });
    expect(await pids(machine)).toEqual([PID + 1]);
  });

  it('that is switched off forgets everything', async () => {
    const machine = await accounting();
    await machine.addProcess(training);
    await look(machine, (raw, device) => raw.nvmlDeviceSetAccountingMode({ device, mode: 0 }));
    await machine.set(0, { 'accounting.mode': true });
    expect(await pids(machine)).toEqual([]);
  });

  it.each<[string, (machine: Machine) => Promise<void>]>([
    ['a driver reload', (machine) => machine.reloadDriver()],
    ['a reset of the GPU', (machine) => machine.reset(0)],
    ['a reboot', (machine) => machine.reboot()],
    ['the driver letting go of the GPU', async (machine) => {
      await machine.set(0, { persistence: false });
      await machine.advance(5);
    }],
  ])('is off after %s', async (_, act) => {
    const machine = await accounting();
    expect(await mode(machine)).toBe(1);
    await act(machine);
    expect(await mode(machine)).toBe(0);
  });

  it('is switched and cleared by root only', async () => {
    const machine = await accounting();
    await machine.setHost({ 'host.permissions': 'user' });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    expect(await client.status('nvmlDeviceSetAccountingMode', { handle: 0 }, 0)).toBe(NO_PERMISSION);
    expect(await client.status('nvmlDeviceClearAccountingPids', { handle: 0 })).toBe(NO_PERMISSION);
    expect(await mode(machine)).toBe(1);
  });
});
