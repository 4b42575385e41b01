/** Hosts whose first GPU has MIG on, and an NVML on them; closed after each test. */
import { afterEach } from 'vitest';
import { Nvml } from '../../lib/nvml/index.ts';
import type { RawNvml } from '../../lib/nvml/raw/raw.ts';
import type { CreateOptions, Machine } from '../../mocks/control/index.ts';
import { host } from './simulated-host.ts';

const opened: Nvml[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((nvml) => nvml.close()));
});

export class MigHost {
  readonly machine: Machine;
  readonly #nvml: Nvml;
  device: bigint;

  constructor(machine: Machine, nvml: Nvml) {
    this.machine = machine;
    this.#nvml = nvml;
    this.device = this.#first();
  }

  get raw(): RawNvml {
    return this.#nvml.raw;
  }

  #first(): bigint {
    return this.raw.nvmlDeviceGetHandleByIndex_v2({ index: 0 }).device;
  }

  /** Ends NVML's use of the machine, does it, and begins anew. */
  async without(action: () => Promise<void>): Promise<void> {
    await this.#nvml.quiesce();
    await action();
    await this.#nvml.resume();
    this.device = this.#first();
  }

  get mode(): { readonly currentMode: number; readonly pendingMode: number } {
    return this.raw.nvmlDeviceGetMigMode({ device: this.device });
  }

  setMode(mode: 0 | 1): string | undefined {
    return this.raw.nvmlDeviceSetMigMode({ device: this.device, mode }).activationStatus.name;
  }

  create(profileId: number): bigint {
    return this.raw.nvmlDeviceCreateGpuInstance({ device: this.device, profileId }).gpuInstance;
  }

  /** A GPU instance that is one compute instance. `kind`: the compute instance's profile. */
  createWhole(profileId: number, kind: number): bigint {
    const gpuInstance = this.create(profileId);
    this.raw.nvmlGpuInstanceCreateComputeInstance({ gpuInstance, profileId: kind });
    return gpuInstance;
  }

  /** As the vendor's tools write it: `13 6:1`. */
  placeOf(gpuInstance: bigint): string {
    const { id, placement } = this.raw.nvmlGpuInstanceGetInfo({ gpuInstance }).info;
    return `${id} ${placement.start}:${placement.size}`;
  }

  room(profileId: number): number {
    return this.raw.nvmlDeviceGetGpuInstanceRemainingCapacity({ device: this.device, profileId }).count;
  }

  /** Names and UUIDs of the MIG devices, by index. */
  devices(): { readonly name: string; readonly uuid: string }[] {
    const { raw, device } = this;
    return Array.from({ length: raw.nvmlDeviceGetMaxMigDeviceCount({ device }).count }, (_, index) => index).flatMap((index) => {
      try {
        const { migDevice } = raw.nvmlDeviceGetMigDeviceHandleByIndex({ device, index });
        return [{ name: raw.nvmlDeviceGetName({ device: migDevice }).name, uuid: raw.nvmlDeviceGetUUID({ device: migDevice }).uuid }];
      } catch {
        return [];
      }
    });
  }
}

export async function openOn(machine: Machine): Promise<MigHost> {
  const nvml = await Nvml.open({ library: machine.nvmlLibrary, backend: 'addon', isolation: 'in-process' });
  opened.push(nvml);
  return new MigHost(machine, nvml);
}

export async function migHost(profile = 'hgx-a100-8', options: Omit<CreateOptions, 'profile' | 'force'> = {}): Promise<MigHost> {
  const machine = await host(profile, { gpus: 1, ...options });
  await machine.set(0, { 'mig.pending-mode': true });
  await machine.reset(0);
  return openOn(machine);
}

/** The code of the error that this throws. */
export function refusal(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    const { code, status } = error as { code?: string; status?: number };
    return code === 'VENDOR_ERROR' ? status : code;
  }
  return undefined;
}
