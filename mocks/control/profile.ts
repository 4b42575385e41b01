/** Profiles: data about a kind of host, checked when they are loaded. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GpuwrightError } from '../../lib/errors.ts';
import { parseDriverVersion } from './driver-version.ts';
import { parsePciAddress } from './pci-address.ts';
import type { PciAddress } from './pci-address.ts';
import type { ProfileSummary } from './types.ts';

export const MOST_GPUS = 64;

export interface ClockSet {
  readonly graphics: number;
  readonly sm: number;
  readonly memory: number;
  readonly video: number;
}

export interface GpuModel {
  readonly name: string;
  readonly architecture: string;
  readonly boardPartNumber: string;
  readonly pciDeviceId: number;
  readonly pciSubSystemId: number;
  readonly memoryBytes: number;
  readonly reservedBytes: number;
  readonly usedBytes: number;
  readonly powerMilliwatts: number;
  readonly temperatureCelsius: number;
  readonly clocksMegahertz: ClockSet;
  readonly maxClocksMegahertz: ClockSet;
  readonly ecc: boolean;
  readonly persistence: boolean;
}

export interface Profile {
  readonly name: string;
  readonly description: string;
  readonly driver: string;
  readonly memoryRepair: 'page-retirement' | 'row-remapping';
  readonly gpu: GpuModel;
  readonly rowRemapper: { readonly banks: number; readonly rowBytes: number } | undefined;
  /** One board's worth; also the default number of GPUs. */
  readonly pciAddresses: readonly PciAddress[];
  readonly moduleIds: readonly number[] | undefined;
}

/** Reads typed values out of JSON; every complaint names the file, the key, and what belongs there. */
class Reader {
  readonly #file: string;
  readonly #path: string;
  readonly #object: Record<string, unknown>;

  constructor(file: string, path: string, value: unknown) {
    this.#file = file;
    this.#path = path;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.complaint('', 'an object');
    this.#object = value as Record<string, unknown>;
  }

  complaint(key: string, wanted: string): GpuwrightError {
    const place = `${this.#path}${key}` || 'the file';
    return new GpuwrightError('INVALID_INPUT', `${this.#file}: ${place} is missing or wrong: write ${wanted}`);
  }

  onlyKeys(...keys: string[]): void {
    const foreign = Object.keys(this.#object).find((key) => !keys.includes(key));
    if (foreign !== undefined) {
      throw new GpuwrightError('INVALID_INPUT', `${this.#file}: ${this.#path}${foreign} is not a key of a profile: check its spelling; known are ${keys.join(', ')}`);
    }
  }

  get(key: string): unknown {
    return this.#object[key];
  }

  text(key: string): string {
    const value = this.#object[key];
    // A line break would end the line that carries it to gpuwright-machine.
    if (typeof value !== 'string' || value === '' || /[\r\n\0]/.test(value)) throw this.complaint(key, 'a text of one line');
    return value;
  }

  number(key: string, least = 0, most = Number.MAX_SAFE_INTEGER): number {
    const value = this.#object[key];
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most) throw this.complaint(key, `a whole number from ${least} to ${most}`);
    return value;
  }

  hex(key: string): number {
    const value = this.#object[key];
    if (typeof value !== 'string' || !/^0x[0-9a-f]{1,8}$/i.test(value)) throw this.complaint(key, 'a hexadecimal text like "0x1db510de"');
    return Number(value);
  }

  truth(key: string): boolean {
    const value = this.#object[key];
    if (typeof value !== 'boolean') throw this.complaint(key, 'true or false');
    return value;
  }

  list(key: string): readonly unknown[] {
    const value = this.#object[key];
    if (!Array.isArray(value) || value.length === 0) throw this.complaint(key, 'a list with at least one entry');
    return value;
  }

  inside(key: string): Reader {
    return new Reader(this.#file, `${this.#path}${key}.`, this.#object[key]);
  }
}

const UINT32 = 0xffff_ffff;

function readClocks(from: Reader): ClockSet {
  from.onlyKeys('graphics', 'sm', 'memory', 'video');
  return { graphics: from.number('graphics', 0, UINT32), sm: from.number('sm', 0, UINT32), memory: from.number('memory', 0, UINT32), video: from.number('video', 0, UINT32) };
}

function readGpu(from: Reader): GpuModel {
  from.onlyKeys('name', 'architecture', 'boardPartNumber', 'pciDeviceId', 'pciSubSystemId', 'memoryBytes', 'reservedBytes', 'usedBytes',
    'powerMilliwatts', 'temperatureCelsius', 'clocksMegahertz', 'maxClocksMegahertz', 'ecc', 'persistence');
  return {
    name: from.text('name'),
    architecture: from.text('architecture'),
    boardPartNumber: from.text('boardPartNumber'),
    pciDeviceId: from.hex('pciDeviceId'),
    pciSubSystemId: from.hex('pciSubSystemId'),
    memoryBytes: from.number('memoryBytes', 65_536),
    reservedBytes: from.number('reservedBytes'),
    usedBytes: from.number('usedBytes'),
    powerMilliwatts: from.number('powerMilliwatts', 0, UINT32),
    temperatureCelsius: from.number('temperatureCelsius', 0, 150),
    clocksMegahertz: readClocks(from.inside('clocksMegahertz')),
    maxClocksMegahertz: readClocks(from.inside('maxClocksMegahertz')),
    ecc: from.truth('ecc'),
    persistence: from.truth('persistence'),
  };
}

/** Checks what a profile file holds; `file` is for the messages. */
export function readProfile(file: string, json: unknown): Profile {
  const from = new Reader(file, '', json);
  from.onlyKeys('name', 'description', 'driver', 'memoryRepair', 'gpu', 'rowRemapper', 'pciAddresses', 'moduleIds');
  const memoryRepair = from.get('memoryRepair');
  if (memoryRepair !== 'page-retirement' && memoryRepair !== 'row-remapping') throw from.complaint('memoryRepair', '"page-retirement" or "row-remapping"');
  const driver = from.text('driver');
  parseDriverVersion(driver);
  const addresses = from.list('pciAddresses').map((entry) => parsePciAddress(`${file}: pciAddresses`, String(entry)));
  if (addresses.length > MOST_GPUS) throw from.complaint('pciAddresses', `at most ${MOST_GPUS} addresses`);
  let moduleIds: number[] | undefined;
  if (from.get('moduleIds') !== null) {
    moduleIds = from.list('moduleIds').map((id) => {
      if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0 || id >= UINT32) throw from.complaint('moduleIds', 'whole numbers, or null where the board has none');
      return id;
    });
    if (moduleIds.length !== addresses.length) throw from.complaint('moduleIds', 'one number per entry of pciAddresses');
  }
  const remapper = memoryRepair === 'row-remapping' ? from.inside('rowRemapper') : undefined;
  return {
    name: from.text('name'),
    description: from.text('description'),
    driver,
    memoryRepair,
    gpu: readGpu(from.inside('gpu')),
    rowRemapper: remapper && { banks: remapper.number('banks', 1, 65_536), rowBytes: remapper.number('rowBytes', 64, 1 << 20) },
    pciAddresses: addresses,
    moduleIds,
  };
}

/** All profiles of `folder`, by name. */
export function loadProfiles(folder: string): Map<string, Profile> {
  const found = new Map<string, Profile>();
  for (const entry of readdirSync(folder).filter((name) => name.endsWith('.json')).sort()) {
    const file = join(folder, entry);
    let json: unknown;
    try {
      json = JSON.parse(readFileSync(file, 'utf8'));
    } catch (cause) {
      throw new GpuwrightError('INVALID_INPUT', `${file}: not JSON (${(cause as Error).message}): mend or remove it`, { cause });
    }
    const profile = readProfile(file, json);
    found.set(profile.name, profile);
  }
  return found;
}

export function summary(profile: Profile): ProfileSummary {
  return {
    name: profile.name,
    description: profile.description,
    gpuName: profile.gpu.name,
    gpus: profile.pciAddresses.length,
    driver: profile.driver,
    memoryRepair: profile.memoryRepair,
  };
}
