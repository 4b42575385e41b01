import type { Baseboard } from '../platforms/index.ts';
import type { PlanStep } from './plan.ts';
import { CHANGES, stepsOf } from './plan.ts';

const step = stepsOf('guide', '6.8');
const RESET = 'GPUs and switches of the guest come out of the last tenant without its state, and with links that train anew';

/** Section 6.8, steps 1a to 1f. */
export function startWithSwitches(board: Baseboard): readonly PlanStep[] {
  const bridge = board.switchesOnPcie ? 'switches' : 'functions of the bridge devices';
  return [
    step('hypervisor', `choose GPUs and ${bridge} that are not in use`, 'they belong to one guest alone'),
    step('hypervisor', 'reset these GPUs and switches', RESET, { ...CHANGES, preconditions: ['no guest and no process of the host uses them'] }),
    step('hypervisor', 'block the NVLinks that the guest must not have, at each GPU', 'they lead to GPUs of other guests', { ...CHANGES, preconditions: ['the reset is done: it would unblock them'] }),
    step('hypervisor', 'block the same links at each switch, by intercepting MMIO', 'the guest controls the switch and could enable them', CHANGES),
    step('hypervisor', 'map the devices for the IOMMU so that no GPU and no other device of a guest reaches a switch', 'a device that reaches the switch gets around what is blocked for the CPU'),
    step('hypervisor', 'start the guest', 'its driver and its Fabric Manager do the rest', { preconditions: ['no further reset of a GPU takes place: it would undo what is blocked'] }),
  ];
}

export const STOP_WITH_SWITCHES: readonly PlanStep[] = [
  step('hypervisor', 'shut the guest down', 'its Fabric Manager ends with it'),
  step('hypervisor', 'reset its GPUs and switches', RESET, { ...CHANGES, preconditions: ['the guest has ended'] }),
];
