/** From what a person gives, on a command line or in a scenario, to a fault. Combinations that mean nothing are refused rather than ignored. */
import { GpuwrightError } from '../../lib/errors.ts';
import type { CperSeverity, Fault, FaultKind, FaultScope, OnChipMemory, SramError } from './types.ts';

export const FAULT_KINDS = [
  'single-bit-ecc', 'double-bit-ecc', 'sram-ecc', 'poison', 'cper', 'xid', 'gpu-lost', 'driver-not-loaded', 'hang', 'slow', 'fail', 'absent', 'crash', 'pattern',
] as const satisfies readonly FaultKind[];

export const ON_CHIP_MEMORIES = ['l1-cache', 'l2-cache', 'register-file', 'texture-memory', 'texture-shared', 'cbu', 'sram'] as const satisfies readonly OnChipMemory[];
export const SRAM_ERRORS = ['corrected', 'parity', 'sec-ded'] as const satisfies readonly SramError['error'][];
export const SRAM_BUCKETS = ['l2', 'sm', 'pcie', 'mcu', 'other'] as const satisfies readonly SramError['bucket'][];
export const CPER_SEVERITIES = ['recoverable', 'fatal', 'corrected', 'informational'] as const satisfies readonly CperSeverity[];

export interface FaultOptions {
  readonly gpu?: number;
  readonly address?: bigint;
  readonly location?: OnChipMemory;
  readonly error?: (typeof SRAM_ERRORS)[number];
  readonly bucket?: (typeof SRAM_BUCKETS)[number];
  readonly fatal?: boolean;
  readonly severity?: CperSeverity;
  readonly xid?: number;
  readonly function?: string;
  readonly scope?: 'gpu' | 'driver';
  readonly return?: number;
  readonly times?: number;
  readonly ms?: number;
}

/** Nobody notices them with ECC off. */
export const MEMORY_FAULT_KINDS: readonly FaultKind[] = ['single-bit-ecc', 'double-bit-ecc', 'sram-ecc', 'poison'];
/** What `clear` takes away; memory errors, records and Xids are events, not faults that last. */
export const LASTING_FAULT_KINDS = FAULT_KINDS.filter((kind) => ![...MEMORY_FAULT_KINDS, 'cper', 'xid'].includes(kind));

/** For a sentence that asks for an option. */
const WANTED: Record<keyof FaultOptions, string> = {
  gpu: 'the index of a GPU',
  address: 'an address, such as 0x53040',
  location: 'a memory on the chip, such as l2-cache',
  error: 'corrected, parity or sec-ded',
  bucket: 'l2, sm, pcie, mcu or other',
  fatal: 'true',
  severity: 'recoverable, fatal, corrected or informational',
  xid: 'its number, such as 79',
  function: 'the name of a C function, such as nvmlDeviceGetTemperature',
  scope: 'driver',
  return: 'the code to answer, such as 999',
  times: 'how often',
  ms: 'the milliseconds to wait',
};

/** What each kind takes; `needs` is a part of `takes`. */
export const FAULT_RULES: Record<FaultKind, { readonly takes: readonly (keyof FaultOptions)[]; readonly needs: readonly (keyof FaultOptions)[] }> = {
  'single-bit-ecc': { takes: ['gpu', 'address', 'location'], needs: ['gpu'] },
  'double-bit-ecc': { takes: ['gpu', 'address', 'location'], needs: ['gpu'] },
  'sram-ecc': { takes: ['gpu', 'error', 'bucket', 'address'], needs: ['gpu'] },
  'poison': { takes: ['gpu', 'fatal'], needs: ['gpu'] },
  'cper': { takes: ['gpu', 'severity', 'xid'], needs: ['gpu'] },
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

  if ((kind === 'single-bit-ecc' || kind === 'double-bit-ecc') && (options.address === undefined) === (options.location === undefined)) {
    refuse(options.address === undefined
      ? `${kind}: ${mark}address is missing: add ${mark}address with ${WANTED.address}, or ${mark}location with ${WANTED.location}`
      : `${kind}: ${mark}address and ${mark}location contradict each other: leave one out`);
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
      return options.location === undefined ? { kind, gpu, address: options.address ?? 0n } : { kind, gpu, location: options.location };
    case 'sram-ecc':
      return {
        kind,
        gpu,
        ...(options.error !== undefined && { error: options.error }),
        ...(options.bucket !== undefined && { bucket: options.bucket }),
        ...(options.address !== undefined && { address: Number(options.address) }),
      };
    case 'poison':
      return { kind, gpu, ...(options.fatal !== undefined && { fatal: options.fatal }) };
    case 'cper':
      return { kind, gpu, ...(options.severity !== undefined && { severity: options.severity }), ...(options.xid !== undefined && { xid: options.xid }) };
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
