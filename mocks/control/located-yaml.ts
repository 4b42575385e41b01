/** YAML, and so JSON, in which every value knows its place in the file. */
import { readFile } from 'node:fs/promises';
import type { LineCounter, Node } from 'yaml';
import { GpuwrightError } from '../../lib/errors.ts';

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Whole numbers are bigint: an address may not fit into a number. */
export type LocatedScalar = string | bigint | number | boolean | null;

export interface Located {
  readonly place: Place;
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
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new GpuwrightError('INVALID_INPUT', `${file}: cannot be read (${cause.code ?? cause.message}): check the path`, { cause });
  });
  return await parseLocatedYaml(file, text);
}

export async function parseLocatedYaml(file: string, text: string): Promise<Located> {
  // It takes longer to load than most commands take, and few need it.
  const { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { intAsBigInt: true, lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) throw complaintAt(placeAt(file, lines, error.pos[0]), `not YAML (${error.message}): mend it there`, error);

  const locate = (node: Node | null, path: string, otherwise: Place): Located => {
    const place = node?.range ? placeAt(file, lines, node.range[0]) : otherwise;
    if (node === null) return { place, path, value: null };
    // Where a value is used says more to the reader than where its anchor stands.
    if (isAlias(node)) return { ...locate(node.resolve(document) ?? null, path, place), place };
    if (isSeq<Node | null>(node)) return { place, path, value: node.items.map((item, index) => locate(item, `${path}[${index}]`, place)) };
    if (isMap<Node, Node | null>(node)) return { place, path, value: entriesOf(node.items, path, place) };
    const { value } = node as { value: unknown };
    if (isScalar(node) && (value === null || ['string', 'bigint', 'number', 'boolean'].includes(typeof value))) return { place, path, value: value as LocatedScalar };
    throw complaintAt(place, `${path}: is of a kind that means nothing here: write a plain value`);
  };
  const entriesOf = (pairs: readonly { readonly key: Node; readonly value: Node | null }[], path: string, place: Place): Map<string, Located> =>
    new Map(pairs.map(({ key, value }) => {
      const name = isScalar(key) ? String(key.value) : '';
      const keyPlace = key.range ? placeAt(file, lines, key.range[0]) : place;
      return [name, locate(value, path === '' ? name : `${path}.${name}`, keyPlace)];
    }));
  return locate(document.contents as Node | null, '', { file, line: 1, column: 1 });
}

function placeAt(file: string, lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { file, line, column: col };
}
