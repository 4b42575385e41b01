/** What is refused before the library is called: it checks none of it, and other clients have hung on it. */
import { fmLimits } from '../../abi/nvfm/constants.ts';
import { GpuwrightError } from '../../errors.ts';
import type { PciAddress } from '../../host/pci-address.ts';
import { parsePciAddress } from '../../host/pci-address.ts';
import type { VirtualFunction } from '../types.ts';

const MOST_ID = 0xffff_ffff;

export function checkedPartitionId(id: number): number {
  if (Number.isInteger(id) && id >= 0 && id <= MOST_ID) return id;
  throw new GpuwrightError('INVALID_INPUT', `partition ${String(id)}: is no partition id: give a whole number that is listed`);
}

export function checkedPartitionIds(ids: readonly number[]): readonly number[] {
  const most = fmLimits.FM_MAX_FABRIC_PARTITIONS;
  if (ids.length > most) throw new GpuwrightError('INVALID_INPUT', `${ids.length} partitions: are more than the ${most} that there can be`);
  for (const id of ids) checkedPartitionId(id);
  const twice = ids.find((id, place) => ids.indexOf(id) !== place);
  if (twice !== undefined) throw new GpuwrightError('INVALID_INPUT', `partition ${twice}: is given twice: give each once`);
  return ids;
}

export function checkedVirtualFunctions(functions: readonly VirtualFunction[]): readonly PciAddress[] {
  const most = fmLimits.FM_MAX_NUM_GPUS;
  if (functions.length === 0) throw new GpuwrightError('INVALID_INPUT', 'virtual functions: the list is empty: give one for each GPU of the partition, in its order, or leave it out in shared NVSwitch mode');
  if (functions.length > most) throw new GpuwrightError('INVALID_INPUT', `virtual functions: ${functions.length} are more than the ${most} GPUs that a partition can have`);
  const parsed = functions.map((text) => {
    const address = parsePciAddress(text);
    if (address === undefined) throw new GpuwrightError('INVALID_INPUT', `virtual function ${JSON.stringify(text)}: is no PCI address: write it as 0000:3b:00.4`);
    return address;
  });
  const words = parsed.map((address) => JSON.stringify(address));
  const twice = words.findIndex((word, place) => words.indexOf(word) !== place);
  if (twice >= 0) throw new GpuwrightError('INVALID_INPUT', `virtual function ${functions[twice]}: is given twice: each GPU has its own`);
  return parsed;
}
