import { describe, expect, it } from 'vitest';
import { GpuwrightError } from '../../../lib/errors.ts';
import { pageRetirementCard, silentCard } from '../../diagnosis/cards.ts';
import { cli, LIBRARY_MISSING } from './fakes.ts';

const bus = (index: number) => ({ pciBusId: `00000000:1${index}:00.0` });
const two = [pageRetirementCard({ index: 0 }), pageRetirementCard({ index: 1 })];

interface Document {
  readonly checks: readonly { readonly id: string; readonly state: string; readonly found: string; readonly remedy?: string }[];
}
const check = async (world: Parameters<typeof cli>[0], id: string, ...words: string[]) =>
  (JSON.parse((await cli(world, 'doctor', '--json', ...words)).out) as Document).checks.find((one) => one.id === id);

describe('doctor', () => {
  it('is content when everything is there', async () => {
    const ran = await cli({ looks: [two], installation: { pciGpus: [bus(0), bus(1)] } }, 'doctor');
    expect(ran.code).toBe(0);
    expect(ran.out).not.toContain('PROBLEM');
    expect(ran.out).toMatch(/library +libnvidia-ml.so.1, NVML 12.535.129.03, driver 535.129.03/);
    expect(ran.out).toMatch(/gpus +2 of 2 GPUs answer/);
  });

  it('says how to mend a missing library, and exits 3', async () => {
    const ran = await cli({ looks: [LIBRARY_MISSING], installation: { kernelDriver: undefined } }, 'doctor');
    expect(ran.code).toBe(3);
    expect(ran.out).toMatch(/PROBLEM library +libnvidia-ml: not found.*\n[^]* {24} {2}a\n/);
    expect(ran.out).toMatch(/PROBLEM kernel-driver[^]*modprobe nvidia/);
    expect(ran.out).toMatch(/PROBLEM pci[^]*passed through/);
  });

  it('says shortly where no library is, and in full why one that is there does not load', async () => {
    const gone = 'cannot open shared object file: No such file or directory';
    const failure = new GpuwrightError('LIBRARY_LOAD_FAILED', `libnvidia-ml: found but could not be loaded: mend it. Tried:\n  /b: there, but does not load: ${gone}\n  /a: ${gone}`);
    const ran = await cli({ looks: [failure] }, 'doctor');
    expect(ran.out).toContain(`  /b: there, but does not load: ${gone}\n`);
    expect(ran.out).toContain('  /a: no such file\n');
  });

  it('takes a missing addon for a note, since koffi serves', async () => {
    const world = { looks: [two], installation: { pciGpus: [bus(0), bus(1)], addon: { missing: 'no build' } } };
    expect(await check(world, 'addon')).toMatchObject({ state: 'note', found: 'missing: no build', remedy: expect.stringContaining('koffi') });
    expect((await cli(world, 'doctor')).code).toBe(0);
  });

  it('names the GPUs that are on the bus and not with the driver, and those that are silent', async () => {
    const world = { looks: [[pageRetirementCard({ index: 0 }), silentCard(1)]], installation: { pciGpus: [bus(0), bus(1), bus(2)] } };
    expect(await check(world, 'gpus')).toMatchObject({ state: 'problem', found: '1 of 2 GPUs answer; no answer from GPU 1; on the PCI bus but not known to the driver: 00000000:12:00.0' });
    expect((await cli(world, 'doctor')).code).toBe(1);
  });

  it('does not look for the GPUs of a simulated host on this one\'s bus', async () => {
    const world = { looks: [two], machines: ['m'], installation: { kernelDriver: undefined } };
    const ran = await cli(world, 'doctor', '--machine', 'm');
    expect(ran).toMatchObject({ code: 0, out: expect.stringMatching(/^SIMULATED host m\n/) });
    expect(await check(world, 'pci', '--machine', 'm')).toBeUndefined();
  });

  it('refuses a machine that is not there', async () => {
    expect((await cli({}, 'doctor', '--machine', 'nowhere')).code).toBe(2);
  });
});
