import { families } from '../../abi/nvml/families.ts';
import { familyCall, mapCall } from '../../library/library-call.ts';
import type { LibraryCall } from '../../library/library-call.ts';
import type { MemoryUse } from '../types.ts';

/** Of a GPU or a MIG device. */
export function memoryUse(device: bigint): LibraryCall<MemoryUse> {
  return mapCall(familyCall(families.memoryInfo, { device }), ({ total, used, free, reserved }) => ({
    totalBytes: total,
    usedBytes: used,
    freeBytes: free,
    ...(reserved !== undefined && { reservedBytes: reserved }),
  }));
}
