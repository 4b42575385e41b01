/**
 * fmReturn_t as errors: cause and recovery. A code alone decides nothing: after a change whose answer is not success, whoever must know
 * asks for the partitions again. Sources: Fabric Manager User Guide, sections 5 and 13.2 (table); public header of the SDK.
 */
import type { ErrorCode } from '../../errors.ts';
import { GpuwrightError } from '../../errors.ts';
import type { VendorRules } from '../../library/vendor.ts';

interface Meaning {
  readonly code: ErrorCode;
  readonly happened: string;
  readonly todo: string;
}

function meaning(code: ErrorCode, happened: string, todo: string): Meaning {
  return { code, happened, todo };
}

const SEE_LOG = 'look at the log of nvidia-fabricmanager and at the kernel log';
const ASK_AGAIN = 'ask for the partitions again before anything else';
const CHOOSE_ANOTHER = 'choose a partition that is not active and none of whose GPUs are in an active one';
const WAIT = 'wait until Fabric Manager has started, and ask again';

const MEANINGS: Readonly<Record<number, Meaning>> = {
  [-1]: meaning('INVALID_ARGUMENT', 'an argument was refused', 'give an id that is listed; in vGPU mode one virtual function for each GPU, in the order of the partition'),
  [-2]: meaning('VENDOR_ERROR', 'failed without a reason (or did not answer for 70 s)', SEE_LOG),
  [-3]: meaning('NOT_SUPPORTED', 'not available in the mode that Fabric Manager runs in', 'set FABRIC_MODE to 1 (shared NVSwitch) or 2 (vGPU) in fabricmanager.cfg and restart it'),
  [-4]: meaning('UNINITIALIZED', 'the library is not initialised', 'connect again'),
  [-5]: meaning('TIMEOUT', 'a setting of a GPU or an NVSwitch timed out', SEE_LOG),
  [-6]: meaning('VERSION_MISMATCH', 'library and Fabric Manager are of different versions', 'install libnvfm and nvidia-fabricmanager of one version, that of the driver'),
  [-7]: meaning('IN_USE', 'the partition is active already, or a GPU of it is in another active one', CHOOSE_ANOTHER),
  [-8]: meaning('FABRIC_NOT_READY', 'Fabric Manager is not ready: it starts, or it waits for the active partitions after its restart', WAIT),
  [-9]: meaning('FABRIC_UNREACHABLE', 'no connection to Fabric Manager', 'see whether nvidia-fabricmanager runs and where it listens (FM_CMD_* in fabricmanager.cfg)'),
  [-10]: meaning('NVLINK_FAILED', 'NVLinks could not be trained', `${SEE_LOG}; reset the GPUs of the partition`),
  [-11]: meaning('PARTITION_NOT_FOUND', 'something that was named does not exist', 'give an id that is listed'),
  [-12]: meaning('IN_USE', 'something that was named is in use', CHOOSE_ANOTHER),
  [-13]: meaning('PARTITION_NOT_ACTIVE', 'something that was named is not in use', 'nothing to undo'),
  [-14]: meaning('VENDOR_ERROR', 'Fabric Manager ran out of a resource', SEE_LOG),
  [-15]: meaning('FABRIC_NOT_READY', 'a resource is not ready', WAIT),
  [-16]: meaning('VENDOR_ERROR', 'the partition exists already', 'use it, or choose another id'),
  [-17]: meaning('IN_USE', 'the partition id is in use', CHOOSE_ANOTHER),
  [-18]: meaning('PARTITION_NOT_FOUND', 'there is no partition of that id', 'give an id that is listed'),
  [-19]: meaning('VENDOR_ERROR', 'the name of the partition is in use', 'choose another name'),
  [-20]: meaning('PARTITION_NOT_FOUND', 'there is no partition of that name', 'give one that is listed'),
  [-21]: meaning('INVALID_ARGUMENT', 'id and name are of different partitions', 'give either'),
  [-22]: meaning('FABRIC_NOT_READY', 'Fabric Manager does not serve requests yet', WAIT),
  [-23]: meaning('IN_USE', 'a resource is in this partition already', CHOOSE_ANOTHER),
  [-24]: meaning('IN_USE', 'a resource is in another partition', CHOOSE_ANOTHER),
  [-25]: meaning('NVLINK_FAILED', 'trunk links of the partition are wired wrongly', SEE_LOG),
  [-26]: meaning('NVLINK_FAILED', 'the partition has too few trunk links', SEE_LOG),
  [-27]: meaning('NVLINK_FAILED', 'NVSwitches of the partition are missing', SEE_LOG),
  [-28]: meaning('VENDOR_ERROR', 'the network of the partition is configured wrongly', SEE_LOG),
  [-29]: meaning('VENDOR_ERROR', 'routes of the partition could not be programmed', SEE_LOG),
};

/** Where a number means something of its own to one function. */
const OF_FUNCTION: Readonly<Record<string, Readonly<Record<number, Meaning>>>> = {
  fmLibInit: { [-7]: meaning('IN_USE', 'libnvfm is initialised in this process already, and does not count', "close the other connection first, or connect with isolation 'helper-process'") },
  fmConnect: { [-1]: meaning('INVALID_INPUT', 'the address was refused', 'give host or host:port with an IPv4 address or a name; IPv6 is not understood by the library') },
  fmDeactivateFabricPartition: {
    [-4]: meaning('PARTITION_NOT_ACTIVE', 'the partition is not active', 'nothing to undo'),
    [-18]: meaning('PARTITION_NOT_ACTIVE', 'the partition id is not in use', 'nothing to undo'),
  },
};

/** The error for a status other than 0; a status nobody has heard of keeps its number. */
export function fabricError(call: string, status: number): GpuwrightError {
  const { code, happened, todo } =
    OF_FUNCTION[call]?.[status] ?? MEANINGS[status] ?? meaning('VENDOR_ERROR', 'a status that this version does not know', 'look it up in the nv_fm_types.h of the package');
  return new GpuwrightError(code, `${call}: ${happened} (status ${status}): ${todo}`, { call, status });
}

/** Answers to a change after which it may have been made. */
const UNCERTAIN: ReadonlySet<ErrorCode> = new Set(['DEVICE_UNRESPONSIVE', 'HELPER_CRASHED', 'TIMEOUT', 'FABRIC_UNREACHABLE']);
const GENERIC_ERROR = -2;

/** What a failed change is to its caller: the same, or that its outcome is not known. */
export function changeError(error: GpuwrightError): GpuwrightError {
  if (!UNCERTAIN.has(error.code) && error.status !== GENERIC_ERROR) return error;
  const { call, status } = error;
  const details = { ...(call !== undefined && { call }), ...(status !== undefined && { status }), cause: error };
  return new GpuwrightError('OUTCOME_UNKNOWN', `${call ?? 'the change'}: may have been made or not (${error.message}): ${ASK_AGAIN}`, details);
}

const VERSION_MISMATCH = -6;

export const fabricRules: VendorRules = {
  // No buffer of its interface grows.
  insufficientSize: Number.NaN,
  versionNotServed: new Set([VERSION_MISMATCH]),
  endsGeneration: new Set(),
  statusError: fabricError,
  firstDriver: () => undefined,
};
