/** `simulate fabric-manager …`. */
import type { FabricManagerAction, MachineFabricManager } from '../../../../mocks/control/types.ts';
import type { Ports } from '../ports.ts';
import type { JsonOption } from './actions.ts';
import { done } from './actions.ts';

export async function act(file: string, action: FabricManagerAction, options: JsonOption & { readonly restart?: boolean }, ports: Ports): Promise<number> {
  const { json, restart } = options;
  const machine = await ports.openMachine(file);
  const manager = await machine.fabricManager(action, restart === undefined ? {} : { restart });
  return done(ports, machine, json, fabricManagerText(manager), { fabricManager: manager });
}

export function fabricManagerText({ state, mode, version, endedFor, partitions }: MachineFabricManager): string {
  const active = partitions.filter((partition) => partition.active).map(({ id }) => id);
  const reason = endedFor === null || state === 'up' ? '' : ` (${endedFor})`;
  return `Fabric Manager ${version}: ${state}${reason}, mode ${mode}, active partitions: ${active.length === 0 ? 'none' : active.join(', ')}`;
}
