/**
 * State files of the fabric: JSON with a name, a version and a checksum of what it holds. A file that was cut, edited by hand or written by a
 * later release is refused, never guessed at: what it says decides who may cut whose links.
 */
import { createHash } from 'node:crypto';
import { GpuwrightError } from '../errors.ts';

export interface DocumentKind {
  /** Stands in the file, so that one kind is never taken for another. */
  readonly name: string;
  readonly version: number;
  /** What the reader may do about a file that is refused. */
  readonly remedy: string;
}

export function encodeDocument(kind: DocumentKind, content: object): string {
  return `${JSON.stringify({ document: kind.name, version: kind.version, sha256: checksum(content), content }, null, 2)}\n`;
}

/** The content, whose shape the caller still has to check. Throws `LEDGER_INVALID`. */
export function decodeDocument(kind: DocumentKind, path: string, text: string): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw invalid(kind, path, 'is not JSON', cause);
  }
  if (typeof parsed !== 'object' || parsed === null) throw invalid(kind, path, 'is not an object');
  const { document, version, sha256, content } = parsed as Record<string, unknown>;
  if (document !== kind.name) throw invalid(kind, path, `is not a ${kind.name}`);
  // Before the checksum: a later version may compute another.
  if (typeof version === 'number' && version > kind.version) {
    throw new GpuwrightError('LEDGER_INVALID', `${path}: was written by a newer release (version ${version}, this one knows ${kind.version}): use that release or a newer one`);
  }
  if (version !== kind.version) throw invalid(kind, path, `has version ${JSON.stringify(version)}`);
  if (typeof content !== 'object' || content === null || sha256 !== checksum(content)) throw invalid(kind, path, 'does not match its checksum');
  return content;
}

export function invalid(kind: DocumentKind, path: string, why: string, cause?: unknown): GpuwrightError {
  return new GpuwrightError('LEDGER_INVALID', `${path}: ${why}: ${kind.remedy}`, { cause });
}

function checksum(content: object): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
