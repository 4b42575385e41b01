/** From what a person gives, on a command line or in a scenario, to a fault. Combinations that mean nothing are refused rather than ignored. */
import { GpuwrightError } from '../../lib/errors.ts';
import type { Fault, FaultKind, FaultScope } from './types.ts';

export const FAULT_KINDS = [
  'single-bit-ecc', 'double-bit-ecc', 'xid', 'gpu-lost', 'driver-not-loaded', 'hang', 'slow', 'fail', 'absent', 'crash', 'pattern',
] as const satisfies readonly FaultKind[];

export interface FaultOptions {
  readonly gpu?: number;
  readonly address?: bigint;
  readonly xid?: number;
  readonly function?: string;
  readonly scope?: 'gpu' | 'driver';
  readonly return?: number;
  readonly times?: number;
  readonly ms?: number;
}

/** What `clear` takes away; memory errors and Xids are events, not faults that last. */
export const LASTING_FAULT_KINDS = FAULT_KINDS.filter((kind) => !['single-bit-ecc', 'double-bit-ecc', 'xid'].includes(kind));

/** For a sentence that asks for an option. */
const WANTED: Record<keyof FaultOptions, string> = {
  gpu: 'the index of a GPU',
  address: 'an address, such as 0x53040',
  xid: 'its number, such as 79',
  function: 'the name of a C function, such as nvmlDeviceGetTemperature',
  scope: 'driver',
  return: 'the code to answer, such as 999',
  times: 'how often',
  ms: 'the milliseconds to wait',
};

/** What each kind takes; `needs` is a part of `takes`. */
export const FAULT_RULES: Record<FaultKind, { readonly takes: readonly (keyof FaultOptions)[]; readonly needs: readonly (keyof FaultOptions)[] }> = {
  'single-bit-ecc': { takes: ['gpu', 'address'], needs: ['gpu', 'address'] },
  'double-bit-ecc': { takes: ['gpu', 'address'], needs: ['gpu', 'address'] },
  'xid': { takes: ['gpu', 'xid'], needs: ['gpu', 'xid'] },
  'gpu-lost': { takes: ['gpu'], needs: ['gpu'] },
  'driver-not-loaded': { takes: [], needs: [] },
  'hang': { takes: ['gpu', 'scope', 'function'], needs: [] },
  'slow': { takes: ['gpu', 'scope', 'function', 'ms'], needs: ['ms'] },
  'fail': { takes: ['gpu', 'scope', 'function', 'return', 'times'], needs: ['return'] },
  'absent': { takes: ['function'], needs: ['function'] },
  'crash': { takes: ['gpu', 'scope', 'function'], needs: [] },
  'pattern': { takes: ['gpu', 'scope', 'function'], needs: [] },
};

/** Faults of calls: they need something that says which calls. */
export const CALL_FAULT_KINDS: readonly FaultKind[] = ['hang', 'slow', 'fail', 'crash', 'pattern'];

/** Throws `INVALID_INPUT` with one sentence. `mark`: what stands before an option's name where the person wrote it. */
export function faultOf(kind: FaultKind, options: FaultOptions, mark = ''): Fault {
  const { takes, needs } = FAULT_RULES[kind];
  const given = (Object.keys(options) as (keyof FaultOptions)[]).filter((name) => options[name] !== undefined);
  const foreign = given.find((name) => !takes.includes(name));
  if (foreign !== undefined) {
    const rest = takes.length === 0 ? 'it takes no option' : `it takes ${takes.map((name) => `${mark}${name}`).join(', ')}`;
    refuse(`${kind}: ${mark}${foreign} means nothing for this fault: leave it out; ${rest}`);
  }
  const missing = needs.find((name) => options[name] === undefined);
  if (missing !== undefined) refuse(`${kind}: ${mark}${missing} is missing: add ${mark}${missing} with ${WANTED[missing]}`);
  if (options.scope === 'gpu' && options.gpu === undefined) refuse(`${kind}: ${mark}scope gpu without ${mark}gpu: say which GPU, or ${mark}scope driver`);
  if (options.scope === 'driver' && options.gpu !== undefined) refuse(`${kind}: ${mark}scope driver and ${mark}gpu ${options.gpu} contradict each other: leave one out`);
  if (CALL_FAULT_KINDS.includes(kind) && options.gpu === undefined && options.scope === undefined && options.function === undefined) {
    refuse(`${kind}: nothing says what it covers: give ${mark}gpu, ${mark}function or ${mark}scope driver`);
  }

  const scope: FaultScope = {
    ...(options.gpu !== undefined && { gpu: options.gpu }),
    ...(options.scope !== undefined && { scope: options.scope }),
    ...(options.function !== undefined && { function: options.function }),
  };
  const { gpu = 0 } = options;
  switch (kind) {
    case 'single-bit-ecc':
    case 'double-bit-ecc':
      return { kind, gpu, address: options.address ?? 0n };
    case 'xid':
      return { kind, gpu, xid: options.xid ?? 0 };
    case 'gpu-lost':
      return { kind, gpu };
    case 'driver-not-loaded':
      return { kind };
    case 'absent':
      return { kind, function: options.function ?? '' };
    case 'slow':
      return { kind, ...scope, milliseconds: options.ms ?? 0 };
    case 'fail':
      return { kind, ...scope, returnCode: options.return ?? 0, ...(options.times !== undefined && { times: options.times }) };
    default:
      return { kind, ...scope };
  }
}

function refuse(sentence: string): never {
  throw new GpuwrightError('INVALID_INPUT', sentence);
}
