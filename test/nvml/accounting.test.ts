import { describe, expect, it } from 'vitest';
import { writeU32, writeU64 } from '../library/scripted-backend.ts';
import { WAYS } from './backends.ts';
import { openOn, startHost } from './host.ts';
import { openScripted } from './scripted.ts';

const GIB = 2n ** 30n;

describe.each(WAYS)('accounting, through %s', (_, way) => {
  it('tells what processes use and have used, while they run and after', async () => {
    const machine = await startHost('hgx-a100-8', { gpus: 2, attributes: { 'host.clock-frozen': true, 'gpu.0.accounting.mode': true } });
    const gpu = await (await openOn(machine, way)).gpu(0);
    expect(await gpu.accounting()).toMatchObject({ enabled: true, processes: [] });
    const startedAt = new Date((await machine.show()).time);
    await machine.addProcess({ gpu: 0, pid: 4242, name: 'train', smPercent: 60, memoryPercent: 25, memoryBytes: 3n * GIB });
    await machine.setProcess(0, 4242, { memoryBytes: GIB });
    const running = { pid: 4242, running: true, gpuPercent: 60, memoryPercent: 25, maxMemoryBytes: 3n * GIB, activeMs: 0n, startedAt };
    expect((await gpu.accounting()).processes).toEqual([running]);
    await machine.advance(90);
    await machine.removeProcess(4242);
    await machine.addProcess({ gpu: 0, pid: 4243, name: 'infer', smPercent: 5 });
    const { processes } = await gpu.accounting();
    expect(processes[0]).toEqual({ ...running, running: false, activeMs: 90_000n });
    expect(processes[1]).toMatchObject({ pid: 4243, running: true, gpuPercent: 5, startedAt: new Date(startedAt.getTime() + 90_000) });
    expect(processes).toHaveLength(2);
  });

  it('that another process turns on is seen; while it is off nobody is listed, and how many it remembers is told', async () => {
    const machine = await startHost('hgx-a100-8', { gpus: 1 });
    const gpu = await (await openOn(machine, way)).gpu(0);
    await machine.set(0, { 'accounting.mode': false });
    const { enabled, bufferSize, processes } = await gpu.accounting();
    expect([enabled, bufferSize > 0, processes]).toEqual([false, true, []]);
    const other = await openOn(machine, { backend: 'addon', isolation: 'helper-process' });
    const { device } = await other.rawAsync.nvmlDeviceGetHandleByIndex_v2({ index: 0 });
    await other.rawAsync.nvmlDeviceSetAccountingMode({ device, mode: 'enabled' });
    expect((await gpu.accounting()).enabled).toBe(true);
  });

  it('is not there on a product without it', async () => {
    const machine = await startHost('hgx-a100-8', { gpus: 1 });
    await machine.set(0, { 'accounting.mode': null });
    await expect((await (await openOn(machine, way)).gpu(0)).accounting()).rejects.toMatchObject({ code: 'NOT_SUPPORTED', call: 'nvmlDeviceGetAccountingMode' });
  });
});

describe('accounting', () => {
  it('leaves out a process that is forgotten in between, and tells as undefined what the driver does not know', async () => {
    const { nvml } = await openScripted({
      nvmlDeviceGetAccountingMode: (frame) => (writeU32(frame, 1, 1), 0),
      nvmlDeviceGetAccountingBufferSize: (frame) => (writeU32(frame, 1, 4000), 0),
      nvmlDeviceGetAccountingPids: (frame) => {
        writeU32(frame, 1, 2);
        new DataView(frame.memory.buffer, frame.memory.byteOffset + Number(frame.words[2])).setBigUint64(0, 7n | (8n << 32n), true);
        return 0;
      },
      // nvmlAccountingStats_t: two u32, then three u64, then isRunning.
      nvmlDeviceGetAccountingStats: (frame) => {
        if (frame.words[1] === 7n) return 6;
        for (const [place, word] of [0xffff_ffff_ffff_ffffn, 0xffff_ffff_ffff_ffffn, 0xffff_ffff_ffff_ffffn, 1_700_000_000_000_000n, 0n].entries()) writeU64(frame, 2, word, place);
        return 0;
      },
    });
    expect(await (await nvml.gpu(0)).accounting()).toEqual({
      enabled: true,
      bufferSize: 4000,
      processes: [{ pid: 8, running: false, gpuPercent: undefined, memoryPercent: undefined, maxMemoryBytes: undefined, activeMs: undefined, startedAt: new Date(1_700_000_000_000) }],
    });
    await nvml.close();
  });
});
