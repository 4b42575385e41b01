/** A simulated HGX host with Fabric Manager, and connections to it, let go of after each test. */
import { afterEach } from 'vitest';
import { FabricManager } from '../../lib/fabric/index.ts';
import type { ConnectOptions } from '../../lib/fabric/index.ts';
import type { CreateOptions, Machine } from '../../mocks/control/index.ts';
import { host } from '../mocks/simulated-host.ts';

const letGo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const one of letGo.splice(0).reverse()) await one();
});

export async function fabricHost(profile = 'hgx-h100-8', options: Omit<CreateOptions, 'profile' | 'force'> = {}): Promise<Machine> {
  return await host(profile, { fabricMode: 'shared', ...options });
}

export async function connected(machine: Machine, options: ConnectOptions = {}): Promise<FabricManager> {
  const manager = await FabricManager.connect({ library: machine.nvfmLibrary, timeoutMs: 60, ...options });
  letGo.push(() => manager.close());
  return manager;
}

export const activeIn = async (manager: FabricManager): Promise<number[]> => (await manager.partitions()).filter(({ active }) => active).map(({ id }) => id);
