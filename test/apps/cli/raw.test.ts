import { describe, expect, it } from 'vitest';
import { firstDriver, nvmlFunctions } from '../../../lib/abi/index.ts';
import { parseInputs } from '../../../lib/apps/cli/raw/arguments.ts';
import { usageOf } from '../../../lib/apps/cli/raw/forms.ts';
import { GpuwrightError } from '../../../lib/errors.ts';
import { cli } from './fakes.ts';

describe('raw', () => {
  it('understands a GPU, enums, numbers, text and JSON in C order', () => {
    expect(parseInputs(nvmlFunctions.nvmlDeviceGetClockInfo, ['GPU-1', 'sm'])).toEqual({ handles: { device: 'GPU-1' }, values: { type: 'sm' } });
    expect(parseInputs(nvmlFunctions.nvmlDeviceGetClockInfo, ['device=0', 'type=9'])).toEqual({ handles: { device: '0' }, values: { type: 9 } });
    expect(parseInputs(nvmlFunctions.nvmlDeviceGetClockInfo, ['type=sm', '0'])).toEqual({ handles: { device: '0' }, values: { type: 'sm' } });
    expect(parseInputs(nvmlFunctions.nvmlDeviceGetHandleByUUID, ['GPU-1']).values).toEqual({ uuid: 'GPU-1' });
    expect(parseInputs(nvmlFunctions.nvmlDeviceGetHandleByIndex_v2, ['0x10']).values).toEqual({ index: 16 });
    expect(parseInputs(nvmlFunctions.nvmlDeviceGetFieldValues, ['0', '[{"fieldId":230,"timestamp":"9007199254740993"}]']).values).toEqual({
      values: [{ fieldId: 230, timestamp: 9_007_199_254_740_993n }],
    });
  });

  it('understands two GPUs, and handles of all kinds by what they belong to', () => {
    expect(parseInputs(nvmlFunctions.nvmlDeviceGetTopologyCommonAncestor, ['0', '3']).handles).toEqual({ device1: '0', device2: '3' });
    expect(parseInputs(nvmlFunctions.nvmlGpuInstanceGetInfo, ['0/2']).handles).toEqual({ gpuInstance: '0/2' });
    expect(parseInputs(nvmlFunctions.nvmlEventSetWait_v2, ['new', '100'])).toEqual({ handles: { set: 'new' }, values: { timeoutms: 100 } });
    // A handle within a struct is no part of the struct until it is found.
    expect(parseInputs(nvmlFunctions.nvmlGpmMetricsGet, ['{"numMetrics":1,"sample1":"0","sample2":"GPU-1","metrics":[{"metricId":2}]}'])).toEqual({
      handles: { 'metricsGet.sample1': '0', 'metricsGet.sample2': 'GPU-1' }, values: { metricsGet: { numMetrics: 1, metrics: [{ metricId: 2 }] } },
    });
  });

  it('understands structs that only the caller writes, their bytes, unions and C names of numbers', () => {
    expect(parseInputs(nvmlFunctions.nvmlDeviceSetNvlinkBwMode, ['0', '{"bSetBest":1}']).values).toEqual({ setBwMode: { bSetBest: 1 } });
    expect(parseInputs(nvmlFunctions.nvmlDeviceSetTemperatureThreshold, ['0', 'acoustic-curr', '-3']).values).toEqual({ thresholdType: 'acoustic-curr', temp: -3 });
    expect(parseInputs(nvmlFunctions.nvmlDeviceGetHandleByUUIDV, ['{"type":1,"value":{"str":"GPU-1"}}']).values).toEqual({ uuid: { type: 1, value: { str: 'GPU-1' } } });
    expect(parseInputs(nvmlFunctions.nvmlDeviceGetConfComputeGpuAttestationReport, ['0', '{"nonce":"0x00ff"}']).values).toEqual({ gpuAtstReport: { nonce: Buffer.from([0, 255]) } });
    expect(parseInputs(nvmlFunctions.nvmlGetVgpuCompatibility, ['{"opaqueData":"0011223344556677"}', '{}']).values).toMatchObject({ vgpuMetadata: { opaqueData: Buffer.from('0011223344556677', 'hex') } });
    expect(parseInputs(nvmlFunctions.nvmlDeviceReadPRMCounters_v1, ['0', '{"counters":[{"counterId":1}]}']).values).toEqual({ counterList: { counters: [{ counterId: 1 }] } });
    expect(parseInputs(nvmlFunctions.nvmlDeviceRegisterEvents, ['0', 'nvmlEventTypeXidCriticalError|nvmlEventTypeClock', 'new']).values).toEqual({ eventTypes: 24n });
    expect(parseInputs(nvmlFunctions.nvmlDeviceGetFieldValues, ['0', '[{"fieldId":"NVML_FI_DEV_MEMORY_TEMP"}]']).values).toEqual({ values: [{ fieldId: 82 }] });
    expect(parseInputs(nvmlFunctions.nvmlDeviceQueryDrainState, ['3b:00.0']).values).toEqual({
      pciInfo: { busId: '00000000:3B:00.0', busIdLegacy: '0000:3B:00.0', domain: 0, bus: 0x3b, device: 0 },
    });
  });

  it('shows what to write', () => {
    expect(usageOf(nvmlFunctions.nvmlDeviceGetClockInfo)).toBe('nvmlDeviceGetClockInfo device=GPU type=graphics|sm|mem|video');
  });

  it.each<[string, RegExp]>([
    ['nvmlDeviceGetClockInfo 0', /1 argument given, it takes 2: write nvmlDeviceGetClockInfo device=GPU type=/],
    ['nvmlDeviceGetClockInfo 0 sm more', /3 arguments/],
    ['nvmlDeviceGetClockInfo 0 warp', /type 'warp': is none of its values: write graphics, sm/],
    ['nvmlDeviceGetClockInfo banana sm', /device 'banana': is no GPU: write an index, a UUID or a PCI address/],
    ['nvmlGpuInstanceGetInfo 0', /gpuInstance '0': is no GPU\/INSTANCE: write a GPU and the id of its GPU instance, such as 0\/2/],
    ['nvmlUnitGetUnitInfo first', /unit 'first': is no UNIT: write the index/],
    ['nvmlEventSetWait_v2 0x7f001 5', /set '0x7f001': is no new\|GPU: write new for an empty set/],
    ['nvmlDeviceGetTemperatureV 0 {"sensor":1}', /temperature: has no field sensor: the fields are sensorType, temperature/],
    ['nvmlDeviceGetTemperatureV 0 {"sensorType":"cpu"}', /temperature.sensorType: "cpu" is none of its values: write gpu/],
    ['nvmlDeviceGetTemperatureV 0 3', /temperature: is not an object: write JSON in curly braces/],
    ['nvmlDeviceGetConfComputeGpuAttestationReport 0 {"nonce":"0xf"}', /gpuAtstReport.nonce: is not bytes: write them in hexadecimal/],
    ['nvmlDeviceReadPRMCounters_v1 0', /1 argument given, it takes 2: write nvmlDeviceReadPRMCounters_v1 device=GPU counterList=JSON/],
    ['nvmlDeviceGetRunningProcessDetailList 0 {"procArray":[]}', /plist.procArray: is filled by the library: leave it out/],
    ['nvmlDeviceSetNvlinkBwMode 0 {"bwMode":256}', /setBwMode.bwMode: is 256: give an integer from 0 to 255/],
    ['nvmlSystemGetProcessName 4294967296', /pid: is 4294967296: give an integer from 0 to 4294967295/],
    ['nvmlGpmMetricsGet {"sample1":7}', /metricsGet.sample1: is no new\|GPU\[\/INSTANCE\]: write it as a text/],
    ['nvmlShutdown now', /1 argument given, it takes none/],
    ['nvmlDeviceGetHandleByIndex_v2 first', /index 'first': is not a whole number/],
    ['nvmlDeviceGetFieldValues 0 [', /is not JSON/],
    ['nvmlDeviceGetFieldValues 0 {}', /is not a list/],
    ['nvmlDeviceGetclockinfo 0 sm', /near it are nvmlDeviceGetClockInfo/],
    ['', /no function is named/],
  ])('refuses %s', async (words, sentence) => {
    const ran = await cli({}, 'raw', ...words.split(' ').filter((word) => word !== ''));
    expect(ran).toMatchObject({ code: 2, out: '', opened: [] });
    expect(ran.err).toMatch(sentence);
  });

  it('shows the decoded outputs', async () => {
    const raw = async () => ({ pageCount: 1, addresses: [0x50000n], timestamps: [1_700_000_000n] });
    expect((await cli({ raw }, 'raw', 'nvmlDeviceGetRetiredPages_v2', '3', 'double-bit-ecc')).out).toMatch(/device = GPU 3, cause = double-bit-ecc \(1\)[^]*addresses = \[0x50000\]/);
    expect(JSON.parse((await cli({ raw }, 'raw', 'nvmlDeviceGetRetiredPages_v2', '3', '1', '--json')).out)).toEqual({
      schema: 1, host: 'real', function: 'nvmlDeviceGetRetiredPages_v2', outputs: { pageCount: 1, addresses: ['0x50000'], timestamps: ['1700000000'] },
    });
  });

  it('names what handles belong to, and reads a union by its type', async () => {
    const world = { raw: async () => ({ count: 2, deviceArray: [0x10n, 0x20n] }), handleNames: new Map([[0x10n, '3']]) };
    expect((await cli(world, 'raw', 'nvmlDeviceGetTopologyNearestGpus', '0', 'system')).out).toContain('deviceArray = [3 (0x10), 0x20]');
    expect(JSON.parse((await cli(world, 'raw', 'nvmlDeviceGetTopologyNearestGpus', '0', 'system', '--json')).out)).toMatchObject({
      outputs: { deviceArray: ['0x10', '0x20'] }, handles: { '0x10': '3' },
    });
    const field = { fieldId: 82, valueType: { name: 'unsigned-int', value: 1 }, nvmlReturn: { name: 'success', value: 0 }, value: { bytes: Buffer.from('2500000000000000', 'hex') } };
    const raw = async () => ({ values: [field] });
    expect(JSON.parse((await cli({ raw }, 'raw', 'nvmlDeviceGetFieldValues', '0', '[{"fieldId":82}]', '--json')).out).outputs.values[0].value).toEqual({ bytes: '2500000000000000', uiVal: 0x25 });
  });

  it('does not show what a long list has not been filled with', async () => {
    const raw = async () => ({ info: { count: 1, list: [5, ...new Array<number>(50).fill(0)] } });
    expect((await cli({ raw }, 'raw', 'nvmlDeviceGetBridgeChipInfo', '0')).out.length).toBeLessThan(400);
  });

  it('waits for events as long as it was told to, besides the time for an answer', async () => {
    const deadlines = async (...words: string[]) => (await cli({}, 'raw', ...words)).opened.map(({ deadlineMs }) => deadlineMs);
    expect(await deadlines('nvmlEventSetWait_v2', '0', '60000', '--timeout', '1s')).toEqual([61_000]);
    expect(await deadlines('nvmlSystemEventSetWait', '{"set":"all","timeoutms":5000}', '--timeout', '1s')).toEqual([6000]);
    expect(await deadlines('nvmlDeviceGetCount_v2', '--timeout', '1s')).toEqual([1000]);
    const raw = async () => {
      throw new GpuwrightError('TIMEOUT', 'the driver gave up waiting', { status: 10, call: 'nvmlEventSetWait_v2' });
    };
    expect(await cli({ raw }, 'raw', 'nvmlEventSetWait_v2', '0', '5')).toMatchObject({ code: 1, err: 'gpuwright: nvmlEventSetWait_v2: no event came in that time (status 10): wait longer with timeoutms\n' });
  });

  it('shows a changing function and does not call it, unless told to', async () => {
    let called = 0;
    const raw = async () => {
      called += 1;
      return {};
    };
    const shown = await cli({ raw }, 'raw', 'nvmlDeviceSetPersistenceMode', '3', 'disabled');
    expect(shown).toMatchObject({ code: 1, out: 'nvmlDeviceSetPersistenceMode(device = GPU 3, mode = disabled (0))\n', err: expect.stringContaining('--yes') });
    expect(called).toBe(0);
    expect((await cli({ raw }, 'raw', 'nvmlDeviceSetPersistenceMode', '3', 'disabled', '--yes')).code).toBe(0);
    expect(called).toBe(1);
  });

  it('hands the vendor\'s refusal on', async () => {
    const raw = async () => {
      throw new GpuwrightError('NOT_SUPPORTED', 'nvmlDeviceGetRemappedRows: not supported', { status: 3 });
    };
    expect(await cli({ raw }, 'raw', 'nvmlDeviceGetRemappedRows', '3')).toMatchObject({ code: 1, err: 'gpuwright: nvmlDeviceGetRemappedRows: not supported\n' });
  });

  it('says of a refused argument where it is explained', async () => {
    const raw = async () => {
      throw new GpuwrightError('INVALID_ARGUMENT', 'NVML refused an argument: check the handle', { status: 2, call: 'nvmlDeviceGetFanSpeed_v2' });
    };
    expect(await cli({ raw }, 'raw', 'nvmlDeviceGetFanSpeed_v2', '0', '9')).toMatchObject({ code: 1, err: 'gpuwright: nvmlDeviceGetFanSpeed_v2: NVML refused an argument (status 2): `gpuwright raw --list nvmlDeviceGetFanSpeed_v2` explains what it takes\n' });
  });

  it('takes back what it has shown', async () => {
    const answer = { fieldId: 82, scopeId: 0, timestamp: 9_007_199_254_740_993n, latencyUsec: 0n, valueType: { name: 'unsigned-int', value: 1 }, nvmlReturn: { name: 'success', value: 0 }, value: { bytes: Buffer.from('2500000000000000', 'hex') } };
    const shown = JSON.parse((await cli({ raw: async () => ({ values: [answer] }) }, 'raw', 'nvmlDeviceGetFieldValues', '0', '[{"fieldId":82}]', '--json')).out) as { outputs: { values: unknown[] } };
    expect(parseInputs(nvmlFunctions.nvmlDeviceGetFieldValues, ['0', JSON.stringify(shown.outputs.values)]).values).toEqual({ values: [{ ...answer, valueType: 1, nvmlReturn: 0 }] });
  });

  it('calls what the encoder refuses wrong usage', async () => {
    const raw = async () => {
      throw new TypeError('values[0]: has no field x');
    };
    expect(await cli({ raw }, 'raw', 'nvmlDeviceGetFieldValues', '0', '[{"fieldId":1}]')).toMatchObject({ code: 2, err: 'gpuwright: values[0]: has no field x\n' });
  });

  it('lists those with a name like the one given, and explains one', async () => {
    expect((await cli({}, 'raw', '--list', 'retiredpages')).out.split('\n').filter((line) => line.includes('nvmlDevice'))).toHaveLength(3);
    const { out } = await cli({}, 'raw', '--list', 'nvmlDeviceGetRetiredPages');
    expect(out.replace(/\s+/g, ' ')).toContain('nvmlReturn_t nvmlDeviceGetRetiredPages(nvmlDevice_t device, nvmlPageRetirementCause_t cause, unsigned int *pageCount, unsigned long long *addresses)');
    expect(out).toMatch(/cause +multiple-single-bit-ecc\|double-bit-ecc/);
    expect((await cli({}, 'raw', '--list', 'nvmlDeviceSetNvlinkBwMode')).out).toMatch(/changes something and needs --yes, from driver branch 570 on, on Blackwell and later[^]*\{"bSetBest": NUMBER, "bwMode": NUMBER\}/);
    expect(await cli({}, 'raw', '--list', 'banana')).toMatchObject({ code: 2, err: expect.stringContaining("no function has 'banana' in its name") });
    const { functions } = JSON.parse((await cli({}, 'raw', '--list', 'nvmlDeviceGetNumFans', '--json')).out) as { functions: unknown[] };
    expect(functions).toEqual([{
      function: 'nvmlDeviceGetNumFans', usage: 'nvmlDeviceGetNumFans device=GPU', outputs: ['numFans'], signature: 'nvmlReturn_t nvmlDeviceGetNumFans(nvmlDevice_t device, unsigned int *numFans)',
      changes: false, since: firstDriver.nvmlDeviceGetNumFans, architecture: null, root: false,
    }]);
  });

  it('lists every function that is described', async () => {
    const { out } = await cli({}, 'raw', '--list');
    for (const name of Object.keys(nvmlFunctions)) expect(out).toMatch(new RegExp(`^[! ] ${name}( |$)`, 'm'));
    expect(out).toMatch(/^! nvmlDeviceSetEccMode /m);
  });
});
