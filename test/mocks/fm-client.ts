/** A process that talks to the simulated Fabric Manager through Python's ctypes. Layouts are the measured ones, with none of lib/abi. */
import type { Machine } from '../../mocks/control/index.ts';
import { measured } from '../abi/nvfm/measured.ts';
import type { Answer, Argument } from './client.ts';
import { Client } from './client.ts';

export const struct = (name: string) => {
  const found = measured.structs.find((each) => each.name === name);
  if (found === undefined) throw new Error(`${name} is not measured`);
  return found;
};
export const offset = (name: string, field: string): number => struct(name).fields.find((each) => each.name === field)?.offset ?? NaN;
export const versionWord = (name: string): number => measured.versionWords[name]?.value ?? NaN;

const PARTITIONS = 'fmFabricPartitionList_v2';
const UNSUPPORTED = 'fmUnsupportedFabricPartitionList_v1';
const FAILED = 'fmNvlinkFailedDevices_v1';
const ACTIVATED = 'fmActivatedFabricPartitionList_v1';

export interface Address {
  readonly address?: string;
  readonly timeoutMs?: number;
  readonly isUnix?: number;
  /** Of the version 2 form, which is used where this is given. */
  readonly type?: number;
  readonly version?: number;
}

export interface FmGpu {
  readonly physicalId: number;
  readonly uuid: string;
  readonly pciBusId: string;
  readonly numNvLinksAvailable: number;
  readonly maxNumNvLinks: number;
  readonly nvlinkLineRateMBps: number;
}

export interface FmPartition {
  readonly id: number;
  readonly isActive: number;
  readonly numGpus: number;
  readonly gpus: readonly FmGpu[];
}

/** A struct with its version word and what else is given, as 32-bit words. */
export function words(name: string, version = versionWord(name), more: readonly number[] = []): Argument {
  return { buffer: struct(name).size, u32: [version, ...more] };
}

export function connectParameters({ address = '127.0.0.1:6666', timeoutMs = 200, isUnix = 0, type, version }: Address): Argument {
  const name = type === undefined ? 'fmConnectParams_v1' : 'fmConnectParams_v2';
  const bytes = Buffer.alloc(struct(name).size);
  bytes.writeUInt32LE(version ?? versionWord(name), 0);
  bytes.write(address, offset(name, 'addressInfo'), 256);
  bytes.writeUInt32LE(timeoutMs, offset(name, 'timeoutMs'));
  bytes.writeUInt32LE(isUnix, offset(name, 'addressIsUnixSocket'));
  if (type !== undefined) bytes.writeUInt32LE(type, offset(name, 'addressType'));
  return { buffer: bytes.length, u32: Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32LE(4 * i)) };
}

const textAt = (bytes: Buffer, at: number, size: number): string => bytes.toString('utf8', at, at + size).replace(/\0.*$/s, '');

export function partitionsIn(hex: string): { count: number; most: number; partitions: FmPartition[] } {
  const bytes = Buffer.from(hex, 'hex');
  const number = (name: string, field: string, base: number) => bytes.readUInt32LE(base + offset(name, field));
  const of = 'fmFabricPartitionGpuInfo_t';
  const count = number(PARTITIONS, 'numPartitions', 0);
  const partitions = Array.from({ length: Math.min(count, 64) }, (_, i) => {
    const base = offset(PARTITIONS, 'partitionInfo') + i * struct('fmFabricPartitionInfo_t').size;
    const numGpus = number('fmFabricPartitionInfo_t', 'numGpus', base);
    const gpus = Array.from({ length: Math.min(numGpus, 16) }, (__, j): FmGpu => {
      const at = base + offset('fmFabricPartitionInfo_t', 'gpuInfo') + j * struct(of).size;
      return {
        physicalId: number(of, 'physicalId', at),
        uuid: textAt(bytes, at + offset(of, 'uuid'), 80),
        pciBusId: textAt(bytes, at + offset(of, 'pciBusId'), 32),
        numNvLinksAvailable: number(of, 'numNvLinksAvailable', at),
        maxNumNvLinks: number(of, 'maxNumNvLinks', at),
        nvlinkLineRateMBps: number(of, 'nvlinkLineRateMBps', at),
      };
    });
    return { id: number('fmFabricPartitionInfo_t', 'partitionId', base), isActive: number('fmFabricPartitionInfo_t', 'isActive', base), numGpus, gpus };
  });
  return { count, most: number(PARTITIONS, 'maxNumPartitions', 0), partitions };
}

export class FmClient {
  readonly process: Client;
  #handle = 0;

  private constructor(process: Client) {
    this.process = process;
  }

  /** Loaded, not initialised. */
  static async open(machine: Machine): Promise<FmClient> {
    return new FmClient(await Client.open(machine.nvfmLibrary));
  }

  /** Initialised and connected. */
  static async connected(machine: Machine, address: Address = {}): Promise<FmClient> {
    const client = await FmClient.open(machine);
    for (const status of [await client.status('fmLibInit'), (await client.connect(address)).status]) if (status !== 0) throw new Error(`no connection: ${status}`);
    return client;
  }

  call(name: string, ...args: Argument[]): Promise<Answer> {
    return this.process.call(name, ...args);
  }

  status(name: string, ...args: Argument[]): Promise<number | undefined> {
    return this.process.status(name, ...args);
  }

  /** The handle that the calls below use, too. */
  async connect(address: Address = {}): Promise<{ status: number | undefined; handle: number }> {
    const { status, out } = await this.call('fmConnect', connectParameters(address), { out: 'handle', value: 99 });
    const handle = out?.[1] as number;
    if (status === 0) this.#handle = handle;
    return { status, handle };
  }

  get handle(): Argument {
    return { u64: this.#handle };
  }

  async list(): Promise<{ status: number | undefined; count: number; most: number; partitions: FmPartition[] }> {
    const { status, out } = await this.call('fmGetSupportedFabricPartitions', this.handle, words(PARTITIONS));
    return { status, ...partitionsIn(out?.[0] as string) };
  }

  async active(): Promise<number[]> {
    const { status, partitions } = await this.list();
    if (status !== 0) throw new Error(`partitions: ${status}`);
    return partitions.filter(({ isActive }) => isActive === 1).map(({ id }) => id);
  }

  activate(id: number): Promise<number | undefined> {
    return this.status('fmActivateFabricPartition', this.handle, id);
  }

  /** Virtual functions as `[domain, bus, device, function]`. */
  activateWith(id: number, functions: readonly (readonly [number, number, number, number])[]): Promise<number | undefined> {
    return this.status('fmActivateFabricPartitionWithVFs', this.handle, id, { buffer: 16 * functions.length, u32: functions.flat() }, functions.length);
  }

  deactivate(id: number): Promise<number | undefined> {
    return this.status('fmDeactivateFabricPartition', this.handle, id);
  }

  setActivated(ids: readonly number[], count = ids.length): Promise<number | undefined> {
    return this.status('fmSetActivatedFabricPartitions', this.handle, words(ACTIVATED, versionWord(ACTIVATED), [count, ...ids]));
  }

  async unsupported(): Promise<{ status: number | undefined; partitions: { id: number; physicalIds: number[] }[] }> {
    const { status, out } = await this.call('fmGetUnsupportedFabricPartitions', this.handle, words(UNSUPPORTED));
    const bytes = Buffer.from(out?.[0] as string, 'hex');
    const of = 'fmUnsupportedFabricPartitionInfo_t';
    const partitions = Array.from({ length: bytes.readUInt32LE(offset(UNSUPPORTED, 'numPartitions')) }, (_, i) => {
      const base = offset(UNSUPPORTED, 'partitionInfo') + i * struct(of).size;
      const count = bytes.readUInt32LE(base + offset(of, 'numGpus'));
      return { id: bytes.readUInt32LE(base), physicalIds: Array.from({ length: count }, (__, j) => bytes.readUInt32LE(base + offset(of, 'gpuPhysicalIds') + 4 * j)) };
    });
    return { status, partitions };
  }

  async failed(): Promise<{ status: number | undefined; gpus: FailedDevice[]; switches: FailedDevice[] }> {
    const { status, out } = await this.call('fmGetNvlinkFailedDevices', this.handle, words(FAILED));
    const bytes = Buffer.from(out?.[0] as string, 'hex');
    const devices = (count: string, list: string) => Array.from({ length: bytes.readUInt32LE(offset(FAILED, count)) }, (_, i) => failedDevice(bytes, offset(FAILED, list) + i * struct('fmNvlinkFailedDeviceInfo_t').size));
    return { status, gpus: devices('numGpus', 'gpuInfo'), switches: devices('numSwitches', 'switchInfo') };
  }
}

export interface FailedDevice {
  readonly uuid: string;
  readonly pciBusId: string;
  readonly ports: readonly number[];
}

function failedDevice(bytes: Buffer, base: number): FailedDevice {
  const of = 'fmNvlinkFailedDeviceInfo_t';
  const count = bytes.readUInt32LE(base + offset(of, 'numPorts'));
  return {
    uuid: textAt(bytes, base, 80),
    pciBusId: textAt(bytes, base + offset(of, 'pciBusId'), 32),
    ports: Array.from({ length: count }, (_, i) => bytes.readUInt32LE(base + offset(of, 'portNum') + 4 * i)),
  };
}
