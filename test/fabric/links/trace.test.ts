import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SwitchPort } from '../../../lib/fabric/links/index.ts';
import { allPorts, endOfPort, linksOfGpu, partitionsOnBoard, portOfLink, portsOfOwner, portsOfPartition, tracePort } from '../../../lib/fabric/links/index.ts';
import { BASEBOARDS, defaultPartitions, physicalIds, PLATFORM_IDS } from '../../../lib/fabric/platforms/index.ts';
import topology from '../data/nvlink-topology.json' with { type: 'json' };

const anyBoard = fc.constantFrom(...PLATFORM_IDS).map((id) => BASEBOARDS[id]);
const nameOf = ({ tray, nvSwitch, port }: SwitchPort): string => `${tray}/${nvSwitch}:${port}`;

describe('the wiring, both ways', () => {
  it('leads from a link to a port and back to the same link', () => {
    const anyLink = anyBoard.chain((board) => fc.constantFrom(...physicalIds(board).flatMap((id) => linksOfGpu(board, id))).map((link) => ({ board, link })));
    fc.assert(
      fc.property(anyLink, ({ board, link }) => {
        const { physicalId, gpuLink } = link;
        expect(endOfPort(board, portOfLink(board, link))).toEqual({ kind: 'gpu', physicalId, gpuLink });
      }),
      { numRuns: 1000 },
    );
  });

  it('leads from a port to a link and back to the same port, or to none', () => {
    const anyPort = anyBoard.chain((board) => fc.constantFrom(...allPorts(board)).map((port) => ({ board, port })));
    fc.assert(
      fc.property(anyPort, ({ board, port }) => {
        const end = endOfPort(board, port);
        if (end.kind === 'gpu') expect(portOfLink(board, end)).toEqual(port);
        else expect(end.kind === 'trunk').toBe(board.trunkPorts.includes(port.port));
      }),
      { numRuns: 1000 },
    );
  });

  it('leads from a partition to a port exactly where it leads from the port to the partition', () => {
    const anyPair = anyBoard.chain((board) => fc.record({ board: fc.constant(board), partition: fc.constantFrom(...board.partitions), port: fc.constantFrom(...allPorts(board)) }));
    fc.assert(
      fc.property(anyPair, ({ board, partition, port }) => {
        const there = portsOfPartition(board, partition).find((other) => nameOf(other) === nameOf(port))?.usesPort;
        const back = tracePort(board, port).partitions.find(({ id }) => id === partition.id)?.usesPort;
        expect(back).toBe(there);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(topology.filter(({ unusedSwitchLinks }) => unusedSwitchLinks))('leaves the ports unused that the guide leaves unused on $id', ({ id, unusedSwitchLinks }) => {
    const board = BASEBOARDS[id as keyof typeof BASEBOARDS];
    for (const [nvSwitch, unused] of Object.entries(unusedSwitchLinks ?? {})) {
      const free = allPorts(board, [1]).filter((port) => port.nvSwitch === Number(nvSwitch) && endOfPort(board, port).kind === 'unused').map(({ port }) => port);
      expect(free).toEqual(unused);
    }
  });
});

describe('a port', () => {
  const a100 = BASEBOARDS.hgxA100;
  // GPU 3's link 4 is printed as switch 3, port 34; on the second baseboard it is GPU 11's.
  const port = { tray: 2, nvSwitch: 3, port: 34 } as const;

  it('tells its GPU, every partition of it, which is active, and whose', () => {
    const partitions = defaultPartitions(a100).map((partition) => ({ ...partition, active: [9, 18].includes(partition.id) }));
    const traced = tracePort(a100, port, { partitions, owners: new Map([[9, 'alice'], [18, 'bob']]) });
    expect(traced.end).toEqual({ kind: 'gpu', physicalId: 11, gpuLink: 4 });
    // Not partition 29, GPU 11 alone: it has no NVLinks.
    expect(traced.partitions.map(({ id }) => id)).toEqual([0, 2, 3, 6, 9, 16]);
    expect(traced.partitions.filter(({ active }) => active)).toEqual([{ id: 9, usesPort: true, active: true, owner: 'alice' }]);
  });

  it('leads back to from the owner', () => {
    const tenancy = { partitions: defaultPartitions(a100), owners: new Map([[9, 'alice'], [18, 'bob']]) };
    const ports = portsOfOwner(a100, 'alice', tenancy);
    expect(ports).toHaveLength(4 * 12);
    expect(ports).toContainEqual({ ...port, partition: 9, usesPort: true });
    expect(portsOfOwner(a100, 'carol', tenancy)).toEqual([]);
  });

  it('between baseboards belongs to the partitions that span them', () => {
    expect(tracePort(a100, { tray: 1, nvSwitch: 1, port: 0 }).partitions.map(({ id }) => id)).toEqual([0, 3, 4, 5, 6]);
  });

  it('may or may not be used where a partition has five of six links', () => {
    const traced = tracePort(BASEBOARDS.hgx2, { tray: 1, nvSwitch: 4, port: 16 });
    expect(traced.partitions.map(({ id, usesPort }) => [id, usesPort])).toEqual([[0, true], [1, true], [3, null], [5, null], [9, null]]);
  });

  it('knows neither activity nor owner where nobody told', () => {
    expect(tracePort(BASEBOARDS.hgxB200, { tray: 1, nvSwitch: 2, port: 2 }).partitions[0]).toEqual({ id: 1, usesPort: true, active: null, owner: null });
  });

  it('that does not exist is refused with those that do', () => {
    expect(() => endOfPort(BASEBOARDS.hgxB200, { tray: 1, nvSwitch: 1, port: 0 })).toThrow('port 0: a switch of HGX B200 has ports 1 to 72');
    expect(() => endOfPort(BASEBOARDS.hgxH100, { tray: 1, nvSwitch: 5, port: 0 })).toThrow('switch 5: HGX H100 has switches 1 to 4');
    expect(() => endOfPort(BASEBOARDS.hgxH100, { tray: 2, nvSwitch: 1, port: 0 })).toThrow('baseboards 2');
    expect(() => portOfLink(BASEBOARDS.hgxH800, { physicalId: 1, gpuLink: 0 })).toThrow('link 0 of GPU 1: a GPU of HGX H800 has the links 1, 3, 5, 6, 8, 13, 15, 17');
    expect(() => linksOfGpu(BASEBOARDS.hgxH100, 9)).toThrow('module id 9: HGX H100 has module ids 1 to 8');
  });
});

describe("Fabric Manager's list", () => {
  it('is traced like a default table, with what is active', () => {
    const gpu = { uuid: null, pciBusId: null, nvLinksAvailable: 0, nvLinksMax: 18, nvLinkLineRateMBps: 50_000 };
    const partitions = partitionsOnBoard([{ id: 3, active: true, gpus: [{ ...gpu, physicalId: 1 }, { ...gpu, physicalId: 3 }] }]);
    expect(tracePort(BASEBOARDS.hgxH100, { tray: 1, nvSwitch: 2, port: 36 }, { partitions }).partitions).toEqual([{ id: 3, usesPort: true, active: true, owner: null }]);
  });
});
