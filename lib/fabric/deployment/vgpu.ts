import type { PlanStep } from './plan.ts';
import { CHANGES, stepsOf } from './plan.ts';

const prepare = stepsOf('guide', '8.2');
const start = stepsOf('guide', '8.6.1');
const stop = stepsOf('guide', '8.6.2');
const own = stepsOf('own', null);

const QUERY = 'fmGetSupportedFabricPartitions';

export const PREPARE_VGPU: readonly PlanStep[] = [
  prepare('operator', "install the vGPU host driver, Fabric Manager and its SDK in the driver's version", 'other versions refuse each other', CHANGES),
  prepare('operator', 'bind the switches to the driver, on A100 all GPUs too', 'Fabric Manager reaches them through it', { ...CHANGES, preconditions: ['Fabric Manager is not running'] }),
  prepare('operator', 'set FABRIC_MODE=2 and start Fabric Manager', 'only then there are partitions of virtual functions', CHANGES),
];

export const START_VGPU: readonly PlanStep[] = [
  start('hypervisor', 'enable the virtual functions of the GPUs (SR-IOV)', 'guests get these', CHANGES),
  start('gpuwright', 'choose a partition with as many GPUs, and one virtual function of each, in its order', 'their order must stay the same for suspend, resume and migration', { calls: [QUERY] }),
  start('gpuwright', 'activate the partition with these virtual functions', 'needed for a single vGPU as well', { ...CHANGES, calls: ['fmActivateFabricPartitionWithVFs'], preconditions: ['it is not active'] }),
  own('gpuwright', 'list the partitions again and see it active', 'a return code alone does not tell', { calls: [QUERY] }),
  start('hypervisor', 'start the guest with the virtual functions', 'in the order of activation', { preconditions: ['the partition is active'] }),
];

export const STOP_VGPU: readonly PlanStep[] = [
  stop('hypervisor', 'shut the guest down', 'no guest may run on GPUs of a partition that ends'),
  stop('gpuwright', 'deactivate the partition', 'its links are freed for others', { ...CHANGES, calls: ['fmDeactivateFabricPartition'], preconditions: ['no guest runs on its GPUs'] }),
  own('gpuwright', 'list the partitions again and see it inactive', 'a return code alone does not tell', { calls: [QUERY] }),
];
