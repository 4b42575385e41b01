/**
 * No function is checked by itself: the mock fills every output with bytes that differ, and another program, in another language and
 * from the measured offsets, says what they must decode to.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { FunctionDescriptor, InputsOf, OutputsOf } from '../../lib/abi/index.ts';
import { encodeCall, nvmlFunctions } from '../../lib/abi/index.ts';
import type { NativeLibrary } from '../../lib/backend/backend.ts';
import { selectBackend } from '../../lib/backend/select.ts';
import { anyInputs } from '../abi/any-inputs.ts';
import { DECIDED } from '../abi/decided-directions.ts';
import { everyHandle, fullHost } from './every-handle.ts';

const EXPECTED = fileURLToPath(new URL('expected_outputs.py', import.meta.url));
/** They end or begin what the others need, or have no outputs by way of the status. */
const APART: ReadonlySet<string> = new Set(['nvmlInit', 'nvmlInit_v2', 'nvmlInitWithFlags', 'nvmlShutdown', 'nvmlErrorString']);

interface Job {
  readonly descriptor: FunctionDescriptor;
  readonly function: string;
  readonly struct: string | undefined;
  readonly capacity: number;
  readonly given: number;
  readonly texts: Readonly<Record<string, number>>;
}

/** Lists have room for three entries, texts and sized structs for as many bytes as they usually get. */
function capacityOf({ parameters, defaultCapacity }: FunctionDescriptor): number {
  if (defaultCapacity === 0) return 0;
  const inBytes = Object.values(parameters).some(({ kind }) => kind === 'counted-text-out' || kind === 'sized-out');
  return inBytes ? defaultCapacity : 3;
}

function jobOf(descriptor: FunctionDescriptor): Job {
  const entries = Object.entries(descriptor.parameters);
  const versioned = descriptor.versions.length > 1 ? entries.map(([, parameter]) => parameter).find(({ kind }) => kind === 'inout') : undefined;
  return {
    descriptor,
    function: descriptor.symbol,
    struct: versioned?.kind === 'inout' ? versioned.type.name : undefined,
    capacity: capacityOf(descriptor),
    given: 1,
    texts: Object.fromEntries(entries.flatMap(([name, parameter]) => (parameter.kind === 'text-out' ? [[name, parameter.bytes]] : []))),
  };
}

const JOBS = Object.values(nvmlFunctions as Readonly<Record<string, FunctionDescriptor>>)
  .filter(({ symbol }) => !APART.has(symbol))
  .flatMap(({ versions }) => versions.map(jobOf));

/** As the other program writes it. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  // An open enum is its number.
  if ('name' in value && 'value' in value && typeof value.value === 'number' && Object.keys(value).length === 2) return value.value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
}

function expected(): readonly unknown[] {
  const jobs = JOBS.map(({ descriptor: _, ...job }) => job);
  return JSON.parse(execFileSync('python3', [EXPECTED], { input: JSON.stringify({ decided: DECIDED, jobs }), encoding: 'utf8', maxBuffer: 2 ** 28 })) as unknown[];
}

function outputsOf<D extends FunctionDescriptor>(library: NativeLibrary, descriptor: D, inputs: InputsOf<D>, options: { readonly capacity?: number }): OutputsOf<D> {
  const encoded = encodeCall(descriptor, inputs, options);
  const status = library.call(library.bind(encoded.symbol, encoded.shape), encoded.frame);
  if (status !== 0) throw new Error(`${descriptor.symbol}: status ${status}`);
  return encoded.decode();
}

function called(library: NativeLibrary, { descriptor, capacity }: Job, handle: (c: string) => bigint): unknown {
  return plain(outputsOf(library, descriptor, anyInputs(descriptor, handle) as InputsOf<FunctionDescriptor>, capacity === 0 ? {} : { capacity }));
}

function noHandle(type: string): bigint {
  throw new Error(`nothing is known of ${type} yet`);
}

describe.each(['addon', 'koffi'] as const)('outputs full of different bytes, through %s', (backend) => {
  it(`are what another program says that each of ${JOBS.length} calls of all functions must give`, async () => {
    const machine = await fullHost();
    const chosen = await selectBackend({ backend, isolation: 'in-process' });
    const library = await chosen.open(machine.nvmlLibrary);
    called(library, jobOf(nvmlFunctions.nvmlInit_v2), noHandle);
    const handle = await everyHandle((descriptor, inputs) => outputsOf(library, descriptor, inputs, {}));
    await machine.inject({ kind: 'pattern', scope: 'driver' });
    const expectations = expected();
    const wrong = JOBS.flatMap((job, place) => {
      let told: unknown;
      try {
        told = called(library, job, handle);
      } catch (error) {
        told = String(error);
      }
      return JSON.stringify(told) === JSON.stringify(expectations[place]) ? [] : [{ function: job.function, struct: job.struct, told, expected: expectations[place] }];
    });
    await machine.clear();
    expect(wrong).toEqual([]);
    expect(JOBS.length).toBeGreaterThanOrEqual(Object.keys(nvmlFunctions).length - APART.size);
    await library.close();
    await chosen.close();
  });
});
