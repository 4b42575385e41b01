/** GPU performance monitoring: samples are objects of the process that asks, metrics what follows from two of them. */
import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Nvml } from '../../lib/nvml/index.ts';
import type { Machine } from '../../mocks/control/index.ts';
import { pythonEnvironment } from './python.ts';
import { host } from './simulated-host.ts';

let machine: Machine;
let nvml: Nvml;
let devices: bigint[];
const GRAPHICS_UTIL = 1;

beforeEach(async () => {
  machine = await host('hgx-h100-8', { gpus: 2, attributes: { 'host.clock-frozen': true } });
  nvml = await Nvml.open({ library: machine.nvmlLibrary, backend: 'addon', isolation: 'in-process' });
  devices = [0, 1].map((index) => nvml.raw.nvmlDeviceGetHandleByIndex_v2({ index }).device);
});
afterEach(async () => {
  await nvml.close();
});

const sample = () => nvml.raw.nvmlGpmSampleAlloc({}).gpmSample;

function taken(gpu = 0): bigint {
  const gpmSample = sample();
  nvml.raw.nvmlGpmSampleGet({ device: devices[gpu] as bigint, gpmSample });
  return gpmSample;
}

function metrics(sample1: bigint, sample2: bigint, ids = [GRAPHICS_UTIL], numMetrics = ids.length) {
  return nvml.raw.nvmlGpmMetricsGet({ metricsGet: { numMetrics, sample1, sample2, metrics: ids.map((metricId) => ({ metricId })) } }).metricsGet.metrics;
}

const INVALID = expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error;

describe('two samples', () => {
  it('give the mean of what they saw, also after the load changed again', async () => {
    await machine.set(0, { 'load.gpu-percent': 20 });
    const first = taken();
    await machine.set(0, { 'load.gpu-percent': 60 });
    await machine.advance(0.1);
    const second = taken();
    await machine.set(0, { 'load.gpu-percent': 99 });
    expect(metrics(first, second)[0]?.value).toBe(40);
    expect(metrics(first, second)[0]?.value).toBe(40);
  });

  it('tell the traffic on PCIe as its own function does', async () => {
    const TX = 20, RX = 21, KILOBYTE = 1000, MEBIBYTE = 2 ** 20;
    await machine.set(0, { 'load.gpu-percent': 70 });
    const first = taken();
    await machine.advance(1);
    const rates = metrics(first, taken(), [TX, RX]).map(({ value }) => value * MEBIBYTE);
    const kilobytes = [0, 1].map((counter) => nvml.raw.nvmlDeviceGetPcieThroughput({ device: devices[0] as bigint, counter }).value);
    for (const [at, kilobytesPerSecond] of kilobytes.entries()) expect(rates[at]).toBeCloseTo(kilobytesPerSecond * KILOBYTE, 0);
    expect(kilobytes[0]).toBeGreaterThan(1e6);
  });

  it('give nothing in the wrong order, of one moment, of two GPUs, empty, or freed', async () => {
    const first = taken();
    const same = taken();
    await machine.advance(1);
    const second = taken();
    const elsewhere = taken(1);
    const freed = taken();
    nvml.raw.nvmlGpmSampleFree({ gpmSample: freed });
    for (const [one, other] of [[second, first], [first, same], [first, first], [first, elsewhere], [first, sample()], [sample(), second], [first, freed], [0n, second]] as const) {
      expect(() => metrics(one, other)).toThrow(INVALID);
    }
    expect(metrics(first, second)).toBeDefined();
  });

  it('are asked for 1 to 333 metrics', async () => {
    const first = taken();
    await machine.advance(1);
    const second = taken();
    expect(() => metrics(first, second, [GRAPHICS_UTIL], 0)).toThrow(INVALID);
    expect(() => metrics(first, second, [GRAPHICS_UTIL], 334)).toThrow(INVALID);
    const all = metrics(first, second, Array.from({ length: 333 }, (_, at) => at + 1));
    expect(all.map(({ nvmlReturn }) => nvmlReturn.name)).toEqual(expect.arrayContaining(['success', 'not-supported', 'invalid-argument']));
    expect(all.filter(({ nvmlReturn }) => nvmlReturn.name === 'invalid-argument').map(({ metricId }) => metricId)).toEqual([333]);
    for (const { nvmlReturn, metricInfo } of all) expect(metricInfo.unit !== 0n).toBe(nvmlReturn.value === 0);
  });
});

describe('a sample', () => {
  it('is used again, and outlives the GPU it was taken of', async () => {
    const first = taken();
    await machine.advance(1);
    const second = taken();
    await machine.inject({ kind: 'gpu-lost', gpu: 0 });
    expect(metrics(first, second)[0]?.nvmlReturn.value).toBe(0);
    nvml.raw.nvmlGpmSampleGet({ device: devices[1] as bigint, gpmSample: first });
    expect(() => metrics(first, second)).toThrow(INVALID);
  });

  it('that was freed is not taken for a later one', () => {
    const old = sample();
    nvml.raw.nvmlGpmSampleFree({ gpmSample: old });
    const later = sample();
    expect(() => nvml.raw.nvmlGpmSampleFree({ gpmSample: old })).toThrow(INVALID);
    expect(nvml.raw.nvmlGpmSampleFree({ gpmSample: later })).toEqual({});
  });
});

it('streaming ends with the driver', async () => {
  await machine.set(0, { 'sessions.gpm-streaming': true });
  await nvml.quiesce();
  await machine.reloadDriver();
  await nvml.resume();
  const [device = 0n] = [nvml.raw.nvmlDeviceGetHandleByIndex_v2({ index: 0 }).device];
  expect(nvml.raw.nvmlGpmQueryIfStreamingEnabled({ device })).toEqual({ state: 0 });
});

it('metrics have names and units that stay readable', async () => {
  const program = `
import ctypes as c, sys
class Metric(c.Structure):
    _fields_ = [("id", c.c_uint), ("status", c.c_int), ("value", c.c_double), ("short", c.c_char_p), ("long", c.c_char_p), ("unit", c.c_char_p)]
class Get(c.Structure):
    _fields_ = [("version", c.c_uint), ("count", c.c_uint), ("first", c.c_void_p), ("second", c.c_void_p), ("metrics", Metric * 333)]
nvml, device = c.CDLL(sys.argv[1]), c.c_void_p()
nvml.nvmlInit_v2()
nvml.nvmlDeviceGetHandleByIndex_v2(0, c.byref(device))
get = Get(version=1, count=2)
for name in ("first", "second"):
    sample = c.c_void_p()
    nvml.nvmlGpmSampleAlloc(c.byref(sample))
    nvml.nvmlGpmSampleGet(device, sample)
    setattr(get, name, sample.value)
get.metrics[0].id, get.metrics[1].id = 2, 36
print(nvml.nvmlGpmMetricsGet(c.byref(get)), get.metrics[0].short, get.metrics[0].unit, get.metrics[1].long)
`;
  await machine.freezeClock(false);
  const text = execFileSync('python3', ['-c', program, machine.nvmlLibrary], { encoding: 'utf8', env: pythonEnvironment() });
  expect(text).toBe("0 b'sm_util' b'%' b'Decoder 6 utilization'\n");
});
