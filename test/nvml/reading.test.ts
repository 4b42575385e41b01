import { describe, expect, it } from 'vitest';
import type { Nvml } from '../../lib/nvml/index.ts';
import { WAYS } from './backends.ts';
import { openOn, startHost } from './host.ts';
import { openScripted } from './scripted.ts';
import { warningsDuring } from './warnings.ts';

const PAGE = 0x10000n;

/** A V100 whose GPU 1 has one page of each cause, the later address recorded first. */
async function sickHost(options: { readonly driver?: string } = {}): ReturnType<typeof startHost> {
  const machine = await startHost('tesla-v100-8', { gpus: 2, ...options });
  await machine.inject({ kind: 'double-bit-ecc', gpu: 1, address: 9n * PAGE + 0x80n });
  await machine.inject({ kind: 'single-bit-ecc', gpu: 1, address: 5n * PAGE });
  await machine.inject({ kind: 'single-bit-ecc', gpu: 1, address: 5n * PAGE });
  return machine;
}

describe.each(WAYS)('through %s', (_, way) => {
  it('a V100 tells its retired pages by address, with cause and time, and that they are pending', async () => {
    const machine = await sickHost();
    const nvml = await openOn(machine, way);
    const gpu = await nvml.gpu(1);
    const shown = (await machine.show()).gpus[1];
    const pages = await gpu.retiredPages();
    expect(pages.map(({ address, cause }) => [address, cause])).toEqual([[5n * PAGE, 'multiple-single-bit-ecc'], [9n * PAGE, 'double-bit-ecc']]);
    const recorded = new Map(shown?.retiredPages.map((page) => [BigInt(page.address), Date.parse(page.retiredAt)]));
    for (const page of pages) expect(Math.abs((page.retiredAt?.getTime() ?? 0) - (recorded.get(page.address) ?? -1))).toBeLessThan(1000);
    expect(await gpu.pageRetirementPending()).toBe(true);
    const healthy = await nvml.gpu(0);
    expect(await healthy.retiredPages()).toEqual([]);
    expect(await healthy.pageRetirementPending()).toBe(false);
  });

  it('a snapshot has one row per GPU, the same facts as single calls, and no failure', async () => {
    const machine = await sickHost();
    const nvml = await openOn(machine, way);
    const snapshot = await nvml.snapshot();
    const state = await machine.show();
    expect(snapshot.driverVersion).toEqual({ state: 'value', value: state.driverVersion });
    expect(snapshot.gpus.map(({ index, uuid, pciBusId }) => ({ index, uuid, pciBusId }))).toEqual(
      state.gpus.map(({ index, uuid, pciBusId }) => ({ index, uuid: { state: 'value', value: uuid }, pciBusId: { state: 'value', value: pciBusId } })),
    );
    for (const gpu of snapshot.gpus) for (const reading of Object.values(gpu)) expect(reading).not.toMatchObject({ state: 'failed' });
    const [, sick] = snapshot.gpus;
    expect(sick?.retiredPages).toEqual({ state: 'value', value: await (await nvml.gpu(1)).retiredPages() });
    expect(sick?.pageRetirementPending).toEqual({ state: 'value', value: true });
    expect(sick?.eccCounters).toMatchObject({ state: 'value', value: { volatileCorrected: 2n, aggregateUncorrected: 1n } });
    expect(sick?.rowRemapping).toEqual({ state: 'unsupported' });
  });

  it('an A100 says that page retirement does not apply, and tells its rows', async () => {
    const machine = await startHost('hgx-a100-8', { gpus: 1 });
    await machine.inject({ kind: 'double-bit-ecc', gpu: 0, address: 0x1234_0000n });
    const nvml = await openOn(machine, way);
    const [gpu] = (await nvml.snapshot()).gpus;
    expect(gpu?.retiredPages).toEqual({ state: 'unsupported' });
    expect(gpu?.pageRetirementPending).toEqual({ state: 'unsupported' });
    expect(gpu?.rowRemapping).toEqual({ state: 'value', value: { correctableRows: 0, uncorrectableRows: 1, pending: true, failureOccurred: false } });
    const single = await nvml.gpu(0);
    await expect(single.retiredPages()).rejects.toMatchObject({ code: 'NOT_SUPPORTED', status: 3 });
    const banks = Object.values(await single.rowRemapperHistogram());
    expect(banks.reduce((sum, count) => sum + count)).toBeGreaterThan(0);
  });
});

describe('drivers of all ages', () => {
  it('tell inactive remaps where they have them, and only there', async () => {
    const inactive = async (driver: string) => {
      const nvml = await openOn(await startHost('hgx-h100-8', { gpus: 1, driver }));
      return await (await nvml.gpu(0)).rowRemapping();
    };
    expect(await inactive('595.58.03')).toEqual({ correctableRows: 0, uncorrectableRows: 0, inactiveCorrectableRows: 0, inactiveUncorrectableRows: 0, pending: false, failureOccurred: false });
    expect(Object.keys(await inactive('580.65.06'))).not.toContain('inactiveCorrectableRows');
  });

  it('tell four numbers of remaps apart', async () => {
    const { nvml } = await openScripted({
      nvmlDeviceGetRemappedRows_v2: (frame) => ([3, 5, 7, 11, 1, 0].forEach((number, place) => new DataView(frame.memory.buffer, frame.memory.byteOffset).setUint32(Number(frame.words[1]) + 4 * place, number, true)), 0),
    });
    expect(await (await nvml.gpu(0)).rowRemapping()).toEqual({
      correctableRows: 3, inactiveCorrectableRows: 5, uncorrectableRows: 7, inactiveUncorrectableRows: 11, pending: true, failureOccurred: false,
    });
  });

  it('that are too old for times of retirement still tell pages and causes', async () => {
    const machine = await sickHost();
    await machine.inject({ kind: 'absent', function: 'nvmlDeviceGetRetiredPages_v2' });
    const nvml = await openOn(machine);
    expect(await (await nvml.gpu(1)).retiredPages()).toEqual([
      { cause: 'multiple-single-bit-ecc', address: 5n * PAGE },
      { cause: 'double-bit-ecc', address: 9n * PAGE },
    ]);
  });

  it('of the oldest branch can be read', async () => {
    const machine = await sickHost({ driver: '440.33.01' });
    const nvml = await openOn(machine);
    expect(await nvml.driverVersion()).toBe('440.33.01');
    const snapshot = await nvml.snapshot();
    for (const reading of Object.values(snapshot.gpus[1] ?? {})) expect(reading).not.toMatchObject({ state: 'failed' });
    expect(snapshot.gpus[1]?.retiredPages).toMatchObject({ state: 'value', value: [{ address: 5n * PAGE }, { address: 9n * PAGE }] });
  });

  it('without a function make its field unsupported, and the single call says which driver has it', async () => {
    const machine = await startHost('hgx-a100-8', { gpus: 1, driver: '440.33.01' });
    const nvml = await openOn(machine);
    expect((await nvml.snapshot()).gpus[0]?.rowRemapping).toEqual({ state: 'unsupported' });
    const missing = (await nvml.gpu(0)).rowRemapping();
    await expect(missing).rejects.toMatchObject({ code: 'FUNCTION_NOT_FOUND', call: 'nvmlDeviceGetRemappedRows', message: expect.stringMatching(/R4\d\d/) as string });
  });
});

describe('finding a GPU', () => {
  async function three(): Promise<Nvml> {
    return await openOn(await startHost('tesla-v100-8', { gpus: 3 }));
  }

  it('by index, UUID and any spelling of its PCI address', async () => {
    const nvml = await three();
    const [, wanted] = await nvml.gpus();
    if (wanted === undefined || wanted.uuid === null || wanted.pciBusId === null) throw new Error('GPU 1 has an identity');
    const long = wanted.pciBusId;
    const short = long.slice(9).toLowerCase();
    for (const id of [1, '1', wanted.uuid, wanted.uuid.toUpperCase().replace('GPU-', 'GPU-'), long, long.toLowerCase(), `0000:${short}`, short]) {
      expect((await nvml.gpu(id)).uuid, String(id)).toBe(wanted.uuid);
    }
  });

  it('that is not there names those that are', async () => {
    const nvml = await three();
    const uuids = (await nvml.gpus()).map((gpu) => gpu.uuid ?? '');
    for (const id of [3, 'GPU-00000000-0000-0000-0000-000000000000', 'ff:00.0']) {
      const failure = await nvml.gpu(id).catch((error: unknown) => error as Error & { code: string });
      expect(failure).toMatchObject({ code: 'GPU_NOT_FOUND' });
      for (const uuid of uuids) expect((failure as Error).message).toContain(uuid);
    }
  });

  it('refuses what cannot name one', async () => {
    const nvml = await three();
    for (const id of ['', 'all', '-1', 1.5, '0x1']) await expect(nvml.gpu(id), String(id)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});

describe('one crossing', () => {
  it('per lane reads a host whose handles are known', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 2 });
    const crossings: string[] = [];
    const { selectBackend } = await import('../../lib/backend/select.ts');
    const nvml = await openOn(machine, {}, {
      createBackend: async (choice) => {
        const backend = await selectBackend(choice);
        const open = backend.open.bind(backend);
        backend.open = async (path) => {
          const library = await open(path);
          const submit = library.submit.bind(library);
          library.submit = (lane, calls, options) => (crossings.push(lane), submit(lane, calls, options));
          return library;
        };
        return backend;
      },
    });
    await nvml.snapshot();
    crossings.length = 0;
    await nvml.snapshot();
    expect(crossings.sort()).toEqual(['device:0', 'device:1', 'library']);
  });
});

it('one signal for all GPUs of a large host is nothing that Node warns of', async () => {
  const nvml = await openOn(await startHost('hgx2-v100-16'));
  const { signal } = new AbortController();
  expect(await warningsDuring(async () => expect((await nvml.snapshot({ signal })).gpus).toHaveLength(16))).toEqual([]);
});
