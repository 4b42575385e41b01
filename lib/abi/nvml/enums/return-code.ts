import { enumeration } from '../../enumeration.ts';
import { codeNames } from '../../return-code.ts';
import { returnCodes } from '../return-codes.ts';

/** Result of nearly every function; names and texts are in `returnCodes`. */
export const returnCode = enumeration('nvmlReturn_t', 'NVML_ERROR_', codeNames(returnCodes, /^NVML_(ERROR_)?/), { constants: { success: 'NVML_SUCCESS' } });
