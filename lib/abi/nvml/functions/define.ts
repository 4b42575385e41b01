/** From drafts to descriptors: each function's symbol and first driver come from its name. */
import { cFunction } from '../../c-function.ts';
import type { FunctionDescriptor, Parameters } from '../../parameters.ts';
import type { GpuArchitecture } from '../architecture.ts';
import type { NvmlSymbol } from '../first-driver.ts';
import { firstDriver } from '../first-driver.ts';

/** What the function's documentation says of where it works and for whom. */
export interface DocumentedFacts {
  /** The oldest architecture that has it, where a younger one than Kepler is named. */
  readonly architecture?: GpuArchitecture;
  /** It needs root. */
  readonly root?: boolean;
}

interface Draft<P extends Parameters> {
  readonly parameters: P;
  readonly changes: boolean;
  readonly result: 'status' | 'text';
  readonly facts: DocumentedFacts;
}

export const reads = <const P extends Parameters>(parameters: P, facts: DocumentedFacts = {}): Draft<P> => ({ parameters, changes: false, result: 'status', facts });
/** For others too: settings, counters, instances. */
export const changes = <const P extends Parameters>(parameters: P, facts: DocumentedFacts = {}): Draft<P> => ({ parameters, changes: true, result: 'status', facts });
export const answersText = <const P extends Parameters>(parameters: P): Draft<P> => ({ parameters, changes: false, result: 'text', facts: {} });

type Drafts = Readonly<Partial<Record<NvmlSymbol, Draft<Parameters>>>>;
type Described<D> = { readonly [K in keyof D]: D[K] extends Draft<infer P> ? FunctionDescriptor<P> : never };

export function define<const D extends Drafts>(drafts: D): Described<D> {
  const entries = Object.entries(drafts as Record<string, Draft<Parameters>>).map(([symbol, { parameters, facts, ...rest }]) => [
    symbol,
    cFunction(symbol, parameters, { ...rest, ...facts, since: firstDriver[symbol as NvmlSymbol] }),
  ]);
  return Object.fromEntries(entries) as Described<D>;
}
