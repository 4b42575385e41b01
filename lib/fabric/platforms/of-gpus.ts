/** Which baseboard the GPUs of a host sit on, by their names. */
import type { PlatformId } from './baseboard.ts';

/** Cards for a slot, and boards without NVSwitches. */
const NO_BASEBOARD = /PCI|NVL\b|GH200|GB200/i;
const NAMES: readonly (readonly [RegExp, PlatformId])[] = [
  [/\bV100-SXM3\b/, 'hgx2'],
  [/\bA[18]00-SXM4?\b/, 'hgxA100'],
  [/\bH800\b/, 'hgxH800'],
  [/\b(H100|H200|H20)\b/, 'hgxH100'],
  [/\b(B200|B300)\b/, 'hgxB200'],
];

/** Undefined where they are of no board that is known, or of several. A board of four A100 has no NVSwitches, and its GPUs the same name. */
export function platformOfGpus(names: readonly string[]): PlatformId | undefined {
  const found = new Set(names.map((name) => (NO_BASEBOARD.test(name) ? undefined : NAMES.find(([pattern]) => pattern.test(name))?.[1])));
  const [only] = found;
  return found.size === 1 ? only : undefined;
}
