import { describe, expect, it } from 'vitest';
import type { DeploymentModel, FabricPlan, SequenceKind } from '../../../lib/fabric/deployment/index.ts';
import { fabricPlan } from '../../../lib/fabric/deployment/index.ts';
import { RESET_CAPABILITIES, resetCapability } from '../../../lib/fabric/deployment/gpu-reset.ts';
import type { PlatformId } from '../../../lib/fabric/platforms/index.ts';
import { BASEBOARDS, PLATFORM_IDS } from '../../../lib/fabric/platforms/index.ts';
import flows from '../data/fm-flows.json' with { type: 'json' };
import matrix from '../data/reset-matrix.json' with { type: 'json' };

const KINDS: readonly SequenceKind[] = ['prepare', 'guest-start', 'guest-stop', 'fabric-manager-restart', 'gpu-reset'];
const MODELS: readonly DeploymentModel[] = ['bare-metal', 'full-passthrough', 'shared', 'vgpu'];
const EVERY = PLATFORM_IDS.flatMap((platform) => MODELS.flatMap((model) => KINDS.flatMap((kind) => [true, false].map((fabricManagerRuns) => fabricPlan({ kind, platform, model, fabricManagerRuns })))));

function plan(kind: SequenceKind, model: DeploymentModel, platform: PlatformId = 'hgxA100', fabricManagerRuns = true): FabricPlan {
  return fabricPlan({ kind, model, platform, fabricManagerRuns });
}

describe('a documented sequence', () => {
  const cases: readonly (readonly [string, FabricPlan])[] = [
    ['fullPassthroughStart', plan('guest-start', 'full-passthrough')],
    ['fullPassthroughShutdown', plan('guest-stop', 'full-passthrough')],
    ['vgpuHostPrepare', plan('prepare', 'vgpu')],
    ['vgpuActivateAndStart', plan('guest-start', 'vgpu')],
    ['vgpuDeactivate', plan('guest-stop', 'vgpu')],
    ['vgpuGpuReset', plan('gpu-reset', 'vgpu')],
    ['resiliencyRestart', plan('fabric-manager-restart', 'shared')],
    ['resiliencyRestart', plan('fabric-manager-restart', 'vgpu')],
    ['bareMetalFmRestartH100', plan('fabric-manager-restart', 'bare-metal', 'hgxH100')],
    ['sharedNvswitchPrepare', plan('prepare', 'shared')],
    ['sharedNvswitchGuestStart', plan('guest-start', 'shared')],
    ['sharedNvswitchGuestStop', plan('guest-stop', 'shared')],
  ];

  it.each(cases)('%s has its steps in order, its calls, its deadline and its section', (id, { steps }) => {
    const flow = flows.find((one) => one.id === id);
    const documented = steps.filter(({ basis }) => basis === 'guide' || basis === 'public');
    expect(documented.map(({ calls, withinSeconds }) => ({ api: calls.length > 0 ? calls : null, timeoutSeconds: withinSeconds }))).toEqual(flow?.steps);
    expect(new Set(documented.map(({ basis }) => basis))).toEqual(new Set([flow?.origin]));
    if (flow?.origin === 'guide') expect(new Set(documented.map(({ section }) => section))).toEqual(new Set([flow.section]));
  });

  it('that is not documented says so', () => {
    expect(flows.find(({ id }) => id === 'sharedNvswitchServiceVmRestart')?.steps).toBeNull();
    expect(plan('fabric-manager-restart', 'shared').unknown).toEqual(['how a service VM is restarted as a whole is not documented publicly']);
    for (const platform of ['hgx2', 'hgxA100'] as const) expect(plan('fabric-manager-restart', 'bare-metal', platform)).toMatchObject({ steps: [], unknown: [expect.stringContaining('not documented')] });
    expect(plan('fabric-manager-restart', 'full-passthrough')).toMatchObject({ steps: [], unknown: [expect.stringContaining('inside a guest')] });
  });
});

describe('every sequence', () => {
  it('has steps, or the reason why there are none', () => {
    for (const { steps, notes, unknown, ...about } of EVERY) expect({ ...about, told: steps.length + notes.length + unknown.length > 0 }).toMatchObject({ told: true });
  });

  it('says that activating, deactivating, handing back and resetting change hardware', () => {
    const steps = EVERY.flatMap((one) => one.steps);
    for (const { what, calls, changesHardware } of steps) {
      const changes = calls.some((call) => /Activate|Deactivate|SetActivated/.test(call)) || /^(re)?set .*GPU|^reset|^block/.test(what);
      if (changes) expect([what, changesHardware]).toEqual([what, true]);
    }
    expect(steps.filter(({ calls, changesHardware }) => changesHardware && calls.some((call) => call === 'fmConnect'))).toEqual([]);
  });

  it('deactivates only when the guest has ended', () => {
    for (const { steps } of EVERY) {
      const stop = steps.findIndex(({ what }) => what.startsWith('shut the guest down'));
      const deactivate = steps.findIndex(({ calls }) => calls.includes('fmDeactivateFabricPartition'));
      if (deactivate !== -1) expect(stop).toBeGreaterThanOrEqual(0);
      if (deactivate !== -1) expect(stop).toBeLessThan(deactivate);
    }
  });

  it('leaves the GPUs alone between activation and start where their links are trained by Fabric Manager', () => {
    for (const platform of ['hgx2', 'hgxA100'] as const) {
      const { steps } = plan('guest-start', 'shared', platform);
      const activate = steps.findIndex(({ calls }) => calls.includes('fmActivateFabricPartition'));
      expect(steps.slice(activate).filter(({ what }) => what.startsWith('reset'))).toEqual([]);
      expect(steps.at(-1)?.preconditions).toContainEqual(expect.stringContaining('not reset on the way'));
    }
    expect(plan('guest-start', 'shared', 'hgxH100').steps.at(-1)?.preconditions).toEqual(['the partition is active']);
  });
});

describe('resetting a GPU', () => {
  const NAMES: Readonly<Record<string, string>> = { individualOrAll: 'individual', allNvlinkConnected: 'all-connected', restartVm: 'restart-guest', hypervisorDependent: 'hypervisor-decides' };
  const GENERATIONS: Readonly<Record<string, string>> = { ampereNvswitch: 'ampere', hopperAndLaterNvswitch: 'hopper-and-later' };

  it('can be done where the guide says, cell for cell', () => {
    const theirs = matrix.filter(({ architecture }) => architecture in GENERATIONS);
    expect(RESET_CAPABILITIES.map((row) => [row.generation, row.fabricManagerRuns, row['bare-metal'], row['full-passthrough'], row.shared])).toEqual(
      theirs.map((row) => [GENERATIONS[row.architecture], row.fmState === 'notApplicable' ? null : row.fmState === 'running', NAMES[row.bareMetal], NAMES[row.fullPassthrough], NAMES[row.sharedNvswitch]]),
    );
  });

  it('on A100 takes all GPUs along while Fabric Manager is not running', () => {
    expect(plan('gpu-reset', 'bare-metal', 'hgxA100', true).steps.map(({ what }) => what)).toEqual(['reset the GPU']);
    expect(plan('gpu-reset', 'bare-metal', 'hgxA100', false).steps.map(({ what }) => what)).toEqual(['reset all GPUs that NVLink connects, and the switches, in one']);
    expect(plan('gpu-reset', 'bare-metal', 'hgxB200', false).steps.map(({ what }) => what)).toEqual(['reset the GPU']);
  });

  it('on HGX-2 takes all along, and in guests is not documented', () => {
    expect(plan('gpu-reset', 'bare-metal', 'hgx2').steps).toMatchObject([{ what: 'reset all GPUs that NVLink connects in one', basis: 'public', section: null }]);
    expect(resetCapability(BASEBOARDS.hgx2, 'shared', true)).toBe('unknown');
    expect(plan('gpu-reset', 'full-passthrough', 'hgx2').unknown).toEqual(['how a GPU is reset on HGX-2 in this model is not documented']);
  });

  it('in a guest of A100 is a stop and a start', () => {
    const { steps, notes } = plan('gpu-reset', 'shared');
    expect(steps.findIndex(({ what }) => what === 'start the guest with the GPUs')).toBeGreaterThan(steps.findIndex(({ what }) => what === 'shut the guest down'));
    expect(notes).toContainEqual(expect.stringContaining('two editions'));
  });
});

describe('a sequence that cannot be', () => {
  it('says why', () => {
    expect(plan('guest-start', 'vgpu', 'hgx2')).toMatchObject({ steps: [], notes: ['vGPU is not supported on HGX-2 (section 8.1)'] });
    expect(plan('guest-start', 'bare-metal')).toMatchObject({ steps: [], notes: ['there are no guests on bare metal'] });
  });
});
