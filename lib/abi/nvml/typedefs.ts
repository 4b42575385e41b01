/** NVML's names for plain numbers. */
import { typedefOf, u32, u64 } from '../layout.ts';

/** Which kind of vGPU. */
export const vgpuTypeId = typedefOf('nvmlVgpuTypeId_t', u32);
/** A running vGPU. */
export const vgpuInstance = typedefOf('nvmlVgpuInstance_t', u32);
/** Where reading CPER records goes on; 0 at the beginning. */
export const cperCursorHandle = typedefOf('nvmlCPERCursorHandle_t', u64);
