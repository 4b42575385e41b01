/** Files that somebody names, read whole. What is no text, or far larger than it can be, is refused in a sentence rather than tried. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { GpuwrightError } from '../../lib/errors.ts';
import { sizeText } from './size.ts';

const CHUNK_BYTES = 1 << 20;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  ENOTDIR: 'no such file or folder',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'read-only file system',
  ENOSPC: 'no space left',
};

/** Why the system refused a file, in words where there are better ones than its own. */
export function fileReason(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  return (code === undefined ? undefined : REASONS[code]) ?? code ?? message;
}

/** UTF-8, without a byte order mark. Throws `INVALID_INPUT`. */
export function readTextFile(file: string, mostBytes: number): string {
  const bytes = readWhole(file, mostBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new GpuwrightError('INVALID_INPUT', `${file}: is no text in UTF-8: save it as that, or name another file`, { cause });
  }
}

/** In pieces, for a pipe tells no size. */
function readWhole(file: string, mostBytes: number): Buffer {
  try {
    const fd = openSync(file, 'r');
    try {
      const chunks: Buffer[] = [];
      let size = fstatSync(fd).size;
      for (let total = 0; size <= mostBytes; size = Math.max(size, total)) {
        const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
        const read = readSync(fd, chunk);
        if (read === 0) return Buffer.concat(chunks);
        chunks.push(chunk.subarray(0, read));
        total += read;
      }
    } finally {
      closeSync(fd);
    }
  } catch (cause) {
    throw new GpuwrightError('INVALID_INPUT', `${file}: cannot be read (${fileReason(cause)}): check the path`, { cause });
  }
  throw new GpuwrightError('INVALID_INPUT', `${file}: has more than ${sizeText(mostBytes)}, too much to be read: check that it is the file that you mean`);
}
