/** NVML's enums: vgpu. Numbers: header 13.3.29, held to the measured ones by test/abi. */
import { enumeration } from '../../enumeration.ts';

export const gpuVirtualizationMode = enumeration(
  'nvmlGpuVirtualizationMode_t',
  'NVML_GPU_VIRTUALIZATION_MODE_',
  { none: 0, passthrough: 1, vgpu: 2, 'host-vgpu': 3, 'host-vsga': 4 },
);

export const hostVgpuMode = enumeration('nvmlHostVgpuMode_t', 'NVML_HOST_VGPU_MODE_', { 'non-sriov': 0, sriov: 1 });

export const vgpuVmIdType = enumeration('nvmlVgpuVmIdType_t', 'NVML_VGPU_VM_ID_', { 'domain-id': 0, uuid: 1 });

export const vgpuGuestInfoState = enumeration('nvmlVgpuGuestInfoState_t', 'NVML_VGPU_INSTANCE_GUEST_INFO_STATE_', { uninitialized: 0, initialized: 1 });

export const gridLicenseFeatureCode = enumeration(
  'nvmlGridLicenseFeatureCode_t',
  'NVML_GRID_LICENSE_FEATURE_CODE_',
  { unknown: 0, vgpu: 1, 'nvidia-rtx': 2, vworkstation: 2, gaming: 3, compute: 4 },
);

export const vgpuCapability = enumeration(
  'nvmlVgpuCapability_t',
  'NVML_VGPU_CAP_',
  { 'nvlink-p2p': 0, gpudirect: 1, 'multi-vgpu-exclusive': 2, 'exclusive-type': 3, 'exclusive-size': 4 },
  { sentinels: { NVML_VGPU_CAP_COUNT: 5 } },
);

export const vgpuDriverCapability = enumeration(
  'nvmlVgpuDriverCapability_t',
  'NVML_VGPU_DRIVER_CAP_',
  { 'heterogeneous-multi-vgpu': 0, 'warm-update': 1 },
  { sentinels: { NVML_VGPU_DRIVER_CAP_COUNT: 2 } },
);

export const deviceVgpuCapability = enumeration(
  'nvmlDeviceVgpuCapability_t',
  'NVML_DEVICE_VGPU_CAP_',
  { 'fractional-multi-vgpu': 0, 'heterogeneous-timeslice-profiles': 1, 'heterogeneous-timeslice-sizes': 2, 'read-device-buffer-bw': 3,
    'write-device-buffer-bw': 4, 'device-streaming': 5, 'mini-quarter-gpu': 6, 'compute-media-engine-gpu': 7, 'warm-update': 8, 'homogeneous-placements': 9,
    'mig-timeslicing-supported': 10, 'mig-timeslicing-enabled': 11 },
  { sentinels: { NVML_DEVICE_VGPU_CAP_COUNT: 12 } },
);

export const encoderType = enumeration('nvmlEncoderType_t', 'NVML_ENCODER_QUERY_', { h264: 0, hevc: 1, av1: 2, unknown: 255 });

export const fbcSessionType = enumeration('nvmlFBCSessionType_t', 'NVML_FBC_SESSION_TYPE_', { unknown: 0, tosys: 1, cuda: 2, vid: 3, hwenc: 4 });

export const vgpuVmCompatibility = enumeration(
  'nvmlVgpuVmCompatibility_t',
  'NVML_VGPU_VM_COMPATIBILITY_',
  { none: 0, cold: 1, hibernate: 2, sleep: 4, live: 8 },
);

export const vgpuPgpuCompatibilityLimitCode = enumeration(
  'nvmlVgpuPgpuCompatibilityLimitCode_t',
  'NVML_VGPU_COMPATIBILITY_LIMIT_',
  { none: 0, 'host-driver': 1, 'guest-driver': 2, gpu: 4, other: 2147483648 },
);
