import { describe, expect, it } from 'vitest';
import { HGX_H100 } from '../../../../lib/fabric/platforms/hgx-h100.ts';
import { unsupported, valueOf } from '../../../../lib/telemetry/reading.ts';
import { GpuwrightError } from '../../../../lib/errors.ts';
import { addressOf } from '../../../fabric/ledger/desk.ts';
import { card, fabricDesk } from './desk.ts';

interface Links {
  readonly platform: string;
  readonly partitionsFrom: string;
  readonly links: readonly { readonly nvSwitch: number; readonly port: number; readonly kind: string; readonly gpu: { readonly physicalId: number; readonly link: number; readonly pciBusId: string } | null; readonly partitions: readonly { readonly id: number; readonly owner: string | null }[] }[];
}

describe('links', () => {
  // The first link of module 3, from the board's own table.
  const { nvSwitch, port } = HGX_H100.links.find(({ gpu, gpuLink }) => gpu === 3 && gpuLink === 0) ?? { nvSwitch: NaN, port: NaN };

  it('goes from a port to the GPU, the partitions and the owner', async () => {
    const desk = await fabricDesk();
    await desk.fabricCli('acquire', '--owner', 'vm1', '--modules', '1,3', '--yes');
    const told = (await desk.json('links', '--switch', String(nvSwitch), '--port', String(port))) as unknown as Links;
    expect(told).toMatchObject({ platform: 'hgxH100', partitionsFrom: 'fabric-manager', links: [{ nvSwitch, port, kind: 'gpu', gpu: { physicalId: 3, link: 0, pciBusId: addressOf(3) } }] });
    // A partition of one GPU has no NVLinks.
    expect(told.links[0]?.partitions.map(({ id, owner }) => [id, owner])).toEqual([[0, null], [1, null], [3, 'vm1']]);
  });

  it.each([
    ['--gpu', addressOf(3)],
    ['--gpu', 'GPU-3'],
    ['--gpu', 'module:3'],
  ])('goes from the GPU (%s %s) back to the port', async (...words) => {
    const { links } = (await (await fabricDesk()).json('links', ...words)) as unknown as Links;
    expect(links).toHaveLength(18);
    expect(links.every(({ gpu }) => gpu?.physicalId === 3)).toBe(true);
    expect(links[0]).toMatchObject({ nvSwitch, port });
  });

  it('goes from partition and owner to every port that they use', async () => {
    const desk = await fabricDesk();
    await desk.fabricCli('acquire', '--owner', 'vm1', '--modules', '1,3', '--yes');
    const of = async (...words: string[]) => ((await desk.json('links', ...words)) as unknown as Links).links;
    const ports = await of('--owner', 'vm1');
    expect(ports).toHaveLength(36);
    expect(await of('--partition', '3')).toEqual(ports);
    expect(await of('--partition', '7')).toEqual([]);
  });

  it('tells the wiring without Fabric Manager, and that the partitions are the default ones', async () => {
    const desk = await fabricDesk();
    desk.ports = {
      connect: async () => {
        throw new GpuwrightError('FABRIC_UNREACHABLE', 'fmConnect: nobody: start it');
      },
    };
    const ran = await desk.fabricCli('links', '--gpu', 'module:3', '--json');
    expect([ran.code, ran.err, JSON.parse(ran.out)]).toMatchObject([0, expect.stringContaining('default table'), { partitionsFrom: 'default-table' }]);
  });

  it('refuses to guess the board', async () => {
    const desk = await fabricDesk();
    desk.gpus.splice(0, 8, card(1, { name: valueOf('NVIDIA H100 PCIe') }));
    expect(await desk.fabricCli('links')).toMatchObject({ code: 2, err: expect.stringContaining('--platform') });
    desk.gpus.splice(0, 1, card(1, { name: unsupported }));
    expect((await desk.fabricCli('links')).code).toBe(2);
    expect((await desk.fabricCli('links', '--platform', 'hgxH100', '--gpu', 'module:3')).code).toBe(0);
  });

  it.each([[['--port', '3']], [['--switch', '1', '--gpu', '0']], [['--switch', '9']], [['--switch', '1', '--port', '200']], [['--gpu', 'module:9']], [['--gpu', '12']], [['--partition', '99']], [['--owner', 'nobody']], [['--tray', '2', '--switch', '1']]])('refuses %j as wrong usage', async (words) => {
    expect((await (await fabricDesk()).fabricCli('links', ...words)).code).toBe(2);
  });
});
