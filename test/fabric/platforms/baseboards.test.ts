import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PlatformId } from '../../../lib/fabric/platforms/index.ts';
import { BASEBOARDS, defaultPartitions, physicalIds, PLATFORM_IDS, spansTrays, trayOf } from '../../../lib/fabric/platforms/index.ts';
import topology from '../data/nvlink-topology.json' with { type: 'json' };
import tables from '../data/partitions.json' with { type: 'json' };

describe.each(topology)('the baseboard $id', (printed) => {
  const board = BASEBOARDS[printed.id as PlatformId];

  it('has as many GPUs, switches, ports and links as the guide prints', () => {
    expect([board.nvSwitchGeneration, board.gpus, board.switches, board.portsPerSwitch, board.linksPerGpu]).toEqual([
      printed.nvswitchGeneration,
      printed.gpuCount,
      printed.nvswitchesPerBaseboard,
      printed.portsPerNvswitch,
      printed.linksPerGpu,
    ]);
    expect(board.trunkPorts).toEqual(printed.trunkLinksPerNvswitch);
  });

  it('is wired as the guide prints, link for link', () => {
    const sorted = (rows: readonly (readonly number[])[]): string[] => rows.map((row) => row.join(' ')).sort();
    expect(sorted(board.links.map(({ gpu, gpuLink, nvSwitch, port }) => [gpu, gpuLink, nvSwitch, port]))).toEqual(sorted(printed.links));
  });

  it('has as many GPU links at each switch as the guide counts', () => {
    const counts: Record<string, number> = {};
    for (const { nvSwitch } of board.links) counts[nvSwitch] = (counts[nvSwitch] ?? 0) + 1;
    expect(counts).toEqual(printed.gpuLinksPerNvswitch);
  });

  it('uses no port twice, and every port is one that a switch has', () => {
    const ports = board.links.map(({ nvSwitch, port }) => `${nvSwitch}:${port}`);
    expect(new Set(ports).size).toBe(ports.length);
    const last = board.firstPort + board.portsPerSwitch - 1;
    expect(board.links.filter(({ port }) => port < board.firstPort || port > last || board.trunkPorts.includes(port))).toEqual([]);
  });
});

describe.each(tables)('the default partitions of $id', (printed) => {
  const board = BASEBOARDS[printed.id as PlatformId];

  it('are those of the guide, with their ids, GPUs and links', () => {
    expect(board.partitions.map(({ id, physicalIds, linksPerGpu }) => [id, physicalIds, linksPerGpu])).toEqual(printed.partitions);
    expect(physicalIds(board)).toHaveLength(printed.maxGpus);
  });
});

describe('H800', () => {
  it('has the partitions of H100 with the links that it has', () => {
    const table = tables.find(({ id }) => id === 'hgxH100');
    const own = BASEBOARDS.hgxH800.partitions;
    expect(own.map(({ id, physicalIds }) => [id, physicalIds])).toEqual(table?.partitions.map(([id, gpus]) => [id, gpus]));
    expect(new Set(own.map(({ linksPerGpu }) => linksPerGpu))).toEqual(new Set([0, 8]));
  });
});

describe('one baseboard of two', () => {
  const a100 = BASEBOARDS.hgxA100;

  it('keeps the ids of its partitions and loses those with GPUs elsewhere', () => {
    expect(defaultPartitions(a100, [2]).map(({ id }) => id)).toEqual([2, 9, 10, 15, 16, 17, 18, 27, 28, 29, 30, 31, 32, 33, 34]);
    expect(defaultPartitions(a100, [1])).toHaveLength(15);
    expect(physicalIds(a100, [2])).toEqual([9, 10, 11, 12, 13, 14, 15, 16]);
  });

  it('is told from two by the GPUs of a partition', () => {
    expect(trayOf(a100, 8)).toBe(1);
    expect(trayOf(a100, 9)).toBe(2);
    expect(a100.partitions.filter((partition) => spansTrays(a100, partition)).map(({ id }) => id)).toEqual([0, 3, 4, 5, 6]);
  });

  it('cannot be the second where there is never a second', () => {
    expect(() => physicalIds(BASEBOARDS.hgxH100, [2])).toThrow('baseboards 2: a system with HGX H100 has one: name those that are there');
    expect(() => defaultPartitions(a100, [])).toThrow('baseboards none');
  });
});

describe('the wiring of the simulated hosts', () => {
  const profiles: Readonly<Partial<Record<PlatformId, string>>> = { hgx2: 'hgx-2', hgxA100: 'hgx-a100', hgxH100: 'hgx-h100', hgxB200: 'hgx-b200' };

  it.each(PLATFORM_IDS.filter((id) => id in profiles))('is that of %s', (id) => {
    const { gpus } = JSON.parse(readFileSync(new URL(`../../../mocks/profiles/wirings/${profiles[id]}.json`, import.meta.url), 'utf8')) as { gpus: string[] };
    const own = gpus.map((_, gpu) => BASEBOARDS[id].links.filter((link) => link.gpu === gpu + 1).map(({ nvSwitch, port }) => `${nvSwitch}:${port}`).join(' '));
    expect(own).toEqual(gpus);
  });
});
