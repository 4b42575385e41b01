import type { Baseboard } from '../platforms/index.ts';
import type { DeploymentModel } from './model.ts';
import type { FabricPlan, PlanStep } from './plan.ts';
import { CHANGES, stepsOf } from './plan.ts';

type Restart = Pick<FabricPlan, 'steps' | 'onFailure' | 'notes' | 'unknown'>;

export function restartPlan(board: Baseboard, model: DeploymentModel): Restart {
  if (model === 'shared' || model === 'vgpu') return resilient(model);
  if (model === 'full-passthrough') {
    return { steps: [], onFailure: null, notes: ['Fabric Manager runs in the guest and is restarted there, or by starting the guest anew'], unknown: ['how Fabric Manager is restarted inside a guest is not documented'] };
  }
  if (!board.trainsByItself) {
    return { steps: [], onFailure: null, notes: [], unknown: [`a procedure for restarting Fabric Manager on ${board.name} is not documented; links are trained by it, and what becomes of jobs is ABORT_CUDA_JOBS_ON_FM_EXIT's to say`] };
  }
  return {
    steps: bareMetalSteps(),
    onFailure: null,
    notes: ['without need it is not restarted', ...(board.id === 'hgxH100' ? [] : [`described for H100, whose links train by themselves as those of ${board.name} do`])],
    unknown: [],
  };
}

/** Section 2.2. */
function bareMetalSteps(): readonly PlanStep[] {
  const step = stepsOf('guide', '2.2');
  return [
    step('operator', 'end CUDA applications and services that use GPUs, such as DCGM', 'the GPUs will be reset; nvidia-persistenced may stay'),
    step('gpuwright', 'stop Fabric Manager', 'GPUs must register anew, at the one that starts next', CHANGES),
    step('gpuwright', 'reset all GPUs', 'their registration ends with it', { ...CHANGES, preconditions: ['no process uses a GPU', 'root'] }),
    step('gpuwright', 'start Fabric Manager', 'GPUs register with it', CHANGES),
    step('operator', 'start the services again', 'they were ended above'),
    step('operator', 'start CUDA applications', 'they start once every GPU has registered', { preconditions: ['the fabric state of every GPU is completed, with success'] }),
  ];
}

/** Section 12: guests keep their links while Fabric Manager is away. */
function resilient(model: 'shared' | 'vgpu'): Restart {
  const step = stepsOf('guide', '12');
  return {
    steps: [
      step('operator', 'let Fabric Manager have run with its state file', 'it writes there what it found: UUIDs, module ids, partitions', { preconditions: ['STATE_FILE_NAME is on a path that is kept', 'the version of Fabric Manager is not changed meanwhile'] }),
      step('gpuwright', 'remember the set of active partitions', 'while Fabric Manager is away guests keep their links, and nobody else knows which'),
      step('gpuwright', 'start Fabric Manager in restart mode (FABRIC_MODE_RESTART=1 or --restart)', 'links are not trained anew', { ...CHANGES, preconditions: [`FABRIC_MODE is ${model === 'shared' ? 1 : 2}`] }),
      step('gpuwright', 'ask nothing else of it', 'until it has the list it refuses to list, activate and deactivate'),
      step('gpuwright', 'hand back the active partitions, and none if none is', 'else it ends', { ...CHANGES, calls: ['fmSetActivatedFabricPartitions'], withinSeconds: 60, preconditions: ['the list holds every partition that carries traffic, whoever owns it'] }),
      step('gpuwright', 'list the partitions and see exactly these active', 'from then on it routes no others'),
      step('gpuwright', 'go on activating and deactivating, and read the errors that were kept meanwhile', 'switches and GPUs went on reporting them'),
    ],
    onFailure: 'it ends when its state cannot be read or no list comes in time: then start it without restart mode (section 12.1); nothing is active after that, and running guests have lost their links',
    notes: ['failed NVLinks are not told in restart mode'],
    unknown: model === 'shared' ? ['how a service VM is restarted as a whole is not documented publicly'] : [],
  };
}
