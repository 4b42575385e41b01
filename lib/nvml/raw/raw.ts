/**
 * The C library's own functions, one by one: what is described can be called.
 */
import { nvmlFunctions } from '../../abi/nvml/functions.ts';
import type { FunctionDescriptor, InputsOf, OutputsOf } from '../../abi/parameters.ts';
import { GpuwrightError } from '../../errors.ts';
import { LIBRARY_LANE } from '../../library/lease.ts';
import { functionCall } from '../../library/library-call.ts';
import type { CallOptions } from '../../library/call-options.ts';
import type { Gpu } from '../gpu.ts';
import type { NvmlCore } from '../session/nvml-core.ts';
import { findHandles } from './find-handles.ts';
import { handleTypeAt, parseHandleName } from './handle-name.ts';
import type { BoundFunction } from './raw-sync.ts';
import { bindNow, callNow } from './raw-sync.ts';
import { deviceLane } from '../session/session.ts';

type Functions = typeof nvmlFunctions;
/** A text function's outputs are its text. */
type Answer<D> = D extends FunctionDescriptor ? (D['symbol'] extends 'nvmlErrorString' ? string | null : OutputsOf<D>) : never;

export type RawNvml = { readonly [K in keyof Functions]: (inputs: InputsOf<Functions[K]>) => Answer<Functions[K]> };

export interface RawAsyncOptions extends CallOptions {
  /** Default: the lane of the GPU whose handle is among the inputs, else the library's. */
  readonly lane?: string;
}

export type RawAsyncNvml = { readonly [K in keyof Functions]: (inputs: InputsOf<Functions[K]>, options?: RawAsyncOptions) => Promise<Answer<Functions[K]>> };

/** Inputs by C's parameter names. */
export interface RawInputs {
  readonly values: Readonly<Record<string, unknown>>;
  /**
   * Instead of handles, what they belong to, by the handle's place: `{ device: '3' }` or `{ 'metricsGet.sample1': '3' }`. A GPU by index, UUID
   * or PCI address; the other kinds are in handle-name.ts.
   */
  readonly handles?: Readonly<Record<string, string>> | undefined;
}

const DESCRIPTORS = Object.entries(nvmlFunctions) as [string, FunctionDescriptor][];

export function rawNvml(core: NvmlCore): RawNvml {
  const caller = (descriptor: FunctionDescriptor): ((inputs?: Readonly<Record<string, unknown>>) => unknown) => {
    let bound: BoundFunction | undefined;
    return (inputs = {}) => {
      const { native, backend } = core.session.library;
      if (bound?.native !== native) {
        if (!backend.capabilities.sync) {
          throw new GpuwrightError('SYNC_UNAVAILABLE', `${descriptor.symbol}: ${backend.name} makes no synchronous calls: use nvml.rawAsync, or open with isolation 'in-process' and the addon`, { call: descriptor.symbol });
        }
        bound = bindNow(native, descriptor);
      }
      return callNow(bound, inputs);
    };
  };
  return Object.fromEntries(DESCRIPTORS.map(([name, descriptor]) => [name, caller(descriptor)])) as unknown as RawNvml;
}

export function rawAsyncNvml(core: NvmlCore): RawAsyncNvml {
  const call = async (descriptor: FunctionDescriptor, inputs: Readonly<Record<string, unknown>>, options: RawAsyncOptions): Promise<unknown> => {
    const { session } = core;
    const handle = Object.entries(descriptor.parameters).find(([, parameter]) => parameter.kind === 'handle')?.[0];
    const device = handle === undefined ? undefined : inputs[handle];
    const index = typeof device === 'bigint' ? session.indexOf(device) : undefined;
    const lookedUp = inputs['index'];
    const own = index ?? (descriptor.symbol.startsWith('nvmlDeviceGetHandleByIndex') && typeof lookedUp === 'number' ? lookedUp : undefined);
    const lane = options.lane ?? (own === undefined ? LIBRARY_LANE : deviceLane(own));
    return await session.library.run(lane, functionCall(descriptor, inputs as InputsOf<FunctionDescriptor>), core.deadline(options));
  };
  return Object.fromEntries(
    DESCRIPTORS.map(([name, descriptor]) => [name, async (inputs: Readonly<Record<string, unknown>> = {}, options: RawAsyncOptions = {}) => await call(descriptor, inputs, options)]),
  ) as unknown as RawAsyncNvml;
}

/** For `Nvml.callRaw`. Calls that change something are made once: their failure is never answered with a second try. */
export async function callRaw(core: NvmlCore, gpuOf: (id: string) => Promise<Gpu>, descriptor: FunctionDescriptor, inputs: RawInputs, options: CallOptions): Promise<unknown> {
  const deadline = core.deadline(options);
  const places = Object.entries(inputs.handles ?? {});
  const named = places.map(([place, name]) => {
    const where = `${descriptor.symbol}: ${place} '${name}'`;
    return { name: parseHandleName(handleTypeAt(descriptor, place), name, where), where };
  });
  const { handles, lane, nativeGeneration } = await findHandles(core, gpuOf, named, deadline);
  const values = places.reduce<Values>((all, [place], index) => placed(all, place.split('.'), handles[index]), inputs.values);
  return await core.session.library.run(lane, functionCall(descriptor, values as InputsOf<FunctionDescriptor>), { deadlineMs: deadline.deadlineMs, signal: deadline.signal, nativeGeneration });
}

type Values = Readonly<Record<string, unknown>>;

function placed(values: Values, [name = '', ...rest]: readonly string[], handle: unknown): Values {
  return { ...values, [name]: rest.length === 0 ? handle : placed((values[name] ?? {}) as Values, rest, handle) };
}
