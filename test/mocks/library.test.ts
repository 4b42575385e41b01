import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { firstDriver } from '../../lib/abi/index.ts';
import { Client } from './client.ts';
import { pythonEnvironment } from './python.ts';
import { host, PAGE } from './simulated-host.ts';

const UNINITIALIZED = 1, INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, NO_PERMISSION = 4, NOT_FOUND = 6, INSUFFICIENT_SIZE = 7, DRIVER_NOT_LOADED = 9, VERSION_MISMATCH = 25;

const ALL = Object.keys(firstDriver);

/** Which of `symbols` a fresh process finds by dlsym. */
function found(library: string, symbols: readonly string[]): string[] {
  const program = 'import ctypes,json,sys\nlib=ctypes.CDLL(sys.argv[1])\nprint(json.dumps([s for s in json.load(sys.stdin) if hasattr(lib,s)]))';
  return JSON.parse(execFileSync('python3', ['-c', program, library], { input: JSON.stringify(symbols), encoding: 'utf8', env: pythonEnvironment() })) as string[];
}

describe('exported names', () => {
  it('the newest driver has all 413', async () => {
    expect(ALL).toHaveLength(413);
    expect(found((await host('hgx-h100-8', { driver: '610.43.02' })).nvmlLibrary, ALL)).toEqual(ALL);
  });

  // Names that the real libraries of these drivers were seen to have and to lack.
  it.each([
    ['440.44', 202, ['nvmlDeviceGetRetiredPages_v2', 'nvmlDeviceGetFieldValues', 'nvmlDeviceRemoveGpu_v2'],
      ['nvmlDeviceGetRemappedRows', 'nvmlDeviceGetRowRemapperHistogram', 'nvmlDeviceGetGpuFabricInfo', 'nvmlDeviceGetModuleId', 'nvmlDeviceGetMemoryInfo_v2']],
    // One more than the stored library of 470.05, a build for WSL, would make 247: its header release declares what that build lacks.
    ['470.05', undefined, ['nvmlDeviceGetRemappedRows', 'nvmlDeviceGetRowRemapperHistogram'], ['nvmlDeviceGetModuleId', 'nvmlDeviceGetMemoryInfo_v2']],
    ['595.45.04', 410, ['nvmlDeviceGetRemappedRows_v2'], ['nvmlSystemGetCPER_v1']],
  ])('driver %s', async (driver, count, has, lacks) => {
    const machine = await host('tesla-v100-8', { driver });
    const there = new Set(found(machine.nvmlLibrary, ALL));
    if (count !== undefined) expect(there.size).toBe(count);
    expect(has.filter((name) => !there.has(name))).toEqual([]);
    expect(lacks.filter((name) => there.has(name))).toEqual([]);
    const client = await Client.initialised(machine.nvmlLibrary);
    const { out } = await client.call('nvmlSystemGetDriverVersion', { buffer: 80 }, 80);
    expect(Buffer.from(out?.[0] as string, 'hex').toString('latin1').split('\0')[0]).toBe(driver);
  });
});

describe('before init, after shutdown', () => {
  it('everything is uninitialized whatever its arguments, shutdown is fine', async () => {
    const client = await Client.open((await host('hgx-h100-8', { driver: '610.43.02' })).nvmlLibrary);
    expect([await client.status('nvmlShutdown'), await client.status('nvmlShutdown')]).toEqual([0, 0]);
    const own = new Set(['nvmlInit', 'nvmlInit_v2', 'nvmlInitWithFlags', 'nvmlShutdown', 'nvmlErrorString']);
    for (const name of ALL.filter((each) => !own.has(each))) expect([name, await client.status(name, null, null, null, null)]).toEqual([name, UNINITIALIZED]);
    expect([await client.status('nvmlInit'), await client.status('nvmlInitWithFlags', 1), await client.status('nvmlShutdown')]).toEqual([0, 0, 0]);
    expect(await client.status('nvmlDeviceGetCount_v2', { out: 'u32' })).toBe(0);
    await client.call('nvmlShutdown');
    expect(await client.status('nvmlDeviceGetCount_v2', null)).toBe(UNINITIALIZED);
  });

  // Seen in libraries of real drivers on a host that has no driver loaded.
  it('a failed init leaves everything uninitialized and what would be written untouched; shutdown and closing are fine', async () => {
    const machine = await host('hgx-h100-8', { driver: '610.43.02' });
    await machine.inject({ kind: 'driver-not-loaded' });
    const client = await Client.open(machine.nvmlLibrary);
    for (const init of ['nvmlInit_v2', 'nvmlInit'] as const) expect(await client.status(init)).toBe(DRIVER_NOT_LOADED);
    for (const flags of [0, 1]) expect(await client.status('nvmlInitWithFlags', flags)).toBe(DRIVER_NOT_LOADED);
    const own = new Set(['nvmlInit', 'nvmlInit_v2', 'nvmlInitWithFlags', 'nvmlShutdown', 'nvmlErrorString']);
    for (const name of ALL.filter((each) => !own.has(each))) {
      const outputs = Array.from({ length: 4 }, (_, at) => ({ out: 'u64', value: 1000 + at }) as const);
      expect([name, await client.call(name, ...outputs)]).toEqual([name, { status: UNINITIALIZED, out: [1000, 1001, 1002, 1003] }]);
    }
    expect([await client.status('nvmlShutdown'), await client.status('nvmlShutdown')]).toEqual([0, 0]);
    const program = 'import ctypes, _ctypes, sys\nfor _ in range(3):\n    nvml = ctypes.CDLL(sys.argv[1])\n    print(nvml.nvmlInit_v2(), nvml.nvmlShutdown())\n    _ctypes.dlclose(nvml._handle)';
    expect(execFileSync('python3', ['-c', program, machine.nvmlLibrary], { encoding: 'utf8', env: pythonEnvironment() })).toBe('9 0\n'.repeat(3));
  });

  it('error texts need no init, and are those of a real library', async () => {
    const client = await Client.open((await host()).nvmlLibrary);
    const texts: (string | undefined)[] = [];
    for (let code = 0; code <= 20; code += 1) texts.push((await client.call('nvmlErrorString', { i32: code })).text);
    expect(texts).toEqual([
      'Success', 'Uninitialized', 'Invalid Argument', 'Not Supported', 'Insufficient Permissions', 'Already Initialized', 'Not Found', 'Insufficient Size',
      'Insufficient External Power', 'Driver Not Loaded', 'Timeout', 'Interrupt Request Issue', 'NVML Shared Library Not Found', 'Function Not Found',
      'Corrupted infoROM', 'GPU is lost', 'GPU requires reset', 'GPU access blocked by the operating system', 'Driver/library version mismatch',
      'In use by another client', 'Insufficient Memory',
    ]);
    for (const code of [21, 100, 999, -1, -2_147_483_648, 2_147_483_647]) expect((await client.call('nvmlErrorString', { i32: code })).text).toBe('Unknown Error');
  });
});

describe('arguments', () => {
  it('what is only a stub is not supported', async () => {
    const client = await Client.initialised((await host()).nvmlLibrary);
    expect(await client.status('nvmlDeviceGetFanSpeed', { handle: 0 }, { out: 'u32' })).toBe(NOT_SUPPORTED);
  });

  it('small text buffers are told so and left alone', async () => {
    const client = await Client.initialised((await host()).nvmlLibrary);
    expect(await client.call('nvmlDeviceGetName', { handle: 0 }, { buffer: 8 }, 5)).toEqual({ status: INSUFFICIENT_SIZE, out: ['0000000000000000'] });
    expect(await client.status('nvmlDeviceGetUUID', { handle: 0 }, { buffer: 41 }, 41)).toBe(0);
    expect(await client.status('nvmlDeviceGetUUID', { handle: 0 }, { buffer: 40 }, 40)).toBe(INSUFFICIENT_SIZE);
    expect(await client.status('nvmlDeviceGetUUID', { handle: 0 }, null, 96)).toBe(INVALID_ARGUMENT);
  });

  it('a wrong version word is a version mismatch', async () => {
    const client = await Client.initialised((await host()).nvmlLibrary);
    const memory = (version: number) => client.status('nvmlDeviceGetMemoryInfo_v2', { handle: 0 }, { buffer: 40, u32: [version] });
    expect([await memory(33554472), await memory(40), await memory(16777256)]).toEqual([0, VERSION_MISMATCH, VERSION_MISMATCH]);
  });

  it('finds a GPU by UUID, serial and PCI address in its usual spellings', async () => {
    const machine = await host();
    const client = await Client.initialised(machine.nvmlLibrary);
    const gpu = (await machine.show()).gpus[5];
    const third = (await client.call('nvmlDeviceGetHandleByIndex_v2', 5, { out: 'handle' })).out;
    const by = async (name: string, text: string) => client.call(`nvmlDeviceGetHandleBy${name}`, { text }, { out: 'handle' });
    for (const [name, text] of [['UUID', gpu?.uuid], ['Serial', gpu?.serial], ['PciBusId_v2', '00000000:86:00.0'], ['PciBusId_v2', '0000:86:00.0'], ['PciBusId', '86:00.0'], ['PciBusId_v2', '0000:86:00']] as const) {
      expect([text, await by(name, text as string)]).toEqual([text, { status: 0, out: third }]);
    }
    for (const [name, text] of [['UUID', 'GPU-0'], ['PciBusId_v2', '0000:87:00.0'], ['PciBusId_v2', '86:00.0x'], ['PciBusId_v2', '']] as const) {
      expect([text, (await by(name, text)).status]).toEqual([text, NOT_FOUND]);
    }
  });

  it('changing persistence or ECC needs root', async () => {
    const machine = await host();
    const client = await Client.initialised(machine.nvmlLibrary);
    const off = async () => [await client.status('nvmlDeviceSetPersistenceMode', { handle: 0 }, 0), await client.status('nvmlDeviceSetEccMode', { handle: 0 }, 0)];
    if (process.getuid?.() === 0) {
      expect(await client.status('nvmlDeviceSetPersistenceMode', { handle: 0 }, 2)).toBe(INVALID_ARGUMENT);
      expect(await off()).toEqual([0, 0]);
      expect((await machine.show()).gpus[0]).toMatchObject({ persistence: false, ecc: { current: true, pending: false } });
      await client.send({ seteuid: 65534 });
    }
    expect(await off()).toEqual([NO_PERMISSION, NO_PERMISSION]);
  });
});

describe('several machines', () => {
  it('two in one process keep apart', async () => {
    const [one, two] = [await host(), await host('hgx-a100-8', { gpus: 3 })];
    const client = await Client.open(one.nvmlLibrary, two.nvmlLibrary);
    expect((await client.callIn(0, 'nvmlInit_v2')).status).toBe(0);
    expect((await client.callIn(1, 'nvmlDeviceGetCount_v2', { out: 'u32' })).status).toBe(UNINITIALIZED);
    expect((await client.callIn(1, 'nvmlInit_v2')).status).toBe(0);
    await one.inject({ kind: 'double-bit-ecc', gpu: 0, address: PAGE });
    const counts = [await client.callIn(0, 'nvmlDeviceGetCount_v2', { out: 'u32' }), await client.callIn(1, 'nvmlDeviceGetCount_v2', { out: 'u32' })];
    expect(counts.map(({ out }) => out?.[0])).toEqual([8, 3]);
    expect([(await one.show()).clients.length, (await two.show()).clients.length]).toEqual([1, 1]);
    await client.callIn(0, 'nvmlShutdown');
    expect([(await one.show()).clients.length, (await two.show()).clients.length]).toEqual([0, 1]);
    await client.callIn(0, 'nvmlInit_v2');
    const handle = (await client.callIn(0, 'nvmlDeviceGetHandleByIndex_v2', 0, { out: 'handle' })).out?.[0] as number;
    // A handle of one library means nothing to the other.
    expect((await client.callIn(1, 'nvmlDeviceGetName', { handle }, { buffer: 96 }, 96)).status).toBe(INVALID_ARGUMENT);
  });
});
