/** Where things stand in a JSON text: what JSON.parse does not tell, for sentences about a file that somebody wrote. */

export interface JsonPlaces {
  /** The offset of what each path means, `gpus[1].attributes.thermal`: of the key, or of the element of a list. */
  readonly places: ReadonlyMap<string, number>;
  /** A key that an object has twice. JSON.parse would silently take the second. */
  readonly duplicate: { readonly path: string; readonly offset: number } | undefined;
  /** Where it stops being JSON; undefined where it does not, or is nested too deeply for being told. */
  readonly error: number | undefined;
}

/** Deeper than any file that means something. */
const DEEPEST = 200;
const SPACE = /[ \t\n\r]*/y;
const TEXT = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const PLAIN = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

class Wrong extends Error {}
class TooDeep extends Error {}

export function jsonPlaces(text: string): JsonPlaces {
  const places = new Map<string, number>();
  let duplicate: JsonPlaces['duplicate'];
  let at = 0;

  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const takeOne = (character: string): boolean => {
    take(SPACE);
    if (text[at] !== character) return false;
    at += 1;
    return true;
  };
  const demand = (done: boolean): void => {
    if (!done) throw new Wrong();
  };
  const value = (path: string, depth: number): void => {
    if (depth > DEEPEST) throw new TooDeep();
    take(SPACE);
    if (takeOne('{')) entries(path, depth);
    else if (takeOne('[')) elements(path, depth);
    else demand((text[at] === '"' ? take(TEXT) : take(PLAIN)) !== undefined);
  };
  const entries = (path: string, depth: number): void => {
    const keys = new Set<string>();
    if (takeOne('}')) return;
    do {
      take(SPACE);
      const offset = at;
      const written = take(TEXT);
      demand(written !== undefined);
      const key = JSON.parse(written ?? '""') as string;
      const inner = path === '' ? key : `${path}.${key}`;
      if (keys.has(key)) duplicate ??= { path: inner, offset };
      keys.add(key);
      places.set(inner, offset);
      demand(takeOne(':'));
      value(inner, depth + 1);
    } while (takeOne(','));
    demand(takeOne('}'));
  };
  const elements = (path: string, depth: number): void => {
    if (takeOne(']')) return;
    let index = 0;
    do {
      take(SPACE);
      const inner = `${path}[${index}]`;
      places.set(inner, at);
      value(inner, depth + 1);
      index += 1;
    } while (takeOne(','));
    demand(takeOne(']'));
  };

  try {
    value('', 0);
    take(SPACE);
    demand(at === text.length);
    return { places, duplicate, error: undefined };
  } catch (error) {
    if (error instanceof Wrong) return { places, duplicate, error: at };
    if (error instanceof TooDeep) return { places, duplicate, error: undefined };
    throw error;
  }
}

/** `:3:7` */
export function lineAndColumn(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
}
