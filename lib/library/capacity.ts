/** No list of NVML's is longer; an answer above this is a corrupt one, and no reason to allocate. */
const MAX_CAPACITY = 65_536;

/** Room for the next try: somewhat more than asked for, since lists grow between two calls. Undefined: more room is not the cure. */
export function grownCapacity(needed: number | undefined, current: number): number | undefined {
  if (current === 0) return undefined;
  const wanted = needed ?? 2 * current;
  return wanted > MAX_CAPACITY ? undefined : Math.max(wanted + Math.ceil(wanted / 4), current + 1);
}
