/** The boundary to native code: symbols, words and bytes. */
export type {
  Backend,
  BackendCapabilities,
  CallOutcome,
  FunctionRef,
  LaneCall,
  LaneState,
  NativeLibrary,
  NotStartedReason,
  SubmitOptions,
  WedgedBy,
} from './backend.ts';
export { SCRATCH_BYTES } from './backend.ts';
export { createAddonBackend } from './addon.ts';
export { createHelperProcessBackend, type HelperProcessOptions } from './helper-process/index.ts';
export { createKoffiBackend } from './koffi.ts';
export { selectBackend, type BackendChoice, type NativeBackendName } from './select.ts';
