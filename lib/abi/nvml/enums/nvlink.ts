/** NVML's enums: nvlink. Numbers: header 13.3.29, held to the measured ones by test/abi. */
import { enumeration } from '../../enumeration.ts';

export const nvLinkUtilizationCountUnit = enumeration(
  'nvmlNvLinkUtilizationCountUnits_t',
  'NVML_NVLINK_COUNTER_UNIT_',
  { cycles: 0, packets: 1, bytes: 2, reserved: 3 },
  { sentinels: { NVML_NVLINK_COUNTER_UNIT_COUNT: 4 } },
);

export const nvLinkUtilizationCountPktType = enumeration(
  'nvmlNvLinkUtilizationCountPktTypes_t',
  'NVML_NVLINK_COUNTER_PKTFILTER_',
  { nop: 1, read: 2, write: 4, ratom: 8, nratom: 16, flush: 32, respdata: 64, respnodata: 128, all: 255 },
);

export const nvLinkCapability = enumeration(
  'nvmlNvLinkCapability_t',
  'NVML_NVLINK_CAP_',
  { 'p2p-supported': 0, 'sysmem-access': 1, 'p2p-atomics': 2, 'sysmem-atomics': 3, 'sli-bridge': 4, valid: 5 },
  { sentinels: { NVML_NVLINK_CAP_COUNT: 6 } },
);

export const nvLinkErrorCounter = enumeration(
  'nvmlNvLinkErrorCounter_t',
  'NVML_NVLINK_ERROR_DL_',
  { replay: 0, recovery: 1, 'crc-flit': 2, 'crc-data': 3, 'ecc-data': 4 },
  { sentinels: { NVML_NVLINK_ERROR_COUNT: 5 } },
);

export const nvLinkDeviceType = enumeration('nvmlIntNvLinkDeviceType_t', 'NVML_NVLINK_DEVICE_TYPE_', { gpu: 0, ibmnpu: 1, switch: 2, unknown: 255 });

export const nvlinkVersion = enumeration(
  'nvmlNvlinkVersion_t',
  'NVML_NVLINK_VERSION_',
  { invalid: 0, 'v1-0': 1, 'v2-0': 2, 'v2-2': 3, 'v3-0': 4, 'v3-1': 5, 'v4-0': 6, 'v5-0': 7, 'v6-0': 8 },
  { constants: { 'v1-0': 'NVML_NVLINK_VERSION_1_0', 'v2-0': 'NVML_NVLINK_VERSION_2_0', 'v2-2': 'NVML_NVLINK_VERSION_2_2', 'v3-0': 'NVML_NVLINK_VERSION_3_0',
    'v3-1': 'NVML_NVLINK_VERSION_3_1', 'v4-0': 'NVML_NVLINK_VERSION_4_0', 'v5-0': 'NVML_NVLINK_VERSION_5_0', 'v6-0': 'NVML_NVLINK_VERSION_6_0' } },
);

export const prmCounterId = enumeration(
  'nvmlPRMCounterId_t',
  'NVML_PRM_COUNTER_ID_',
  { none: 0, 'ppcnt-physical-layer-ctrs-link-down-events': 1, 'ppcnt-physical-layer-ctrs-successful-recovery-events': 2,
    'ppcnt-recovery-ctrs-total-successful-recovery-events': 101, 'ppcnt-recovery-ctrs-time-since-last-recovery': 102,
    'ppcnt-recovery-ctrs-time-between-last-two-recoveries': 103, 'ppcnt-portcounters-port-xmit-wait': 201, 'ppcnt-plr-rcv-codes': 301,
    'ppcnt-plr-rcv-code-err': 302, 'ppcnt-plr-rcv-uncorrectable-code': 303, 'ppcnt-plr-xmit-codes': 304, 'ppcnt-plr-xmit-retry-codes': 305,
    'ppcnt-plr-xmit-retry-events': 306, 'ppcnt-plr-sync-events': 307, 'pprm-oper-recovery': 1001 },
);

export const gpuFabricState = enumeration(
  'nvmlGpuFabricState_t',
  'NVML_GPU_FABRIC_STATE_',
  { 'not-supported': 0, 'not-started': 1, 'in-progress': 2, completed: 3 },
  { macros: 'unsigned char' },
);
