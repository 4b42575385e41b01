/** Fields of nvmlDeviceGetFieldValues: ids for memory health, links and recovery, and the value in the union by its type. */
import { readMember } from '../codec.ts';
import type { ValueOf } from '../layout.ts';
import type { fieldValue } from './structs.ts';
import { fieldValueUnion } from './structs.ts';

/** Ids as in header 13.3.29; none of these has ever moved between header releases. */
export const fieldIds = {
  NVML_FI_DEV_ECC_CURRENT: 1,
  NVML_FI_DEV_ECC_PENDING: 2,
  NVML_FI_DEV_ECC_SBE_VOL_TOTAL: 3,
  NVML_FI_DEV_ECC_DBE_VOL_TOTAL: 4,
  NVML_FI_DEV_ECC_SBE_AGG_TOTAL: 5,
  NVML_FI_DEV_ECC_DBE_AGG_TOTAL: 6,
  NVML_FI_DEV_RETIRED_SBE: 29,
  NVML_FI_DEV_RETIRED_DBE: 30,
  NVML_FI_DEV_RETIRED_PENDING: 31,
  NVML_FI_DEV_NVLINK_RECOVERY_ERROR_COUNT_TOTAL: 59,
  NVML_FI_DEV_NVLINK_LINK_COUNT: 91,
  NVML_FI_DEV_RETIRED_PENDING_SBE: 92,
  NVML_FI_DEV_RETIRED_PENDING_DBE: 93,
  NVML_FI_DEV_PCIE_REPLAY_COUNTER: 94,
  NVML_FI_DEV_REMAPPED_COR: 142,
  NVML_FI_DEV_REMAPPED_UNC: 143,
  NVML_FI_DEV_REMAPPED_PENDING: 144,
  NVML_FI_DEV_REMAPPED_FAILURE: 145,
  NVML_FI_DEV_NVLINK_REMOTE_NVLINK_ID: 146,
  NVML_FI_DEV_NVSWITCH_CONNECTED_LINK_COUNT: 147,
  NVML_FI_DEV_NVLINK_ERROR_DL_REPLAY: 161,
  NVML_FI_DEV_NVLINK_ERROR_DL_RECOVERY: 162,
  NVML_FI_DEV_NVLINK_ERROR_DL_CRC: 163,
  NVML_FI_DEV_NVLINK_GET_SPEED: 164,
  NVML_FI_DEV_NVLINK_GET_STATE: 165,
  NVML_FI_DEV_NVLINK_GET_VERSION: 166,
  NVML_FI_DEV_PCIE_L0_TO_RECOVERY_COUNTER: 169,
  NVML_FI_DEV_C2C_LINK_COUNT: 170,
  NVML_FI_DEV_C2C_LINK_GET_STATUS: 171,
  NVML_FI_DEV_PCIE_COUNT_CORRECTABLE_ERRORS: 173,
  NVML_FI_DEV_PCIE_COUNT_NON_FATAL_ERROR: 179,
  NVML_FI_DEV_PCIE_COUNT_FATAL_ERROR: 180,
  NVML_FI_DEV_IS_RESETLESS_MIG_SUPPORTED: 184,
  NVML_FI_DEV_NVLINK_COUNT_LINK_RECOVERY_SUCCESSFUL_EVENTS: 213,
  NVML_FI_DEV_NVLINK_COUNT_LINK_RECOVERY_FAILED_EVENTS: 214,
  NVML_FI_DEV_NVLINK_COUNT_LINK_RECOVERY_EVENTS: 215,
  NVML_FI_DEV_RESET_STATUS: 226,
  NVML_FI_DEV_DRAIN_AND_RESET_STATUS: 227,
  NVML_FI_DEV_GET_GPU_RECOVERY_ACTION: 230,
  NVML_FI_DEV_C2C_LINK_ERROR_INTR: 231,
  NVML_FI_DEV_C2C_LINK_ERROR_REPLAY: 232,
  NVML_FI_DEV_C2C_LINK_ERROR_REPLAY_B2B: 233,
  NVML_FI_DEV_REMAPPED_ROWS_COR_INACTIVE: 301,
  NVML_FI_DEV_REMAPPED_ROWS_UNC_INACTIVE: 302,
} as const;

const memberOfType = {
  double: 'dVal',
  'unsigned-int': 'uiVal',
  'unsigned-long': 'ulVal',
  'unsigned-long-long': 'ullVal',
  'signed-long-long': 'sllVal',
  'signed-int': 'siVal',
  'unsigned-short': 'usVal',
} as const;

/**
 * The number in a field value, by its `valueType`: BigInt for the 64-bit types. Undefined if the type is one that this version has
 * not heard of. Look at `nvmlReturn` first: without success there is no value.
 */
export function readFieldValue(field: ValueOf<typeof fieldValue>): number | bigint | undefined {
  if (field.valueType.name === 'unknown') return undefined;
  return readMember(fieldValueUnion, field.value, memberOfType[field.valueType.name]);
}
