/** What an owner may ask for. */
import { GpuwrightError } from '../../errors.ts';
import { normalizePciAddress } from '../../host/pci-address.ts';

export type PartitionRequest =
  /** Any partition of so many GPUs. */
  | { readonly gpus: number }
  /** The partition of exactly these GPUs. */
  | { readonly moduleIds: readonly number[] }
  | { readonly pciBusIds: readonly string[] };

/** Throws `INVALID_INPUT`. PCI addresses come back in NVML's spelling. */
export function checkedRequest(request: PartitionRequest): PartitionRequest {
  if ('gpus' in request) {
    if (!Number.isInteger(request.gpus) || request.gpus < 1) throw refused(`${String(request.gpus)} GPUs`, 'is no number of GPUs', 'ask for 1 or more');
    return { gpus: request.gpus };
  }
  if ('moduleIds' in request) {
    for (const id of request.moduleIds) if (!Number.isInteger(id) || id < 1) throw refused(`module ${String(id)}`, 'is no module id', 'they are whole numbers from 1');
    return { moduleIds: checkedList('moduleIds', request.moduleIds) };
  }
  const addresses = request.pciBusIds.map((text) => {
    const address = normalizePciAddress(text);
    if (address === undefined) throw refused(JSON.stringify(text), 'is no PCI address', 'write it as 0000:3b:00.0');
    return address;
  });
  return { pciBusIds: checkedList('pciBusIds', addresses) };
}

export function describeRequest(request: PartitionRequest): string {
  if ('gpus' in request) return `${request.gpus} GPU${request.gpus === 1 ? '' : 's'}`;
  if ('moduleIds' in request) return `modules ${request.moduleIds.join(', ')}`;
  return `GPUs ${request.pciBusIds.join(', ')}`;
}

/** Throws `INVALID_INPUT`. */
export function checkedOwner(owner: string): string {
  if (typeof owner !== 'string' || owner === '' || owner.length > 256 || /[\u0000-\u001f\u007f]/.test(owner)) {
    throw refused('owner', `${JSON.stringify(owner)} is no name`, 'give 1 to 256 printable characters, such as the name of the guest');
  }
  return owner;
}

function checkedList<T>(what: string, list: readonly T[]): readonly T[] {
  if (list.length === 0) throw refused(what, 'is empty', 'name at least one GPU');
  const twice = list.find((value, index) => list.indexOf(value) !== index);
  if (twice !== undefined) throw refused(what, `names ${String(twice)} twice`, 'name each GPU once');
  return list;
}

function refused(what: string, why: string, todo: string): GpuwrightError {
  return new GpuwrightError('INVALID_INPUT', `acquire: ${what}: ${why}: ${todo}`);
}
