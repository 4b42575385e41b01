/** `simulate fabric-manager …`. */
import type { FabricManagerAction } from '../../../../mocks/control/types.ts';
import type { Ports } from '../ports.ts';
import type { JsonOption } from './actions.ts';
import { done } from './actions.ts';
import { fabricManagerText } from './machine-text.ts';

export async function act(file: string, action: FabricManagerAction, options: JsonOption & { readonly restart?: boolean }, ports: Ports): Promise<number> {
  const { json, restart } = options;
  const machine = await ports.openMachine(file);
  const manager = await machine.fabricManager(action, restart === undefined ? {} : { restart });
  return done(ports, machine, json, fabricManagerText(manager), { fabricManager: manager });
}
