/** The `simulate vgpu` commands. */
import type { Command } from 'commander';
import type { VgpuWish } from '../../../../mocks/control/types.ts';
import type { Runner } from '../program.ts';
import { wholeNumber } from '../values.ts';
import type { JsonOption } from './actions.ts';
import { gpu, json, machine } from './command-parts.ts';
import * as vgpus from './vgpus.ts';

const ID = wholeNumber(1, 2 ** 32 - 1);

export function vgpuCommands(vgpu: Command, run: Runner): void {
  vgpu.description('VMs with a vGPU of a simulated host in vGPU mode; those that run are its attributes vgpus.running.*');

  json(gpu(machine(vgpu.command('add'))))
    .description('start a VM with a vGPU')
    .requiredOption('--type <id>', 'vGPU type, one that the GPU can make now', ID)
    .option('--vm <name>', 'the VM\'s name')
    .option('--vm-id <id>', 'its id: a UUID, or a number (default: a UUID that follows from the GPU\'s)')
    .option('--uuid <uuid>', 'of the vGPU (default: follows from the GPU\'s)')
    .option('--placement <n>', 'where in the framebuffer (default: the first that is free)', wholeNumber(0))
    .option('--gpu-instance <n>', 'under MIG: in which GPU instance', wholeNumber(0))
    .action((file: string, options: VgpuWish & JsonOption) => run((ports) => vgpus.add(file, options, ports)));

  json(machine(vgpu.command('remove')))
    .description('end the VM of a vGPU')
    .requiredOption('--id <n>', 'of the vGPU', ID)
    .action((file: string, options: { id: number } & JsonOption) => run((ports) => vgpus.remove(file, options, ports)));
}
