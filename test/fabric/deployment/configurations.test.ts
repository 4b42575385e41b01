import { describe, expect, it } from 'vitest';
import { guestConfigurations } from '../../../lib/fabric/deployment/index.ts';
import { PASSTHROUGH } from '../../../lib/fabric/deployment/passthrough.ts';
import type { PlatformId } from '../../../lib/fabric/platforms/index.ts';
import { BASEBOARDS, PLATFORM_IDS } from '../../../lib/fabric/platforms/index.ts';
import printed from '../data/passthrough.json' with { type: 'json' };

describe('full passthrough', () => {
  it.each([...new Set(printed.map(({ platform }) => platform))])('on %s has the guests of the guide', (id) => {
    const theirs = printed.filter(({ platform }) => platform === id);
    const own = PASSTHROUGH[id as PlatformId];
    expect(own.map((row) => [row.gpus, row.switches, row.linksPerGpu, row.guests[0], row.guests[1], row.constraint !== undefined])).toEqual(
      theirs.map((row) => [row.vmGpuCount, row.nvswitchCount, row.nvlinksEnabledPerGpu, row.partitionsOneBaseboard, row.partitionsTwoBaseboards, row.constrained]),
    );
    expect(own.map((row) => row.linksPerSwitch)).toEqual(theirs.map((row) => row.nvlinksEnabledPerNvswitchDetail?.map(({ nvswitchCount, enabled }) => ({ switches: nvswitchCount, links: enabled })) ?? row.nvlinksEnabledPerNvswitch));
  });

  it('of the whole board has every link that is wired, at GPUs and at switches', () => {
    for (const id of PLATFORM_IDS) {
      const board = BASEBOARDS[id];
      const row = PASSTHROUGH[id].find(({ gpus }) => gpus === 8);
      const atSwitches = Array.from({ length: board.switches }, (_, index) => board.links.filter(({ nvSwitch }) => nvSwitch === index + 1).length).sort((a, b) => a - b);
      const told = typeof row?.linksPerSwitch === 'object' ? row.linksPerSwitch.flatMap(({ switches, links }) => Array<number>(switches).fill(links)) : Array<number | undefined>(board.switches).fill(row?.linksPerSwitch);
      expect([id, row?.linksPerGpu, told]).toEqual([id, board.linksPerGpu, atSwitches]);
    }
  });

  it('needs two baseboards for sixteen GPUs', () => {
    const sizes = (trays: readonly (1 | 2)[]): unknown => guestConfigurations('hgxA100', 'full-passthrough', trays).configurations.map(({ gpus, guests, section }) => [gpus, guests, section]);
    expect(sizes([1, 2])).toEqual([[16, 1, '6.2'], [8, 2, '6.3'], [4, 4, '6.4'], [2, 8, '6.5'], [1, 16, '6.6']]);
    expect(sizes([2])).toEqual([[8, 1, '6.3'], [4, 2, '6.4'], [2, 4, '6.5'], [1, 8, '6.6']]);
  });

  it('says where the guide does not add up', () => {
    expect(guestConfigurations('hgxA100', 'full-passthrough').configurations.find(({ gpus }) => gpus === 4)?.notes).toEqual([expect.stringContaining('the guide prints six')]);
  });
});

describe('partitions', () => {
  const sizes = (platform: PlatformId, trays?: readonly (1 | 2)[]): unknown => guestConfigurations(platform, 'shared', trays).configurations.map(({ gpus, linksPerGpu, guests }) => [gpus, linksPerGpu, guests]);

  it('make as many guests at once as share no GPU', () => {
    expect(sizes('hgxA100')).toEqual([[16, 12, 1], [8, 12, 2], [4, 12, 4], [2, 12, 8], [1, 0, 16]]);
    expect(sizes('hgxA100', [1])).toEqual([[8, 12, 1], [4, 12, 2], [2, 12, 4], [1, 0, 8]]);
    expect(sizes('hgxH100')).toEqual([[8, 18, 1], [4, 18, 2], [2, 18, 4], [1, 0, 8]]);
    expect(sizes('hgxB200')).toEqual([[8, 18, 1], [4, 18, 2], [2, 18, 4], [1, 0, 8]]);
  });

  it('of HGX-2 come with six or five links', () => {
    expect(sizes('hgx2')).toEqual([[16, 6, 1], [8, 6, 2], [8, 5, 2], [4, 5, 4], [2, 5, 8], [1, 0, 16]]);
  });
});

describe('a model', () => {
  it('is refused, or left to the release, where vGPU is', () => {
    expect(guestConfigurations('hgx2', 'vgpu')).toMatchObject({ supported: false, why: 'vGPU is not supported on HGX-2 (section 8.1)', configurations: [] });
    expect(guestConfigurations('hgxA100', 'vgpu')).toMatchObject({ supported: true, why: null });
    expect(guestConfigurations('hgxH100', 'vgpu')).toMatchObject({ supported: null, why: expect.stringContaining('release notes') as string });
  });

  it('without guests has no configuration', () => {
    expect(guestConfigurations('hgxH100', 'bare-metal').configurations).toEqual([]);
  });
});
