import { describe, expect, it } from 'vitest';
import { functionByName } from '../abi/measured.ts';
import { startHost } from '../nvml/host.ts';
import { compileC } from './compile.ts';
import { ATTRIBUTES_LEFT, attributesLeft, knownHost, REFUSED, TOLD } from './known-host.ts';
import type { Report } from './run.ts';
import { runOn, WAYS } from './run.ts';

const SOURCE = new URL('monitor.c', import.meta.url);
const NOT_SUPPORTED = 3;

describe('a monitor written in C', () => {
  it.each(WAYS)('by %s: over a hundred functions tell what was set, and what it sets stays for others', async (way) => {
    const machine = await knownHost();
    const { told, answered, refused } = JSON.parse(await runOn(machine, way, compileC(SOURCE, machine))) as Report;
    expect(told).toMatchObject(TOLD);
    expect(new Set(answered).size).toBeGreaterThanOrEqual(100);
    expect(refused).toEqual(Object.keys(REFUSED).map((name) => `${name} ${NOT_SUPPORTED}`));

    expect(await attributesLeft(machine)).toEqual(ATTRIBUTES_LEFT);
  });

  // A function's documentation names the oldest architecture that has it, or else its reason stands here.
  it('on a V100 what is refused came with newer architectures', async () => {
    const machine = await startHost('tesla-v100-8', { driver: '580.65.06', gpus: 2 });
    const { answered, refused } = JSON.parse(await runOn(machine, 'simulate run', compileC(SOURCE, machine))) as Report;
    expect(new Set(answered).size).toBeGreaterThanOrEqual(100);
    const reasons: Readonly<Record<string, string>> = {
      ...REFUSED,
      nvmlSystemGetConfComputeState: 'confidential computing came with Hopper',
      nvmlDeviceGetModuleId: 'the boards of this host have no slots with numbers',
      nvmlDeviceGetRowRemapperHistogram: 'rows are remapped since Ampere; this GPU retires pages',
      nvmlDeviceGetMarginTemperature: 'temperatures relative to the limit came with Hopper',
      nvmlDeviceGetGspFirmwareVersion: 'the GPU system processor came with Turing',
    };
    const isNewer = (name: string) => ['Ampere', 'Hopper', 'Blackwell'].includes(functionByName.get(name)?.minArch ?? '');
    const names = refused.map((each) => each.split(' ')[0] as string);
    expect(names.filter((name) => !isNewer(name) && !(name in reasons))).toEqual([]);
    expect(refused.filter((each) => !each.endsWith(` ${NOT_SUPPORTED}`))).toEqual([]);
  });
});
