/** GPU architectures that NVML's documentation names, oldest first. */
export const gpuArchitectures = ['kepler', 'maxwell', 'pascal', 'volta', 'turing', 'ampere', 'ada', 'hopper', 'blackwell', 'rubin'] as const;

export type GpuArchitecture = (typeof gpuArchitectures)[number];
