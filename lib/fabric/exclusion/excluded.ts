/**
 * What the driver was told to leave alone, and does. Sources: the driver's procfs, NVML's own list, which the caller brings, and the
 * module options on disk, which may not be in force yet.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { informationField } from '../../host/nvidia-gpus.ts';
import { normalizePciAddress } from '../../host/pci-address.ts';
import type { ExclusionLine, ModuleOptionsFile } from './module-options.ts';
import { exclusionLines, NVSWITCH_OPTION } from './module-options.ts';

export interface ExcludedDevice {
  /** Null: NVML tells it and its address cannot be read. */
  readonly pciBusId: string | null;
  /** Null: the driver does not tell. */
  readonly uuid: string | null;
}

export interface ExcludedSwitch {
  readonly uuid: string;
  /** Whether the driver has such a switch; null: it tells no switches, or not their UUIDs. One that is not there is not excluded. */
  readonly detected: boolean | null;
}

export interface ExclusionReport {
  /** Excluded now, with who says so. */
  readonly gpus: readonly (ExcludedDevice & { readonly seenBy: readonly ('procfs' | 'nvml')[] })[];
  /**
   * Asked for when the driver was loaded and not among `gpus`: not there, so not excluded. Null: not known, because the driver's
   * parameters cannot be read or an excluded GPU's UUID is not told.
   */
  readonly gpusNotDetected: readonly string[] | null;
  /** That the options on disk name. Whether the running driver was loaded with them, it does not tell. */
  readonly switches: readonly ExcludedSwitch[];
  /** Of the options on disk. */
  readonly options: readonly ExclusionLine[];
  /** False: no driver's procfs is there, and an empty list says nothing. */
  readonly driverSeen: boolean;
  readonly unreadable: readonly string[];
}

export interface ExclusionSources {
  /** Stands for `/`. */
  readonly root?: string;
  /** As `Nvml.excludedGpus()` tells it. */
  readonly nvml?: readonly { readonly uuid: string; readonly pciBusId: string }[];
}

const OPTION_FOLDERS = ['etc/modprobe.d', 'run/modprobe.d', 'usr/lib/modprobe.d', 'lib/modprobe.d'];

export async function listExcluded(sources: ExclusionSources = {}): Promise<ExclusionReport> {
  const reader = new Reader(sources.root ?? '/');
  const [found, known] = await procfsGpus(reader);
  for (const { uuid, pciBusId } of sources.nvml ?? []) {
    const address = normalizePciAddress(pciBusId) ?? null;
    const same = found.find((gpu) => (address !== null && gpu.pciBusId === address) || gpu.uuid === uuid);
    if (same) same.seenBy.push('nvml');
    else found.push({ pciBusId: address, uuid, seenBy: ['nvml'] });
    if (same) same.uuid ??= uuid;
  }
  const parameters = await reader.text('proc/driver/nvidia/params');
  const asked = parameters === undefined ? null : listed(informationField(parameters, 'ExcludedGpus') ?? informationField(parameters, 'GpuBlacklist'));
  const missing = asked?.filter((uuid) => !found.some((gpu) => gpu.uuid === uuid)) ?? null;
  const options = exclusionLines(await optionFiles(reader));
  return {
    gpus: found,
    gpusNotDetected: missing?.length !== 0 && found.some(({ uuid }) => uuid === null) ? null : missing,
    switches: await excludedSwitches(reader, options),
    options,
    driverSeen: known || parameters !== undefined,
    unreadable: reader.unreadable,
  };
}

interface FoundGpu {
  readonly pciBusId: string | null;
  uuid: string | null;
  readonly seenBy: ('procfs' | 'nvml')[];
}

async function procfsGpus(reader: Reader): Promise<[excluded: FoundGpu[], known: boolean]> {
  const folder = 'proc/driver/nvidia/gpus';
  const names = await reader.names(folder);
  const excluded: FoundGpu[] = [];
  for (const name of names ?? []) {
    const about = await reader.text(join(folder, name, 'information'));
    // Excluded under an older name.
    const answer = informationField(about, 'GPU Excluded') ?? informationField(about, 'GPU Blacklisted');
    if (answer === 'Yes') excluded.push({ pciBusId: normalizePciAddress(name) ?? null, uuid: informationField(about, 'GPU UUID') ?? null, seenBy: ['procfs'] });
  }
  return [excluded, names !== undefined];
}

async function excludedSwitches(reader: Reader, options: readonly ExclusionLine[]): Promise<ExcludedSwitch[]> {
  const folder = 'proc/driver/nvidia-nvswitch/devices';
  const names = await reader.names(folder);
  const uuids = await Promise.all((names ?? []).map(async (name) => informationField(await reader.text(join(folder, name)), 'UUID')));
  const wanted = new Set(options.filter(({ option }) => option === NVSWITCH_OPTION).flatMap((line) => line.uuids));
  return [...wanted].map((uuid) => ({ uuid, detected: uuids.includes(uuid) ? true : names === undefined || uuids.includes(undefined) ? null : false }));
}

async function optionFiles(reader: Reader): Promise<ModuleOptionsFile[]> {
  const files: ModuleOptionsFile[] = [];
  for (const folder of OPTION_FOLDERS) {
    for (const name of ((await reader.names(folder)) ?? []).filter((file) => file.endsWith('.conf')).sort()) {
      const text = await reader.text(join(folder, name));
      if (text !== undefined) files.push({ path: `/${folder}/${name}`, text });
    }
  }
  return files;
}

/** `"GPU-1,GPU-2"` */
function listed(value: string | undefined): string[] {
  return (value ?? '').replaceAll('"', '').split(',').map((uuid) => uuid.trim()).filter((uuid) => uuid !== '');
}

/** Reads below a root. What is not there is undefined; what may not be read is remembered. */
class Reader {
  readonly unreadable: string[] = [];
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async text(path: string): Promise<string | undefined> {
    return await this.#orAbsent(path, () => readFile(join(this.#root, path), 'utf8'));
  }

  async names(path: string): Promise<string[] | undefined> {
    return (await this.#orAbsent(path, () => readdir(join(this.#root, path))))?.sort();
  }

  async #orAbsent<T>(path: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.unreadable.push(`/${path}`);
      return undefined;
    }
  }
}
