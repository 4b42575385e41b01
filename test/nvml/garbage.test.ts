/** Answers that say success and cannot be: none of them may look like a value. */
import { describe, expect, it } from 'vitest';
import { fieldIds } from '../../lib/abi/nvml/field-ids.ts';
import type { CallFrame } from '../../lib/abi/frame.ts';
import { verdict } from '../../lib/diagnosis/index.ts';
import type { GpuSnapshot, HostGpu } from '../../lib/nvml/index.ts';
import type { Machine } from '../../mocks/control/index.ts';
import type { ScriptedFunction } from '../library/scripted-backend.ts';
import { writeU32, writeU64 } from '../library/scripted-backend.ts';
import { openOn, startHost } from './host.ts';
import { openScripted } from './scripted.ts';

const LISTED: readonly HostGpu[] = [{ pciBusId: '00000000:3B:00.0', uuid: 'GPU-a' }, { pciBusId: '00000000:AF:00.0' }];

describe('a count of GPUs that no host has', () => {
  // Not more, so that a version that believes it fails here instead of never coming back.
  const functions = { nvmlDeviceGetCount_v2: (frame: Parameters<typeof writeU32>[0]) => (writeU32(frame, 0, 1025), 0) };

  it('is no count: the GPUs are those of PCI, their readings failed, naming the call', async () => {
    const { nvml } = await openScripted(functions, {}, LISTED);
    const { gpus } = await nvml.snapshot();
    expect(gpus.map((gpu) => gpu.pciBusId)).toEqual(LISTED.map(({ pciBusId }) => ({ state: 'value', value: pciBusId })));
    for (const gpu of gpus) {
      expect(gpu.retiredPages).toMatchObject({ state: 'failed', error: { code: 'IMPLAUSIBLE_ANSWER', call: 'nvmlDeviceGetCount_v2', message: expect.stringMatching(/1025 GPUs.*: .*kernel log/) as string } });
    }
    expect((await nvml.gpus()).map((gpu) => gpu.pciBusId)).toEqual(LISTED.map((gpu) => gpu.pciBusId));
    expect((await nvml.gpu(1)).pciBusId).toBe('00000000:AF:00.0');
  });
});

/** Writes unsigned ints one after the other through the pointer in word 1, from byte `at` on. */
function answer(numbers: readonly number[], at = 0): ScriptedFunction {
  return (frame: CallFrame) => {
    const view = new DataView(frame.memory.buffer, frame.memory.byteOffset);
    numbers.forEach((number, place) => view.setUint32(Number(frame.words[1]) + at + 4 * place, number, true));
    return 0;
  };
}

async function scriptedGpu(functions: Readonly<Record<string, ScriptedFunction>>): Promise<GpuSnapshot> {
  const { nvml } = await openScripted(functions);
  const [gpu] = (await nvml.snapshot()).gpus;
  if (gpu === undefined) throw new Error('there is a GPU 0');
  return gpu;
}

const GARBLED = { state: 'failed', error: { code: 'IMPLAUSIBLE_ANSWER' } };

describe('outputs filled with a pattern', () => {
  async function garbled(profile: string, driver: string, rows: readonly (readonly [string, keyof GpuSnapshot])[]): Promise<void> {
    const machine: Machine = await startHost(profile, { gpus: 1, driver });
    const nvml = await openOn(machine);
    for (const [name, field] of rows) {
      await machine.inject({ kind: 'pattern', function: name });
      const [gpu] = (await nvml.snapshot()).gpus;
      await machine.clear();
      if (gpu === undefined) throw new Error('there is a GPU 0');
      expect(gpu[field], name).toMatchObject({ state: 'failed', error: { message: expect.stringMatching(/^nvml\w+.*: .*: / ) as string } });
      expect(verdict(gpu).level, name).toBe('unknown');
    }
    const [well] = (await nvml.snapshot()).gpus;
    expect(well === undefined ? '' : verdict(well).level).toBe('ok');
  }

  it('are no health of a card with page retirement', async () => {
    await garbled('tesla-v100-8', '535.129.03', [
      ['nvmlDeviceGetRetiredPages_v2', 'retiredPages'],
      ['nvmlDeviceGetRetiredPagesPendingStatus', 'pageRetirementPending'],
      ['nvmlDeviceGetEccMode', 'eccMode'],
    ]);
  });

  it.each([['595.58.03', 'nvmlDeviceGetRemappedRows_v2'], ['580.65.06', 'nvmlDeviceGetRemappedRows']])('are no health of a card with row remapping (driver %s)', async (driver, rows) => {
    await garbled('hgx-h100-8', driver, [
      [rows, 'rowRemapping'],
      ['nvmlDeviceGetRowRemapperHistogram', 'rowRemapperHistogram'],
      ['nvmlDeviceGetFieldValues', 'recoveryAction'],
      ['nvmlDeviceGetSramEccErrorStatus', 'sramEcc'],
      ...(driver.startsWith('595') ? [['nvmlDeviceGetRepairStatus', 'repairStatus'], ['nvmlDeviceGetUnrepairableMemoryFlag_v1', 'unrepairableMemory']] as const : []),
    ]);
  });
});

describe('a flag', () => {
  it.each([2, 7, 256, 0x0102_0304, 0xffff_ffff])('of %i is neither set nor clear', async (value) => {
    const gpu = await scriptedGpu({
      nvmlDeviceGetRetiredPagesPendingStatus: answer([value]),
      nvmlDeviceGetPersistenceMode: answer([value]),
      nvmlDeviceGetEccMode: (frame) => (writeU32(frame, 1, 1), writeU32(frame, 2, value), 0),
      nvmlDeviceGetRemappedRows: (frame) => (writeU32(frame, 3, 0), writeU32(frame, 4, value), 0),
      nvmlDeviceGetRepairStatus: answer([0, value], 4),
      nvmlDeviceGetUnrepairableMemoryFlag_v1: answer([value]),
    });
    for (const field of ['pageRetirementPending', 'persistenceMode', 'eccMode', 'rowRemapping', 'repairStatus', 'unrepairableMemory'] as const) expect(gpu[field], field).toMatchObject(GARBLED);
    expect(gpu.eccMode).toMatchObject({ error: { call: 'nvmlDeviceGetEccMode', message: expect.stringContaining(`answered ${value} for the pending ECC mode`) as string } });
  });

  it.each([0, 1])('of %i is a value', async (value) => {
    const gpu = await scriptedGpu({ nvmlDeviceGetRetiredPagesPendingStatus: answer([value]), nvmlDeviceGetUnrepairableMemoryFlag_v1: answer([value]) });
    expect(gpu.pageRetirementPending).toEqual({ state: 'value', value: value === 1 });
    expect(gpu.unrepairableMemory).toEqual({ state: 'value', value: value === 1 });
  });
});

describe('retired pages', () => {
  const pages = (told: (room: number) => number): ScriptedFunction => (frame) => {
    const room = new DataView(frame.memory.buffer, frame.memory.byteOffset).getUint32(Number(frame.words[2]), true);
    const count = told(room);
    writeU32(frame, 2, count);
    for (let page = 0; page < Math.min(count, room); page += 1) writeU64(frame, 3, BigInt(page + 1) * 0x10000n, page);
    return 0;
  };
  const both = async (told: (room: number) => number): Promise<GpuSnapshot['retiredPages']> => (await scriptedGpu({ nvmlDeviceGetRetiredPages_v2: pages(told) })).retiredPages;

  it('of which more are told than there was room for are no list', async () => {
    expect(await both((room) => room + 1)).toMatchObject({ ...GARBLED, error: { call: 'nvmlDeviceGetRetiredPages_v2', message: expect.stringMatching(/\d+ entries, into room for \d+/) as string } });
    expect(await both(() => 0xffff_ffff)).toMatchObject(GARBLED);
  });

  it('of which there are more than a GPU retires are no list', async () => {
    expect(await both(() => 33)).toMatchObject({ ...GARBLED, error: { message: expect.stringContaining('66 retired pages') as string } });
    expect(await both(() => 32)).toMatchObject({ state: 'value' });
  });
});

describe('a recovery action', () => {
  /** nvmlFieldValue_t: fieldId 0, valueType 24, nvmlReturn 28, value 32. */
  const field = (write: (view: DataView, at: number) => void): ScriptedFunction => (frame) => (write(new DataView(frame.memory.buffer, frame.memory.byteOffset), Number(frame.words[2])), 0);
  const action = async (write: (view: DataView, at: number) => void): Promise<GpuSnapshot['recoveryAction']> => (await scriptedGpu({ nvmlDeviceGetFieldValues: field(write) })).recoveryAction;
  const told = (type: number, value: (view: DataView, at: number) => void) => (view: DataView, at: number) => {
    view.setUint32(at + 24, type, true);
    view.setUint32(at + 28, 0, true);
    value(view, at + 32);
  };

  it('that the driver did not touch is not "none"', async () => {
    expect(await action(() => undefined)).toMatchObject({ state: 'failed', error: { call: expect.stringContaining('RECOVERY_ACTION') as string } });
  });

  it('of no whole number, or of another field, is none', async () => {
    expect(await action(told(0, (view, at) => view.setFloat64(at, 0.5, true)))).toMatchObject(GARBLED);
    expect(await action(told(5, (view, at) => view.setInt32(at, -1, true)))).toMatchObject(GARBLED);
    expect(await action((view, at) => (told(1, () => undefined)(view, at), view.setUint32(at, fieldIds.NVML_FI_DEV_RESET_STATUS, true)))).toMatchObject(GARBLED);
  });

  it('that this version does not know keeps its number', async () => {
    expect(await action(told(1, (view, at) => view.setUint32(at, 77, true)))).toEqual({ state: 'value', value: { name: 'unknown', value: 77 } });
    expect(await action(told(1, (view, at) => view.setUint32(at, 0, true)))).toEqual({ state: 'value', value: { name: 'none', value: 0 } });
  });
});

describe('a GPU that names itself with nonsense', () => {
  it('has no identity from it, and is not taken for another one', async () => {
    const host = await openScripted({ nvmlDeviceGetRetiredPagesPendingStatus: answer([0]) });
    const gpu = await host.nvml.gpu(0);
    host.uuids[0] = '\u0001\u0002';
    host.busIds[0] = '%&()';
    // A new generation, in which all are asked anew who they are.
    if (host.backend.opened[0] !== undefined) host.backend.opened[0].generation += 1;
    expect(await gpu.snapshot()).toMatchObject({ pciBusId: { state: 'value', value: '00000000:3B:00.0' }, uuid: { state: 'value', value: 'GPU-a' } });
    const [told] = (await host.nvml.snapshot()).gpus;
    expect(told).toMatchObject({ uuid: GARBLED, pciBusId: GARBLED, pageRetirementPending: { state: 'value', value: false } });
    await expect(gpu.identity()).rejects.toMatchObject({ code: 'IMPLAUSIBLE_ANSWER', message: expect.stringContaining('no UUID') as string });
  });
});
