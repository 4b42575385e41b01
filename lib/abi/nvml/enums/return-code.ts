import { enumeration } from '../../enumeration.ts';
import { returnCodes } from '../return-codes.ts';

/** Result of nearly every function; names and texts are in `returnCodes`. */
export const returnCode = enumeration(
  'nvmlReturn_t',
  'NVML_ERROR_',
  Object.fromEntries(returnCodes.map(({ name, number }) => [kebab(name), number])) as Record<string, number>,
  { constants: { success: 'NVML_SUCCESS' } },
);

function kebab(constant: string): string {
  return constant.replace(/^NVML_(ERROR_)?/, '').toLowerCase().replaceAll('_', '-');
}
