/**
 * One call of a C function as a frame that any backend can carry, and its outputs afterwards.
 *
 * ```ts
 * import { encodeCall, families, nvmlFunctions as c, pickVersion } from '../abi/index.ts';
 *
 * // On a lane: one frame per call, a whole batch in one crossing.
 * const memory = encodeCall(c.nvmlDeviceGetMemoryInfo, { device });
 * const clock = encodeCall(c.nvmlDeviceGetClockInfo, { device, type: 'sm' });           // enums by name, number or as decoded
 * const batch = [memory, clock].map((call) => ({ fn: library.bind(call.symbol, call.shape), frame: call.frame }));
 * const [first, second] = await library.submit('device:0', batch, { deadlineMs: 2000 });
 * if (first?.state === 'done' && first.status === 0) memory.decode().memory.total;      // bigint
 * if (second?.state === 'done' && second.status === 0) clock.decode().clock;            // number
 *
 * // Synchronously, in the backend's scratch frame: nothing is allocated for the call. Decode before the next call.
 * const quick = encodeCall(c.nvmlDeviceGetPowerUsage, { device }, { frame: library.scratch });
 * if (library.call(library.bind(quick.symbol, quick.shape), quick.frame) === 0) quick.decode().power;
 *
 * // Arrays: without `capacity` the descriptor's own; 0 asks only for the count. On INSUFFICIENT_SIZE (7) go again with what is needed.
 * const pages = encodeCall(c.nvmlDeviceGetRetiredPages_v2, { device, cause: 'double-bit-ecc' }, { capacity: 64 });
 * // status 7: pages.neededCapacity() tells the count, undefined if the capacity had been enough. status 0:
 * // pages.decode() is { pageCount, addresses: bigint[], timestamps: bigint[] }, arrays already cut to the count.
 * encodeCall(c.nvmlDeviceGetRetiredPages_v2, { device, cause: 0, timestamps: null });   // null passes NULL: decoded as []
 *
 * // Struct inputs where the caller must fill something; the version word fills itself.
 * encodeCall(c.nvmlDeviceGetTemperatureV, { device, temperature: { sensorType: 'gpu' } }).decode;
 * // Field values: each carries its own return code; `readFieldValue` picks the union's member by its type.
 * encodeCall(c.nvmlDeviceGetFieldValues, { device, values: [{ fieldId: fieldIds.NVML_FI_DEV_GET_GPU_RECOVERY_ACTION }] });
 *
 * // Symbol versions, newest first, one answer for all: picked by what the library exports.
 * const found = pickVersion(families.retiredPages, (symbol) => exported.has(symbol));   // undefined: the driver has none
 * const call = found?.encode({ device, cause: 'double-bit-ecc' });                      // decode(): { address, timestamp? }[]
 * ```
 */
import { bigInteger, cString, decodeArray, decodeAt, decodeStruct, decodeText, encodeAt, enumNumber, integer, viewOf, wrongType, countOffset } from './codec.ts';
import type { CallFrame, Shape } from './frame.ts';
import { createFrame } from './frame.ts';
import type { StructLayout } from './layout.ts';
import type { FunctionDescriptor, InputsOf, OutputsOf, Parameter } from './parameters.ts';

export interface CallOptions {
  /** Elements provided for the arrays that the library fills; 0 passes NULL and asks for the count. */
  readonly capacity?: number;
  /** Encode into this frame (the backend's scratch) instead of a fresh one. Its memory is zeroed as far as it is used. */
  readonly frame?: CallFrame;
}

export interface EncodedCall<Outputs> {
  readonly symbol: string;
  readonly shape: Shape;
  readonly result: 'status' | 'text';
  readonly frame: CallFrame;
  /** The outputs. Meaningful only after a status that says so; the frame must not have been used for another call in between. */
  decode(): Outputs;
  /** After the call: the count that the library reported, if more than the capacity given. */
  neededCapacity(): number | undefined;
}

/**
 * Arguments into a frame. Wrong inputs throw TypeError or RangeError with one sentence naming function, parameter and remedy,
 * before anything is called.
 */
export function encodeCall<D extends FunctionDescriptor>(descriptor: D, inputs: InputsOf<D>, options: CallOptions = {}): EncodedCall<OutputsOf<D>> {
  return new Encoding(descriptor, inputs as Readonly<Record<string, unknown>>, options) as EncodedCall<unknown> as EncodedCall<OutputsOf<D>>;
}

const NO_RELOCATIONS: readonly number[] = Object.freeze([]);
const MAX_CAPACITY = 1_000_000;

class Encoding implements EncodedCall<Record<string, unknown>> {
  readonly frame: CallFrame;
  readonly #descriptor: FunctionDescriptor;
  readonly #view: DataView;
  readonly #capacity: number;
  /** Where each parameter's memory is; -1: it has none (a value, a handle, NULL). */
  readonly #places: number[] = [];
  /** Elements of an array-inout parameter. */
  #length = 0;

  constructor(descriptor: FunctionDescriptor, inputs: Readonly<Record<string, unknown>>, options: CallOptions) {
    this.#descriptor = descriptor;
    this.#capacity = options.capacity === undefined ? descriptor.defaultCapacity : integer(options.capacity, 0, MAX_CAPACITY, `${descriptor.symbol}: capacity`);
    checkNames(descriptor, inputs);
    const texts = this.#place(inputs);
    const bytes = this.#places.pop() ?? 0;
    this.frame = options.frame ?? createFrame(bytes);
    const { memory, words } = this.frame;
    if (memory.length < bytes) {
      throw new RangeError(`${descriptor.symbol}: needs ${bytes} bytes of frame memory, the given frame has ${memory.length}: lower the capacity or give no frame`);
    }
    if (options.frame !== undefined) {
      memory.fill(0, 0, bytes);
      words.fill(0n);
    }
    this.#view = viewOf(memory);
    this.#write(inputs, texts);
  }

  get symbol(): string {
    return this.#descriptor.symbol;
  }

  get shape(): Shape {
    return this.#descriptor.shape;
  }

  get result(): 'status' | 'text' {
    return this.#descriptor.result;
  }

  /** Gives every parameter that needs memory its place, 8-aligned; pushes the total last. Returns the encoded strings. */
  #place(inputs: Readonly<Record<string, unknown>>): Uint8Array[] {
    const { symbol, parameters } = this.#descriptor;
    const texts: Uint8Array[] = [];
    let end = 0;
    for (const name in parameters) {
      const parameter = parameters[name] as Parameter;
      let size = -1;
      switch (parameter.kind) {
        case 'text-in': {
          const bytes = cString(inputs[name], `${symbol}: ${name}`);
          texts.push(bytes);
          size = bytes.length;
          break;
        }
        case 'out':
          size = parameter.type.size;
          break;
        case 'inout':
          size = parameter.type.size + pointedBytes(parameter.type, this.#capacity);
          break;
        case 'handle-out':
        case 'count':
          size = 8;
          break;
        case 'text-out':
          size = parameter.bytes;
          break;
        case 'array-out':
          if (this.#capacity > 0 && inputs[name] !== null) size = parameter.element.size * this.#capacity;
          break;
        case 'array-inout': {
          const elements = inputs[name];
          if (!Array.isArray(elements)) throw wrongType(`${symbol}: ${name}`, 'an array', elements);
          this.#length = elements.length;
          if (elements.length > 0) size = parameter.element.size * elements.length;
          break;
        }
      }
      this.#places.push(size === -1 ? -1 : end);
      if (size !== -1) end += (size + 7) & ~7;
    }
    this.#places.push(end);
    return texts;
  }

  #write(inputs: Readonly<Record<string, unknown>>, texts: Uint8Array[]): void {
    const { symbol, parameters } = this.#descriptor;
    const { frame } = this;
    const view = this.#view;
    frame.pointerMask = 0;
    frame.relocations = NO_RELOCATIONS;
    let index = 0;
    let nextText = 0;
    for (const name in parameters) {
      const parameter = parameters[name] as Parameter;
      const place = this.#places[index] as number;
      if (place !== -1) {
        frame.words[index] = BigInt(place);
        frame.pointerMask |= 1 << index;
      }
      switch (parameter.kind) {
        case 'handle':
          frame.words[index] = bigInteger(inputs[name], 0n, 0xffff_ffff_ffff_ffffn, `${symbol}: ${name}`);
          break;
        case 'value':
          frame.words[index] = wordOf(parameter.type, inputs[name], `${symbol}: ${name}`);
          break;
        case 'length':
          frame.words[index] = BigInt(this.#lengthOf(parameter.of));
          break;
        case 'text-in':
          frame.memory.set(texts[nextText] as Uint8Array, place);
          nextText += 1;
          break;
        case 'count':
          view.setUint32(place, this.#capacity, true);
          break;
        case 'inout':
          encodeAt(parameter.type, inputs[name] ?? {}, view, place, `${symbol}: ${name}`);
          this.#pointInside(parameter.type, place);
          break;
        case 'array-inout':
          (inputs[name] as unknown[]).forEach((element, i) =>
            encodeAt(parameter.element, element, view, place + i * parameter.element.size, `${symbol}: ${name}[${i}]`),
          );
          break;
      }
      index += 1;
    }
  }

  /** The arrays behind a struct's pointers follow the struct: capacity into the count field, the place into the pointer. */
  #pointInside(layout: StructLayout, base: number): void {
    let next = base + roundedUp(layout.size);
    for (const { type, offset } of layout.members) {
      if (type.kind !== 'pointer') continue;
      this.#view.setUint32(base + countOffset(layout, type), this.#capacity, true);
      if (this.#capacity === 0) continue;
      this.#view.setBigUint64(base + offset, BigInt(next), true);
      this.frame.relocations = [...this.frame.relocations, base + offset];
      next += roundedUp(type.element.size * this.#capacity);
    }
  }

  #lengthOf(name: string): number {
    const target = this.#descriptor.parameters[name];
    return target?.kind === 'text-out' ? target.bytes : this.#length;
  }

  decode(): Record<string, unknown> {
    const { parameters } = this.#descriptor;
    const outputs: Record<string, unknown> = {};
    const view = this.#view;
    let index = 0;
    for (const name in parameters) {
      const parameter = parameters[name] as Parameter;
      const place = this.#places[index] as number;
      index += 1;
      switch (parameter.kind) {
        case 'out':
          outputs[name] = decodeAt(parameter.type, view, place);
          break;
        case 'inout':
          outputs[name] = decodeStruct(parameter.type, view, place, this.#capacity);
          break;
        case 'handle-out':
          outputs[name] = view.getBigUint64(place, true);
          break;
        case 'count':
          outputs[name] = view.getUint32(place, true);
          break;
        case 'text-out':
          outputs[name] = decodeText(view, place, parameter.bytes);
          break;
        case 'array-out':
          outputs[name] = place === -1 ? [] : decodeArray(parameter.element, view, place, Math.min(this.#count(), this.#capacity));
          break;
        case 'array-inout':
          outputs[name] = decodeArray(parameter.element, view, place, this.#length);
          break;
      }
    }
    return outputs;
  }

  neededCapacity(): number | undefined {
    const count = this.#count();
    return count > this.#capacity ? count : undefined;
  }

  /** What the library reported: through the count parameter, or in a struct's count field. 0 where the function has neither. */
  #count(): number {
    const { parameters } = this.#descriptor;
    let index = 0;
    let count = 0;
    for (const name in parameters) {
      const parameter = parameters[name] as Parameter;
      const place = this.#places[index] as number;
      index += 1;
      if (parameter.kind === 'count') return this.#view.getUint32(place, true);
      if (parameter.kind !== 'inout') continue;
      for (const { type } of parameter.type.members) {
        if (type.kind === 'pointer') count = Math.max(count, this.#view.getUint32(place + countOffset(parameter.type, type), true));
      }
    }
    return count;
  }
}

function roundedUp(bytes: number): number {
  return (bytes + 7) & ~7;
}

function pointedBytes(layout: StructLayout, capacity: number): number {
  let bytes = 0;
  for (const { type } of layout.members) if (type.kind === 'pointer') bytes += roundedUp(type.element.size * capacity);
  // The arrays start 8-aligned after the struct.
  return bytes === 0 ? 0 : bytes + roundedUp(layout.size) - layout.size;
}

function wordOf(type: Extract<Parameter, { kind: 'value' }>['type'], input: unknown, what: string): bigint {
  switch (type.kind) {
    case 'enum':
      return BigInt(enumNumber(type, input, what));
    case 'u32':
      return BigInt(integer(input, 0, 0xffff_ffff, what));
    case 'i32':
      return BigInt.asUintN(64, BigInt(integer(input, -0x8000_0000, 0x7fff_ffff, what)));
    case 'u64':
      return bigInteger(input, 0n, 0xffff_ffff_ffff_ffffn, what);
  }
}

const INPUT_KINDS: ReadonlySet<Parameter['kind']> = new Set(['handle', 'value', 'text-in', 'inout', 'array-out', 'array-inout']);

/** TypeScript says so at compile time; who comes from JavaScript or from a command line learns it here. */
function checkNames(descriptor: FunctionDescriptor, inputs: Readonly<Record<string, unknown>>): void {
  for (const name in inputs) {
    const kind = Object.hasOwn(descriptor.parameters, name) ? descriptor.parameters[name]?.kind : undefined;
    if (kind !== undefined && INPUT_KINDS.has(kind)) {
      if (kind === 'array-out' && inputs[name] !== null && inputs[name] !== undefined) throw new TypeError(`${descriptor.symbol}: ${name}: is an output: leave it out, or give null to pass NULL`);
      continue;
    }
    const wanted = Object.entries(descriptor.parameters).filter(([, parameter]) => INPUT_KINDS.has(parameter.kind)).map(([key]) => key);
    throw new TypeError(`${descriptor.symbol}: ${name}: is not an input: ${wanted.length === 0 ? 'it takes none' : `give ${wanted.join(', ')}`}`);
  }
}
