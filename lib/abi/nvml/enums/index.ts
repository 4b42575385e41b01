/** NVML's enums, all of them. */
export * from './clocks.ts';
export * from './device.ts';
export * from './gpm.ts';
export * from './memory-health.ts';
export * from './nvlink.ts';
export * from './power.ts';
export * from './return-code.ts';
export * from './telemetry.ts';
export * from './thermal.ts';
export * from './topology.ts';
export * from './vgpu.ts';
