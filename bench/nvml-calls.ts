import type { Backend, NativeLibrary } from '../lib/backend/backend.ts';
import { Nvml } from '../lib/nvml/index.ts';
import { startMachine } from '../mocks/control/index.ts';
import { inRounds, median, nanosecondsEach } from './rounds.ts';

const LOOP = 'r(p,u32,u32,p)';
const SHAPES = { number: 0, text: 1, struct: 2, list: 3 } as const;
const CALLS = 1000;
const ROUNDS = 60;

/** What one call costs beyond what a C program pays for it, by the shape of its arguments; and what the simulator itself costs. */
export interface NvmlCallFigures {
  readonly simulatorNumberNs: number;
  readonly simulatorListNs: number;
  readonly rawNumberNs: number;
  readonly rawTextNs: number;
  readonly rawStructNs: number;
  readonly rawListNs: number;
}

/** Nanoseconds of one call in a C loop over the library at `path`. */
function inC(library: NativeLibrary, path: string, shape: number): () => number {
  const loop = library.bind('bench_nvml', LOOP);
  const frame = library.scratch;
  const name = Buffer.from(`${path}\0`);
  const place = Math.ceil(name.length / 8) * 8;
  return () => {
    frame.memory.set(name);
    frame.words[0] = 0n;
    frame.words[1] = BigInt(shape);
    frame.words[2] = BigInt(CALLS);
    frame.words[3] = BigInt(place);
    frame.pointerMask = 0b1001;
    frame.relocations = [];
    const status = library.call(loop, frame);
    if (status !== 0) throw new Error(`bench_nvml: answered ${status}`);
    return Number(new DataView(frame.memory.buffer, frame.memory.byteOffset).getBigUint64(place, true)) / CALLS;
  };
}

/** `nvml.raw` on a simulated host against a C loop over the same functions. */
export async function measureNvmlCalls(addon: Backend, foreignLoop: string): Promise<NvmlCallFigures> {
  const machine = await startMachine('hgx-h100-8');
  const nvml = await Nvml.open({ library: machine.nvmlLibrary, backend: 'addon' });
  const library = await addon.open(foreignLoop);
  const { raw } = nvml;
  const { device } = raw.nvmlDeviceGetHandleByIndex_v2({ index: 0 });
  const each = (call: () => unknown) => () =>
    nanosecondsEach(CALLS, (iterations) => {
      for (let i = 0; i < iterations; i++) call();
    });
  const figures = await inRounds(ROUNDS, {
    cNumber: inC(library, machine.nvmlLibrary, SHAPES.number),
    number: each(() => raw.nvmlDeviceGetPowerUsage({ device })),
    cText: inC(library, machine.nvmlLibrary, SHAPES.text),
    text: each(() => raw.nvmlDeviceGetUUID({ device })),
    cStruct: inC(library, machine.nvmlLibrary, SHAPES.struct),
    struct: each(() => raw.nvmlDeviceGetMemoryInfo({ device })),
    cList: inC(library, machine.nvmlLibrary, SHAPES.list),
    list: each(() => raw.nvmlDeviceGetSupportedGraphicsClocks({ device, memoryClockMHz: 2619 })),
  });
  await library.close();
  await nvml.close();
  await machine.stop();
  const beyond = (ours: readonly number[], theirs: readonly number[]): number => median(ours.map((value, round) => value - (theirs[round] ?? Number.NaN)));
  return {
    simulatorNumberNs: median(figures.cNumber),
    simulatorListNs: median(figures.cList),
    rawNumberNs: beyond(figures.number, figures.cNumber),
    rawTextNs: beyond(figures.text, figures.cText),
    rawStructNs: beyond(figures.struct, figures.cStruct),
    rawListNs: beyond(figures.list, figures.cList),
  };
}
