/** YAML, and so JSON, in which every value knows its place in the file. */
import type { LineCounter, Node } from 'yaml';
import { GpuwrightError } from '../../lib/errors.ts';
import { readTextFile } from './text-file.ts';

/** Some ten thousand steps. Each megabyte costs a second, and much memory. */
const MOST_BYTES = 4 * 2 ** 20;
/** Aliases can make a short text endless. */
const MOST_VALUES = 1_000_000;
const DEEPEST = 64;

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Whole numbers are bigint: an address may not fit into a number. */
export type LocatedScalar = string | bigint | number | boolean | null;

export interface Located {
  readonly place: Place;
  /** Of its name, where it has one. */
  readonly namePlace?: Place;
  /** `steps[2].inject.gpu` */
  readonly path: string;
  readonly value: LocatedScalar | readonly Located[] | ReadonlyMap<string, Located>;
}

export function complaintAt({ file, line, column }: Place, sentence: string, cause?: unknown): GpuwrightError {
  return new GpuwrightError('INVALID_INPUT', `${file}:${line}:${column}: ${sentence}`, { cause });
}

/** `Located` in front: `steps[2].at: "soon" is not …`. */
export function complaint(at: Located, sentence: string): GpuwrightError {
  return complaintAt(at.place, at.path === '' ? sentence : `${at.path}: ${sentence}`);
}

export async function readLocatedYaml(file: string): Promise<Located> {
  return await parseLocatedYaml(file, readTextFile(file, MOST_BYTES));
}

export async function parseLocatedYaml(file: string, text: string): Promise<Located> {
  // It takes longer to load than most commands take, and few need it.
  const { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { intAsBigInt: true, lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) throw complaintAt(placeAt(file, lines, error.pos[0]), `not YAML (${error.message}): mend it there`, error);

  let values = 0;
  const locate = (node: Node | null, path: string, otherwise: Place, depth: number): Located => {
    const place = node?.range ? placeAt(file, lines, node.range[0]) : otherwise;
    values += 1;
    if (depth > DEEPEST || values > MOST_VALUES) throw complaintAt(place, `${path.slice(0, 40)}… holds too much, one within the other: write it out, without anchors`);
    if (node === null) return { place, path, value: null };
    // Where a value is used says more to the reader than where its anchor stands.
    if (isAlias(node)) {
      const meant = node.resolve(document);
      if (meant === undefined) throw complaintAt(place, `${path}: *${node.source} stands for nothing: write &${node.source} before what it shall stand for, or quote it`);
      return { ...locate(meant, path, place, depth + 1), place };
    }
    if (isSeq<Node | null>(node)) return { place, path, value: node.items.map((item, index) => locate(item, `${path}[${index}]`, place, depth + 1)) };
    if (isMap<Node, Node | null>(node)) return { place, path, value: entriesOf(node.items, path, place, depth + 1) };
    const { value } = node as { value: unknown };
    if (isScalar(node) && (value === null || ['string', 'bigint', 'number', 'boolean'].includes(typeof value))) return { place, path, value: value as LocatedScalar };
    throw complaintAt(place, `${path}: is of a kind that means nothing here: write a plain value`);
  };
  const entriesOf = (pairs: readonly { readonly key: Node; readonly value: Node | null }[], path: string, place: Place, depth: number): Map<string, Located> =>
    new Map(pairs.map(({ key, value }) => {
      const namePlace = key.range ? placeAt(file, lines, key.range[0]) : place;
      if (!isScalar(key)) throw complaintAt(namePlace, `${path === '' ? 'a name' : `${path}: a name in there`} is no plain word: write name: value`);
      const name = String(key.value);
      return [name, { ...locate(value, path === '' ? name : `${path}.${name}`, namePlace, depth), namePlace }];
    }));
  return locate(document.contents as Node | null, '', { file, line: 1, column: 1 }, 0);
}

function placeAt(file: string, lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { file, line, column: col };
}
