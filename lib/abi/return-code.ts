/** What a library's numbers of success and failure are called. */
export interface ReturnCode {
  readonly number: number;
  /** The C constant. */
  readonly name: string;
  readonly text: string;
}

export function codeOf(codes: readonly ReturnCode[], number: number): ReturnCode | undefined {
  return codes.find((code) => code.number === number);
}

/** `FM_ST_IN_USE` without its prefix as a name of ours: `in-use`. */
export function codeNames(codes: readonly ReturnCode[], prefix: RegExp): Record<string, number> {
  return Object.fromEntries(codes.map(({ name, number }) => [name.replace(prefix, '').toLowerCase().replaceAll('_', '-'), number]));
}
