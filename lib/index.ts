/** gpuwright: find a sick datacentre GPU, name what a repair would touch, repair it and prove that it is well. */
export type { ErrorCode, ErrorDetails } from './errors.ts';
export { GpuwrightError, isGpuwrightError } from './errors.ts';
export * from './nvml/index.ts';
