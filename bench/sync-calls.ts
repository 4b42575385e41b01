import { createRequire } from 'node:module';
import type { CallFrame, Shape } from '../lib/abi/frame.ts';
import { loadAddon } from '../lib/backend/addon-binding.ts';
import type { Backend, FunctionRef, NativeLibrary } from '../lib/backend/backend.ts';
import { inRounds, median, medianRatio, nanosecondsEach } from './rounds.ts';

const READ: Shape = 'r(p,u32,p)';
const LOOP: Shape = 'r(u32,u32,p)';
const SENSOR = 3n;
/** The output's place in the frame's memory. */
const VALUE_OFFSET = 64;
/** Many rounds of a millisecond or less: what else the machine does falls into few of them. */
const ROUNDS = 200;
const CALLS = 20_000;
const SLOW_CALLS = 1000;

export const GPUS = 16;
export const FIELDS = 30;

/** Ways to cost for the serial C loop of trivial.c. */
export const LOOP_COST = { free: 0, busy20us: 1, busy20usLocked: 2 } as const;

export interface SyncFigures {
  readonly emptyCallNs: number;
  readonly addonSyncNs: number;
  readonly addonSyncToEmpty: number;
  readonly koffiSyncNs: number;
  readonly koffiOutNs: number;
  readonly koffiOutToAddon: number;
  readonly cLoopNs: number;
}

/** Every synchronous way to the same C function, `int read(void *device, unsigned sensor, unsigned *value)`, in one process. */
export async function measureSyncCalls(path: string, addon: Backend, koffi: Backend): Promise<SyncFigures> {
  const throughAddon = await addon.open(path);
  const throughKoffi = await koffi.open(path);
  const { empty } = loadAddon();

  const figures = await inRounds(ROUNDS, {
    cLoop: () => loopNanoseconds(throughAddon, LOOP_COST.free, 50) / (50 * GPUS * FIELDS),
    empty: () =>
      nanosecondsEach(CALLS, (iterations) => {
        for (let i = 0; i < iterations; i++) empty();
      }),
    addon: addonCalls(throughAddon),
    koffi: koffiCalls(throughKoffi),
    koffiOut: koffiOutCalls(path),
  });
  await throughAddon.close();
  await throughKoffi.close();
  return {
    emptyCallNs: median(figures.empty),
    addonSyncNs: median(figures.addon),
    addonSyncToEmpty: medianRatio(figures.addon, figures.empty),
    koffiSyncNs: median(figures.koffi),
    koffiOutNs: median(figures.koffiOut),
    koffiOutToAddon: medianRatio(figures.koffiOut, figures.addon),
    cLoopNs: median(figures.cLoop),
  };
}

/** Nanoseconds that the C loop over all GPUs and fields took, `rounds` times over. */
export function loopNanoseconds(library: NativeLibrary, cost: number, rounds: number): number {
  const frame = library.scratch;
  frame.words[0] = BigInt(cost);
  frame.words[1] = BigInt(rounds);
  frame.words[2] = BigInt(VALUE_OFFSET);
  frame.pointerMask = 0b100;
  frame.relocations = [];
  const status = library.call(library.bind('bench_loop', LOOP), frame);
  if (status !== 0) throw new Error(`bench_loop: answered ${status}: is trivial.c the one of this bench?`);
  return Number(new DataView(frame.memory.buffer, frame.memory.byteOffset).getBigUint64(VALUE_OFFSET, true));
}

/** The C function bound, and the parts of its arguments that stay in the frame from call to call. */
function prepared(library: NativeLibrary): { readonly read: FunctionRef; readonly frame: CallFrame; readonly value: Uint32Array } {
  const frame = library.scratch;
  frame.words[0] = 0n;
  frame.words[2] = BigInt(VALUE_OFFSET);
  frame.pointerMask = 0b100;
  frame.relocations = [];
  return { read: library.bind('bench_read', READ), frame, value: new Uint32Array(frame.memory.buffer, frame.memory.byteOffset + VALUE_OFFSET, 1) };
}

// The next two are one loop written twice on purpose. V8 keeps what it has learnt by place in the source: shared, the loop would be
// compiled for both backends at once and cost the addon's calls half as much again. A program has one backend.

/** One call as the raw layer makes it: the argument that changes goes into the frame, the result is read from its memory. */
function addonCalls(library: NativeLibrary): () => number {
  return () => {
    const { read, frame, value } = prepared(library);
    let sum = 0;
    const each = nanosecondsEach(CALLS, (iterations) => {
      for (let i = 0; i < iterations; i++) {
        frame.words[1] = SENSOR;
        if (library.call(read, frame) === 0) sum += value[0] ?? 0;
      }
    });
    return checked(each, sum, CALLS);
  };
}

function koffiCalls(library: NativeLibrary): () => number {
  return () => {
    const { read, frame, value } = prepared(library);
    let sum = 0;
    const each = nanosecondsEach(SLOW_CALLS, (iterations) => {
      for (let i = 0; i < iterations; i++) {
        frame.words[1] = SENSOR;
        if (library.call(read, frame) === 0) sum += value[0] ?? 0;
      }
    });
    return checked(each, sum, SLOW_CALLS);
  };
}

/** koffi as its documentation has it, and as other packages use it: an `_Out_` parameter filled by koffi. */
function koffiOutCalls(path: string): () => number {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  const read = koffi.load(path).func('int bench_read(void *device, uint32_t sensor, _Out_ uint32_t *value)') as (device: null, sensor: number, value: number[]) => number;
  return () => {
    let sum = 0;
    const each = nanosecondsEach(SLOW_CALLS, (iterations) => {
      const value = [0];
      for (let i = 0; i < iterations; i++) {
        if (read(null, 3, value) === 0) sum += value[0] ?? 0;
      }
    });
    return checked(each, sum, SLOW_CALLS);
  };
}

function checked(each: number, sum: number, calls: number): number {
  if (sum !== 43 * calls) throw new Error(`bench_read: the answers add up to ${sum}, not ${43 * calls}: what was measured does not work`);
  return each;
}
