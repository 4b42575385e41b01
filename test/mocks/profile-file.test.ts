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
    ['an unknown attribute of a GPU', gpu({ thermal: { 'gpu-celcius': 70 } }), /lab\.json:1:\d+: gpus\[1\]\.attributes\.thermal\.gpu-celcius: is not an attribute that this version knows/],
    ['a dotted name', gpu({ 'thermal.gpu-celcius': 70 }), /lab\.json:1:\d+: gpus\[1\]\.attributes\.thermal\.gpu-celcius: is not/],
    ['a value out of range', gpu({ thermal: { 'gpu-celsius': 999 } }), /lab\.json:1:\d+: gpus\[1\]\.attributes\.thermal\.gpu-celsius: 999 is out of range: write a number/],
    ['no such value', gpu({ load: { pattern: 'nap' } }), /lab\.json:1:\d+: gpus\[1\]\.attributes\.load\.pattern: "nap" is not one of its values: choose none, idle/],
    ['an unknown attribute of the host', { attributes: { host: { permission: 'user' } } }, /lab\.json:1:\d+: attributes\.host\.permission: is not an attribute/],
    ['two GPUs at one place', { gpus: [GPUS[0], GPUS[0]] }, /lab\.json:1:\d+: gpus\[1\]: has the PCI address of GPU 0/],
    ['more memory in use than there is', gpu({ memory: { 'used-bytes': 99_000_000_000 } }), /lab\.json:1:\d+: gpus\[1\]\.attributes\.memory: uses more than it has/],
  ])('is refused with %s, in its own words', async (_, change, sentence) => {
    await expect(host(fileOf(change))).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(sentence) });
  });

  it.each<[Record<string, string>, RegExp]>([
    [{ 'gpu.*.load.patern': 'idle' }, /^attributes: gpu\.\*\.load\.patern: is not an attribute/],
    [{ 'gpu.1.load.pattern': 'nap' }, /^attributes: gpu\.1\.load\.pattern: "nap" is not one of its values/],
    [{ 'gpu.2.load.pattern': 'idle' }, /^attributes: gpu\.2\.load\.pattern: there is no GPU 2: name one from 0 to 1/],
    [{ 'gpu.0.board.name': 'unsupported' }, /^attributes: gpu\.0\.board\.name: cannot be unsupported, for every product has it/],
    [{ 'host.nothing': '1' }, /^attributes: host\.nothing: is not an attribute/],
  ])('tells what was given on top from what it says itself: %o', async (attributes, sentence) => {
    await expect(host(fileOf({}), { attributes })).rejects.toThrow(sentence);
  });

  it('that is no JSON is refused with line and column', async () => {
    const file = join(folder, 'broken.json');
    writeFileSync(file, '{\n  "name" "lab"\n}\n');
    await expect(host(file)).rejects.toThrow(/broken\.json:2:10: not JSON/);
    await expect(host(join(folder, 'nowhere.json'))).rejects.toThrow(/nowhere\.json: cannot be read \(no such file or folder\): check the path/);
  });

  it.each<[string, string | Buffer, RegExp]>([
    ['two values for one key', '{\n  "name": "a",\n  "name": "b"\n}', /wrong\.json:3:3: name is there twice: keep one of them$/],
    ['a comma too many', '{\n  "name": "a",\n}', /wrong\.json:3:1: not JSON \([^"\n]*\): mend it there$/],
    ['a missing key', '\n{ "name": "lab" }', /wrong\.json:2:1: driver is missing or wrong: write a text of one line$/],
    ['a wrong type', '{ "name": "lab", "driver": "550.127.08",\n "description": 3, "gpus": [{ "pci": "0000:07:00.0", "model": "t4" }] }', /wrong\.json:2:2: description is missing or wrong: write a text/],
    ['an unknown model', '{ "name": "lab", "driver": "550.127.08", "description": "d", "gpus": [\n{ "model": "t5", "pci": "0000:07:00.0" }] }', /wrong\.json:2:3: gpus\[0\]\.model: "t5" is not a model that is known: choose one of .*t4/],
    ['no whole number', '{ "name": "lab", "driver": "550.127.08", "description": "d", "gpus": [{ "model": "t4", "pci": "0000:07:00.0",\n"attributes": { "thermal": { "gpu-celsius": 7.5 } } }] }', /wrong\.json:2:30: gpus\[0\]\.attributes\.thermal\.gpu-celsius is 7\.5: write a whole number/],
    ['nothing in it', ' \n', /wrong\.json: is empty: write a JSON object/],
    ['another encoding', Buffer.from('{ "name": "caf\xe9" }', 'latin1'), /wrong\.json: is no text in UTF-8: save it as that/],
  ])('with %s is refused in one sentence, at its place', async (_, text, sentence) => {
    const file = join(folder, 'wrong.json');
    writeFileSync(file, text);
    await expect(host(file)).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(sentence) as string });
  });

  it('is no folder and no endless device', async () => {
    await expect(host(`${folder}/`)).rejects.toThrow(/cannot be read \(it is a folder\): check the path/);
    await expect(host('/dev/zero')).rejects.toThrow(/\/dev\/zero: has more than 256 MiB, too much to be read/);
  });
});
