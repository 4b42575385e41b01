/** `--live FILE`: the names of all owners who live, one a line, such as `virsh list --name` prints. */
import type { LedgerWishes } from './host.ts';
import type { FabricPorts } from './ports.ts';

/** Without a file nobody can tell who lives. */
export async function liveOwners(file: string | undefined, ports: FabricPorts): Promise<LedgerWishes> {
  if (file === undefined) return {};
  const names = new Set((await ports.readText(file)).split('\n').map((line) => line.trim()).filter((line) => line !== ''));
  return { isAlive: (owner) => names.has(owner) };
}
