import { describe, expect, it } from 'vitest';
import type { ScriptedFunction } from '../library/scripted-backend.ts';
import { gate, writeText, writeU32 } from '../library/scripted-backend.ts';
import { until } from './host.ts';
import { openScripted } from './scripted.ts';

/** Answers `status` the next `times` times, then not pending. */
function pendingAfter(answers: { status: number; times: number }): ScriptedFunction {
  return (frame) => (answers.times-- > 0 ? answers.status : (writeU32(frame, 1, 0), 0));
}

describe('a handle of a new generation', () => {
  it('is looked up again, and the same GPU reads on', async () => {
    const { nvml } = await openScripted({ nvmlDeviceGetRetiredPagesPendingStatus: pendingAfter({ status: 15, times: 1 }) });
    const gpu = await nvml.gpu('GPU-b');
    const { generation } = nvml;
    expect(await gpu.pageRetirementPending()).toBe(false);
    expect(nvml.generation).toBe(generation + 1);
  });

  it.each(['uuids', 'busIds'] as const)('is refused where only one of UUID and PCI address is the same (%s differ)', async (which) => {
    const answers = { status: 15, times: 0 };
    const host = await openScripted({ nvmlDeviceGetRetiredPagesPendingStatus: pendingAfter(answers) });
    const gpu = await host.nvml.gpu('GPU-b');
    host[which].reverse();
    answers.times = 1;
    await expect(gpu.pageRetirementPending()).rejects.toMatchObject({ code: 'IDENTITY_CHANGED', message: expect.stringContaining('GPU-b at 00000000:AF:00.0') as string });
    // Who looks it up again finds what is there now.
    expect((await host.nvml.gpus())[1]?.[which === 'uuids' ? 'uuid' : 'pciBusId']).toBe(host[which][1]);
  });

  it('comes after a new init where the vendor says that it is not initialised', async () => {
    const { nvml, backend } = await openScripted({ nvmlDeviceGetRetiredPagesPendingStatus: pendingAfter({ status: 1, times: 1 }) });
    expect(await (await nvml.gpu(0)).pageRetirementPending()).toBe(false);
    expect(backend.opened[0]?.calls.filter((call) => call === 'library nvmlInit_v2')).toHaveLength(2);
    await nvml.close();
    expect(backend.opened[0]?.calls.filter((call) => call === 'library nvmlShutdown')).toHaveLength(1);
  });
});

describe('two who ask a GPU for the first time at once', () => {
  it('each get their own answers', async () => {
    const { opened, open } = gate();
    let waits = true;
    const { nvml, backend } = await openScripted({
      nvmlDeviceGetUUID: (frame) => (writeText(frame, 1, 'GPU-a'), waits ? opened : 0),
      nvmlDeviceGetRetiredPagesPendingStatus: (frame) => (writeU32(frame, 1, 1), 0),
      nvmlDeviceGetPersistenceMode: (frame) => (writeU32(frame, 1, 0), 0),
    });
    const first = nvml.gpus();
    await until(() => backend.opened[0]?.calls.includes('device:0 nvmlDeviceGetUUID') ?? false);
    const snapshot = nvml.snapshot();
    await until(() => backend.opened[0]?.crossings.filter(({ lane }) => lane === 'device:0').length === 3);
    waits = false;
    open();
    await first;
    expect((await snapshot).gpus[0]).toMatchObject({ uuid: { value: 'GPU-a' }, pageRetirementPending: { state: 'value', value: true }, persistenceMode: { state: 'value', value: false }, retiredPages: { state: 'unsupported' } });
  });
});

describe('stale values', () => {
  it('never are those of another GPU', async () => {
    let hang = false;
    const host = await openScripted({
      nvmlDeviceGetRetiredPagesPendingStatus: (frame) => (hang ? new Promise(() => undefined) : (writeU32(frame, 1, 1), 0)),
      nvmlDeviceGetRetiredPages: () => (host.uuids[1] === 'GPU-a' ? 15 : 0),
    });
    expect((await host.nvml.snapshot()).gpus[1]?.pageRetirementPending).toEqual({ state: 'value', value: true });
    host.uuids[1] = 'GPU-c';
    host.backend.opened[0]!.generation += 1;
    hang = true;
    expect((await host.nvml.snapshot()).gpus[1]?.pageRetirementPending).toMatchObject({ state: 'failed', error: { code: 'DEVICE_UNRESPONSIVE' } });
  });
});

describe('what this version has not heard of', () => {
  it('a status keeps its number', async () => {
    const { nvml } = await openScripted({ nvmlDeviceGetRetiredPagesPendingStatus: () => 12345 });
    await expect((await nvml.gpu(0)).pageRetirementPending()).rejects.toMatchObject({ code: 'VENDOR_ERROR', status: 12345, message: expect.stringContaining('12345') as string });
  });

  it('a recovery action keeps its number', async () => {
    const { nvml } = await openScripted({
      // nvmlFieldValue_t: valueType at 24, nvmlReturn at 28, value at 32
      nvmlDeviceGetFieldValues: (frame) => {
        const view = new DataView(frame.memory.buffer, frame.memory.byteOffset + Number(frame.words[2]));
        view.setUint32(24, 1, true);
        view.setUint32(28, 0, true);
        view.setUint32(32, 77, true);
        return 0;
      },
    });
    expect((await nvml.snapshot()).gpus[0]?.recoveryAction).toEqual({ state: 'value', value: { name: 'unknown', value: 77 } });
  });
});
