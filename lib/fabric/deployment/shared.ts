import type { Baseboard } from '../platforms/index.ts';
import type { PlanStep } from './plan.ts';
import { CHANGES, stepsOf } from './plan.ts';

/** NVIDIA's hook for libvirt and its client; the guide's section 7 is not public in a form that could be read. */
const step = stepsOf('public', null);
const own = stepsOf('own', null);

const QUERY = 'fmGetSupportedFabricPartitions';

export const PREPARE_SHARED: readonly PlanStep[] = [
  step('operator', 'run Fabric Manager with FABRIC_MODE=1 where the switches are: on the host or in a service VM', 'guests get GPUs, never switches', { ...CHANGES, preconditions: ['Fabric Manager and driver have the same version'] }),
  step('operator', 'let the host reach its SDK: by a Unix domain socket, or by an address that nobody else reaches', 'whoever reaches it can take partitions away'),
  step('gpuwright', 'connect', 'it must answer before a guest waits for it', { calls: ['fmLibInit', 'fmConnect'] }),
  step('gpuwright', 'list the partitions and learn which GPU has which module id', 'the order on the bus is another', { calls: [QUERY] }),
];

export function startShared(board: Baseboard): readonly PlanStep[] {
  const keepsLinks = board.trainsByItself;
  return [
    step('gpuwright', 'list the partitions', 'what is active may have changed', { calls: [QUERY] }),
    step('gpuwright', "choose the partition whose GPUs are exactly the guest's", 'another would lead to GPUs of others', { preconditions: ['the module id of every GPU of the guest is known'] }),
    own('gpuwright', 'see that every GPU of it is well, and that nobody else owns one', board.listsUnhealthyPartitions ? 'the list has partitions with failed GPUs too' : 'an owner whom the record does not know would lose its links'),
    own('hypervisor', 'reset the GPUs and clear their memory', keepsLinks ? 'nothing of the last tenant stays' : 'nothing of the last tenant stays, and after activation it is too late', { ...CHANGES, preconditions: ['the partition is not active', 'no guest and no process of the host uses them'] }),
    step('gpuwright', 'activate the partition', 'its links are trained and routed', { ...CHANGES, calls: ['fmActivateFabricPartition'], preconditions: ['it is not active'] }),
    own('gpuwright', 'list the partitions again and see it active', 'a return code alone does not tell', { calls: [QUERY] }),
    step('hypervisor', 'start the guest with the GPUs', 'its driver finds the links trained', {
      preconditions: keepsLinks ? ['the partition is active'] : ['the partition is active', 'the GPUs are not reset on the way into the guest: their links would stay inactive'],
    }),
  ];
}

export const STOP_SHARED: readonly PlanStep[] = [
  step('hypervisor', 'shut the guest down', 'its links carry traffic until then'),
  own('hypervisor', "give the GPUs back to the host's driver", 'module ids and health are read there'),
  step('gpuwright', 'deactivate the partition, if it is active', 'its links are freed for others', { ...CHANGES, calls: [QUERY, 'fmDeactivateFabricPartition'], preconditions: ['the guest has ended'] }),
  own('gpuwright', 'list the partitions again and see it inactive', 'a return code alone does not tell', { calls: [QUERY] }),
  own('hypervisor', 'reset the GPUs and clear their memory', 'nothing of this tenant stays', { ...CHANGES, preconditions: ['the partition is not active'] }),
];
