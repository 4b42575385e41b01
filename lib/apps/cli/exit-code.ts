/** What a command's exit status says. */
import type { Verdict } from '../../diagnosis/index.ts';
import type { ErrorCode } from '../../errors.ts';

export const EXIT = {
  fine: 0,
  /** Something needs a person, or some GPUs do not answer. */
  attention: 1,
  /** Wrong usage: an argument, a file name, a GPU that is not there. */
  usage: 2,
  /** No GPU, or no Fabric Manager, could be read. */
  unreadable: 3,
} as const;

/** @param gpus the verdict of each GPU that was asked for, and whether it answered */
export function exitCodeOf(gpus: readonly { readonly verdict: Verdict; readonly answered: boolean }[]): number {
  if (!gpus.some((gpu) => gpu.answered)) return EXIT.unreadable;
  return gpus.every((gpu) => gpu.verdict.level === 'ok') ? EXIT.fine : EXIT.attention;
}

const USAGE_ERRORS: readonly ErrorCode[] = ['INVALID_INPUT', 'GPU_NOT_FOUND', 'MACHINE_EXISTS', 'MACHINE_INVALID', 'PARTITION_NOT_FOUND'];
const UNREADABLE_ERRORS: readonly ErrorCode[] = [
  'LIBRARY_NOT_FOUND', 'LIBRARY_LOAD_FAILED', 'ADDON_UNAVAILABLE', 'BACKEND_UNAVAILABLE', 'DRIVER_NOT_LOADED', 'DEVICE_UNRESPONSIVE', 'HELPER_CRASHED',
  'FABRIC_UNREACHABLE',
];

/** @param call the C function that answered so: where it is the first of all, no GPU can be read whatever the answer was */
export function exitCodeOfError(code: ErrorCode | 'UNEXPECTED', call?: string): number {
  if (code === 'UNEXPECTED') return EXIT.attention;
  if (USAGE_ERRORS.includes(code)) return EXIT.usage;
  return UNREADABLE_ERRORS.includes(code) || call?.startsWith('nvmlInit') === true ? EXIT.unreadable : EXIT.attention;
}
