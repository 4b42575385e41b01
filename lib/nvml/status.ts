/**
 * nvmlReturn_t as errors: which code, what happened, what to do. Numbers: the public NVML header.
 */
import { firstDriver } from '../abi/nvml/first-driver.ts';
import type { ErrorCode } from '../errors.ts';
import { GpuwrightError } from '../errors.ts';
import type { VendorRules } from '../library/vendor.ts';

interface Meaning {
  readonly code: ErrorCode;
  readonly happened: string;
  readonly todo: string;
}

function meaning(code: ErrorCode, happened: string, todo: string): Meaning {
  return { code, happened, todo };
}

const MEANINGS: Readonly<Record<number, Meaning>> = {
  1: meaning('UNINITIALIZED', 'NVML is not initialised', 'initialise it; if it was, the driver has been reloaded: look the devices up again'),
  2: meaning('INVALID_ARGUMENT', 'NVML refused an argument', 'check the arguments, and that the handle is of this generation'),
  3: meaning('NOT_SUPPORTED', 'this GPU or driver does not support it', 'nothing to mend: other GPUs or drivers may have it'),
  4: meaning('NO_PERMISSION', 'not permitted for this user', 'run it as root, or in a container that may use /dev/nvidia*'),
  5: meaning('VENDOR_ERROR', 'NVML says that it was initialised already', 'go on: nothing is lost'),
  6: meaning('NOT_FOUND', 'NVML did not find what was asked for', 'check the identifier against `gpuwright status`'),
  7: meaning('INSUFFICIENT_SIZE', 'the buffer was too small', 'call again with more room'),
  8: meaning('VENDOR_ERROR', 'the GPU has too little external power', 'check its power cables'),
  9: meaning('DRIVER_NOT_LOADED', "the NVIDIA kernel driver is not loaded", 'load it (modprobe nvidia) and see the kernel log for why it was not'),
  10: meaning('TIMEOUT', 'the driver gave up waiting for the GPU', 'call again; if it stays, look at the kernel log for Xids'),
  11: meaning('VENDOR_ERROR', 'the kernel has an interrupt problem with the GPU', 'look at the kernel log, check the slot and MSI settings'),
  12: meaning('VENDOR_ERROR', 'NVML did not find a library of its own', 'reinstall the driver'),
  13: meaning('FUNCTION_NOT_FOUND', 'the driver in the kernel does not have it', 'use a newer driver, or restart with the one that was installed'),
  14: meaning('CORRUPTED_INFOROM', 'the InfoROM of the board is corrupted', 'reflash the InfoROM, or return the board'),
  15: meaning('GPU_IS_LOST', 'the GPU has fallen off the bus or is no longer accessible', 'reset the GPU or reboot the host; look at the kernel log for Xid 79'),
  16: meaning('RESET_REQUIRED', 'the GPU must be reset before it can be used', 'end its clients and reset it'),
  17: meaning('VENDOR_ERROR', 'the operating system blocks access to the GPU', 'check cgroups, container settings and IOMMU'),
  18: meaning('VERSION_MISMATCH', 'the library and the kernel driver are of different versions', 'reload the driver or reboot: an update was not finished'),
  19: meaning('IN_USE', 'another client uses it', 'end the processes that hold the GPU and call again'),
  20: meaning('VENDOR_ERROR', 'NVML ran out of memory', 'free memory on the host and call again'),
  21: meaning('VENDOR_ERROR', 'there is no data yet', 'call again later'),
  22: meaning('NOT_SUPPORTED', 'not possible on a vGPU with ECC on', 'ask on the host'),
  23: meaning('VENDOR_ERROR', 'the driver has too few resources for it', 'end other clients and call again'),
  24: meaning('VENDOR_ERROR', 'the frequency is not supported', 'choose a supported one'),
  25: meaning('VERSION_MISMATCH', 'the driver does not know this version of the struct', 'use a newer driver'),
  26: meaning('NOT_SUPPORTED', 'the driver has withdrawn the function', 'use its successor'),
  27: meaning('VENDOR_ERROR', 'the GPU is not ready', 'call again later'),
  28: meaning('NOT_FOUND', 'there is no such GPU', 'check the identifier against `gpuwright status`'),
  29: meaning('VENDOR_ERROR', 'the GPU is in a state that does not allow it', 'look at its recovery action and at the kernel log'),
  30: meaning('VENDOR_ERROR', 'this kind of reset is not supported', 'use another kind of reset'),
  999: meaning('VENDOR_ERROR', 'the driver met an internal error', 'look at the kernel log (NVRM lines), and report it to NVIDIA'),
};

const UNINITIALIZED = 1;
const INSUFFICIENT_SIZE = 7;
const FUNCTION_NOT_FOUND = 13;
const GPU_IS_LOST = 15;
const RESET_REQUIRED = 16;
const ARGUMENT_VERSION_MISMATCH = 25;

/** The error for a status other than 0; a status nobody has heard of keeps its number. */
export function nvmlError(call: string, status: number): GpuwrightError {
  const { code, happened, todo } = MEANINGS[status] ?? meaning('VENDOR_ERROR', 'a status that this version does not know', 'look it up in the nvml.h of the driver');
  return new GpuwrightError(code, `${call}: ${happened} (status ${status}): ${todo}`, { call, status });
}

export const nvmlRules: VendorRules = {
  insufficientSize: INSUFFICIENT_SIZE,
  versionNotServed: new Set([FUNCTION_NOT_FOUND, ARGUMENT_VERSION_MISMATCH]),
  endsGeneration: new Set([UNINITIALIZED, GPU_IS_LOST, RESET_REQUIRED]),
  statusError: nvmlError,
  firstDriver: (symbol) => {
    const branch = (firstDriver as Readonly<Record<string, number>>)[symbol];
    return branch === undefined ? undefined : `R${branch}`;
  },
};
