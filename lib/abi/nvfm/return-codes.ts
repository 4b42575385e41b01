/** fmReturn_t in full: -1 to -10 in every header, to -24 since 575, to -29 since 610. The library has no texts of its own; these are ours. */
import type { ReturnCode } from '../return-code.ts';
import { codeOf } from '../return-code.ts';

export const fmReturnCodes = [
  { number: 0, name: 'FM_ST_SUCCESS', text: 'Success' },
  { number: -1, name: 'FM_ST_BADPARAM', text: 'An argument is wrong' },
  { number: -2, name: 'FM_ST_GENERIC_ERROR', text: 'Failed for no reason that has a code' },
  { number: -3, name: 'FM_ST_NOT_SUPPORTED', text: 'Not available in this mode of Fabric Manager' },
  { number: -4, name: 'FM_ST_UNINITIALIZED', text: 'Not initialised, or the partition is not active' },
  { number: -5, name: 'FM_ST_TIMEOUT', text: 'A GPU or NVSwitch setting timed out' },
  { number: -6, name: 'FM_ST_VERSION_MISMATCH', text: 'This version of the struct, or of the daemon, is not known' },
  { number: -7, name: 'FM_ST_IN_USE', text: 'In use already' },
  { number: -8, name: 'FM_ST_NOT_CONFIGURED', text: 'Fabric Manager is still initialising' },
  { number: -9, name: 'FM_ST_CONNECTION_NOT_VALID', text: 'No connection to Fabric Manager' },
  { number: -10, name: 'FM_ST_NVLINK_ERROR', text: 'NVLinks could not be trained' },
  { number: -11, name: 'FM_ST_RESOURCE_BAD', text: 'A resource is faulty' },
  { number: -12, name: 'FM_ST_RESOURCE_IN_USE', text: 'A resource is in use' },
  { number: -13, name: 'FM_ST_RESOURCE_NOT_IN_USE', text: 'A resource is not in use' },
  { number: -14, name: 'FM_ST_RESOURCE_EXHAUSTED', text: 'Resources ran out' },
  { number: -15, name: 'FM_ST_RESOURCE_NOT_READY', text: 'A resource is not ready' },
  { number: -16, name: 'FM_ST_PARTITION_EXISTS', text: 'The partition exists already' },
  { number: -17, name: 'FM_ST_PARTITION_ID_IN_USE', text: 'The partition id is in use' },
  { number: -18, name: 'FM_ST_PARTITION_ID_NOT_IN_USE', text: 'The partition id is not in use' },
  { number: -19, name: 'FM_ST_PARTITION_NAME_IN_USE', text: 'The partition name is in use' },
  { number: -20, name: 'FM_ST_PARTITION_NAME_NOT_IN_USE', text: 'The partition name is not in use' },
  { number: -21, name: 'FM_ST_PARTITION_ID_NAME_MISMATCH', text: 'Partition id and name do not belong together' },
  { number: -22, name: 'FM_ST_NOT_READY', text: 'Not ready' },
  { number: -23, name: 'FM_ST_RESOURCE_USED_IN_THIS_PARTITION', text: 'A resource is used in this partition' },
  { number: -24, name: 'FM_ST_RESOURCE_USED_IN_ANOTHER_PARTITION', text: 'A resource is used in another partition' },
  { number: -25, name: 'FM_ST_PARTITION_MISWIRED_TRUNKS', text: 'Trunk links of the partition are wired wrongly' },
  { number: -26, name: 'FM_ST_PARTITION_INSUFFICIENT_TRUNKS', text: 'The partition has too few trunk links' },
  { number: -27, name: 'FM_ST_PARTITION_MISSING_SWITCHES', text: 'NVSwitches of the partition are missing' },
  { number: -28, name: 'FM_ST_PARTITION_NETWORK_CONFIG_ERROR', text: 'The network of the partition is configured wrongly' },
  { number: -29, name: 'FM_ST_PARTITION_ROUTE_PROGRAMMING_ERROR', text: 'Routes of the partition could not be programmed' },
] as const satisfies readonly ReturnCode[];

/** Undefined for a number that this version has not heard of. */
export function fmReturnCodeOf(number: number): ReturnCode | undefined {
  return codeOf(fmReturnCodes, number);
}
