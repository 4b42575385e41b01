/** NVML's structs and unions, all of them, and those of functions that kept an older form. */
export * from './board.ts';
export * from './clocks.ts';
export * from './confidential-computing.ts';
export * from './enumeration.ts';
export * from './events.ts';
export * from './gpm.ts';
export * from './memory-health.ts';
export * from './mig.ts';
export * from './nvlink.ts';
export * from './old-abi.ts';
export * from './power.ts';
export * from './processes.ts';
export * from './telemetry.ts';
export * from './thermal.ts';
export * from './units.ts';
export * from './vgpu-scheduler.ts';
export * from './vgpu.ts';
