/** The `simulate fabric-manager` commands. */
import type { Command } from 'commander';
import type { FabricManagerAction } from '../../../../mocks/control/types.ts';
import type { Runner } from '../program.ts';
import type { JsonOption } from './actions.ts';
import { json, machine } from './command-parts.ts';
import { act } from './fabric-manager.ts';

const ACTIONS: Readonly<Record<FabricManagerAction, string>> = {
  start: 'start it; it initialises for a while by the machine\'s clock',
  restart: 'stop it and start it again',
  stop: 'end it in order',
  kill: 'end it with SIGKILL',
};

export function fabricManagerCommands(command: Command, run: Runner): void {
  command.description('Fabric Manager of a simulated HGX board; FILE.lib/fabricmanager.cfg is read when it starts');
  for (const [action, description] of Object.entries(ACTIONS) as [FabricManagerAction, string][]) {
    const one = json(machine(command.command(action))).description(description);
    if (action === 'start' || action === 'restart') one.option('--restart', 'in restart mode: it waits for the set of active partitions');
    one.action((file: string, options: JsonOption & { restart?: boolean }) => run((ports) => act(file, action, options, ports)));
  }
}
