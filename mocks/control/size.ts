/** Amounts of memory as people write them. */

const UNITS = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 } as const;

/** `40GiB`, `1.5GiB`, `512MiB`; a bare number is bytes. Undefined where it is none. */
export function sizeBytes(text: string): number | undefined {
  const [, number, unit = 'B'] = /^(\d+(?:\.\d+)?)(B|[KMGT]iB)?$/.exec(text.trim()) ?? [];
  const bytes = Number(number) * UNITS[unit as keyof typeof UNITS];
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** In the largest unit of which it is a whole number or more: `40 GiB`, `1.5 GiB`. */
export function sizeText(bytes: number): string {
  const [unit, size] = Object.entries(UNITS).findLast(([, each]) => bytes >= each) ?? ['B', 1];
  return `${Number((bytes / size).toFixed(1))} ${unit}`;
}
