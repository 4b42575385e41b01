/** Resetting a GPU that hangs on a switch (section 13.9; vGPU: 8.8). */
import type { Baseboard } from '../platforms/index.ts';
import { startWithSwitches, STOP_WITH_SWITCHES } from './full-passthrough.ts';
import type { DeploymentModel } from './model.ts';
import type { FabricPlan, PlanStep } from './plan.ts';
import { CHANGES, stepsOf } from './plan.ts';
import { startShared, STOP_SHARED } from './shared.ts';

export type ResetCapability = 'individual' | 'all-connected' | 'restart-guest' | 'hypervisor-decides' | 'from-host' | 'unknown';

interface CapabilityRow {
  readonly generation: 'ampere' | 'hopper-and-later';
  /** Null: it makes no difference. */
  readonly fabricManagerRuns: boolean | null;
  readonly 'bare-metal': ResetCapability;
  readonly 'full-passthrough': ResetCapability;
  readonly shared: ResetCapability;
}

export const RESET_CAPABILITIES: readonly CapabilityRow[] = [
  { generation: 'ampere', fabricManagerRuns: true, 'bare-metal': 'individual', 'full-passthrough': 'restart-guest', shared: 'restart-guest' },
  { generation: 'ampere', fabricManagerRuns: false, 'bare-metal': 'all-connected', 'full-passthrough': 'restart-guest', shared: 'restart-guest' },
  { generation: 'hopper-and-later', fabricManagerRuns: null, 'bare-metal': 'individual', 'full-passthrough': 'hypervisor-decides', shared: 'hypervisor-decides' },
];

export function resetCapability(board: Baseboard, model: DeploymentModel, fabricManagerRuns: boolean): ResetCapability {
  if (model === 'vgpu') return board.id === 'hgx2' ? 'unknown' : 'from-host';
  // Not in the table; the manual of nvidia-smi has GPUs before Ampere reset all at once.
  if (board.id === 'hgx2') return model === 'bare-metal' ? 'all-connected' : 'unknown';
  const generation = board.nvSwitchGeneration === 2 ? 'ampere' : 'hopper-and-later';
  return RESET_CAPABILITIES.find((row) => row.generation === generation && (row.fabricManagerRuns ?? fabricManagerRuns) === fabricManagerRuns)?.[model] ?? 'unknown';
}

const UNUSED = ['root', 'no process uses the GPU: CUDA, graphics, nor monitoring'];

export function resetPlan(board: Baseboard, model: DeploymentModel, fabricManagerRuns: boolean): Pick<FabricPlan, 'steps' | 'onFailure' | 'notes' | 'unknown'> {
  const step = stepsOf(board.id === 'hgx2' ? 'public' : 'guide', board.id === 'hgx2' ? null : '13.9');
  const onFailure = 'read the health of the GPU; a reset is no proof: reboot, then power cycle';
  const plan = (steps: readonly PlanStep[], notes: readonly string[] = [], unknown: readonly string[] = []) => ({ steps, onFailure, notes, unknown });
  switch (resetCapability(board, model, fabricManagerRuns)) {
    case 'individual':
      return plan([step('gpuwright', 'reset the GPU', board.trainsByItself ? 'Fabric Manager has no part in it' : 'Fabric Manager resets the links at the switches with it', { ...CHANGES, preconditions: [...UNUSED, ...(board.trainsByItself ? [] : ['Fabric Manager is running'])] })]);
    case 'all-connected':
      return plan([
        step('gpuwright', `reset all GPUs that NVLink connects${board.id === 'hgx2' ? '' : ', and the switches,'} in one`, board.id === 'hgx2' ? 'GPUs before Ampere cannot be reset one by one there' : 'without Fabric Manager nobody resets the links at the switches', {
          ...CHANGES,
          preconditions: [...UNUSED, 'no process uses any other of these GPUs'],
        }),
      ]);
    case 'restart-guest':
      return plan(
        model === 'full-passthrough' ? [...STOP_WITH_SWITCHES, ...startWithSwitches(board)] : [...STOP_SHARED, ...startShared(board)],
        ['a guest cannot reset the GPU: it is stopped and started again', ...(model === 'shared' ? ["two editions of section 13.9 differ: one restarts the guest, one resets the GPU, with the links at the switches reset by Fabric Manager's side"] : [])],
      );
    case 'hypervisor-decides':
      return plan([step('guest', 'reset the GPU', 'whether it may is what the hypervisor allows', { ...CHANGES, preconditions: [...UNUSED, 'the hypervisor lets the guest reset it; else stop the guest and start it again'] })]);
    case 'from-host': {
      const vgpu = stepsOf('guide', '8.8');
      return plan([
        vgpu('hypervisor', 'shut the guest down', 'its virtual function belongs to the GPU'),
        vgpu('gpuwright', 'deactivate the partition of the GPU', 'its links are in use until then', { ...CHANGES, calls: ['fmDeactivateFabricPartition'], preconditions: ['no guest runs on its GPUs'] }),
        vgpu('gpuwright', 'reset the GPU from the host', 'a guest cannot', { ...CHANGES, preconditions: UNUSED }),
      ]);
    }
    case 'unknown':
      return plan([], [], [`how a GPU is reset on ${board.name} in this model is not documented`]);
  }
}
