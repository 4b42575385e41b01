import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../lib/fabric/config/index.ts';
import type { DegradedCase, Failure, FailurePolicy, PartitionFate } from '../../../lib/fabric/degraded/index.ts';
import { BEHAVIOURS, failurePolicy, jobsAtExit, predictDegraded } from '../../../lib/fabric/degraded/index.ts';
import { EXIT_BEHAVIOURS } from '../../../lib/fabric/degraded/behaviours.ts';
import type { DeploymentModel } from '../../../lib/fabric/deployment/model.ts';
import printed from '../data/ha-modes.json' with { type: 'json' };

/** The guide joins the first two. */
const MODELS: Readonly<Record<DeploymentModel, string>> = { 'bare-metal': 'bareMetalOrFullPassthrough', 'full-passthrough': 'bareMetalOrFullPassthrough', shared: 'sharedNvswitch', vgpu: 'vgpu' };

const EFFECTS: Readonly<Record<string, string>> = {
  removeGpuFromNvlinkP2p: 'gpu-without-nvlink',
  disableNvswitchAndPeer: 'switch-pair-disabled',
  removePartitionsUsingGpu: 'partitions-of-gpu-removed',
  removePartitionsUsingTrunk: 'partitions-over-trunk-removed',
  removePartitionsUsingNvswitch: 'partitions-of-switch-removed',
  abortFabricManager: 'fabric-manager-ends',
  reportInactiveLinks: 'links-reported-inactive',
  notApplicable: 'no-such-hardware',
  notSupported: 'not-supported',
};

function bandwidth(text: string | null): string | null {
  if (text === null) return null;
  if (text.includes('5/6')) return '5/6';
  return text.startsWith('full') ? 'full' : text;
}

describe('the table of degraded modes', () => {
  it('is that of the guide, cell for cell', () => {
    const cells = (rows: readonly (readonly unknown[])[]): string[] => [...new Set(rows.map((row) => row.join(' | ')))].sort();
    const theirs = printed.filter(({ configItem }) => configItem?.endsWith('_FAILURE_MODE')).map((row) => [row.configItem, row.value, row.generation, row.deploymentModel, EFFECTS[row.effect ?? ''] ?? null, bandwidth(row.nvlinkBandwidth), row.section, row.fallback]);
    const own = BEHAVIOURS.flatMap((row) => row.models.map((model) => [row.item, row.value, row.generation, MODELS[model], row.effect, row.bandwidth, row.section, row.severalFallBack ?? false]));
    expect(cells(own)).toEqual(cells(theirs));
  });

  it('of jobs is that of the guide', () => {
    const theirs = printed.filter(({ configItem }) => configItem === 'ABORT_CUDA_JOBS_ON_FM_EXIT').map(({ value, generation, effect }) => [value, generation, effect === 'abortJobs' ? 'aborted' : 'go on']);
    expect(EXIT_BEHAVIOURS.map(({ value, generation, running }) => [value, generation, running])).toEqual(theirs);
  });
});

const DEFAULTS: FailurePolicy = { ACCESS_LINK_FAILURE_MODE: 0, TRUNK_LINK_FAILURE_MODE: 0, NVSWITCH_FAILURE_MODE: 0 };

function predict(model: DeploymentModel, failures: readonly Failure[], policy: Partial<FailurePolicy> = {}, rest: Partial<DegradedCase> = {}) {
  const prediction = predictDegraded({ platform: 'hgxA100', model, failures, policy: { ...DEFAULTS, ...policy }, ...rest });
  const ids = (fate: PartitionFate): number[] => prediction.partitions.filter((partition) => partition.fate === fate).map(({ id }) => id);
  return { ...prediction, ids };
}

// The guide's A100 table: 7 is GPUs 1-4, 11 is 1-2, 19 is GPU 1 alone; 3 and 5 take 1-4 with four of the other baseboard.
const WITH_GPU_1 = [0, 1, 3, 5, 7, 11, 19];
const SPANNING = [0, 3, 4, 5, 6];

describe('a failed link of a GPU', () => {
  const link: Failure = { kind: 'access-link', physicalId: 1, gpuLink: 0 };

  it('takes the GPU out of the fabric where there are no partitions', () => {
    for (const model of ['bare-metal', 'full-passthrough'] as const) expect(predict(model, [link])).toMatchObject({ fabric: 'up', gpusWithoutNvLink: [1], partitions: [], switchesDisabled: [] });
  });

  it('takes the partitions of the GPU away', () => {
    for (const model of ['shared', 'vgpu'] as const) {
      const { ids, partitions, unknown } = predict(model, [link]);
      expect(ids('gone')).toEqual(WITH_GPU_1);
      expect(partitions[0]?.reasons).toEqual(['GPU 1 has a failed link (section 13.8)']);
      expect(unknown).toEqual([]);
    }
  });

  it('with mode 1 disables the switch and its peer, and every partition with NVLinks has 5/6', () => {
    // GPU 1's link 0 is at switch 4, port 8.
    const result = predict('shared', [link], { ACCESS_LINK_FAILURE_MODE: 1 });
    expect(result.switchesDisabled).toEqual([{ tray: 1, nvSwitch: 4 }]);
    expect(result.ids('reduced')).toEqual(Array.from({ length: 19 }, (_, id) => id));
    expect(new Set(result.partitions.filter(({ fate }) => fate === 'reduced').map((partition) => partition.bandwidth))).toEqual(new Set(['5/6']));
    expect(result.ids('stays')).toHaveLength(16);
    expect(result.statements.map(({ section, basis }) => `${section} ${basis}`)).toEqual(['13.8 documented', '9.3.3 inferred']);
  });

  it('with mode 1 and several switches takes out the GPU, where the guide says so, and else is not known', () => {
    const several: Failure[] = [link, { kind: 'access-link', physicalId: 1, gpuLink: 2 }, { kind: 'access-link', physicalId: 2, gpuLink: 0 }];
    expect(predict('bare-metal', several, { ACCESS_LINK_FAILURE_MODE: 1 })).toMatchObject({ gpusWithoutNvLink: [1], switchesDisabled: [{ tray: 1, nvSwitch: 4 }] });
    expect(predict('shared', several, { ACCESS_LINK_FAILURE_MODE: 1 })).toMatchObject({ fabric: 'unknown', unknown: [expect.stringContaining('GPU 1 has failed links at more than one switch')] });
  });

  it('with mode 1 and vGPU is not known', () => {
    const { fabric, ids, unknown } = predict('vgpu', [link], { ACCESS_LINK_FAILURE_MODE: 1 });
    expect([fabric, ids('unknown').length, unknown]).toEqual(['unknown', 35, ['ACCESS_LINK_FAILURE_MODE=1 on HGX A100 with vGPU is not documented']]);
  });

  it('may be told by the port of the switch', () => {
    expect(predict('bare-metal', [{ kind: 'access-port', port: { tray: 2, nvSwitch: 4, port: 8 } }]).gpusWithoutNvLink).toEqual([9]);
  });

  it('on H100 leaves every partition, with an unknown bandwidth for those of the GPU, whatever the mode', () => {
    for (const mode of [0, 1] as const) {
      const result = predict('shared', [link], { ACCESS_LINK_FAILURE_MODE: mode }, { platform: 'hgxH100' });
      // 0 is all, 1 is GPUs 1-4, 3 is GPUs 1 and 3.
      expect(result.ids('reduced')).toEqual([0, 1, 3]);
      expect(result.partitions[0]?.bandwidth).toBeNull();
      expect(result.ids('stays')).toHaveLength(12);
      expect(result.unknown).toEqual(['how much bandwidth GPUs with inactive links have is not documented']);
    }
  });
});

describe('failed links between baseboards', () => {
  const one: Failure = { kind: 'trunk-link', tray: 1, nvSwitch: 2 };

  it('end Fabric Manager where there are no partitions', () => {
    expect(predict('bare-metal', [one]).fabric).toBe('not-initialized');
  });

  it('take away the partitions over both, however many fail', () => {
    const { ids } = predict('vgpu', [one, { kind: 'trunk-link', tray: 2, nvSwitch: 6 }]);
    expect([ids('gone'), ids('stays').length]).toEqual([SPANNING, 30]);
  });

  it('with mode 1 cost 5/6, and at several switches fall back', () => {
    const reduced = predict('shared', [one, one], { TRUNK_LINK_FAILURE_MODE: 1 });
    expect([reduced.ids('gone'), reduced.ids('reduced').length, reduced.switchesDisabled]).toEqual([[], 19, [{ tray: 1, nvSwitch: 2 }]]);
    expect(predict('shared', [one, { ...one, nvSwitch: 3 }], { TRUNK_LINK_FAILURE_MODE: 1 }).ids('gone')).toEqual(SPANNING);
    expect(predict('bare-metal', [one, { ...one, nvSwitch: 3 }], { TRUNK_LINK_FAILURE_MODE: 1 }).fabric).toBe('not-initialized');
  });

  it('with mode 1 at one switch of each may be one pair or two', () => {
    expect(predict('shared', [one, { ...one, tray: 2 }], { TRUNK_LINK_FAILURE_MODE: 1 })).toMatchObject({ fabric: 'unknown', unknown: [expect.stringContaining('whether the two are peers')] });
  });

  it('with mode 1 and vGPU are not supported', () => {
    expect(predict('vgpu', [one], { TRUNK_LINK_FAILURE_MODE: 1 })).toMatchObject({ fabric: 'unknown', unknown: ['TRUNK_LINK_FAILURE_MODE=1 is not supported with vGPU (section 9.3.3), and what happens then is not documented'] });
  });

  it('cannot be where there is one', () => {
    expect(() => predict('shared', [one], {}, { trays: [1] })).toThrow('trunk-link: a system with one baseboard of HGX A100 has no links to another');
    expect(() => predict('shared', [one], {}, { platform: 'hgxH100' })).toThrow('HGX H100 has no links to another');
  });
});

describe('a failed switch', () => {
  const second: Failure = { kind: 'nvswitch', tray: 2, nvSwitch: 1 };

  it('ends Fabric Manager where there are no partitions, and always on H100', () => {
    expect(predict('full-passthrough', [second]).fabric).toBe('not-initialized');
    const h100 = predict('shared', [{ ...second, tray: 1 }], { NVSWITCH_FAILURE_MODE: 1 }, { platform: 'hgxH100' });
    expect([h100.fabric, h100.ids('gone').length, h100.statements[0]?.section]).toEqual(['not-initialized', 15, '13.8']);
  });

  it('takes away the partitions of several GPUs on its baseboard and those over both', () => {
    const { ids } = predict('shared', [second]);
    expect(ids('gone')).toEqual([0, 2, 3, 4, 5, 6, 9, 10, 15, 16, 17, 18]);
  });

  it('leaves single GPUs on one baseboard', () => {
    expect(predict('shared', [second], {}, { trays: [2] }).ids('stays')).toEqual([27, 28, 29, 30, 31, 32, 33, 34]);
  });

  it('with mode 1 costs 5/6, two fall back', () => {
    expect(predict('shared', [second], { NVSWITCH_FAILURE_MODE: 1 }).ids('reduced')).toHaveLength(19);
    expect(predict('shared', [second, { ...second, nvSwitch: 2 }], { NVSWITCH_FAILURE_MODE: 1 }).ids('gone')).toHaveLength(12);
    expect(predict('bare-metal', [second, { ...second, tray: 1 }], { NVSWITCH_FAILURE_MODE: 1 }).fabric).toBe('not-initialized');
  });

  it('beside another disabled pair is not known', () => {
    const result = predict('shared', [second, { kind: 'trunk-link', tray: 1, nvSwitch: 2 }], { NVSWITCH_FAILURE_MODE: 1, TRUNK_LINK_FAILURE_MODE: 1 });
    expect(result.unknown).toEqual([expect.stringContaining('more than one pair of switches is disabled')]);
    expect(result.ids('reduced')).toEqual([]);
  });
});

describe('a failed GPU', () => {
  const gpu: Failure = { kind: 'gpu', physicalId: 1 };

  it('is left out of the fabric', () => {
    expect(predict('bare-metal', [gpu])).toMatchObject({ fabric: 'up', gpusWithoutNvLink: [1], statements: [{ section: '9.5.1' }] });
  });

  it('takes its partitions out of the list, but not from H100 on', () => {
    expect(predict('shared', [gpu]).ids('gone')).toEqual(WITH_GPU_1);
    const h100 = predict('shared', [gpu], {}, { platform: 'hgxH100' });
    expect([h100.ids('listed'), h100.ids('gone')]).toEqual([[0, 1, 3, 7], []]);
    expect(predict('vgpu', [gpu], {}, { platform: 'hgxB200' }).ids('listed')).toEqual([1, 2, 4, 8]);
  });
});

describe('a platform of which nothing is written', () => {
  it('is said to be unknown', () => {
    const b200 = predict('shared', [{ kind: 'nvswitch', tray: 1, nvSwitch: 1 }], {}, { platform: 'hgxB200' });
    expect([b200.fabric, b200.ids('unknown').length, b200.unknown]).toEqual(['unknown', 15, ['NVSWITCH_FAILURE_MODE=0 on HGX B200 with shared NVSwitch is not documented']]);
    expect(predict('shared', [{ kind: 'access-link', physicalId: 1, gpuLink: 0 }], {}, { platform: 'hgx2' }).fabric).toBe('unknown');
    expect(predict('bare-metal', [{ kind: 'trunk-link', tray: 1, nvSwitch: 1 }], {}, { platform: 'hgx2' }).fabric).toBe('unknown');
  });

  it('takes what names no platform, and H800 what is said of its generation, marked as such', () => {
    expect(predict('bare-metal', [{ kind: 'access-link', physicalId: 16, gpuLink: 0 }], {}, { platform: 'hgx2' })).toMatchObject({ gpusWithoutNvLink: [16], statements: [{ basis: 'inferred' }] });
    expect(predict('shared', [{ kind: 'nvswitch', tray: 1, nvSwitch: 1 }], {}, { platform: 'hgxH800' })).toMatchObject({ fabric: 'not-initialized', statements: [{ basis: 'inferred' }] });
  });
});

describe('no failure, or one that cannot be', () => {
  it('changes nothing', () => {
    const { fabric, ids, statements, unknown } = predict('shared', []);
    expect([fabric, ids('stays').length, statements, unknown]).toEqual(['up', 35, [], []]);
  });

  it('is refused with the reason', () => {
    expect(() => predict('shared', [{ kind: 'gpu', physicalId: 9 }], {}, { trays: [1] })).toThrow('gpu on baseboard 2: the system has baseboard 1');
    expect(() => predict('shared', [{ kind: 'access-port', port: { tray: 1, nvSwitch: 1, port: 0 } }])).toThrow('no GPU is behind it (trunk)');
    expect(() => predict('shared', [{ kind: 'nvswitch', tray: 1, nvSwitch: 7 }])).toThrow('switch 7');
  });
});

describe('the policy', () => {
  it('is read from the file, the default where it is silent', () => {
    expect(failurePolicy(parseConfig('TRUNK_LINK_FAILURE_MODE=1\n'))).toEqual({ ...DEFAULTS, TRUNK_LINK_FAILURE_MODE: 1 });
  });
});

describe('running jobs when Fabric Manager stops', () => {
  it('are aborted or go on, as told, and from H100 on go on', () => {
    expect(jobsAtExit('hgxA100', 'bare-metal', 1).running).toBe('aborted');
    expect(jobsAtExit('hgxA100', 'full-passthrough', 0)).toEqual({ running: 'go on', newOnes: 'fail', section: '13.8' });
    expect(jobsAtExit('hgxH100', 'shared', 1)).toMatchObject({ running: 'go on', newOnes: expect.stringContaining('persistence') as string });
  });

  it('are unknown where nothing is written', () => {
    expect(jobsAtExit('hgxA100', 'shared', 1)).toEqual({ running: 'unknown', newOnes: 'unknown', section: null });
    expect(jobsAtExit('hgxB200', 'bare-metal', 1).running).toBe('unknown');
  });
});
