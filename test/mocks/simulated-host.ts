/** Machines for one test file, removed after each test. */
import { afterEach } from 'vitest';
import { startMachine } from '../../mocks/control/index.ts';
import type { CreateOptions, Machine } from '../../mocks/control/index.ts';

const started: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((machine) => machine.stop()));
});

export async function host(profile = 'tesla-v100-8', options: Omit<CreateOptions, 'profile' | 'force'> = {}): Promise<Machine> {
  const machine = await startMachine(profile, options);
  started.push(machine);
  return machine;
}

export const PAGE = 65_536n;

/** Numbers of the Xids that the kernel log has, in order; of one PCI address if given. */
export async function xids(machine: Machine, pci?: string): Promise<number[]> {
  const found: number[] = [];
  for (const line of await machine.kernelLog()) {
    const match = /NVRM: Xid \(PCI:([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2})\): (\d+), /.exec(line);
    if (match && (pci === undefined || match[1] === pci)) found.push(Number(match[2]));
  }
  return found;
}
