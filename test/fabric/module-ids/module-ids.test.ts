import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModuleReading } from '../../../lib/fabric/module-ids/module-map.ts';
import { ModuleIds, type ModuleIdsOptions } from '../../../lib/fabric/module-ids/module-ids.ts';
import { modulesInNvidiaSmiText } from '../../../lib/fabric/module-ids/nvidia-smi-text.ts';
import { presentGpus } from '../../../lib/fabric/module-ids/present-gpus.ts';

/** The vendor's own example of a shared NVSwitch host: bus → module, nowhere near PCI order. */
const BUSES: readonly (readonly [bus: string, moduleId: number])[] = [['0F', 5], ['10', 7], ['41', 6], ['44', 8], ['86', 1], ['87', 3], ['B8', 2], ['BB', 4]];
const address = (bus: string) => `00000000:${bus}:00.0`;
const uuidOf = (bus: string) => `GPU-00000000-0000-0000-0000-0000000000${bus.toLowerCase()}`;
const ALL: readonly ModuleReading[] = BUSES.map(([bus, moduleId]) => ({ pciBusId: address(bus), uuid: uuidOf(bus), moduleId }));
const PRESENT = ALL.map((gpu) => gpu.pciBusId);
const without = (...buses: string[]) => ALL.filter((gpu) => !buses.some((bus) => gpu.pciBusId === address(bus)));
const untold = (readings: readonly ModuleReading[]) => readings.map((reading) => ({ ...reading, moduleId: null }));
/** As a driver prints it, with everything around it that a reader must step over. */
const smiText = (readings: readonly ModuleReading[], label = 'Module ID') =>
  ['', '==============NVSMI LOG==============', '', `Attached GPUs                             : ${readings.length}`]
    .concat(
      readings.flatMap((gpu) => [
        `GPU ${gpu.pciBusId}`,
        '    Product Name                          : NVIDIA H100 80GB HBM3',
        ...(gpu.uuid === null ? [] : [`    GPU UUID                              : ${gpu.uuid}`]),
        `    ${label}                             : ${gpu.moduleId ?? 'N/A'}`,
        '    GPU Virtualization Mode',
        '',
      ]),
    )
    .join('\n');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gpuwright-modules-'));
});
afterEach(() => rm(folder, { recursive: true }));

const known = (nvml: readonly ModuleReading[], options: Partial<ModuleIdsOptions> = {}) =>
  new ModuleIds({ folder, nvml: async () => nvml, present: async () => PRESENT, ...options }).known();
const pairs = (map: Awaited<ReturnType<typeof known>>) => map.gpus.map((gpu) => [gpu.moduleId, gpu.pciBusId]);
const EVERY_PAIR = [...BUSES].sort((a, b) => a[1] - b[1]).map(([bus, moduleId]) => [moduleId, address(bus)]);

describe('module ids', () => {
  it('are learnt from NVML, and found both ways in any spelling', async () => {
    const map = await known(ALL);
    expect(pairs(map)).toEqual(EVERY_PAIR);
    for (const { pciBusId, uuid, moduleId } of ALL) {
      expect(map.moduleAt(pciBusId.slice(4).toLowerCase())).toBe(moduleId);
      expect(map.inModule(moduleId!)).toMatchObject({ pciBusId, uuid });
    }
  });

  it('are kept for when NVML cannot see the GPU', async () => {
    await known(ALL);
    expect(pairs(await known(without('86', '87', 'B8', 'BB')))).toEqual(EVERY_PAIR);
    expect(pairs(await known([]))).toEqual(EVERY_PAIR);
  });

  it('are added to, as more GPUs are seen', async () => {
    await known(without('86', '87'));
    await known(ALL.slice(4, 6));
    expect(pairs(await known([]))).toEqual(EVERY_PAIR);
  });

  it('are refused where nobody knows, never guessed', async () => {
    const map = await known(untold(ALL));
    expect(map.gpus).toEqual([]);
    expect(() => map.moduleAt(address('86'))).toThrow(expect.objectContaining({ code: 'MODULE_ID_UNKNOWN', message: expect.stringMatching(/86:00\.0 is in no known module .*R535.* or give a map/) as string }));
    expect(map.inModule(1)).toBeUndefined();
  });

  it.each(['Module ID', 'Module Id'])('come from the text of nvidia-smi -q where NVML has no function for them (%s)', async (label) => {
    expect(pairs(await known(untold(ALL), { nvidiaSmi: async () => smiText(ALL, label) }))).toEqual(EVERY_PAIR);
  });

  it('do not ask nvidia-smi where NVML tells', async () => {
    const never = () => Promise.reject(new Error('asked'));
    await known(ALL, { nvidiaSmi: never });
    await expect(known(untold(ALL), { nvidiaSmi: never })).rejects.toThrow('asked');
  });

  it('come from a map that the caller gives, which is not kept', async () => {
    expect(pairs(await known(untold(ALL), { given: ALL }))).toEqual(EVERY_PAIR);
    expect(pairs(await known(untold(ALL)))).toEqual([]);
  });
});

describe('module ids are forgotten when the hardware changed', () => {
  it('another GPU at an address', async () => {
    await known(ALL);
    const swapped = { pciBusId: address('0F'), uuid: 'GPU-new', moduleId: 5 };
    const map = await known([swapped]);
    expect(pairs(map)).toEqual([[5, address('0F')]]);
    expect(map.forgotten).toMatch(/0F:00\.0 is GPU-new and was GPU-0+-.*0f$/);
    expect(() => map.moduleAt(address('86'))).toThrow(/hardware changed/);
    // And for good: the old places do not come back.
    expect(pairs(await known([swapped]))).toEqual([[5, address('0F')]]);
  });

  it('another module at an address', async () => {
    await known(ALL);
    expect(pairs(await known([{ ...ALL[0]!, moduleId: 1 }]))).toEqual([[1, address('0F')]]);
    await known(ALL);
    expect(pairs(await known(untold(ALL.slice(0, 1)), { nvidiaSmi: async () => smiText([{ ...ALL[0]!, moduleId: 2 }]) }))).toEqual([[2, address('0F')]]);
  });

  it.each([
    ['one is gone', PRESENT.slice(1), /0F:00\.0 is gone/],
    ['one is new', [...PRESENT, address('C0')], /C0:00\.0 is new/],
    ['they moved', [...PRESENT.slice(1), address('C0')], /0F:00\.0 is gone, .*C0:00\.0 is new/],
  ])('other addresses: %s', async (_, present, why) => {
    await known(ALL);
    const map = await known([], { present: async () => present });
    expect(map.gpus).toEqual([]);
    expect(map.forgotten).toMatch(why);
  });

  it('but not when the driver lets go of one, nor for the spelling of an address', async () => {
    await known(ALL);
    expect(pairs(await known([], { present: async () => PRESENT.map((pci) => pci.slice(4).toLowerCase()) }))).toEqual(EVERY_PAIR);
  });
});

describe('sources that contradict each other are refused, both named', () => {
  const [first] = ALL;
  it.each([
    ['NVML and a given map', ALL, { given: [{ ...first!, moduleId: 4 }] }, /the driver says .*0F:00\.0 .* is module 5, the map that was given says .*0F:00\.0 .* is module 4/],
    ['NVML and nvidia-smi', [...ALL.slice(0, 7), ...untold(ALL.slice(7))], { nvidiaSmi: async () => smiText([{ ...first!, moduleId: 2 }]) }, /NVML says .* is module 5, nvidia-smi -q says .* is module 2/],
    ['one module for two GPUs', ALL, { given: [{ pciBusId: address('C0'), uuid: null, moduleId: 5 }] }, /0F:00\.0 .* is module 5, the map that was given says 00000000:C0:00\.0 is module 5/],
    ['one GPU at two addresses', ALL, { given: [{ pciBusId: address('C0'), uuid: uuidOf('0F'), moduleId: 9 }] }, /the driver says .*0F.* the map that was given says .*C0/],
    ['another UUID', ALL, { given: [{ ...first!, uuid: 'GPU-other' }] }, /the driver says .* the map that was given says .*GPU-other/],
  ] satisfies [string, readonly ModuleReading[], Partial<ModuleIdsOptions>, RegExp][])('%s', async (_, nvml, options, sentence) => {
    await expect(known(nvml, options)).rejects.toMatchObject({ code: 'MODULE_ID_UNKNOWN', message: expect.stringMatching(sentence) as string });
  });

  it('what is remembered and a given map', async () => {
    await known(ALL);
    await expect(known([], { given: [{ ...first!, moduleId: 4 }] })).rejects.toMatchObject({ code: 'MODULE_ID_UNKNOWN', message: expect.stringMatching(/module-ids\.json says .* the map that was given says/) as string });
  });

  it.each([
    [{ ...first!, moduleId: 0 }, /module id 0/],
    [{ ...first!, pciBusId: 'first' }, /"first", which is no PCI address/],
  ])('a source that speaks nonsense: %o', async (reading, sentence) => {
    await expect(known([], { given: [reading] })).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(sentence) as string });
  });

  it('a file that was changed by hand', async () => {
    await known(ALL);
    const path = join(folder, 'module-ids.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"moduleId": 5', '"moduleId": 9'));
    await expect(known(ALL)).rejects.toMatchObject({ code: 'LEDGER_INVALID', message: expect.stringMatching(/checksum/) as string });
  });
});

describe('the text of nvidia-smi -q', () => {
  it('gives each GPU what stands in its own section', () => {
    const readings: ModuleReading[] = [{ pciBusId: '00000001:00:00.0', uuid: 'GPU-1', moduleId: null }, { pciBusId: '00000002:00:00.0', uuid: 'GPU-2', moduleId: 7 }];
    expect(modulesInNvidiaSmiText(smiText(readings))).toEqual(readings);
    expect(modulesInNvidiaSmiText(smiText(readings).replaceAll('\n', '\r\n'))).toEqual(readings);
  });

  it('may name a module twice, not two modules', () => {
    const twice = 'GPU 00000000:10:1C.0\n    Module ID : 7\n    Platform Info\n        Module Id                                      : ';
    expect(modulesInNvidiaSmiText(`${twice}7\n`)).toEqual([{ pciBusId: '00000000:10:1C.0', uuid: null, moduleId: 7 }]);
    expect(modulesInNvidiaSmiText(`${twice}N/A\n`)).toEqual([{ pciBusId: '00000000:10:1C.0', uuid: null, moduleId: 7 }]);
    expect(() => modulesInNvidiaSmiText(`${twice}6\n`)).toThrow(expect.objectContaining({ code: 'IMPLAUSIBLE_ANSWER' }));
  });

  it('has nothing to say where it has nothing', () => {
    expect(modulesInNvidiaSmiText('')).toEqual([]);
    expect(modulesInNvidiaSmiText('NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.\n    Module ID : 3\n')).toEqual([]);
  });
});

describe('the GPUs that are there', () => {
  it('are those in sysfs whichever driver has them, virtual functions left out', async () => {
    const device = async (name: string, vendor: string, pciClass: string) => {
      const path = join(folder, 'sys/bus/pci/devices', name);
      await mkdir(path, { recursive: true });
      await Promise.all([writeFile(join(path, 'vendor'), vendor), writeFile(join(path, 'class'), pciClass), writeFile(join(path, 'device'), '0x2330')]);
      return path;
    };
    const physical = await device('0000:0f:00.0', '0x10de', '0x030200');
    await device('0000:10:00.0', '0x10de', '0x030200');
    await device('0000:03:00.0', '0x10de', '0x068000');
    await symlink(physical, join(await device('0000:0f:00.4', '0x10de', '0x030200'), 'physfn'));
    expect(await presentGpus({ root: folder })).toEqual([address('0F'), address('10')]);
  });
});
