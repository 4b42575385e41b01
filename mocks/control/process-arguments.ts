/** A simulated process as the words of `gpuwright-machine FILE process`. Ranges are checked there. */
import { GpuwrightError } from '../../lib/errors.ts';
import type { ProcessUsage, SimulatedProcess } from './types.ts';

const USAGE_OPTIONS = {
  memoryBytes: '--memory',
  protectedBytes: '--protected',
  smPercent: '--sm-percent',
  memoryPercent: '--memory-percent',
  encoderPercent: '--encoder-percent',
  decoderPercent: '--decoder-percent',
  jpegPercent: '--jpeg-percent',
  ofaPercent: '--ofa-percent',
} as const satisfies Record<keyof ProcessUsage, string>;

export function wholeNumber(what: string, value: number | bigint): string {
  if (typeof value === 'bigint' ? value < 0n : !Number.isSafeInteger(value) || value < 0) throw new GpuwrightError('INVALID_INPUT', `${what}: ${value} is not a whole number from 0: give one`);
  return String(value);
}

export function usageArguments(usage: ProcessUsage): string[] {
  return (Object.keys(USAGE_OPTIONS) as (keyof ProcessUsage)[]).flatMap((name) => {
    const value = usage[name];
    return value === undefined ? [] : [USAGE_OPTIONS[name], wholeNumber(name, value)];
  });
}

export function processArguments(process: SimulatedProcess): string[] {
  const { gpu, pid, name, kind, gpuInstance, computeInstance } = process;
  return [
    ...['--gpu', wholeNumber('gpu', gpu), '--pid', wholeNumber('pid', pid), '--name', name],
    ...(kind === undefined ? [] : ['--kind', kind]),
    ...(gpuInstance === undefined ? [] : ['--gpu-instance', wholeNumber('gpuInstance', gpuInstance)]),
    ...(computeInstance === undefined ? [] : ['--compute-instance', wholeNumber('computeInstance', computeInstance)]),
    ...usageArguments(process),
  ];
}
