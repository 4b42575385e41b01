import { readFileSync } from 'node:fs';
import { GpuwrightError } from '../errors.ts';
import { packageRoot } from '../package-root.ts';
import nodeGypBuild from 'node-gyp-build';

/**
 * The native functions of native/addon.cc. They check all that memory safety rests on and throw TypeError or RangeError.
 * Numbers of libraries, functions, lanes and batches hold within one JavaScript environment.
 */
export interface AddonBinding {
  /** The shapes that have a trampoline; a shape's number is its place. */
  readonly shapes: readonly string[];
  /** The buffer that `call` reads and writes; layout in addon-scratch.ts. */
  readonly scratch: ArrayBuffer;
  /** Does nothing: the price of crossing, to measure other calls against. */
  empty(): void;
  /** Makes the call that stands in `scratch`. */
  call(): void;
  /** Makes the calls of a packet on this thread. */
  callPacket(packet: ArrayBuffer): void;
  /** Throws an Error with the loader's own words. */
  openLibrary(path: string): number;
  hasSymbol(library: number, symbol: string): boolean;
  /** A function's number, or 0 where the library does not export it. */
  bind(library: number, symbol: string, shape: number): number;
  lane(library: number, key: string): number;
  /** 0 idle, 1 busy, 2 wedged. */
  laneState(lane: number): number;
  /** The batch's number; 0 where the lane's queue is full; what has wedged the lane. `finished` is called when no call is left to be made. */
  submit(lane: number, packet: ArrayBuffer, deadlineMs: number, finished: () => void): number | { readonly symbol: string; readonly runningMs: number };
  /** True where none of the batch's calls had started; none will then. It is still to be settled. */
  withdraw(batch: number): boolean;
  /** Abandons what has not finished and writes the outcomes into the packet, which must be the one that was submitted. Once per batch. */
  settle(batch: number, packet: ArrayBuffer): void;
}

/** The compiled addon. Throws `GpuwrightError` `ADDON_UNAVAILABLE` whose message says what to do about it. */
export function loadAddon(load: (folder: string) => unknown = nodeGypBuild, folder: string = packageRoot()): AddonBinding {
  try {
    return load(folder) as AddonBinding;
  } catch (error) {
    throw new GpuwrightError('ADDON_UNAVAILABLE', `native addon: ${explain(error instanceof Error ? error.message : String(error))}`, { cause: error });
  }
}

/** The loader's words, and what to do about them. */
function explain(words: string): string {
  const first = words.split('\n')[0] ?? '';
  for (const [symptom, remedy] of REMEDIES) {
    const match = symptom.exec(words);
    if (match !== null) return remedy(match, first);
  }
  return `${first}: reinstall gpuwright, or use the koffi backend (GPUWRIGHT_BACKEND=koffi)`;
}

const here = () => `${process.platform}-${process.arch}${libc()}`;

const REMEDIES: readonly (readonly [RegExp, (match: RegExpExecArray, words: string) => string])[] = [
  [
    /No native build was found/,
    () =>
      `there is no build for ${here()}: in a clone run "npm run build:native" (needs g++, make and python3), ` +
      'as a dependency use a platform that has a prebuild, or the koffi backend (GPUWRIGHT_BACKEND=koffi)',
  ],
  [
    /version [`'](GLIBC(?:XX)?|CXXABI)_([0-9.]+)' not found/,
    (match) => `it was built for ${match[1] ?? ''} ${match[2] ?? ''}, newer than this system has: rebuild it here with "npm run build:native", or use GPUWRIGHT_BACKEND=koffi`,
  ],
  [
    /invalid ELF header|wrong ELF class|cannot open shared object file.*ld-linux|Exec format error|file too short/,
    (_, words) => `it is no file for ${here()} (${words}): delete the folder "build" and run "npm run build:native" here, or use GPUWRIGHT_BACKEND=koffi`,
  ],
  [
    /libstdc\+\+\.so\.6|libc\.musl|ld-musl/,
    (_, words) => `a system library is missing or of the other libc (${words}): install libstdc++, or rebuild with "npm run build:native", or use GPUWRIGHT_BACKEND=koffi`,
  ],
];

function libc(): string {
  if (process.platform !== 'linux') return '';
  try {
    // The interpreter's name stands near the start of every dynamically linked program.
    return readFileSync(process.execPath).subarray(0, 4096).includes('ld-musl') ? ' (musl)' : ' (glibc)';
  } catch {
    return '';
  }
}
