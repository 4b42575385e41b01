/** Typed values out of JSON that somebody wrote: every complaint names the file, the key, and what belongs there. */
import { readFileSync } from 'node:fs';
import { GpuwrightError } from '../../lib/errors.ts';
import type { AttributeTree } from './attributes.ts';
import { isTree } from './attributes.ts';

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

/** The JSON of a file. */
export function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new GpuwrightError('INVALID_INPUT', `${file}: cannot be read (${(cause as NodeJS.ErrnoException).code ?? String(cause)}): check the path`, { cause });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new GpuwrightError('INVALID_INPUT', `${file}${lineAndColumn(text, (cause as Error).message)}: not JSON (${(cause as Error).message}): mend or remove it`, { cause });
  }
}

/** Node 20's parser tells a position only. */
function lineAndColumn(text: string, complaint: string): string {
  const position = /at position (\d+)/.exec(complaint)?.[1];
  if (position === undefined) return '';
  const lines = text.slice(0, Number(position)).split('\n');
  return `:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
}
