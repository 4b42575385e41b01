/** Whole numbers as a person writes them: digits, hexadecimal, or C's names for them. */
import { fieldIds, flags, initFlags } from '../../../abi/index.ts';

let constants: ReadonlyMap<string, bigint> | undefined;

/** Those that have a name in C and no enum. */
function constantOf(name: string): bigint | undefined {
  constants ??= new Map([fieldIds, initFlags, ...Object.values(flags)].flatMap((group) => Object.entries(group)).map(([each, value]) => [each, BigInt(value)]));
  return constants.get(name);
}

export const NUMBER_FORMS = 'decimal digits, hexadecimal with 0x in front, or C\'s name of a constant (several joined by | for a mask)';

/** `12`, `-3`, `0x1f`, `nvmlEventTypeClock|nvmlEventTypePState`; undefined for anything else. */
export function numberOf(word: string): bigint | undefined {
  if (/^(0x[0-9a-f]+|-?\d+)$/i.test(word)) return BigInt(word);
  const values = word.split('|').map((name) => constantOf(name.trim()));
  return values.reduce((all, value) => (all === undefined || value === undefined ? undefined : all | value));
}
