/** Hosts made from a file of the user's: what it may say, and where a complaint points. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { host } from './simulated-host.ts';

const folder = mkdtempSync(join(tmpdir(), 'gpuwright-profile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const GPUS = [{ pci: '0000:07:00.0' }, { pci: '0000:0f:00.0', attributes: { thermal: { 'gpu-celsius': 77 } } }];

function fileOf(change: object): string {
  const file = join(folder, 'lab.json');
  writeFileSync(file, JSON.stringify({ name: 'lab', description: 'two of a kind', driver: '550.127.08', model: 'a100-sxm4-80', gpus: GPUS, ...change }));
  return file;
}

describe('a profile file', () => {
  it('makes a host with what it says, and with what is given on top', async () => {
    const machine = await host(fileOf({ attributes: { host: { permissions: 'user' } } }), { attributes: { 'gpu.*.load.pattern': 'idle', 'gpu.0.board.name': 'Mine' } });
    expect(await machine.show()).toMatchObject({ profile: 'lab', gpus: [{ name: 'Mine' }, { name: 'NVIDIA A100-SXM4-80GB' }] });
    const values = new Map((await machine.attributes()).map(({ name, value }) => [name, value]));
    expect(values.get('host.permissions')).toBe('user');
    expect([values.get('gpu.0.load.pattern'), values.get('gpu.1.load.pattern')]).toEqual(['idle', 'idle']);
    expect(values.get('gpu.1.thermal.gpu-celsius')).toBe('77');
  });

  const gpu = (attributes: object) => ({ gpus: [GPUS[0], { pci: '0000:0f:00.0', attributes }] });
  it.each<[string, object, RegExp]>([
    ['an unknown attribute of a GPU', gpu({ thermal: { 'gpu-celcius': 70 } }), /lab\.json: gpus\[1\]\.attributes\.thermal\.gpu-celcius: is not an attribute that this version knows/],
    ['a dotted name', gpu({ 'thermal.gpu-celcius': 70 }), /lab\.json: gpus\[1\]\.attributes\.thermal\.gpu-celcius: is not/],
    ['a value out of range', gpu({ thermal: { 'gpu-celsius': 999 } }), /lab\.json: gpus\[1\]\.attributes\.thermal\.gpu-celsius: 999 is out of range: write a number/],
    ['no such value', gpu({ load: { pattern: 'nap' } }), /lab\.json: gpus\[1\]\.attributes\.load\.pattern: "nap" is not one of its values: choose none, idle/],
    ['an unknown attribute of the host', { attributes: { host: { permission: 'user' } } }, /lab\.json: attributes\.host\.permission: is not an attribute/],
    ['two GPUs at one place', { gpus: [GPUS[0], GPUS[0]] }, /lab\.json: gpus\[1\]: has the PCI address of GPU 0/],
    ['more memory in use than there is', gpu({ memory: { 'used-bytes': 99_000_000_000 } }), /lab\.json: gpus\[1\]\.attributes\.memory: uses more than it has/],
  ])('is refused with %s, in its own words', async (_, change, sentence) => {
    await expect(host(fileOf(change))).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(sentence) });
  });

  it.each<[Record<string, string>, RegExp]>([
    [{ 'gpu.*.load.patern': 'idle' }, /^attributes: gpu\.\*\.load\.patern: is not an attribute/],
    [{ 'gpu.7.load.pattern': 'nap' }, /^attributes: gpu\.7\.load\.pattern: "nap" is not one of its values/],
    [{ 'host.nothing': '1' }, /^attributes: host\.nothing: is not an attribute/],
  ])('tells what was given on top from what it says itself: %o', async (attributes, sentence) => {
    await expect(host(fileOf({}), { attributes })).rejects.toThrow(sentence);
  });

  it('that is no JSON is refused with line and column', async () => {
    const file = join(folder, 'broken.json');
    writeFileSync(file, '{\n  "name" "lab"\n}\n');
    await expect(host(file)).rejects.toThrow(/broken\.json:2:10: not JSON/);
    await expect(host(join(folder, 'nowhere.json'))).rejects.toThrow(/nowhere\.json: cannot be read \(ENOENT\): check the path/);
  });
});
