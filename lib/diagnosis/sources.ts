/** The public documents that a verdict rests on. */
export const SOURCES = {
  pageRetirement: 'NVIDIA Dynamic Page Retirement, sections 4 and 6 (https://docs.nvidia.com/deploy/dynamic-page-retirement/)',
  pageRetirementRma: 'NVIDIA Dynamic Page Retirement, section 8.1 (https://docs.nvidia.com/deploy/dynamic-page-retirement/)',
  pageRetirementRace: 'NVIDIA Dynamic Page Retirement, section 7 (https://docs.nvidia.com/deploy/dynamic-page-retirement/)',
  memoryErrors: 'NVIDIA GPU Memory Error Management (https://docs.nvidia.com/deploy/a100-gpu-mem-error-mgmt/)',
  nvml: 'NVML API reference (https://docs.nvidia.com/deploy/nvml-api/)',
  ours: 'gpuwright: what was not read is not called healthy',
} as const;
