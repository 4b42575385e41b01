/**
 * The one error class. Errors are public API: `code` is stable, `status` is the vendor's number, `call` the C function.
 * A message reads `call: what happened: what to do`.
 */

export type ErrorCode =
  // the boundary
  | 'LIBRARY_NOT_FOUND'
  | 'LIBRARY_LOAD_FAILED'
  | 'ADDON_UNAVAILABLE'
  | 'BACKEND_UNAVAILABLE'
  | 'SYMBOL_ABSENT'
  | 'SYNC_UNAVAILABLE'
  | 'HELPER_CRASHED'
  | 'DEVICE_UNRESPONSIVE'
  | 'ABORTED'
  | 'CLOSED'
  | 'QUEUE_FULL'
  | 'STALE_HANDLE'
  // the vendor's answers; `status` has the number
  | 'UNINITIALIZED'
  | 'INVALID_ARGUMENT'
  | 'NOT_SUPPORTED'
  | 'NO_PERMISSION'
  | 'NOT_FOUND'
  | 'INSUFFICIENT_SIZE'
  | 'DRIVER_NOT_LOADED'
  | 'TIMEOUT'
  | 'FUNCTION_NOT_FOUND'
  | 'CORRUPTED_INFOROM'
  | 'GPU_IS_LOST'
  | 'RESET_REQUIRED'
  | 'VERSION_MISMATCH'
  | 'IN_USE'
  | 'VENDOR_ERROR'
  /** It says that it succeeded, and what it told cannot be. */
  | 'IMPLAUSIBLE_ANSWER'
  /** It says that it made a change, and reading it back shows none. */
  | 'NOT_APPLIED'
  // what a user gave us
  | 'INVALID_INPUT'
  | 'GPU_NOT_FOUND'
  | 'IDENTITY_CHANGED'
  // Fabric Manager and who has which partition
  /** Nobody answers at its address. */
  | 'FABRIC_UNREACHABLE'
  /** It initialises, or waits for the set of active partitions after its restart. */
  | 'FABRIC_NOT_READY'
  | 'PARTITION_NOT_FOUND'
  | 'PARTITION_NOT_ACTIVE'
  /** NVLinks could not be trained. */
  | 'NVLINK_FAILED'
  /** The change may have been made or not: ask again before anything else. */
  | 'OUTCOME_UNKNOWN'
  /** No partition fits what was asked for. */
  | 'NO_PARTITION'
  /** Which GPU has which module id is not known. */
  | 'MODULE_ID_UNKNOWN'
  /** A partition is active of which nobody knows whose it is. */
  | 'UNKNOWN_OWNER'
  /** The record of owners cannot be read, or is of another version. */
  | 'LEDGER_INVALID'
  /** Another process holds the lock of a record or a file. */
  | 'LOCKED'
  // the simulated machine
  | 'MACHINE_EXISTS'
  | 'MACHINE_INVALID'
  | 'MACHINE_BUSY'
  | 'MOCKS_UNAVAILABLE';

export interface ErrorDetails {
  /** The vendor's numeric result. */
  readonly status?: number;
  /** The C function that was called. */
  readonly call?: string;
  readonly cause?: unknown;
}

const BRAND = Symbol.for('gpuwright.error');

export class GpuwrightError extends Error {
  readonly code: ErrorCode;
  readonly status: number | undefined;
  readonly call: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.call = details.call;
  }

  static {
    // On the prototype, so that it neither shows in every stack object nor differs by realm.
    Object.defineProperty(this.prototype, 'name', { value: 'GpuwrightError', configurable: true, writable: true });
    Object.defineProperty(this.prototype, BRAND, { value: true });
  }
}

/** True for our errors, also those of another realm or another copy of the package. */
export function isGpuwrightError(value: unknown): value is GpuwrightError {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[BRAND] === true;
}
