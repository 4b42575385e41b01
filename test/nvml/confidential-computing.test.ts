import { describe, expect, it } from 'vitest';
import { WAYS } from './backends.ts';
import { openOn, startHost } from './host.ts';

const value = (one: unknown): unknown => ({ state: 'value', value: one });
const unsupported = { state: 'unsupported' };

describe.each(WAYS)('confidential computing, through %s', (_, way) => {
  it('is told as the host has it, each part for itself, and anew each time', async () => {
    const machine = await startHost('hgx-h100-8', { gpus: 1 });
    const nvml = await openOn(machine, way);
    await machine.setHost({ 'cc.cpu': 'none', 'cc.environment': 'unavailable', 'cc.feature': false, 'cc.devtools': false, 'cc.accepting-work': false });
    expect(await nvml.confidentialComputing()).toEqual({
      environment: value({ name: 'unavailable', value: 0 }),
      enabled: value(false),
      devToolsMode: value(false),
      cpu: value({ name: 'none', value: 0 }),
      gpusCapable: value(true),
      acceptingWork: value(false),
    });
    const CHANGES: readonly (readonly [Record<string, string | boolean>, object])[] = [
      [{ 'cc.environment': 'simulation' }, { environment: value({ name: 'simulated', value: 1 }) }],
      [{ 'cc.environment': 'production' }, { environment: value({ name: 'production', value: 2 }) }],
      [{ 'cc.feature': true }, { enabled: value(true), devToolsMode: value(false), acceptingWork: value(false) }],
      [{ 'cc.devtools': true }, { devToolsMode: value(true) }],
      [{ 'cc.accepting-work': true }, { acceptingWork: value(true) }],
      [{ 'cc.cpu': 'amd-sev' }, { cpu: value({ name: 'amd-sev', value: 1 }) }],
      [{ 'cc.cpu': 'intel-tdx' }, { cpu: value({ name: 'intel-tdx', value: 2 }) }],
      [{ 'cc.cpu': 'amd-sev-snp' }, { cpu: value({ name: 'amd-sev-snp', value: 3 }) }],
      [{ 'cc.cpu': 'amd-snp-vtom' }, { cpu: value({ name: 'amd-snp-vtom', value: 4 }) }],
    ];
    for (const [change, told] of CHANGES) {
      await machine.setHost(change);
      expect([change, await nvml.confidentialComputing()]).toMatchObject([change, told]);
    }
  });

  it('that another process lets work into is seen', async () => {
    const machine = await startHost('hgx-h100-8', { gpus: 1 });
    await machine.setHost({ 'cc.feature': true });
    const nvml = await openOn(machine, way);
    const other = await openOn(machine, { backend: 'addon', isolation: 'helper-process' });
    expect((await nvml.confidentialComputing()).acceptingWork).toEqual(value(false));
    await other.rawAsync.nvmlSystemSetConfComputeGpusReadyState({ isAcceptingWork: 1 });
    expect((await nvml.confidentialComputing()).acceptingWork).toEqual(value(true));
  });

  it('is nothing that older products have, and nothing that is called off', async () => {
    const nvml = await openOn(await startHost('tesla-v100-8', { gpus: 1 }), way);
    expect(await nvml.confidentialComputing()).toEqual({ environment: unsupported, enabled: unsupported, devToolsMode: unsupported, cpu: unsupported, gpusCapable: unsupported, acceptingWork: unsupported });
  });

  it('that cannot be read is failed, and what can be is told', async () => {
    const machine = await startHost('hgx-h100-8', { gpus: 1 });
    const nvml = await openOn(machine, way);
    await machine.inject({ kind: 'fail', function: 'nvmlSystemGetConfComputeState', returnCode: 999 });
    await machine.inject({ kind: 'pattern', function: 'nvmlSystemGetConfComputeCapabilities' });
    const { environment, enabled, cpu, gpusCapable, acceptingWork } = await nvml.confidentialComputing();
    for (const reading of [environment, enabled]) expect(reading).toMatchObject({ state: 'failed', error: { status: 999 } });
    // Bytes 1 to 4 as a number are no CPU that anybody knows, and no flag at all.
    expect(cpu).toEqual(value({ name: 'unknown', value: 0x04030201 }));
    expect(gpusCapable).toMatchObject({ state: 'failed', error: { code: 'IMPLAUSIBLE_ANSWER' } });
    expect(acceptingWork).toEqual(value(false));
  });
});
