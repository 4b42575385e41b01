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
import { roundedUp } from './c-function.ts';
import { bigInteger, cString, decodeArray, decodeAt, decodeSized, decodeStruct, decodeText, encodeAt, enumNumber, fieldOffset, integer, tailOf, viewOf, wrongType } from './codec.ts';
import type { CallFrame, Shape } from './frame.ts';
import { createFrame } from './frame.ts';
import type { StructLayout } from './layout.ts';
import type { FunctionDescriptor, InputsOf, OutputsOf, Step } from './parameters.ts';

export interface CallOptions {
  /** Elements provided for the arrays that the library fills (bytes for texts and sized structs); 0 passes NULL and asks for the count. */
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
export function encodeCall<D extends FunctionDescriptor>(descriptor: D, inputs: InputsOf<D>, options: CallOptions = NO_OPTIONS): EncodedCall<OutputsOf<D>> {
  return new Encoding(descriptor, inputs as Readonly<Record<string, unknown>>, options) as EncodedCall<unknown> as EncodedCall<OutputsOf<D>>;
}

const NO_RELOCATIONS: readonly number[] = Object.freeze([]);
const NO_OPTIONS: CallOptions = Object.freeze({});
const MAX_CAPACITY = 1_000_000;
const MAX_U64 = 0xffff_ffff_ffff_ffffn;

/** A frame's memory and the halves of its words, as views. Making them costs more than a call, so scratch frames keep theirs. */
interface Views {
  readonly memory: DataView;
  /** Little endian: the low half of word i is at 2 i. */
  readonly halves: Int32Array;
}

const viewsOfScratch = new WeakMap<CallFrame, Views>();

function makeViews({ words, memory }: CallFrame): Views {
  return { memory: viewOf(memory), halves: new Int32Array(words.buffer, words.byteOffset, words.length * 2) };
}

function scratchViews(frame: CallFrame): Views {
  let views = viewsOfScratch.get(frame);
  // A backend may have given its frame other memory (it should not): views of the old one would read nonsense.
  if (views === undefined || views.memory.buffer !== frame.memory.buffer || views.halves.buffer !== frame.words.buffer) {
    views = makeViews(frame);
    viewsOfScratch.set(frame, views);
  }
  return views;
}

class Encoding implements EncodedCall<Record<string, unknown>> {
  readonly symbol: string;
  readonly shape: Shape;
  readonly result: 'status' | 'text';
  readonly frame: CallFrame;
  readonly #descriptor: FunctionDescriptor;
  readonly #view: DataView;
  readonly #capacity: number;
  /** Where each parameter's memory is, -1: it has none (a value, a handle, NULL). Undefined: where the steps say. */
  readonly #places: readonly number[] | undefined;
  /** Elements of an array-in or array-inout parameter, or of one behind a struct's pointer, that the caller gave. */
  #length = 0;

  constructor(descriptor: FunctionDescriptor, inputs: Readonly<Record<string, unknown>>, options: CallOptions) {
    this.symbol = descriptor.symbol;
    this.shape = descriptor.shape;
    this.result = descriptor.result;
    this.#descriptor = descriptor;
    this.#capacity = options.capacity === undefined ? descriptor.defaultCapacity : integer(options.capacity, 0, MAX_CAPACITY, `${descriptor.symbol}: capacity`);
    for (const name in inputs) if (!descriptor.inputNames.has(name)) throw notAnInput(descriptor, name);
    let bytes = descriptor.fixedBytes;
    let texts: readonly Uint8Array[] | undefined;
    if (bytes === -1) {
      const plan = this.#plan(inputs);
      this.#places = plan.places;
      texts = plan.texts;
      bytes = plan.bytes;
    }
    const given = options.frame;
    const frame = given ?? createFrame(bytes);
    this.frame = frame;
    if (frame.memory.length < bytes) {
      throw new RangeError(`${descriptor.symbol}: needs ${bytes} bytes of frame memory, the given frame has ${frame.memory.length}: lower the capacity or give no frame`);
    }
    const views = given === undefined ? makeViews(frame) : scratchViews(frame);
    if (given !== undefined) {
      clear(frame.memory, views.memory, bytes);
      for (let i = 0; i < views.halves.length; i += 1) views.halves[i] = 0;
    }
    this.#view = views.memory;
    this.#write(inputs, texts, views.halves);
  }

  /** Gives every parameter that needs memory its place, 8-aligned, where strings and arrays decide. */
  #plan(inputs: Readonly<Record<string, unknown>>): { places: number[]; texts: Uint8Array[]; bytes: number } {
    const places: number[] = [];
    const texts: Uint8Array[] = [];
    let end = 0;
    for (const step of this.#descriptor.steps) {
      const size = this.#sizeOf(step, inputs[step.name], texts);
      places.push(size === 0 ? -1 : end);
      end += roundedUp(size);
    }
    return { places, texts, bytes: end };
  }

  #sizeOf({ parameter, what }: Step, input: unknown, texts: Uint8Array[]): number {
    switch (parameter.kind) {
      case 'text-in': {
        const bytes = cString(input, what);
        texts.push(bytes);
        return bytes.length;
      }
      case 'in':
        return parameter.type.size + (parameter.type.kind === 'struct' ? beyondTail(parameter.type, input) : 0);
      case 'out':
        return parameter.type.size;
      case 'inout':
        return parameter.type.size + pointedBytes(parameter.type, this.#capacity, input, what);
      case 'handle-out':
      case 'count':
        return 8;
      case 'text-out':
        return parameter.bytes;
      case 'counted-text-out':
      case 'sized-out':
        return this.#capacity;
      case 'array-out':
        if (input !== null && input !== undefined) throw new TypeError(`${what}: is an output: leave it out, or give null to pass NULL`);
        return input === null ? 0 : parameter.element.size * this.#capacity;
      case 'array-in':
      case 'array-inout':
        if (!Array.isArray(input)) throw wrongType(what, 'an array', input);
        this.#length = input.length;
        return parameter.element.size * input.length;
      default:
        return 0;
    }
  }

  #placeOf(index: number, step: Step): number {
    return this.#places === undefined ? step.place : (this.#places[index] as number);
  }

  #write(inputs: Readonly<Record<string, unknown>>, texts: readonly Uint8Array[] | undefined, halves: Int32Array): void {
    const { steps } = this.#descriptor;
    const { frame } = this;
    let pointerMask = 0;
    let nextText = 0;
    frame.relocations = NO_RELOCATIONS;
    for (let index = 0; index < steps.length; index += 1) {
      const step = steps[index] as Step;
      const { parameter, name, what } = step;
      const place = this.#placeOf(index, step);
      if (place !== -1) {
        halves[2 * index] = place;
        pointerMask |= 1 << index;
      }
      switch (parameter.kind) {
        case 'handle':
          frame.words[index] = bigInteger(inputs[name], 0n, MAX_U64, what);
          break;
        case 'value': {
          const { type } = parameter;
          if (type.kind === 'u64') frame.words[index] = bigInteger(inputs[name], 0n, MAX_U64, what);
          else if (type.kind === 'i32') halves[2 * index] = integer(inputs[name], -0x8000_0000, 0x7fff_ffff, what);
          else halves[2 * index] = type.kind === 'enum' ? enumNumber(type, inputs[name], what) : integer(inputs[name], 0, 0xffff_ffff, what);
          break;
        }
        case 'length': {
          const measured = steps[step.measures]?.parameter;
          if (measured?.kind === 'text-out') halves[2 * index] = measured.bytes;
          else if (measured?.kind === 'array-in' || measured?.kind === 'array-inout') halves[2 * index] = this.#length;
          else if (measured?.kind === 'array-out') halves[2 * index] = parameter.unit === 'bytes' ? measured.element.size * this.#capacity : this.#capacity;
          else halves[2 * index] = parameter.capacity;
          break;
        }
        case 'text-in':
          frame.memory.set(texts?.[nextText] as Uint8Array, place);
          nextText += 1;
          break;
        case 'count':
          this.#view.setUint32(place, this.#capacity, true);
          break;
        case 'in':
          encodeAt(parameter.type, inputs[name], this.#view, place, what);
          if (parameter.type.kind === 'struct' && parameter.type.members.at(-1)?.type.kind === 'tail') this.#writeTail(parameter.type, place, inputs[name]);
          break;
        case 'inout':
          encodeAt(parameter.type, inputs[name] ?? {}, this.#view, place, what);
          this.#pointInside(parameter.type, place, inputs[name], what);
          break;
        case 'array-in':
        case 'array-inout':
          (inputs[name] as unknown[]).forEach((element, i) => encodeAt(parameter.element, element, this.#view, place + i * parameter.element.size, `${what}[${i}]`));
          break;
      }
    }
    frame.pointerMask = pointerMask;
  }

  /** The arrays behind a struct's pointers follow the struct: capacity into its field, the place into the pointer, given elements into the array. */
  #pointInside(layout: StructLayout, base: number, input: unknown, what: string): void {
    let next = base + roundedUp(layout.size);
    for (const { name, type, offset } of layout.members) {
      if (type.kind !== 'pointer') continue;
      const given = type.given ? givenElements(input, name, what) : [];
      const length = type.given ? given.length : this.#capacity;
      this.#view.setUint32(base + fieldOffset(layout, type.capacityField), length, true);
      if (length === 0) continue;
      this.#view.setBigUint64(base + offset, BigInt(next), true);
      this.frame.relocations = [...this.frame.relocations, base + offset];
      const start = next;
      if (type.given) this.#length = given.length;
      given.forEach((element, i) => encodeAt(type.element, element, this.#view, start + i * type.element.size, `${what}.${name}[${i}]`));
      next += roundedUp(type.element.size * length);
    }
  }

  /** All of a tail that is longer than its place in the struct, and its length where the caller left that out. */
  #writeTail(layout: StructLayout, base: number, input: unknown): void {
    const { name, type, place } = tailOf(layout);
    const given = input as Readonly<Record<string, unknown>>;
    const bytes = given[name];
    if (!(bytes instanceof Uint8Array)) return;
    this.frame.memory.set(bytes, base + place);
    if (given[type.count] === undefined) this.#view.setUint32(base + fieldOffset(layout, type.count), bytes.length, true);
  }

  decode(): Record<string, unknown> {
    const { steps } = this.#descriptor;
    const outputs: Record<string, unknown> = {};
    const view = this.#view;
    for (let index = 0; index < steps.length; index += 1) {
      const step = steps[index] as Step;
      const { parameter, name } = step;
      const place = this.#placeOf(index, step);
      switch (parameter.kind) {
        case 'out':
          outputs[name] = decodeAt(parameter.type, view, place);
          break;
        case 'inout':
          outputs[name] = decodeStruct(parameter.type, view, place, this.#capacity, this.#length);
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
        case 'counted-text-out':
          outputs[name] = place === -1 ? '' : decodeText(view, place, this.#capacity);
          break;
        case 'sized-out':
          if (place === -1 || parameter.type.size > this.#capacity) throw new RangeError(`${name}: is a ${parameter.type.name} in ${this.#capacity} bytes: give a capacity of at least ${parameter.type.size}`);
          outputs[name] = decodeSized(parameter.type, view, place, this.#capacity);
          break;
        case 'array-out':
          outputs[name] = place === -1 ? [] : decodeArray(parameter.element, view, place, Math.min(this.#count() ?? this.#capacity, this.#capacity));
          break;
        case 'array-inout':
          outputs[name] = decodeArray(parameter.element, view, place, this.#length);
          break;
      }
    }
    return outputs;
  }

  neededCapacity(): number | undefined {
    if (this.#descriptor.defaultCapacity === 0) return undefined;
    const count = this.#count() ?? 0;
    return count > this.#capacity ? count : undefined;
  }

  /** What the library reported: through the count parameter, or in a struct's count field. Undefined where the function has neither. */
  #count(): number | undefined {
    let count: number | undefined;
    for (const [index, step] of this.#descriptor.steps.entries()) {
      const { parameter } = step;
      const place = this.#placeOf(index, step);
      if (parameter.kind === 'count') return this.#view.getUint32(place, true);
      if (parameter.kind !== 'inout') continue;
      for (const { type } of parameter.type.members) {
        if (type.kind === 'pointer' && !type.given) count = Math.max(count ?? 0, this.#view.getUint32(place + fieldOffset(parameter.type, type.count), true));
      }
    }
    return count;
  }
}

/** `fill` costs more than a few stores. */
function clear(memory: Uint8Array, view: DataView, bytes: number): void {
  if (bytes > 64) memory.fill(0, 0, bytes);
  else for (let at = 0; at < bytes; at += 4) view.setInt32(at, 0);
}

function pointedBytes(layout: StructLayout, capacity: number, input: unknown, what: string): number {
  let bytes = 0;
  for (const { name, type } of layout.members) {
    if (type.kind === 'pointer') bytes += roundedUp(type.element.size * (type.given ? givenElements(input, name, what).length : capacity));
  }
  // The arrays start 8-aligned after the struct.
  return bytes === 0 ? 0 : bytes + roundedUp(layout.size) - layout.size;
}

/** The elements that a caller gives for a pointer of a struct. */
function givenElements(input: unknown, name: string, what: string): readonly unknown[] {
  const elements = typeof input === 'object' && input !== null ? (input as Readonly<Record<string, unknown>>)[name] : undefined;
  if (!Array.isArray(elements) || elements.length === 0) throw new TypeError(`${what}: lacks ${name}: give an array of what is asked for`);
  return elements as readonly unknown[];
}

/** Bytes of a tail that do not fit into the struct itself. */
function beyondTail(layout: StructLayout, input: unknown): number {
  if (layout.members.at(-1)?.type.kind !== 'tail') return 0;
  const { name, place } = tailOf(layout);
  const bytes = typeof input === 'object' && input !== null ? (input as Readonly<Record<string, unknown>>)[name] : undefined;
  return bytes instanceof Uint8Array ? Math.max(0, place + bytes.length - layout.size) : 0;
}

/** TypeScript says so at compile time; who comes from JavaScript or from a command line learns it here. */
function notAnInput({ symbol, inputNames }: FunctionDescriptor, name: string): TypeError {
  return new TypeError(`${symbol}: ${name}: is not an input: ${inputNames.size === 0 ? 'it takes none' : `give ${[...inputNames].join(', ')}`}`);
}
