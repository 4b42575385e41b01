import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exclusionLines, listExcluded, MODULE_OPTIONS_PATH, planExclusion } from '../../../lib/fabric/exclusion/index.ts';
import printed from '../data/gpu-exclusion.json' with { type: 'json' };

const A = 'GPU-9221d5d1-b60b-a624-bf14-0a1819cfda3b';
const B = 'GPU-11111111-2222-3333-4444-555555555555';
const SWITCH = 'SWX-5D3A1F5C-0000-0000-0000-000000000001';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gpuwright-exclusion-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
/** As drivers print it, tabs and spaces included. */
function gpu(address: string, uuid: string, excluded: string): void {
  put(`proc/driver/nvidia/gpus/${address}/information`, `Model: \t\t NVIDIA A100\nGPU UUID: \t ${uuid}\nVideo BIOS: \t ??.??.??.??.??\nBus Location: \t ${address}\n${excluded}\n`);
}

describe('what is excluded', () => {
  it('is told by the driver, under the older name too, and by NVML', async () => {
    gpu('0000:3b:00.0', A, 'GPU Excluded:\t No');
    gpu('0000:62:00.0', 'GPU-????????-????-????-????-????????????', 'GPU Excluded:\t Yes');
    gpu('0000:af:00.0', B, 'GPU Blacklisted: Yes');
    const { gpus, driverSeen, unreadable } = await listExcluded({ root, nvml: [{ uuid: A.replace('9', '8'), pciBusId: '00000000:62:00.0' }] });
    expect(gpus).toEqual([
      { pciBusId: '00000000:62:00.0', uuid: A.replace('9', '8'), seenBy: ['procfs', 'nvml'] },
      { pciBusId: '00000000:AF:00.0', uuid: B, seenBy: ['procfs'] },
    ]);
    expect([driverSeen, unreadable]).toEqual([true, []]);
  });

  it('is told by NVML alone where procfs is hidden', async () => {
    const { gpus, driverSeen, gpusNotDetected } = await listExcluded({ root, nvml: [{ uuid: A, pciBusId: '0000:3b:00.0' }] });
    expect(gpus).toEqual([{ pciBusId: '00000000:3B:00.0', uuid: A, seenBy: ['nvml'] }]);
    expect([driverSeen, gpusNotDetected]).toEqual([false, null]);
  });

  it('is not what was asked for and is not there', async () => {
    gpu('0000:3b:00.0', A, 'GPU Excluded:\t Yes');
    put('proc/driver/nvidia/params', `EnableMSI: 1\nExcludedGpus: "${A},${B}"\n`);
    expect((await listExcluded({ root })).gpusNotDetected).toEqual([B]);
    // It may be this one.
    gpu('0000:62:00.0', 'GPU-????????-????-????-????-????????????', 'GPU Excluded:\t Yes');
    expect((await listExcluded({ root })).gpusNotDetected).toBeNull();
  });

  it('of switches is what the options on disk name, with whether it is there', async () => {
    put('etc/modprobe.d/nvidia.conf', `options nvidia NvSwitchExcludelist=${SWITCH},SWX-gone-1\n`);
    expect((await listExcluded({ root })).switches.map(({ detected }) => detected)).toEqual([null, null]);
    put('proc/driver/nvidia-nvswitch/devices/0000:86:00.0', `BIOS Version: \t 92.10\nUUID: \t\t ${SWITCH}\nPhysical location ID: 0003\n`);
    expect((await listExcluded({ root })).switches).toEqual([{ uuid: SWITCH, detected: true }, { uuid: 'SWX-gone-1', detected: false }]);
    put('proc/driver/nvidia-nvswitch/devices/0000:87:00.0', 'BIOS Version: \t N/A\n');
    expect((await listExcluded({ root })).switches[1]).toEqual({ uuid: 'SWX-gone-1', detected: null });
  });

  it('names what could not be read', async () => {
    put('proc/driver/nvidia/gpus', 'a file where a folder should be');
    expect((await listExcluded({ root })).unreadable).toEqual(['/proc/driver/nvidia/gpus']);
  });
});

describe('the module options', () => {
  it('have the names, the file and the form of the guide', () => {
    const { gpuModuleParameter: gpus, nvswitchModuleParameter: switches } = printed;
    expect(MODULE_OPTIONS_PATH).toBe(gpus.persistentFile);
    const { lines, path } = planExclusion({ gpus: [A, B], nvSwitches: [SWITCH], platform: 'hgxA100' });
    expect(path).toBe(switches.persistentFile);
    expect(lines).toEqual([gpus.persistentLine.replace('uuid1,uuid2', `${A},${B}`), switches.persistentLine.replace('<NVSwitch_uuid>', SWITCH)]);
    for (const { deprecatedName, name } of [gpus, switches]) {
      expect(exclusionLines([{ path: 'x', text: `options nvidia ${deprecatedName}=${A}` }])).toMatchObject([{ option: name, uuids: [A] }]);
    }
  });

  it('are found among others, with file and line', () => {
    const files = [
      { path: '/etc/modprobe.d/a.conf', text: `# options nvidia NVreg_ExcludedGpus=${B}\noptions nvidia NVreg_EnableMSI=1 NVreg_ExcludedGpus="${A},${B}"\noptions nvidia-drm NVreg_ExcludedGpus=${A}\n` },
      { path: '/etc/modprobe.d/b.conf', text: 'options nouveau modeset=0\n' },
    ];
    expect(exclusionLines(files).map(({ path, line, uuids }) => [path, line, uuids])).toEqual([['/etc/modprobe.d/a.conf', 2, [A, B]]]);
    expect(planExclusion({ gpus: [A], nvSwitches: [] }, files).superseded).toHaveLength(1);
  });

  it('name a GPU once, and nothing where nothing is excluded', () => {
    expect(planExclusion({ gpus: [A, A], nvSwitches: [] }).lines).toEqual([`options nvidia NVreg_ExcludedGpus=${A}`]);
    expect(planExclusion({ gpus: [], nvSwitches: [] })).toMatchObject({ lines: [], notes: [] });
  });

  it('say when they count and whom else they touch', () => {
    expect(planExclusion({ gpus: [A], nvSwitches: [] }).takesEffect).toContain('driver is loaded anew');
    expect(planExclusion({ gpus: [], nvSwitches: [SWITCH], platform: 'hgxA100' }).notes).toEqual([expect.stringContaining('the peer of the switch')]);
    expect(planExclusion({ gpus: [], nvSwitches: [SWITCH], platform: 'hgxH100' }).notes).toEqual([expect.stringContaining('without all four switches')]);
  });

  it('are refused for what is no UUID, and for switches that the driver does not have', () => {
    expect(() => planExclusion({ gpus: ['0'], nvSwitches: [] })).toThrow('"0": is no UUID of a GPU');
    expect(() => planExclusion({ gpus: [`${A},${B}`], nvSwitches: [] })).toThrow('is no UUID');
    expect(() => planExclusion({ gpus: [], nvSwitches: ['a b'] })).toThrow('is no UUID of a switch');
    const refused = printed.nvswitchModuleParameter.notApplicableOn?.map(({ platform }) => platform);
    expect(refused).toEqual(['hgxB200']);
    expect(() => planExclusion({ gpus: [], nvSwitches: [SWITCH], platform: 'hgxB200' })).toThrow('cannot be excluded');
  });
});
