/**
 * What the library floor must be told about one vendor library. The floor itself knows no status number.
 */
import type { GpuwrightError } from '../errors.ts';

export interface VendorRules {
  /** The answer that says that an output buffer was too small. */
  readonly insufficientSize: number;
  /** Answers that say that this version of a function, or of its struct, is not served, though the symbol exists: an older one may be. */
  readonly versionNotServed: ReadonlySet<number>;
  /** Answers after which every handle is void: a new generation begins. */
  readonly endsGeneration: ReadonlySet<number>;
  /** The error for a status other than 0. */
  statusError(call: string, status: number): GpuwrightError;
  /** The first driver that exports the symbol, where known: `R590`. */
  firstDriver(symbol: string): string | undefined;
}
