/** Fabric Manager's names for plain numbers. */
import { typedefOf, u32 } from '../layout.ts';

export const partitionId = typedefOf('fmFabricPartitionId_t', u32);
