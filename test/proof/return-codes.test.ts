/** Every function, given every return code of the header once: the right typed error, and the process lives. */
import { describe, expect, it } from 'vitest';
import type { FunctionDescriptor } from '../../lib/abi/index.ts';
import { nvmlFunctions } from '../../lib/abi/index.ts';
import type { ErrorCode, Nvml } from '../../lib/index.ts';
import { isGpuwrightError } from '../../lib/index.ts';
import { anyInputs } from '../abi/any-inputs.ts';
import { measured } from '../abi/measured.ts';
import { openOn } from '../nvml/host.ts';
import { everyHandle, fullHost } from './every-handle.ts';

/** What a program is told of each code of nvmlReturn_t; written down here once more, by the names of the header. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  NVML_ERROR_UNINITIALIZED: 'UNINITIALIZED', NVML_ERROR_INVALID_ARGUMENT: 'INVALID_ARGUMENT', NVML_ERROR_NOT_SUPPORTED: 'NOT_SUPPORTED',
  NVML_ERROR_NO_PERMISSION: 'NO_PERMISSION', NVML_ERROR_ALREADY_INITIALIZED: 'VENDOR_ERROR', NVML_ERROR_NOT_FOUND: 'NOT_FOUND',
  NVML_ERROR_INSUFFICIENT_SIZE: 'INSUFFICIENT_SIZE', NVML_ERROR_INSUFFICIENT_POWER: 'VENDOR_ERROR', NVML_ERROR_DRIVER_NOT_LOADED: 'DRIVER_NOT_LOADED',
  NVML_ERROR_TIMEOUT: 'TIMEOUT', NVML_ERROR_IRQ_ISSUE: 'VENDOR_ERROR', NVML_ERROR_LIBRARY_NOT_FOUND: 'VENDOR_ERROR', NVML_ERROR_FUNCTION_NOT_FOUND: 'FUNCTION_NOT_FOUND',
  NVML_ERROR_CORRUPTED_INFOROM: 'CORRUPTED_INFOROM', NVML_ERROR_GPU_IS_LOST: 'GPU_IS_LOST', NVML_ERROR_RESET_REQUIRED: 'RESET_REQUIRED',
  NVML_ERROR_OPERATING_SYSTEM: 'VENDOR_ERROR', NVML_ERROR_LIB_RM_VERSION_MISMATCH: 'VERSION_MISMATCH', NVML_ERROR_IN_USE: 'IN_USE', NVML_ERROR_MEMORY: 'VENDOR_ERROR',
  NVML_ERROR_NO_DATA: 'VENDOR_ERROR', NVML_ERROR_VGPU_ECC_NOT_SUPPORTED: 'NOT_SUPPORTED', NVML_ERROR_INSUFFICIENT_RESOURCES: 'VENDOR_ERROR',
  NVML_ERROR_FREQ_NOT_SUPPORTED: 'VENDOR_ERROR', NVML_ERROR_ARGUMENT_VERSION_MISMATCH: 'VERSION_MISMATCH', NVML_ERROR_DEPRECATED: 'NOT_SUPPORTED',
  NVML_ERROR_NOT_READY: 'VENDOR_ERROR', NVML_ERROR_GPU_NOT_FOUND: 'NOT_FOUND', NVML_ERROR_INVALID_STATE: 'VENDOR_ERROR',
  NVML_ERROR_RESET_TYPE_NOT_SUPPORTED: 'VENDOR_ERROR', NVML_ERROR_UNKNOWN: 'VENDOR_ERROR',
};
const returnCodes = Object.entries(measured.enums.find(({ name }) => name === 'nvmlReturn_t')?.members ?? {}).filter(([, code]) => code !== 0);

/** They ask no driver, so that no fault meets them. */
const WITHOUT_DRIVER: ReadonlySet<string> = new Set(['nvmlErrorString', 'nvmlShutdown']);
const functions = Object.values(nvmlFunctions as Readonly<Record<string, FunctionDescriptor>>).filter(({ symbol }) => !WITHOUT_DRIVER.has(symbol));

type AnyCall = (inputs: Readonly<Record<string, unknown>>) => unknown;

function caller(nvml: Nvml, synchronous: boolean): (descriptor: FunctionDescriptor, inputs: Readonly<Record<string, unknown>>) => unknown {
  const all = (synchronous ? nvml.raw : nvml.rawAsync) as unknown as Readonly<Record<string, AnyCall>>;
  return ({ symbol }, inputs) => all[symbol]?.(inputs);
}

describe.each([
  ['synchronously, through the addon', 'addon', 'in-process', true],
  ['on a lane, through koffi in a helper', 'koffi', 'helper-process', false],
] as const)('%s', (_, backend, isolation, synchronous) => {
  it(`each of ${functions.length} functions tells each of ${returnCodes.length} return codes as what it is`, async () => {
    const machine = await fullHost();
    const nvml = await openOn(machine, { backend, isolation, deadlineMs: 20_000 });
    const call = caller(nvml, synchronous);
    const handle = await everyHandle(call as never);
    const wrong: string[] = [];
    for (const [name, status] of returnCodes) {
      const fault = { kind: 'fail', scope: 'driver', returnCode: status } as const;
      await machine.inject(fault);
      for (const descriptor of functions) {
        const outcome = await Promise.resolve().then(() => call(descriptor, anyInputs(descriptor, handle))).then(() => 'success', (error: unknown) => error);
        const right = isGpuwrightError(outcome) && outcome.code === CODES[name] && outcome.status === status && outcome.call === descriptor.symbol;
        if (!right) wrong.push(`${descriptor.symbol} ${name}: ${String(outcome)}`);
      }
      await machine.clear();
    }
    expect(wrong).toEqual([]);
    expect(new Set(returnCodes.map(([name]) => name))).toEqual(new Set(Object.keys(CODES)));
  }, 240_000);
});
