/**
 * The fallback backend: koffi, with nothing to compile. Raw pointers and words only, never koffi structs.
 * The only file that loads koffi. In process it is synchronous only: koffi's asynchronous calls run on libuv's pool, where four
 * hung calls freeze the file system and one keeps the process from exiting. The helper process may use them: it can be killed.
 */
import { createRequire } from 'node:module';
import { MAX_TEXT_BYTES, type CallFrame, type Shape } from '../abi/frame.ts';
import type { ParsedShape } from '../abi/shapes.ts';
import { GpuwrightError } from '../errors.ts';
import { SCRATCH_BYTES, type Backend, type CallOutcome, type FunctionRef, type LaneState, type NativeLibrary } from './backend.ts';
import { checkFrame } from './frame-check.ts';
import { koffiArguments } from './koffi-arguments.ts';
import { patchPointers, restorePointers } from './relocation.ts';
import { signatureOf } from './signature.ts';
import { WordHalves } from './word-halves.ts';

type Koffi = (typeof import('koffi'))['default'];
type KoffiLibraryHandle = ReturnType<Koffi['load']>;
type KoffiFunction = ReturnType<KoffiLibraryHandle['func']>;

/** dlopen's flags on Linux: lazy, an already loaded library only, never unloaded. */
const PIN_FLAGS = 0x1 | 0x4 | 0x1000;

/** koffi runs C on stacks of its own, 128 KiB for asynchronous calls: too little for a vendor library that expects a thread's 8 MiB. */
const ASYNC_STACK_BYTES = 2 * 1024 * 1024;

/** The backend that calls through koffi: `sync` only. Throws `BACKEND_UNAVAILABLE` where koffi has no binary for this platform. */
export function createKoffiBackend(): KoffiBackend {
  return new KoffiBackend(loadKoffi());
}

function loadKoffi(): Koffi {
  try {
    return createRequire(import.meta.url)('koffi') as Koffi;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new GpuwrightError(
      'BACKEND_UNAVAILABLE',
      `koffi: its native module does not load on ${process.platform} ${process.arch} (${reason}): install the optional dependencies (npm ci without --omit=optional), or build the addon (npm run build:native)`,
      { cause },
    );
  }
}

/** Owner: one environment. Any number may exist. */
export class KoffiBackend implements Backend {
  readonly name = 'koffi';
  readonly capabilities = { sync: true, lanes: false } as const;
  readonly #koffi: Koffi;
  readonly #scratch: Scratch;

  constructor(koffi: Koffi) {
    this.#koffi = koffi;
    const memory = new Uint8Array(SCRATCH_BYTES);
    this.#scratch = { frame: { words: new BigUint64Array(8), pointerMask: 0, memory, relocations: [] }, memory, base: koffi.address(memory) };
  }

  /** Gives asynchronous calls a stack as deep as vendor libraries expect. Only before the first library is opened; koffi keeps it per process. */
  prepareForLanes(lanes: number): void {
    this.#koffi.config({ async_stack_size: ASYNC_STACK_BYTES, resident_async_pools: Math.min(32, lanes), max_async_calls: 4096 });
  }

  async open(path: string): Promise<KoffiLibrary> {
    return this.openNow(path);
  }

  openNow(path: string): KoffiLibrary {
    if (typeof path !== 'string' || path === '') throw new TypeError('open: path is not a text: give the path or soname of a shared library');
    let handle: KoffiLibraryHandle;
    try {
      handle = this.#koffi.load(path, { lazy: true, global: false });
    } catch (cause) {
      // koffi cuts the path off the loader's words; a reader needs it.
      const words = (cause instanceof Error ? cause.message : String(cause)).replace('Failed to load shared library: ', '');
      throw new GpuwrightError('LIBRARY_LOAD_FAILED', `${path}: ${words}: check that the file exists and was built for this machine`, { call: 'dlopen', cause });
    }
    this.#pin(path);
    return new KoffiLibrary(path, this.#koffi, handle, this.#scratch);
  }

  async close(): Promise<void> {}

  /** A vendor library is never dlclosed, but koffi does it when its objects are collected: hold it in the loader itself. */
  #pin(path: string): void {
    if (process.platform !== 'linux') return;
    const dlopen = this.#koffi.load(null).func('dlopen', 'void *', ['str', 'int']) as (path: string, flags: number) => bigint | null;
    dlopen(path, PIN_FLAGS);
  }
}

/** Memory that calls share, and its address: looked up once, for it never moves. */
interface Scratch {
  readonly frame: CallFrame;
  readonly memory: Uint8Array;
  readonly base: bigint;
}

class KoffiFunctionRef implements FunctionRef {
  readonly symbol: string;
  readonly shape: Shape;
  readonly library: KoffiLibrary;
  readonly signature: ParsedShape;
  /** Looked up at the first call. */
  native: KoffiFunction | undefined;

  constructor(library: KoffiLibrary, symbol: string, shape: Shape, signature: ParsedShape) {
    this.library = library;
    this.symbol = symbol;
    this.shape = shape;
    this.signature = signature;
  }
}

const KOFFI_TYPES = { p: 'void *', u32: 'uint32_t', i32: 'int32_t', u64: 'uint64_t' } as const;

export class KoffiLibrary implements NativeLibrary {
  readonly path: string;
  readonly generation = 1;
  readonly #koffi: Koffi;
  readonly #handle: KoffiLibraryHandle;
  readonly #scratch: Scratch;
  readonly #halves = new WordHalves();
  #closed = false;

  constructor(path: string, koffi: Koffi, handle: KoffiLibraryHandle, scratch: Scratch) {
    this.path = path;
    this.#koffi = koffi;
    this.#handle = handle;
    this.#scratch = scratch;
  }

  get scratch(): CallFrame {
    return this.#scratch.frame;
  }

  async resolve(symbols: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(symbols.filter((symbol) => this.#has(symbol)));
  }

  bind(symbol: string, shape: Shape): FunctionRef {
    return new KoffiFunctionRef(this, symbol, shape, signatureOf(symbol, shape));
  }

  call(fn: FunctionRef, frame: CallFrame): number {
    const ref = this.#own(fn, 'status');
    return this.#invoke(ref, frame) as number;
  }

  callText(fn: FunctionRef, frame: CallFrame): string | null {
    const ref = this.#own(fn, 'text');
    return this.#copyText(this.#invoke(ref, frame));
  }

  /**
   * The same call on a thread of libuv's pool, for the helper process. The frame must not be touched until it settles.
   * Never rejects for a missing symbol: that is the outcome `absent`.
   */
  callAsync(fn: FunctionRef, frame: CallFrame): Promise<CallOutcome> {
    const ref = this.#own(fn, fn.shape.startsWith('s') ? 'text' : 'status');
    checkFrame(ref.symbol, frame, ref.signature.parameters.length, this.#halves);
    const native = this.#find(ref);
    if (native === undefined) return Promise.resolve({ state: 'absent' });
    const base = this.#base(frame);
    const offsets = patchPointers(frame, base);
    return new Promise((resolve, reject) => {
      native.async(...koffiArguments(ref.signature, frame, base, this.#halves.of(frame.words)), (error: unknown, result: number | bigint | null) => {
        restorePointers(frame, offsets);
        if (error !== null && error !== undefined) reject(error as Error);
        else if (ref.signature.result === 'text') resolve({ state: 'done', status: 0, text: this.#copyText(result) });
        else resolve({ state: 'done', status: result as number });
      });
    });
  }

  async submit(): Promise<never> {
    throw new GpuwrightError(
      'BACKEND_UNAVAILABLE',
      "submit: koffi has no lanes in this process, for its asynchronous calls block libuv's pool: use isolation 'helper-process', or the addon",
    );
  }

  laneState(): LaneState {
    return 'idle';
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #own(fn: FunctionRef, result: ParsedShape['result']): KoffiFunctionRef {
    if (!(fn instanceof KoffiFunctionRef) || fn.library !== this) throw new TypeError('call: not a function of this library: bind it first');
    if (fn.signature.result !== result) {
      throw new TypeError(`${fn.symbol}: its shape is ${fn.shape}: use ${result === 'status' ? 'callText' : 'call'} for it`);
    }
    if (this.#closed) throw new GpuwrightError('CLOSED', `${fn.symbol}: the library ${this.path} was closed: open it again`, { call: fn.symbol });
    return fn;
  }

  #has(symbol: string): boolean {
    try {
      this.#handle.symbol(symbol);
      return true;
    } catch {
      return false;
    }
  }

  #find(ref: KoffiFunctionRef): KoffiFunction | undefined {
    if (ref.native !== undefined) return ref.native;
    if (!this.#has(ref.symbol)) return undefined;
    const { result, parameters } = ref.signature;
    const types = parameters.map((parameter) => KOFFI_TYPES[parameter]);
    ref.native = this.#handle.func(ref.symbol, result === 'status' ? 'int32_t' : 'void *', types);
    return ref.native;
  }

  #invoke(ref: KoffiFunctionRef, frame: CallFrame): number | bigint | null {
    checkFrame(ref.symbol, frame, ref.signature.parameters.length, this.#halves);
    const native = this.#find(ref);
    if (native === undefined) {
      throw new GpuwrightError('SYMBOL_ABSENT', `${ref.symbol}: ${this.path} does not export it: use a driver that has it, or another function`, { call: ref.symbol });
    }
    const base = this.#base(frame);
    const words = koffiArguments(ref.signature, frame, base, this.#halves.of(frame.words));
    if (frame.relocations.length === 0) return native(...words) as number | bigint | null;
    const offsets = patchPointers(frame, base);
    try {
      return native(...words) as number | bigint | null;
    } finally {
      restorePointers(frame, offsets);
    }
  }

  #base(frame: CallFrame): bigint {
    return frame.memory === this.#scratch.memory ? this.#scratch.base : this.#koffi.address(frame.memory);
  }

  /**
   * Byte by byte: koffi's own string result reads as far as the next NUL, however far that is, and its decoding with a length reads
   * past a NUL into memory that may not be mapped.
   */
  #copyText(pointer: number | bigint | null): string | null {
    if (pointer === null) return null;
    const bytes: number[] = [];
    for (let address = BigInt(pointer); bytes.length < MAX_TEXT_BYTES - 1; address += 1n) {
      const byte = this.#koffi.decode.uint8(address);
      if (byte === 0) break;
      bytes.push(byte);
    }
    return Buffer.from(bytes).toString('utf8');
  }
}
