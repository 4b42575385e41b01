/**
 * Who holds a GPU, so that it cannot be reset: what the driver says (its processes), what the device files say (who has them open),
 * and on a simulated host its clients. We ourselves do not count.
 */
import { printable } from './cells.ts';
import type { DeviceHolders } from '../../host/device-holders.ts';
import type { GpuSnapshot } from '../../nvml/types.ts';
import type { MachineState } from '../../../mocks/control/types.ts';

export interface Holder {
  readonly pid: number;
  /** `?` where the process is not visible from here (another PID namespace). */
  readonly name: string;
  /** How we know: `compute`, `graphics`, `/dev/nvidia0`, `client`. */
  readonly by: readonly string[];
}

export interface HolderSources {
  readonly machine: MachineState | undefined;
  readonly devices: DeviceHolders;
  readonly nameOf: (pid: number) => string | undefined;
  readonly isOurs: (pid: number) => boolean;
}

export function holdersOf(gpu: GpuSnapshot, sources: HolderSources): Holder[] {
  const found = new Map<number, { name: string | undefined; by: Set<string> }>();
  const add = (pid: number, name: string | undefined, by: string) => {
    if (sources.isOurs(pid)) return;
    const holder = found.get(pid) ?? { name: undefined, by: new Set() };
    holder.name ??= name;
    holder.by.add(by);
    found.set(pid, holder);
  };

  if (gpu.processes.state === 'value') {
    for (const process of gpu.processes.value) add(process.pid, sources.nameOf(process.pid), process.kind);
  }
  if (sources.machine !== undefined) {
    for (const client of sources.machine.clients) add(client.pid, client.name, 'client');
  } else {
    // Without its minor number a GPU's device file is not known; then whoever has any of them open is named.
    const own = gpu.minorNumber.state === 'value' ? `/dev/nvidia${gpu.minorNumber.value}` : undefined;
    for (const holder of sources.devices.holders) {
      for (const device of holder.devices) {
        if (own === undefined ? /^\/dev\/nvidia\d+$/.test(device) : device === own) add(holder.pid, holder.name, device);
      }
    }
  }
  return [...found].map(([pid, { name, by }]) => ({ pid, name: printable(name ?? '?'), by: [...by] })).sort((a, b) => a.pid - b.pid);
}
