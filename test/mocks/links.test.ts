import { describe, expect, it } from 'vitest';
import type { Machine } from '../../mocks/control/index.ts';
import { Models } from '../../mocks/control/models.ts';
import { readProfile } from '../../mocks/control/profile.ts';
import { Client } from './client.ts';
import { host } from './simulated-host.ts';

interface Link {
  readonly gpu: number;
  readonly link: number;
  readonly state: string;
  readonly remote: string;
  /** `0:c4:0`, the link behind it. */
  readonly end: string;
}

/** Links that lead somewhere, of all GPUs, and where each GPU itself stands. */
async function linksOf(machine: Machine): Promise<{ links: Link[]; places: string[] }> {
  const values = new Map((await machine.attributes()).map(({ name, value }) => [name, value]));
  const gpus = (await machine.show()).gpus.length;
  const hex = (name: string) => Number(values.get(name)).toString(16);
  const links = Array.from({ length: gpus * 36 }, (_, at) => ({ gpu: Math.floor(at / 36), link: at % 36 })).map(({ gpu, link }) => {
    const of = (name: string) => `gpu.${gpu}.nvlink.link.${link}.${name}`;
    const end = `${values.get(of('remote-domain'))}:${hex(of('remote-bus'))}:${hex(of('remote-device'))} ${values.get(of('remote-link'))}`;
    return { gpu, link, state: values.get(of('state')) as string, remote: values.get(of('remote')) as string, end };
  });
  const places = Array.from({ length: gpus }, (_, gpu) => `${values.get(`gpu.${gpu}.pcie.domain`)}:${hex(`gpu.${gpu}.pcie.bus`)}:${hex(`gpu.${gpu}.pcie.device`)}`);
  return { links: links.filter(({ remote }) => remote !== 'nothing'), places };
}

const counts = <T>(values: readonly T[]) => [...new Set(values.map((value) => values.filter((other) => other === value).length))];

describe('boards with switches', () => {
  it.each([
    ['hgx2-v100-16', 16, 6, 12],
    ['hgx-a100-8', 8, 12, 6],
    ['hgx-h100-8', 8, 18, 4],
    ['hgx-h200-8', 8, 18, 4],
  ])('%s: %i GPUs with %i links each, to %i switches', async (profile, gpus, perGpu, switches) => {
    const { links } = await linksOf(await host(profile));
    expect(links).toHaveLength(gpus * perGpu);
    expect(counts(links.map(({ gpu }) => gpu))).toEqual([perGpu]);
    expect(new Set(links.map(({ end }) => end.split(' ')[0])).size).toBe(switches);
    expect(counts(links.map(({ end }) => end)), 'no port is used twice').toEqual([1]);
    expect(links.every(({ state, remote }) => state === 'active' && remote === 'switch')).toBe(true);
  });

  it('follow the vendor’s tables, by module id', async () => {
    // Module 2 of HGX H100: link 0 to port 46 of the third switch, link 17 to port 39 of the fourth.
    const machine = await host('hgx-h100-8');
    const gpu = (await machine.attributes()).find(({ name, value }) => /^gpu\.\d+\.board\.module-id$/.test(name) && value === '2')?.name.split('.')[1];
    const links = (await linksOf(machine)).links.filter((link) => link.gpu === Number(gpu));
    expect([links[0]?.end, links[17]?.end]).toEqual(['0:7:0 46', '0:8:0 39']);
  });

  it('each baseboard of an HGX-2 has switches of its own, and all GPUs reach each other', async () => {
    const machine = await host('hgx2-v100-16');
    const { links } = await linksOf(machine);
    const switchesOf = (gpu: number) => new Set(links.filter((link) => link.gpu === gpu).map(({ end }) => end.split(' ')[0]));
    expect([...switchesOf(0)].filter((each) => switchesOf(15).has(each))).toEqual([]);
    expect(await nvlinkTo(machine, [7, 8, 15])).toEqual(['ok', 'ok', 'ok']);
  });

  it('switches that are no PCI devices have no address', async () => {
    const { links } = await linksOf(await host('hgx-b200-8', { gpus: 1 }));
    expect(links).toHaveLength(18);
    expect(links.every(({ end }) => end.startsWith('unsupported:'))).toBe(true);
  });

  it('a second board of the same kind is a domain of its own', async () => {
    const machine = await host('hgx-a100-8', { gpus: 16 });
    const { links } = await linksOf(machine);
    expect(links.find(({ gpu }) => gpu === 8)?.end).toBe('1:c7:0 28');
    expect(await nvlinkTo(machine, [7, 8, 15])).toEqual(['ok', 'none', 'none']);
  });
});

/** Whether GPU 0 has NVLink to these. */
async function nvlinkTo(machine: Machine, gpus: readonly number[]): Promise<string[]> {
  const client = await Client.initialised(machine.nvmlLibrary, Math.max(...gpus) + 1);
  const NVLINK = 2;
  const answers = await Promise.all(gpus.map((gpu) => client.call('nvmlDeviceGetP2PStatus', { handle: 0 }, { handle: gpu }, { i32: NVLINK }, { out: 'i32' })));
  return answers.map(({ out }) => (out?.[0] === 0 ? 'ok' : 'none'));
}

describe('GPUs linked to each other', () => {
  it.each([['tesla-v100-8', 6], ['a100-pcie-4', 12]])('%s: both ends of each link name one another', async (profile, perGpu) => {
    const { links, places } = await linksOf(await host(profile));
    expect(counts(links.map(({ gpu }) => gpu))).toEqual([perGpu]);
    for (const { gpu, link, end, remote } of links) {
      const back = links.find((other) => `${places[other.gpu]} ${other.link}` === end);
      expect([remote, back?.end], `GPU ${gpu} link ${link}`).toEqual(['gpu', `${places[gpu]} ${link}`]);
    }
  });

  it('a V100 host is a hybrid cube mesh', async () => {
    expect(await nvlinkTo(await host('tesla-v100-8'), [1, 2, 3, 4, 5, 6, 7])).toEqual(['ok', 'ok', 'ok', 'ok', 'none', 'none', 'none']);
  });

  it('links to GPUs that are not there are inactive', async () => {
    const machine = await host('tesla-v100-8', { gpus: 4 });
    const { links } = await linksOf(machine);
    expect(links.filter(({ gpu }) => gpu === 0)).toHaveLength(4);
    expect((await machine.attributes(0)).filter(({ name }) => /nvlink\.link\.[45]\.state$/.test(name)).map(({ value }) => value)).toEqual(['inactive', 'inactive']);
  });
});

describe('the links of a profile', () => {
  const models = new Models('mocks/profiles/models');
  const profile = (links: unknown, gpus = 2) => ({
    name: 'p', description: 'd', driver: '550.127.08', model: 'a100-pcie-80', gpus: Array.from({ length: gpus }, (_, i) => ({ pci: `0000:0${i + 1}:00.0` })), links,
  });

  it.each<[string, unknown, RegExp]>([
    ['an unknown key', { bridges: [] }, /p\.json: links\.bridges is not known here: check its spelling; known are wiring, switches, direct/],
    ['an unknown wiring', { wiring: 'hgx-p100' }, /p\.json: links: wiring "hgx-p100" is not known: choose one of hgx-2, hgx-a100, hgx-b200, hgx-h100/],
    ['the wiring of a larger board', { wiring: 'hgx-a100' }, /p\.json: links\.wiring is missing or wrong: write one of a board whose 8 GPUs make up the 2/],
    ['both kinds', { wiring: 'hgx-a100', direct: [] }, /links\.direct is missing or wrong: write either direct, or wiring and switches/],
    ['a GPU linked to itself', { direct: [{ gpu: 1, peer: 1, count: 1 }] }, /links\.direct\[0\]\.peer is missing or wrong: write another GPU than gpu/],
    ['a GPU that is not there', { direct: [{ gpu: 0, peer: 2, count: 1 }] }, /links\.direct\[0\]\.peer is missing or wrong: write a whole number from 0 to 1/],
  ])('are refused with %s', (_, links, message) => {
    expect(() => readProfile('p.json', profile(links), models)).toThrow(message);
  });

  it('are refused with too few switches', () => {
    expect(() => readProfile('p.json', profile({ wiring: 'hgx-a100', switches: ['0000:c4:00.0'] }, 8), models)).toThrow(/links\.switches is missing or wrong: write the PCI addresses of 6 switches/);
  });
});
