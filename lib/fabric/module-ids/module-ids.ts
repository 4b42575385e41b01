/** Learns which GPU sits in which module, and keeps it. */
import { join } from 'node:path';
import { prepareFolder, readTrusted, writeDurably } from '../../host/durable-file.ts';
import { normalizePciAddress } from '../../host/pci-address.ts';
import { DEFAULT_FOLDER } from '../default-folder.ts';
import { mergeSources, ModuleMap, type ModuleReading, type ModuleSource } from './module-map.ts';
import { modulesInNvidiaSmiText } from './nvidia-smi-text.ts';
import { presentGpus } from './present-gpus.ts';
import { decodeRemembered, encodeRemembered, hardwareChange, type Remembered } from './remembered.ts';

export interface ModuleIdsOptions {
  /** Where it is kept; default `/var/lib/gpuwright/fabric`. */
  readonly folder?: string;
  /** Every GPU that NVML sees now, its module id null where NVML cannot tell it (drivers before R535). */
  readonly nvml: () => Promise<readonly ModuleReading[]>;
  /** The text of `nvidia-smi -q`; asked only where NVML sees GPUs without telling their modules. */
  readonly nvidiaSmi?: () => Promise<string>;
  /** What the caller knows otherwise. Must not contradict the driver; is not kept. */
  readonly given?: readonly ModuleReading[];
  /** PCI addresses of the GPUs that the host has, whichever driver has them; default from sysfs. */
  readonly present?: () => Promise<readonly string[]>;
}

/** Whoever can tell, for the ledger. */
export interface ModuleIdSource {
  /** Rejects with `MODULE_ID_UNKNOWN` where sources contradict each other. */
  known(): Promise<ModuleMap>;
}

export class ModuleIds implements ModuleIdSource {
  readonly path: string;
  readonly #options: ModuleIdsOptions;

  constructor(options: ModuleIdsOptions) {
    this.#options = options;
    this.path = join(options.folder ?? DEFAULT_FOLDER, 'module-ids.json');
  }

  /** Asks the driver, adds what is remembered of GPUs that the driver does not see, and remembers what is new. */
  async known(): Promise<ModuleMap> {
    const seen = (await this.#options.nvml()).map(normalized);
    const driver: ModuleSource[] = [{ name: 'NVML', gpus: seen }, ...(await this.#fromNvidiaSmi(seen))];
    // What NVML sees is there, also where sysfs is hidden.
    const present = [...new Set([...((await this.#options.present?.()) ?? (await presentGpus())), ...seen.map((gpu) => gpu.pciBusId)].map((address) => normalizePciAddress(address) ?? address))].sort();
    const told = mergeSources(driver);
    const remembered = await this.#read();
    const forgotten = remembered === undefined ? undefined : hardwareChange(remembered, [...seen, ...told], present);
    const kept = remembered === undefined || forgotten !== undefined ? [] : remembered.gpus;
    const learnt = mergeSources([{ name: 'the driver', gpus: told }, { name: this.path, gpus: kept }]);
    await this.#keep(remembered, { pciBusIds: present, gpus: learnt });
    const all = mergeSources([
      { name: 'the driver', gpus: told },
      { name: this.path, gpus: kept },
      { name: 'the map that was given', gpus: this.#options.given ?? [] },
    ]);
    return new ModuleMap(all, forgotten ?? null);
  }

  async #fromNvidiaSmi(seen: readonly ModuleReading[]): Promise<ModuleSource[]> {
    const { nvidiaSmi } = this.#options;
    if (nvidiaSmi === undefined || seen.every((gpu) => gpu.moduleId !== null)) return [];
    return [{ name: 'nvidia-smi -q', gpus: modulesInNvidiaSmiText(await nvidiaSmi()) }];
  }

  async #read(): Promise<Remembered | undefined> {
    const text = await readTrusted(this.path);
    return text === undefined ? undefined : decodeRemembered(this.path, text);
  }

  async #keep(before: Remembered | undefined, now: Remembered): Promise<void> {
    // Nothing was learnt: what is not known needs no file.
    if (before === undefined && now.gpus.length === 0) return;
    const text = encodeRemembered({ pciBusIds: now.pciBusIds, gpus: now.gpus.toSorted((a, b) => a.moduleId - b.moduleId) });
    if (before !== undefined && text === encodeRemembered(before)) return;
    await prepareFolder(join(this.path, '..'));
    await writeDurably(this.path, text);
  }
}

function normalized(reading: ModuleReading): ModuleReading {
  return { ...reading, pciBusId: normalizePciAddress(reading.pciBusId) ?? reading.pciBusId };
}
