/** `simulate vgpu …`. */
import type { VgpuWish } from '../../../../mocks/control/types.ts';
import type { Ports } from '../ports.ts';
import type { JsonOption } from './actions.ts';
import { done } from './actions.ts';

export async function add(file: string, options: VgpuWish & JsonOption, ports: Ports): Promise<number> {
  const { json, ...wish } = options;
  const machine = await ports.openMachine(file);
  const id = await machine.addVgpu(wish);
  return done(ports, machine, json, `vGPU ${id} of type ${wish.type} started on GPU ${wish.gpu}`, { id, ...wish });
}

export async function remove(file: string, options: { readonly id: number } & JsonOption, ports: Ports): Promise<number> {
  const { json, id } = options;
  const machine = await ports.openMachine(file);
  await machine.removeVgpu(id);
  return done(ports, machine, json, `vGPU ${id} ended`, { id });
}
