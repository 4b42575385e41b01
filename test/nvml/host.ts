/** A simulated host and an opened NVML on it, both let go of after the test. */
import { afterEach } from 'vitest';
import { Nvml } from '../../lib/nvml/index.ts';
import type { NvmlOptions } from '../../lib/nvml/index.ts';
import type { NvmlPorts } from '../../lib/nvml/index.ts';
import { startMachine } from '../../mocks/control/index.ts';
import type { Machine } from '../../mocks/control/index.ts';

type StartOptions = NonNullable<Parameters<typeof startMachine>[1]>;

const letGo: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const one of letGo.splice(0).reverse()) await one();
});

export async function startHost(profile: string, options: StartOptions = {}): Promise<Machine> {
  const machine = await startMachine(profile, options);
  letGo.push(async () => {
    // Calls that still hang would keep lanes busy for the next test.
    await machine.clear().catch(() => 0);
    await machine.stop();
  });
  return machine;
}

export async function openOn(machine: Machine, options: NvmlOptions = {}, ports: NvmlPorts = {}): Promise<Nvml> {
  const nvml = await Nvml.open({ library: machine.nvmlLibrary, ...options }, ports);
  letGo.push(() => nvml.close());
  return nvml;
}

export async function until(holds: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('it never came to hold');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
