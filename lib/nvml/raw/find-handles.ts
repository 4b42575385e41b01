/** From what is named to its handle. */
import { setTimeout as sleep } from 'node:timers/promises';
import { systemEventTypes } from '../../abi/nvml/flags.ts';
import { nvmlFunctions as c } from '../../abi/nvml/functions.ts';
import type { FunctionDescriptor, InputsOf, OutputsOf } from '../../abi/parameters.ts';
import { GpuwrightError, isGpuwrightError } from '../../errors.ts';
import type { Deadline } from '../../library/deadline.ts';
import { LIBRARY_LANE } from '../../library/lease.ts';
import { functionCall } from '../../library/library-call.ts';
import type { Gpu } from '../gpu.ts';
import type { NvmlCore } from '../session/nvml-core.ts';
import { deviceLane } from '../session/session.ts';
import type { HandleName } from './handle-name.ts';

/** Counters need some time between two samples of them to say anything. */
const BETWEEN_SAMPLES_MS = 100;

export interface Named {
  readonly name: HandleName;
  /** For sentences. */
  readonly where: string;
}

export interface FoundHandles {
  /** In the order of the names. */
  readonly handles: readonly bigint[];
  /** Of the first GPU among them, else the library's. */
  readonly lane: string;
  readonly nativeGeneration: number;
}

/** Every GPU is known to be the one that was meant before anything is done with it. What is made here lives as long as NVML stays initialised. */
export async function findHandles(core: NvmlCore, gpuOf: (id: string) => Promise<Gpu>, named: readonly Named[], deadline: Deadline): Promise<FoundHandles> {
  const { session } = core;
  const devices = new Map<string, { readonly handle: bigint; readonly index: number; readonly nativeGeneration: number }>();
  for (const { name } of named) {
    if (!('gpu' in name) || devices.has(name.gpu)) continue;
    const gpu = await gpuOf(name.gpu);
    const { handle, nativeGeneration } = await session.onDevice(gpu.index, () => [], deadline, { uuid: gpu.uuid, pciBusId: gpu.pciBusId });
    devices.set(name.gpu, { handle, index: gpu.index, nativeGeneration });
  }
  const [first] = devices.values();
  const lane = first === undefined ? LIBRARY_LANE : deviceLane(first.index);
  const nativeGeneration = first?.nativeGeneration ?? (await session.lease.ready(deadline));
  const ask = async <D extends FunctionDescriptor>(descriptor: D, inputs: InputsOf<D>): Promise<OutputsOf<D>> =>
    await session.library.run(lane, functionCall(descriptor, inputs), { deadlineMs: deadline.deadlineMs, signal: deadline.signal, nativeGeneration });
  const finder = new Finder(ask, (gpu) => devices.get(gpu)?.handle ?? 0n);
  const handles: bigint[] = [];
  for (const { name, where } of named) {
    try {
      handles.push(await finder.find(name));
    } catch (error) {
      // The call that failed is not the one that was asked for.
      throw isGpuwrightError(error) ? new GpuwrightError(error.code, `${where}: ${error.message}`, { cause: error, ...(error.status !== undefined && { status: error.status }), ...(error.call !== undefined && { call: error.call }) }) : error;
    }
  }
  return { handles, lane, nativeGeneration };
}

type Ask = <D extends FunctionDescriptor>(descriptor: D, inputs: InputsOf<D>) => Promise<OutputsOf<D>>;

class Finder {
  readonly #ask: Ask;
  readonly #deviceOf: (gpu: string) => bigint;
  #samples = 0;

  constructor(ask: Ask, deviceOf: (gpu: string) => bigint) {
    this.#ask = ask;
    this.#deviceOf = deviceOf;
  }

  async find(name: HandleName): Promise<bigint> {
    switch (name.kind) {
      case 'gpu':
        return this.#deviceOf(name.gpu);
      case 'mig-device':
        return (await this.#ask(c.nvmlDeviceGetMigDeviceHandleByIndex, { device: this.#deviceOf(name.gpu), index: name.index })).migDevice;
      case 'mig-uuid':
        return (await this.#ask(c.nvmlDeviceGetHandleByUUID, { uuid: name.uuid })).device;
      case 'gpu-instance':
        return await this.#gpuInstance(name.gpu, name.id);
      case 'compute-instance': {
        const gpuInstance = await this.#gpuInstance(name.gpu, name.gpuInstance);
        return (await this.#ask(c.nvmlGpuInstanceGetComputeInstanceById, { gpuInstance, id: name.id })).computeInstance;
      }
      case 'unit':
        return (await this.#ask(c.nvmlUnitGetHandleByIndex, { index: name.index })).unit;
      case 'event-set':
        return await this.#eventSet(name.gpu);
      case 'system-event-set':
        return await this.#systemEventSet(name.registered);
      case 'gpm-sample':
        return await this.#sample(name.gpu, name.gpuInstance);
    }
  }

  async #gpuInstance(gpu: string, id: number): Promise<bigint> {
    return (await this.#ask(c.nvmlDeviceGetGpuInstanceById, { device: this.#deviceOf(gpu), id })).gpuInstance;
  }

  async #eventSet(gpu: string | undefined): Promise<bigint> {
    const { set } = await this.#ask(c.nvmlEventSetCreate, {});
    if (gpu === undefined) return set;
    const device = this.#deviceOf(gpu);
    const { eventTypes } = await this.#ask(c.nvmlDeviceGetSupportedEventTypes, { device });
    await this.#ask(c.nvmlDeviceRegisterEvents, { device, eventTypes, set });
    return set;
  }

  async #systemEventSet(registered: boolean): Promise<bigint> {
    const { set } = (await this.#ask(c.nvmlSystemEventSetCreate, {})).request;
    const { nvmlSystemEventTypeGpuDriverBind: bind, nvmlSystemEventTypeGpuDriverUnbind: unbind } = systemEventTypes;
    if (registered) await this.#ask(c.nvmlSystemRegisterEvents, { request: { set, eventTypes: bind | unbind } });
    return set;
  }

  async #sample(gpu: string | undefined, gpuInstanceId: number | undefined): Promise<bigint> {
    const { gpmSample } = await this.#ask(c.nvmlGpmSampleAlloc, {});
    if (gpu === undefined) return gpmSample;
    if (this.#samples > 0) await sleep(BETWEEN_SAMPLES_MS);
    this.#samples += 1;
    const device = this.#deviceOf(gpu);
    if (gpuInstanceId === undefined) await this.#ask(c.nvmlGpmSampleGet, { device, gpmSample });
    else await this.#ask(c.nvmlGpmMigSampleGet, { device, gpmSample, gpuInstanceId });
    return gpmSample;
  }
}
