/** The ordered sequence for what an operator or a hypervisor is about to do. Pure: nothing is carried out here. */
import { BASEBOARDS, type PlatformId } from '../platforms/index.ts';
import { startWithSwitches, STOP_WITH_SWITCHES } from './full-passthrough.ts';
import { resetPlan } from './gpu-reset.ts';
import type { DeploymentModel } from './model.ts';
import type { FabricPlan, SequenceKind } from './plan.ts';
import { restartPlan } from './restart.ts';
import { PREPARE_SHARED, startShared, STOP_SHARED } from './shared.ts';
import { PREPARE_VGPU, START_VGPU, STOP_VGPU } from './vgpu.ts';

export interface SequenceCase {
  readonly kind: SequenceKind;
  readonly platform: PlatformId;
  readonly model: DeploymentModel;
  /** Decides how GPUs are reset on A100; default true. */
  readonly fabricManagerRuns?: boolean;
}

type Body = Pick<FabricPlan, 'steps' | 'onFailure' | 'notes' | 'unknown'>;

export function fabricPlan({ kind, platform, model, fabricManagerRuns = true }: SequenceCase): FabricPlan {
  return { kind, platform, model, ...bodyOf(kind, platform, model, fabricManagerRuns) };
}

function bodyOf(kind: SequenceKind, platform: PlatformId, model: DeploymentModel, fabricManagerRuns: boolean): Body {
  const board = BASEBOARDS[platform];
  if (model === 'vgpu' && platform === 'hgx2') return { steps: [], onFailure: null, notes: ['vGPU is not supported on HGX-2 (section 8.1)'], unknown: [] };
  if (kind === 'fabric-manager-restart') return restartPlan(board, model);
  if (kind === 'gpu-reset') return resetPlan(board, model, fabricManagerRuns);

  const body = (steps: FabricPlan['steps'], onFailure: string | null = null, unknown: readonly string[] = []): Body => ({ steps, onFailure, notes: [], unknown });
  const undo = 'go back: guest not started, partition deactivated, GPUs returned; a GPU that could not be reset is kept from others';
  switch (model) {
    case 'bare-metal':
      return { steps: [], onFailure: null, notes: ['there are no guests on bare metal'], unknown: [] };
    case 'full-passthrough':
      if (kind === 'prepare') return body([], null, ['how a host is prepared for full passthrough is not documented beyond what the hypervisor must be able to do']);
      return kind === 'guest-start' ? body(startWithSwitches(board), undo) : body(STOP_WITH_SWITCHES);
    case 'shared': {
      const section7 = 'section 7 of the guide could not be read: what it adds to these steps is not known';
      // NVIDIA/gpu-driver-container, pull request 909.
      const notes = kind === 'prepare' && board.nvSwitchGeneration >= 4 ? ['GPUs with NVLink 5 and later are reset once Fabric Manager has started with FABRIC_MODE=1'] : [];
      const steps = kind === 'prepare' ? PREPARE_SHARED : kind === 'guest-start' ? startShared(board) : STOP_SHARED;
      return { steps, onFailure: kind === 'guest-start' ? undo : null, notes, unknown: [section7] };
    }
    case 'vgpu':
      return kind === 'prepare' ? body(PREPARE_VGPU) : kind === 'guest-start' ? body(START_VGPU, undo) : body(STOP_VGPU);
  }
}
