/** Virtual functions of a partition: exactly one per GPU, in the partition's order; Fabric Manager pairs them by place alone. */
import { GpuwrightError } from '../../errors.ts';
import { parsePciAddress } from '../../host/pci-address.ts';
import type { LedgerGpu } from '../ledger/record.ts';
import type { VirtualFunction } from '../types.ts';
import type { PartitionRequest } from './request.ts';

/**
 * A list belongs to the GPUs in the order in which the request names them, and is put into the partition's order. Who asks for any
 * GPUs cannot know them beforehand and gives a function: it is told the partition's GPUs, in order.
 */
export type VirtualFunctions = readonly VirtualFunction[] | ((gpus: readonly LedgerGpu[]) => readonly VirtualFunction[] | Promise<readonly VirtualFunction[]>);

/** In the partition's order; empty where none were asked for. Throws `INVALID_INPUT`. */
export async function orderedVirtualFunctions(wanted: VirtualFunctions | undefined, request: PartitionRequest, gpus: readonly LedgerGpu[]): Promise<readonly VirtualFunction[]> {
  if (wanted === undefined) return [];
  const list = typeof wanted === 'function' ? await wanted(gpus) : inOrderOf(wanted, request, gpus);
  checkEach(list, gpus);
  return list;
}

function inOrderOf(wanted: readonly VirtualFunction[], request: PartitionRequest, gpus: readonly LedgerGpu[]): readonly VirtualFunction[] {
  if ('gpus' in request) throw refused('belong to GPUs that are not chosen yet', 'give a function that is told the GPUs, or name the GPUs');
  checkEach(wanted, gpus);
  return gpus.map((gpu) => {
    const place = 'moduleIds' in request ? request.moduleIds.indexOf(gpu.physicalId) : request.pciBusIds.indexOf(gpu.pciBusId ?? '');
    const own = wanted[place];
    if (own === undefined) throw refused(`name none for the GPU with module id ${gpu.physicalId}`, 'give exactly one for each GPU');
    return own;
  });
}

function checkEach(list: readonly VirtualFunction[], gpus: readonly LedgerGpu[]): void {
  if (list.length !== gpus.length) throw refused(`are ${list.length} for ${gpus.length} GPUs`, 'give exactly one for each GPU');
  for (const [place, text] of list.entries()) {
    if (parsePciAddress(text) === undefined) throw refused(`name ${JSON.stringify(text)}, which is no PCI address`, 'write it as 0000:3b:00.4');
    if (list.indexOf(text) !== place) throw refused(`name ${text} twice`, 'give each GPU its own');
  }
}

function refused(why: string, todo: string): GpuwrightError {
  return new GpuwrightError('INVALID_INPUT', `acquire: the virtual functions ${why}: ${todo}`);
}
