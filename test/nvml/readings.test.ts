import { describe, expect, it } from 'vitest';
import { WAYS } from './backends.ts';
import { openOn, startHost } from './host.ts';

describe.each(WAYS)('through %s', (_, way) => {
  it('NVLinks: each with its state, version, other end and counters; other numbers are no links', async () => {
    const machine = await startHost('hgx-h100-8');
    await machine.set(2, { 'nvlink.link.3.state': 'inactive', 'nvlink.link.5.replay-errors': 7, 'nvlink.link.5.recovery-errors': 2 });
    const nvml = await openOn(machine, way);
    const links = await (await nvml.gpu(2)).nvLinks();
    expect(links.map(({ link, active }) => [link, active])).toEqual(Array.from({ length: 18 }, (__, link) => [link, { state: 'value', value: link !== 3 }]));
    expect(links[5]).toMatchObject({
      version: { state: 'value', value: { name: 'v4-0', value: 6 } },
      remoteType: { state: 'value', value: { name: 'switch' } },
      remotePciBusId: { state: 'value', value: expect.stringMatching(/^0000000\d:[0-9A-F]{2}:[0-9A-F]{2}\.0$/) as string },
      errors: { replay: { state: 'value', value: 7n }, recovery: { state: 'value', value: 2n } },
    });
  });

  it('a card without NVLink, fabric or MIG says that it has none', async () => {
    const nvml = await openOn(await startHost('t4-4'), way);
    const gpu = await nvml.gpu(0);
    await expect(gpu.nvLinks()).rejects.toMatchObject({ code: 'NOT_SUPPORTED', call: expect.stringContaining('NvLink') as string });
    await expect(gpu.fabric()).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    await expect(gpu.mig()).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  });

  it.each([
    ['535.129.03', { health: undefined, healthSummary: undefined }],
    ['560.35.03', { health: { degradedBandwidth: true, routeUnhealthy: undefined, incorrectConfiguration: { name: 'not-supported', value: 0 } }, healthSummary: undefined }],
    ['610.43.02', { health: { degradedBandwidth: true, routeUnhealthy: false, routeRecovery: undefined, incorrectConfiguration: { name: 'no-partition', value: 4 } }, healthSummary: { name: 'limited-capacity', value: 3 } }],
  ])('the fabric under %s: registration, cluster, clique, and as much health as that driver tells', async (driver, told) => {
    const machine = await startHost('hgx-h100-8', { driver, gpus: 1 });
    await machine.set(0, {
      'fabric.cluster-uuid': '01234567-89ab-cdef-0123-456789abcdef',
      'fabric.clique-id': 77,
      'fabric.health.degraded-bandwidth': 'true',
      'fabric.health.route-unhealthy': 'false',
      'fabric.health.incorrect-configuration': 'no-partition',
      'fabric.health.summary': 'limited-capacity',
    });
    const nvml = await openOn(machine, way);
    const gpu = await nvml.gpu(0);
    expect(await gpu.fabric()).toMatchObject({ state: { name: 'completed', value: 3 }, failure: undefined, clusterUuid: '01234567-89ab-cdef-0123-456789abcdef', cliqueId: 77, ...told });
    await machine.set(0, { 'fabric.status': 999, 'fabric.cluster-uuid': '00000000-0000-0000-0000-000000000000' });
    expect(await gpu.fabric()).toMatchObject({ failure: { code: 'VENDOR_ERROR', status: 999 }, clusterUuid: undefined });
    await machine.set(0, { 'fabric.state': 'in-progress' });
    expect(await gpu.fabric()).toMatchObject({ state: { name: 'in-progress' }, failure: undefined });
  });

  it('MIG: the mode, the one after a reset, and the devices that programs can use', async () => {
    const machine = await startHost('hgx-a100-8', { gpus: 1 });
    await machine.set(0, { 'mig.pending-mode': true });
    const nvml = await openOn(machine, way);
    const gpu = await nvml.gpu(0);
    expect(await gpu.mig()).toEqual({ enabled: false, pendingEnabled: true, maxDevices: 0, devices: [] });
    await nvml.quiesce();
    await machine.reset(0);
    await nvml.resume();
    const { device } = await nvml.rawAsync.nvmlDeviceGetHandleByIndex_v2({ index: 0 });
    const HALF = 9;
    const { gpuInstance } = await nvml.rawAsync.nvmlDeviceCreateGpuInstance({ device, profileId: HALF });
    await nvml.rawAsync.nvmlGpuInstanceCreateComputeInstance({ gpuInstance, profileId: 0 });
    await nvml.rawAsync.nvmlGpuInstanceCreateComputeInstance({ gpuInstance, profileId: 1 });
    const mig = await gpu.mig();
    expect([mig.enabled, mig.pendingEnabled, mig.maxDevices]).toEqual([true, true, 7]);
    const value = (one: unknown): unknown => ({ state: 'value', value: one });
    expect(mig.devices).toMatchObject([
      { index: 0, uuid: value(expect.stringMatching(/^MIG-/)), gpuInstanceSlices: value(3), computeInstanceSlices: value(1), memory: value({ totalBytes: 40_192n << 20n }) },
      { index: 1, gpuInstanceSlices: value(3), computeInstanceSlices: value(2), multiprocessors: value(28) },
    ]);
    expect(new Set(mig.devices.map(({ uuid }) => JSON.stringify(uuid))).size).toBe(2);
  });

  it('clocks: now, at most, as set, and why they are not higher; a reason that nobody has heard of keeps its bit', async () => {
    const machine = await startHost('hgx-h100-8', { gpus: 1 });
    await machine.set(0, { 'clocks.application-graphics-mhz': 1200 });
    const nvml = await openOn(machine, way);
    const gpu = await nvml.gpu(0);
    const idle = await gpu.clocks();
    expect(idle).toMatchObject({
      current: { state: 'value', value: { graphicsMegahertz: 345 } },
      maximum: { state: 'value', value: { graphicsMegahertz: 1980, smMegahertz: 1980, memoryMegahertz: 2619 } },
      applications: { state: 'value', value: { graphicsMegahertz: 1200, memoryMegahertz: 2619 } },
      defaultApplications: { state: 'value', value: { graphicsMegahertz: 1980 } },
      supportedMemoryMegahertz: { state: 'value', value: [2619, 1593] },
      performanceState: { state: 'value', value: { name: 'p0', value: 0 } },
      eventReasons: { state: 'value', value: { reasons: expect.arrayContaining(['gpu-idle']) as string[], unknownBits: 0n } },
    });
    await machine.inject({ kind: 'pattern', function: 'nvmlDeviceGetCurrentClocksEventReasons', gpu: 0 });
    // Bytes 38, 39, 40 …: bits 1, 2 and 5 of the lowest are reasons, the others are not.
    const { eventReasons } = await gpu.clocks();
    expect(eventReasons).toMatchObject({ state: 'value', value: { reasons: ['applications-clocks-setting', 'sw-power-cap', 'sw-thermal-slowdown', 'display-clock-setting'] } });
    if (eventReasons.state === 'value') expect(eventReasons.value.unknownBits).toBe(0x2d2c_2b2a_2928_2726n & ~0x1ffn);
  });

  it('limits of power and temperature, with those that a card does not have', async () => {
    const nvml = await openOn(await startHost('t4-4'), way);
    expect(await (await nvml.gpu(0)).limits()).toMatchObject({
      power: { limitMilliwatts: { state: 'value', value: 70_000 }, minimumMilliwatts: { state: 'value', value: 60_000 }, maximumMilliwatts: { state: 'value', value: 70_000 } },
      temperature: { shutdownCelsius: { state: 'value', value: 96 }, slowdownCelsius: { state: 'value', value: 93 }, memoryMaximumCelsius: { state: 'unsupported' } },
    });
  });

  it('field values by name: each with its own answer, numbered as that driver numbers them', async () => {
    const read = async (driver: string) => {
      const machine = await startHost('hgx-b200-8', { driver, gpus: 1 });
      await machine.set(0, { 'nvlink.link.4.replay-errors': 9 });
      const nvml = await openOn(machine, way);
      return await (await nvml.gpu(0)).fieldValues([
        { field: 'NVML_FI_DEV_ECC_CURRENT' },
        { field: 'NVML_FI_PWR_SMOOTHING_ENABLED' },
        { field: 'NVML_FI_DEV_NVLINK_GET_STATE', scope: 4 },
        { field: 4711 },
      ]);
    };
    const value = (one: unknown): unknown => ({ state: 'value', value: one });
    for (const driver of ['570.86.15', '575.51.03', '610.43.02']) expect([driver, await read(driver)]).toEqual([driver, [value(1), value(expect.any(Number)), value(1), { state: 'unsupported' }]]);
  });

  it('field values: an answer for another field, or of no known type, is not believed', async () => {
    const machine = await startHost('hgx-h100-8', { gpus: 1 });
    const nvml = await openOn(machine, way);
    const gpu = await nvml.gpu(0);
    await machine.inject({ kind: 'pattern', function: 'nvmlDeviceGetFieldValues', gpu: 0 });
    const [reading] = await gpu.fieldValues([{ field: 'NVML_FI_DEV_ECC_CURRENT' }]);
    expect(reading).toMatchObject({ state: 'failed', error: { code: 'IMPLAUSIBLE_ANSWER' } });
    expect(await gpu.fieldValues([])).toEqual([]);
    await expect(gpu.fieldValues(Array.from({ length: 1025 }, () => ({ field: 1 })))).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});
