/** Times as people write them. */

const UNITS = [['w', 604_800_000], ['d', 86_400_000], ['h', 3_600_000], ['m', 60_000], ['s', 1000], ['ms', 1]] as const;
const UNIT_MS: ReadonlyMap<string, number> = new Map(UNITS);

/** `90s`, `1h30m`, `500ms`, `2.5d`; a bare number is seconds. In milliseconds; undefined where it is none. */
export function durationMs(text: string): number | undefined {
  const words = text.trim();
  if (/^\d+(\.\d+)?$/.test(words)) return Math.round(Number(words) * 1000);
  if (!/^(\d+(\.\d+)?(ms|[wdhms]))+$/.test(words)) return undefined;
  let all = 0;
  for (const [, number, unit = ''] of words.matchAll(/(\d+(?:\.\d+)?)(ms|[wdhms])/g)) all += Number(number) * (UNIT_MS.get(unit) ?? 0);
  return Math.round(all);
}

/** `1h30m` */
export function durationText(milliseconds: number): string {
  let left = Math.round(milliseconds);
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    if (count > 0) parts.push(`${count}${unit}`);
    left -= count * size;
  }
  return parts.join('') || '0s';
}
