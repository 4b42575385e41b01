/** The two things a helper can hold. Both make one call of a lane at a time, and never two at once on one lane. */
import type { CallFrame } from '../../abi/frame.ts';
import type { Backend, CallOutcome, NativeLibrary } from '../backend.ts';
import type { KoffiLibrary } from '../koffi.ts';
import { KOFFI_LANES, type InnerBackendName, type WireCall } from './protocol.ts';

/** About 24 days: the parent keeps the deadlines, the helper only the clock they are measured by. */
const NO_DEADLINE = { deadlineMs: 2 ** 31 - 1 };

export interface Inner {
  open(path: string): Promise<NativeLibrary>;
  /** Settles when the C function returns, and never if it never does. The frame is read and written. */
  execute(library: NativeLibrary, lane: string, call: WireCall, frame: CallFrame): Promise<CallOutcome>;
}

/** Loads only what this helper holds. */
export async function createInner(name: InnerBackendName): Promise<Inner> {
  return name === 'koffi' ? innerKoffi() : innerLanes((await import('../addon.ts')).createAddonBackend());
}

function innerLanes(backend: Backend): Inner {
  return {
    open: (path) => backend.open(path),
    async execute(library, lane, call, frame) {
      const outcomes = await library.submit(lane, [{ fn: library.bind(call.symbol, call.shape), frame }], NO_DEADLINE);
      return outcomes[0] as CallOutcome;
    },
  };
}

async function innerKoffi(): Promise<Inner> {
  const { createKoffiBackend } = await import('../koffi.ts');
  const backend = createKoffiBackend();
  backend.prepareForLanes(KOFFI_LANES);
  return {
    open: (path) => backend.open(path),
    execute: (library, _lane, call, frame) => (library as KoffiLibrary).callAsync(library.bind(call.symbol, call.shape), frame),
  };
}
