/** A fault as the words of `gpuwright-machine FILE inject`. Ranges that depend on the machine are checked there. */
import { GpuwrightError } from '../../lib/errors.ts';
import type { Fault, FaultScope } from './types.ts';

function whole(what: string, value: number): string {
  if (!Number.isSafeInteger(value) || value < 0) throw new GpuwrightError('INVALID_INPUT', `${what}: ${value} is not a whole number from 0: give one`);
  return String(value);
}

/** Negative ones are Fabric Manager's. */
function returnCode(value: number): string {
  return value < 0 ? `-${whole('returnCode', -value)}` : whole('returnCode', value);
}

function hex(what: string, value: bigint): string {
  if (typeof value !== 'bigint' || value < 0n) throw new GpuwrightError('INVALID_INPUT', `${what}: ${String(value)} is not an address from 0: give a bigint`);
  return `0x${value.toString(16)}`;
}

function scopeArguments(scope: FaultScope): string[] {
  return [
    ...(scope.gpu === undefined ? [] : ['--gpu', whole('gpu', scope.gpu)]),
    ...(scope.scope === undefined ? [] : ['--scope', scope.scope]),
    ...(scope.function === undefined ? [] : ['--function', scope.function]),
  ];
}

/** What is given of these, by the names of the options. */
function numberArguments(numbers: Readonly<Record<string, number | undefined>>): string[] {
  return Object.entries(numbers).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, whole(name, value)]));
}

function wordArguments(words: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(words).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
}

export function faultArguments(fault: Fault): string[] {
  switch (fault.kind) {
    case 'single-bit-ecc':
    case 'double-bit-ecc':
      return [fault.kind, '--gpu', whole('gpu', fault.gpu), ...('location' in fault ? ['--location', fault.location] : ['--address', hex('address', fault.address)])];
    case 'sram-ecc': {
      const { gpu, error, bucket, unit, location, sublocation, extlocation, address } = fault;
      return [fault.kind, ...numberArguments({ gpu, unit, 'sram-location': location, sublocation, extlocation, address }), ...wordArguments({ error, bucket })];
    }
    case 'poison':
      return [fault.kind, '--gpu', whole('gpu', fault.gpu), ...(fault.fatal ? ['--fatal'] : [])];
    case 'cper':
      return [fault.kind, ...numberArguments({ gpu: fault.gpu, xid: fault.xid }), ...wordArguments({ severity: fault.severity })];
    case 'xid':
      return [fault.kind, '--gpu', whole('gpu', fault.gpu), '--xid', whole('xid', fault.xid)];
    case 'gpu-lost':
      return [fault.kind, '--gpu', whole('gpu', fault.gpu)];
    case 'driver-not-loaded':
      return [fault.kind];
    case 'absent':
      return [fault.kind, '--function', fault.function];
    case 'slow':
      return [fault.kind, '--ms', whole('milliseconds', fault.milliseconds), ...scopeArguments(fault)];
    case 'fail':
      return [fault.kind, '--return', returnCode(fault.returnCode), ...(fault.times === undefined ? [] : ['--times', whole('times', fault.times)]), ...scopeArguments(fault)];
    case 'hang':
    case 'crash':
    case 'pattern':
      return [fault.kind, ...scopeArguments(fault)];
    default:
      throw new GpuwrightError('INVALID_INPUT', `fault: "${String((fault as { kind: unknown }).kind)}" is not a fault: check its spelling`);
  }
}
