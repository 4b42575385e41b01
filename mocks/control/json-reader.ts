/** Typed values out of JSON that somebody wrote: every complaint names the file, the key, and what belongs there. */
import { GpuwrightError, isGpuwrightError } from '../../lib/errors.ts';
import type { AttributeTree } from './attributes.ts';
import { isTree } from './attributes.ts';
import { jsonPlaces, lineAndColumn } from './json-places.ts';
import { readTextFile } from './text-file.ts';

export class JsonReader {
  readonly #file: string;
  readonly #path: string;
  readonly #object: Readonly<Record<string, unknown>>;

  constructor(file: string, path: string, value: unknown) {
    this.#file = file;
    this.#path = path;
    if (!isTree(value)) throw wrong(file, path.replace(/\.$/, '') || 'the file', 'an object');
    this.#object = value;
  }

  /** `lab.json: gpus[1].pci`, the beginning of a complaint about it. */
  where(key: string): string {
    return `${this.#file}: ${this.#path}${key}`;
  }

  complaint(key: string, wanted: string): GpuwrightError {
    return wrong(this.#file, `${this.#path}${key}`, wanted);
  }

  onlyKeys(...keys: string[]): void {
    const foreign = Object.keys(this.#object).find((key) => !keys.includes(key));
    if (foreign !== undefined) throw new GpuwrightError('INVALID_INPUT', `${this.#file}: ${this.#path}${foreign} is not known here: check its spelling; known are ${keys.join(', ')}`);
  }

  /** Whatever is there. */
  all(): AttributeTree {
    return this.#object as AttributeTree;
  }

  has(key: string): boolean {
    return this.#object[key] !== undefined;
  }

  text(key: string): string {
    const value = this.#object[key];
    if (typeof value !== 'string' || value === '' || /[\r\n\0]/.test(value)) throw this.complaint(key, 'a text of one line');
    return value;
  }

  number(key: string, least = 0, most = Number.MAX_SAFE_INTEGER): number {
    const value = this.#object[key];
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most) throw this.complaint(key, `a whole number from ${least} to ${most}`);
    return value;
  }

  list(key: string): readonly JsonReader[] {
    const value = this.#object[key];
    if (!Array.isArray(value) || value.length === 0) throw this.complaint(key, 'a list with at least one entry');
    return value.map((entry, index) => new JsonReader(this.#file, `${this.#path}${key}[${index}].`, entry));
  }

  texts(key: string): readonly string[] {
    const value = this.#object[key];
    const good = Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === 'string' && entry !== '' && !/[\r\n\0]/.test(entry));
    if (!good) throw this.complaint(key, 'a list of texts of one line');
    return value as string[];
  }

  object(key: string): JsonReader {
    return new JsonReader(this.#file, `${this.#path}${key}.`, this.#object[key]);
  }

  tree(key: string): AttributeTree {
    const value = this.#object[key] ?? {};
    if (!isTree(value)) throw this.complaint(key, 'an object of attributes');
    return value;
  }
}

function wrong(file: string, place: string, wanted: string): GpuwrightError {
  return new GpuwrightError('INVALID_INPUT', `${file}: ${place} is missing or wrong: write ${wanted}`);
}

/** Recordings may be long. */
const MOST_BYTES = 256 * 2 ** 20;

/** The JSON of a file. */
export function readJson(file: string): unknown {
  return parseJson(file, readTextFile(file, MOST_BYTES));
}

function parseJson(file: string, text: string): unknown {
  if (text.trim() === '') throw new GpuwrightError('INVALID_INPUT', `${file}: is empty: write a JSON object, or name another file`);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const { error } = jsonPlaces(text);
    const place = error === undefined ? '' : lineAndColumn(text, error);
    throw new GpuwrightError('INVALID_INPUT', `${file}${place}: not JSON (${complaintOf(cause)}): mend it there`, { cause });
  }
}

/** The parser's own words without its position and its excerpt of the file, which may be of several lines. */
function complaintOf(cause: unknown): string {
  return (cause as Error).message.replace(/(, (\.\.\.)?"[^]*|( in JSON)? at position [^]*)$/, '');
}

/**
 * The same of a file that somebody wrote, with what `use` makes of it: a complaint about the file, of `use` too, tells line and column, and
 * a key that stands there twice is one.
 */
export function readWrittenJson<T>(file: string, use: (json: unknown) => T): T {
  const text = readTextFile(file, MOST_BYTES);
  const json = parseJson(file, text);
  const { duplicate } = jsonPlaces(text);
  if (duplicate !== undefined) throw new GpuwrightError('INVALID_INPUT', `${file}${lineAndColumn(text, duplicate.offset)}: ${duplicate.path} is there twice: keep one of them`);
  try {
    return use(json);
  } catch (error) {
    throw placedInJson(error, file, () => text);
  }
}

/** An error whose sentence begins with the file and a path in it, with the path's line and column. */
export function placedInJson(error: unknown, file: string, text = (): string => readTextFile(file, MOST_BYTES)): unknown {
  if (!isGpuwrightError(error) || !error.message.startsWith(`${file}: `)) return error;
  const rest = error.message.slice(file.length + 2);
  let written: string;
  try {
    written = text();
  } catch {
    return error;
  }
  const { places } = jsonPlaces(written);
  // What is missing has no place of its own: the object that should have it stands for it.
  for (let path = /^[\w.[\]-]*/.exec(rest)?.[0] ?? ''; ; path = path.replace(/(^|\.|\[)[^.[]*$/, '')) {
    const offset = path === '' ? written.search(/\S/) : places.get(path);
    if (offset !== undefined) return new GpuwrightError(error.code, `${file}${lineAndColumn(written, offset)}: ${rest}`, { cause: error });
  }
}
