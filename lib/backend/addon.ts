/** The default backend: our own C++ addon, with synchronous calls and with lanes on threads of its own. */
import { GpuwrightError } from '../errors.ts';
import { loadAddon, type AddonBinding } from './addon-binding.ts';
import { AddonLibrary } from './addon-library.ts';
import { ScratchFrame } from './addon-scratch.ts';
import type { Backend, NativeLibrary } from './backend.ts';

/** Throws `GpuwrightError` `ADDON_UNAVAILABLE` where the addon cannot be loaded, with what to do about it. */
export function createAddonBackend(): AddonBackend {
  return new AddonBackend(loadAddon());
}

/** Owner: one environment. Any number may exist; they share the addon, its scratch buffer and the process's lanes. */
export class AddonBackend implements Backend {
  readonly name = 'addon';
  readonly capabilities = { sync: true, lanes: true } as const;
  readonly #binding: AddonBinding;
  readonly #shapes: ReadonlyMap<string, number>;
  readonly #scratch: ScratchFrame;
  readonly #libraries = new Set<AddonLibrary>();
  #closed = false;

  constructor(binding: AddonBinding) {
    this.#binding = binding;
    this.#shapes = new Map(binding.shapes.map((shape, index) => [shape, index]));
    this.#scratch = new ScratchFrame(binding.scratch);
  }

  async open(path: string): Promise<NativeLibrary> {
    if (typeof path !== 'string' || path === '') throw new TypeError('open: path is not a text: give the path or soname of a shared library');
    if (this.#closed) throw new GpuwrightError('CLOSED', `${path}: the backend ${this.name} was closed: create another`);
    const library = new AddonLibrary(path, this.#binding, this.#load(path), this.#shapes, this.#scratch);
    this.#libraries.add(library);
    return library;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#libraries].map((library) => library.close()));
  }

  #load(path: string): number {
    try {
      return this.#binding.openLibrary(path);
    } catch (cause) {
      if (cause instanceof TypeError || cause instanceof RangeError) throw cause;
      const words = cause instanceof Error ? cause.message : String(cause);
      throw new GpuwrightError(
        'LIBRARY_LOAD_FAILED',
        `${path}: ${words.startsWith(`${path}: `) ? words.slice(path.length + 2) : words}: check that the file exists and was built for this machine`,
        { call: 'dlopen', cause },
      );
    }
  }
}
