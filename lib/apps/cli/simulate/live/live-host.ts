/** A live host as a profile: what NVML tells of it, and nothing that it does not tell. */
import { nvmlFunction } from '../../../../abi/index.ts';
import type { FunctionDescriptor } from '../../../../abi/parameters.ts';
import { identifies } from '../../../../../mocks/control/capture/capture.ts';
import { treeOf } from '../../../../../mocks/control/capture/attribute-tree.ts';
import type { ObservedValues, ProfileDocument } from '../../../../../mocks/control/capture/types.ts';
import type { ModelSummary } from '../../../../../mocks/control/types.ts';
import type { NvmlPort } from '../../ports.ts';
import type { LiveValue, NotRead } from './live-gpu.ts';
import { LiveGpu } from './live-gpu.ts';

/** No function tells how long a row is. It only says which addresses share one; this is what the simulator has for all its models. */
const ROW_BYTES = 2048;

export interface LiveCapture {
  readonly profile: ProfileDocument;
  readonly notRead: readonly NotRead[];
}

export class LiveHost {
  readonly #nvml: NvmlPort;
  /** Those that are captured. */
  #gpus: readonly LiveGpu[];
  readonly #before: ReadonlyMap<string, LiveValue>[] = [];

  private constructor(nvml: NvmlPort, gpus: readonly LiveGpu[]) {
    this.#nvml = nvml;
    this.#gpus = gpus;
  }

  static async of(nvml: NvmlPort): Promise<LiveHost> {
    const { deviceCount } = (await ofLibrary(nvml, 'nvmlDeviceGetCount_v2')) as { deviceCount: number };
    return new LiveHost(nvml, Array.from({ length: deviceCount }, (_, index) => new LiveGpu(nvml, index)));
  }

  /** @param models those that are known: what NVML does not tell of a GPU, the model of its name does */
  async capture(models: readonly ModelSummary[], { anonymous, time }: { readonly anonymous: boolean; readonly time: Date }): Promise<LiveCapture> {
    const { version } = (await ofLibrary(this.#nvml, 'nvmlSystemGetDriverVersion')) as { version: string };
    const all = await Promise.all(this.#gpus.map(async (gpu) => {
      const { values, notRead } = await gpu.values();
      const model = models.find(({ gpuName }) => gpuName === values.get('board.name'))?.name;
      for (const [name, value] of await repairOf(gpu, model !== undefined)) values.set(name, value);
      return { gpu, values, notRead, model };
    }));
    // Where a GPU does not even say where it is, nothing of it can be told from another.
    const read = all.filter(({ values }) => PLACE.every((name) => values.has(name)));
    this.#gpus = read.map(({ gpu }) => gpu);
    const profile: ProfileDocument = {
      name: 'captured',
      description: `captured from ${read.length} GPU${read.length === 1 ? '' : 's'} of a host through NVML`,
      driver: version,
      captured: time.toISOString(),
      gpus: read.map(({ values, model }) => ({ pci: pciOf(values), ...(model !== undefined && { model }), attributes: treeOf([...values].filter(([name]) => !isPlace(name) && !(anonymous && identifies(name)))) })),
    };
    return { profile, notRead: all.flatMap(({ notRead }) => notRead) };
  }

  /** What moves, of each GPU; counters only where they have changed since the look before. What cannot be read at that moment is not there. */
  async look(): Promise<ObservedValues[]> {
    return await Promise.all(this.#gpus.map(async (gpu, index) => {
      const { values } = await gpu.values(true);
      const before = this.#before[index];
      this.#before[index] = values;
      return Object.fromEntries([...values].filter(([name, value]) => value !== null && !(name.startsWith('ecc.') && before?.get(name) === value)));
    }));
  }
}

async function ofLibrary(nvml: NvmlPort, symbol: string): Promise<unknown> {
  return await nvml.callRaw(nvmlFunction(symbol) as FunctionDescriptor, { values: {} });
}

/** Which of the two ways of repair answers, that one the GPU has. */
async function repairOf(gpu: LiveGpu, modelIsKnown: boolean): Promise<[string, LiveValue][]> {
  const rows = await gpu.call('nvmlDeviceGetRowRemapperHistogram');
  if ('outputs' in rows) {
    const { max, high, partial, low, none } = (rows.outputs as { values: Record<'max' | 'high' | 'partial' | 'low' | 'none', number> }).values;
    return [['memory.repair', 'row-remapping'], ['memory.banks', max + high + partial + low + none], ...(modelIsKnown ? [] : [['memory.row-bytes', ROW_BYTES] as [string, LiveValue]])];
  }
  const pages = await gpu.call('nvmlDeviceGetRetiredPagesPendingStatus');
  if ('failed' in rows || 'failed' in pages) return [];
  return [['memory.repair', 'outputs' in pages ? 'page-retirement' : 'none']];
}

const PLACE = ['pcie.domain', 'pcie.bus', 'pcie.device'] as const;

function isPlace(name: string): boolean {
  return (PLACE as readonly string[]).includes(name);
}

function pciOf(values: ReadonlyMap<string, LiveValue>): string {
  const [domain, bus, device] = PLACE.map((name) => Number(values.get(name) ?? 0).toString(16)) as [string, string, string];
  return `${domain.padStart(4, '0')}:${bus.padStart(2, '0')}:${device.padStart(2, '0')}.0`;
}
