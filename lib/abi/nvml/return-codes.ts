/**
 * nvmlReturn_t in full. The texts of 0 to 20 are what nvmlErrorString of driver 440.44 was seen to answer (for everything else, it
 * said "Unknown Error"); from 21 on they are our own words.
 */
import type { ReturnCode } from '../return-code.ts';
import { codeOf } from '../return-code.ts';

export const returnCodes = [
  { number: 0, name: 'NVML_SUCCESS', text: 'Success' },
  { number: 1, name: 'NVML_ERROR_UNINITIALIZED', text: 'Uninitialized' },
  { number: 2, name: 'NVML_ERROR_INVALID_ARGUMENT', text: 'Invalid Argument' },
  { number: 3, name: 'NVML_ERROR_NOT_SUPPORTED', text: 'Not Supported' },
  { number: 4, name: 'NVML_ERROR_NO_PERMISSION', text: 'Insufficient Permissions' },
  { number: 5, name: 'NVML_ERROR_ALREADY_INITIALIZED', text: 'Already Initialized' },
  { number: 6, name: 'NVML_ERROR_NOT_FOUND', text: 'Not Found' },
  { number: 7, name: 'NVML_ERROR_INSUFFICIENT_SIZE', text: 'Insufficient Size' },
  { number: 8, name: 'NVML_ERROR_INSUFFICIENT_POWER', text: 'Insufficient External Power' },
  { number: 9, name: 'NVML_ERROR_DRIVER_NOT_LOADED', text: 'Driver Not Loaded' },
  { number: 10, name: 'NVML_ERROR_TIMEOUT', text: 'Timeout' },
  { number: 11, name: 'NVML_ERROR_IRQ_ISSUE', text: 'Interrupt Request Issue' },
  { number: 12, name: 'NVML_ERROR_LIBRARY_NOT_FOUND', text: 'NVML Shared Library Not Found' },
  { number: 13, name: 'NVML_ERROR_FUNCTION_NOT_FOUND', text: 'Function Not Found' },
  { number: 14, name: 'NVML_ERROR_CORRUPTED_INFOROM', text: 'Corrupted infoROM' },
  { number: 15, name: 'NVML_ERROR_GPU_IS_LOST', text: 'GPU is lost' },
  { number: 16, name: 'NVML_ERROR_RESET_REQUIRED', text: 'GPU requires reset' },
  { number: 17, name: 'NVML_ERROR_OPERATING_SYSTEM', text: 'GPU access blocked by the operating system' },
  { number: 18, name: 'NVML_ERROR_LIB_RM_VERSION_MISMATCH', text: 'Driver/library version mismatch' },
  { number: 19, name: 'NVML_ERROR_IN_USE', text: 'In use by another client' },
  { number: 20, name: 'NVML_ERROR_MEMORY', text: 'Insufficient Memory' },
  { number: 21, name: 'NVML_ERROR_NO_DATA', text: 'There is no data' },
  { number: 22, name: 'NVML_ERROR_VGPU_ECC_NOT_SUPPORTED', text: 'ECC is not available to this vGPU' },
  { number: 23, name: 'NVML_ERROR_INSUFFICIENT_RESOURCES', text: 'Resources other than memory ran out' },
  { number: 24, name: 'NVML_ERROR_FREQ_NOT_SUPPORTED', text: 'The frequency is not available' },
  { number: 25, name: 'NVML_ERROR_ARGUMENT_VERSION_MISMATCH', text: 'The driver does not know this version of the struct' },
  { number: 26, name: 'NVML_ERROR_DEPRECATED', text: 'The driver no longer offers this function' },
  { number: 27, name: 'NVML_ERROR_NOT_READY', text: 'The system is not ready yet' },
  { number: 28, name: 'NVML_ERROR_GPU_NOT_FOUND', text: 'No GPU was found' },
  { number: 29, name: 'NVML_ERROR_INVALID_STATE', text: 'The GPU is not in a state that allows this' },
  { number: 30, name: 'NVML_ERROR_RESET_TYPE_NOT_SUPPORTED', text: 'The GPU has no reset of this type' },
  { number: 999, name: 'NVML_ERROR_UNKNOWN', text: 'Unknown Error' },
] as const satisfies readonly ReturnCode[];

/** Undefined for a number that this version has not heard of. */
export function returnCodeOf(number: number): ReturnCode | undefined {
  return codeOf(returnCodes, number);
}
