import { describe, expect, it } from 'vitest';
import { gpuProcesses } from '../../lib/nvml/snapshot/process-list.ts';
import { WAYS } from './backends.ts';
import { openOn, startHost } from './host.ts';

const MIB = 2n ** 20n;

describe.each(WAYS)('processes, through %s', (_, way) => {
  it('are told by their kind: an MPS client is not a second, compute, process', async () => {
    const machine = await startHost('hgx-a100-8', { gpus: 2 });
    const nvml = await openOn(machine, way);
    const gpu = await nvml.gpu(0);
    await machine.addProcess({ gpu: 0, pid: 4001, name: 'train', memoryBytes: 300n * MIB });
    await machine.addProcess({ gpu: 0, pid: 4002, name: 'mps-client', kind: 'mps', memoryBytes: 200n * MIB });
    await machine.addProcess({ gpu: 0, pid: 4003, name: 'draw', kind: 'graphics', memoryBytes: 100n * MIB });
    await machine.addProcess({ gpu: 1, pid: 4004, name: 'elsewhere', kind: 'mps' });
    const simulated = (await gpu.processes()).filter(({ pid }) => pid >= 4001 && pid <= 4004);
    expect(simulated).toEqual([
      { pid: 4001, kind: 'compute', usedMemoryBytes: 300n * MIB },
      { pid: 4002, kind: 'mps', usedMemoryBytes: 200n * MIB },
      { pid: 4003, kind: 'graphics', usedMemoryBytes: 100n * MIB },
    ]);
    const { processes } = (await nvml.snapshot()).gpus[0] ?? {};
    expect(processes).toMatchObject({ state: 'value', value: expect.arrayContaining(simulated) as object[] });
    await machine.setProcess(0, 4002, { memoryBytes: 250n * MIB });
    expect(await gpu.processes()).toContainEqual({ pid: 4002, kind: 'mps', usedMemoryBytes: 250n * MIB });
    await machine.removeProcess(4002);
    expect((await gpu.processes()).map(({ pid }) => pid)).not.toContain(4002);
  });

  it('of another process are seen, by its number', async () => {
    const machine = await startHost('hgx-a100-8', { gpus: 1 });
    const gpu = await (await openOn(machine, way)).gpu(0);
    const own = (await machine.show()).clients.map(({ pid }) => pid);
    await openOn(machine, { backend: 'addon', isolation: 'helper-process' });
    const others = (await machine.show()).clients.map(({ pid }) => pid).filter((pid) => !own.includes(pid));
    expect(others).toHaveLength(1);
    expect((await gpu.processes()).map(({ pid, kind }) => [pid, kind])).toEqual([[others[0], 'compute']]);
  });

  it('of a driver that cannot list MPS clients are the others', async () => {
    const machine = await startHost('hgx-a100-8', { gpus: 1 });
    await machine.addProcess({ gpu: 0, pid: 4001, name: 'train' });
    for (const version of ['', '_v2', '_v3']) await machine.inject({ kind: 'fail', function: `nvmlDeviceGetMPSComputeRunningProcesses${version}`, returnCode: 3 });
    expect(await (await (await openOn(machine, way)).gpu(0)).processes()).toContainEqual({ pid: 4001, kind: 'compute', usedMemoryBytes: 0n });
  });

  it('of which MPS clients cannot be read are not told in part', async () => {
    const machine = await startHost('hgx-a100-8', { gpus: 1 });
    for (const version of ['', '_v2', '_v3']) await machine.inject({ kind: 'fail', function: `nvmlDeviceGetMPSComputeRunningProcesses${version}`, returnCode: 999 });
    await expect((await (await openOn(machine, way)).gpu(0)).processes()).rejects.toMatchObject({ code: 'VENDOR_ERROR', status: 999 });
  });
});

it('an MPS client that the driver also lists among the compute processes is told once, as what it is', () => {
  const entry = (pid: number) => ({ pid, usedGpuMemory: 5n });
  expect(gpuProcesses({ compute: [entry(1), entry(2)], mps: [entry(2)], graphics: [entry(1)] }).map(({ pid, kind }) => [pid, kind])).toEqual([[1, 'compute'], [2, 'mps'], [1, 'graphics']]);
});
