/** What NVML sees of the host: asked once, and only if somebody needs it. */
import { normalizePciAddress } from '../../../host/index.ts';
import type { GpuSnapshot } from '../../../nvml/types.ts';
import type { ModuleReading } from '../../../fabric/index.ts';
import { describeFailure } from '../failure.ts';
import { inTime, nvmlOptionsOf } from '../host-look.ts';
import type { Ports } from '../ports.ts';
import { known } from '../status-view.ts';
import type { FabricOptions } from './options.ts';

export type NvmlAnswer = { readonly gpus: readonly GpuSnapshot[] } | { readonly failure: string };

export class NvmlView {
  readonly #options: FabricOptions;
  readonly #ports: Ports;
  #answer: Promise<NvmlAnswer> | undefined;

  constructor(options: FabricOptions, ports: Ports) {
    this.#options = options;
    this.#ports = ports;
  }

  answer(): Promise<NvmlAnswer> {
    this.#answer ??= this.#ask();
    return this.#answer;
  }

  /** The GPU at an address; undefined where NVML does not see it. */
  async gpuAt(pciBusId: string): Promise<GpuSnapshot | undefined> {
    const answer = await this.answer();
    if ('failure' in answer) return undefined;
    return answer.gpus.find((gpu) => {
      const address = known(gpu.pciBusId);
      return address !== null && normalizePciAddress(address) === normalizePciAddress(pciBusId);
    });
  }

  /** Empty where NVML cannot be asked: what is remembered counts then. */
  async moduleReadings(): Promise<readonly ModuleReading[]> {
    const answer = await this.answer();
    if ('failure' in answer) return [];
    return answer.gpus.flatMap((gpu) => {
      const pciBusId = known(gpu.pciBusId);
      return pciBusId === null ? [] : [{ pciBusId, uuid: known(gpu.uuid), moduleId: gpu.moduleId.state === 'value' ? gpu.moduleId.value : null }];
    });
  }

  /** The driver is let go at once: nothing of ours may stand in the way of a GPU that is handed over. */
  async #ask(): Promise<NvmlAnswer> {
    try {
      const nvml = await this.#ports.openNvml(nvmlOptionsOf(this.#options, this.#ports));
      try {
        return { gpus: (await nvml.snapshot()).gpus };
      } finally {
        await inTime(nvml.close(), this.#ports);
      }
    } catch (error) {
      return { failure: describeFailure(error).message };
    }
  }
}
