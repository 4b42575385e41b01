/**
 * Where a vendor library may be, and the difference between "there is none on this host" and "it is there and does not load".
 */
import { lstatSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { Backend, NativeLibrary } from '../backend/backend.ts';
import { GpuwrightError, isGpuwrightError } from '../errors.ts';

/** One vendor library, as far as finding it goes. */
export interface LibraryLocation {
  /** What people call it: `libnvidia-ml`. */
  readonly name: string;
  /** Names for the loader's own search (LD_LIBRARY_PATH, ld.so.cache), the preferred one first. */
  readonly sonames: readonly string[];
  /** Folders that drivers install into and the loader may not search. */
  readonly folders: readonly string[];
  /** What to do where there is none. */
  readonly remedy: string;
}

const ARCHITECTURE_FOLDERS: Readonly<Partial<Record<NodeJS.Architecture, string>>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

/** Debian's folder for libraries of an architecture. */
export function multiarchFolder(architecture: NodeJS.Architecture): string {
  return ARCHITECTURE_FOLDERS[architecture] ?? 'x86_64-linux-gnu';
}

export interface LocateAttempt {
  readonly path: string;
  /** The loader's own words, without the path. */
  readonly words: string;
  /** No file by that path (or soname): the loader found nothing, as opposed to something that it could not load. */
  readonly absent: boolean;
}

/** Candidates in the order they are tried. An explicit path is the only candidate: whoever names a library wants that one. */
export function libraryCandidates(location: LibraryLocation, explicit?: string): string[] {
  if (explicit !== undefined) return [explicit];
  const paths = location.folders.flatMap((folder) => location.sonames.map((soname) => `${folder}/${soname}`));
  return [...location.sonames, ...paths];
}

function entryExists(path: string): boolean {
  try {
    // Not stat: a dangling link is a broken installation, not an absent one.
    lstatSync(path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code !== 'ENOENT' && code !== 'ENOTDIR';
  }
}

/**
 * Whether the loader said that the candidate itself is not there. glibc puts the missing file first
 * (`libx.so.1: cannot open shared object file: No such file or directory`), so that a missing dependency names another file;
 * musl says `Error loading shared library libx.so.1: No such file or directory`, and adds `(needed by …)` for a dependency.
 */
export function saysAbsent(candidate: string, message: string): boolean {
  const name = candidate.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const glibc = new RegExp(`(?:^|[\\s'"])${name}: cannot open shared object file: No such file or directory`);
  const musl = new RegExp(`Error loading shared library ${name}: No such file or directory(?! \\(needed by)`);
  return glibc.test(message) || musl.test(message);
}

/** Of a backend's error, which adds path and remedy; a helper process hands on no cause. */
function loadersWords(path: string, error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const told = cause instanceof Error ? cause.message.replace(/^Failed to load shared library: /, '') : messageOf(error).replace(/: check that the file exists and[^:]*$/, '');
  return told.startsWith(`${path}: `) ? told.slice(path.length + 2) : told;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function attemptOf(path: string, error: unknown): LocateAttempt {
  const absent = isAbsolute(path) || path.includes('/') ? !entryExists(path) : saysAbsent(path, messageOf(error));
  return { path, words: loadersWords(path, error), absent };
}

/** The one error for a library that could not be opened: every path tried, the loader's words, the remedy. */
export function notOpened(location: LibraryLocation, attempts: readonly LocateAttempt[], explicit: boolean): GpuwrightError {
  // What is there and does not load comes first: it is what has to be mended.
  const inOrder = [...attempts.filter((attempt) => !attempt.absent), ...attempts.filter((attempt) => attempt.absent)];
  const tried = inOrder.map(({ path, words, absent }) => `\n  ${path}: ${absent ? '' : 'there, but does not load: '}${words}`).join('');
  if (attempts.every((attempt) => attempt.absent)) {
    const remedy = explicit ? 'check the path, or leave it out to search the usual places' : location.remedy;
    return new GpuwrightError('LIBRARY_NOT_FOUND', `${location.name}: not found in ${attempts.length} place${attempts.length === 1 ? '' : 's'}: ${remedy}. Tried:${tried}`);
  }
  return new GpuwrightError(
    'LIBRARY_LOAD_FAILED',
    `${location.name}: found but could not be loaded: mend what the loader names below (a missing dependency, another architecture, a broken link, missing permission). Tried:${tried}`,
  );
}

/**
 * Opens the first candidate that loads.
 * Throws `LIBRARY_NOT_FOUND` where no candidate exists, `LIBRARY_LOAD_FAILED` where one exists and none loads.
 */
export async function openFirst(backend: Backend, location: LibraryLocation, explicit?: string): Promise<NativeLibrary> {
  const attempts: LocateAttempt[] = [];
  for (const path of libraryCandidates(location, explicit)) {
    try {
      return await backend.open(path);
    } catch (error) {
      // Only the loader's refusal lets the search go on; a backend that cannot work at all must say so itself.
      if (!isGpuwrightError(error) || error.code !== 'LIBRARY_LOAD_FAILED') throw error;
      attempts.push(attemptOf(path, error));
    }
  }
  throw notOpened(location, attempts, explicit !== undefined);
}

/** True only for the error that says that no candidate of a library exists on this host. */
export function isLibraryAbsent(error: unknown): boolean {
  return isGpuwrightError(error) && error.code === 'LIBRARY_NOT_FOUND';
}
