/** Parameters that many functions have. */
import { handleField, u32 } from '../../layout.ts';
import type { LengthParameter } from '../../parameters.ts';
import { handle, handleOut, lengthOf, value } from '../../parameters.ts';
import * as t from '../typedefs.ts';

export const device = handle('nvmlDevice_t');
export const deviceOut = handleOut('nvmlDevice_t');
/** Of an array of devices. */
export const deviceElement = handleField('nvmlDevice_t');
export const gpuInstance = handle('nvmlGpuInstance_t');
export const computeInstance = handle('nvmlComputeInstance_t');
export const unit = handle('nvmlUnit_t');
export const set = handle('nvmlEventSet_t');
export const gpmSample = handle('nvmlGpmSample_t');
export const vgpuInstance = value(t.vgpuInstance);
export const vgpuTypeId = value(t.vgpuTypeId);
/** `unsigned int` with the bytes of a text output. */
export const length = (of: string): LengthParameter => lengthOf(of, u32);
