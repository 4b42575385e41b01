/** Fabric Manager's enums. */
import { enumeration } from '../enumeration.ts';
import { codeNames } from '../return-code.ts';
import { fmReturnCodes } from './return-codes.ts';

/** Result of every function; names and texts are in `fmReturnCodes`. */
export const returnCode = enumeration('fmReturn_t', 'FM_ST_', codeNames(fmReturnCodes, /^FM_ST_/), { signed: true });

/** How the address of the daemon is to be read. C knows it by its tag alone. */
export const addressType = enumeration('enum nvFmApiAddrTypes', 'NV_FM_API_ADDR_TYPE_', { unknown: 0, inet: 1, unix: 2, vsock: 3 });
