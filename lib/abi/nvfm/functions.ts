/**
 * All that libnvfm.so.1 exports, as data: the same 11 functions since 525. Parameter names are C's, the header's spelling included.
 * `test/abi` holds every descriptor to the measured parameter list.
 */
import { cFunction } from '../c-function.ts';
import { u32 } from '../layout.ts';
import type { FunctionDescriptor } from '../parameters.ts';
import { arrayIn, handle, handleOut, inout, input, lengthOf, value } from '../parameters.ts';
import * as s from './structs.ts';
import * as t from './typedefs.ts';

const pFmHandle = handle('fmHandle_t');
const partitionId = value(t.partitionId);
const READS = { changes: false };
/** Other tenants' NVLinks too. */
const CHANGES = { changes: true };

export const nvfmFunctions = {
  fmLibInit: cFunction('fmLibInit', {}, READS),
  fmLibShutdown: cFunction('fmLibShutdown', {}, READS),
  /** Of its versions, newest first, the library takes those of its age and refuses the other with -6. */
  fmConnect: cFunction(
    'fmConnect',
    { connectParams: input(s.connectParamsV2, [s.connectParamsV2, s.connectParamsV1]), pFmHandle: handleOut('fmHandle_t') },
    READS,
  ),
  fmDisconnect: cFunction('fmDisconnect', { pFmHandle }, READS),
  fmGetSupportedFabricPartitions: cFunction('fmGetSupportedFabricPartitions', { pFmHandle, pFmFabricPartition: inout(s.fabricPartitionList) }, READS),
  fmActivateFabricPartition: cFunction('fmActivateFabricPartition', { pFmHandle, partitionId }, CHANGES),
  fmActivateFabricPartitionWithVFs: cFunction(
    'fmActivateFabricPartitionWithVFs',
    { pFmHandle, partitionId, vfList: arrayIn(s.pciDevice), numVfs: lengthOf('vfList', u32) },
    CHANGES,
  ),
  fmDeactivateFabricPartition: cFunction('fmDeactivateFabricPartition', { pFmHandle, partitionId }, CHANGES),
  fmSetActivatedFabricPartitions: cFunction(
    'fmSetActivatedFabricPartitions',
    { pFmHandle, pFmActivatedPartitionList: input(s.activatedFabricPartitionList) },
    CHANGES,
  ),
  fmGetNvlinkFailedDevices: cFunction('fmGetNvlinkFailedDevices', { pFmHandle, pFmNvlinkFailedDevices: inout(s.nvlinkFailedDevices) }, READS),
  fmGetUnsupportedFabricPartitions: cFunction(
    'fmGetUnsupportedFabricPartitions',
    { pFmHandle, pFmUnupportedFabricPartition: inout(s.unsupportedFabricPartitionList) },
    READS,
  ),
};

/** A function of `nvfmFunctions` by a name from outside (a command line); undefined if there is none. */
export function nvfmFunction(symbol: string): FunctionDescriptor | undefined {
  return Object.hasOwn(nvfmFunctions, symbol) ? (nvfmFunctions as Readonly<Record<string, FunctionDescriptor>>)[symbol] : undefined;
}
