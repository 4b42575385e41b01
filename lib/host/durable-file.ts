/**
 * Small files that must survive a power cut whole, and that nobody but their owner may have written: state, configuration.
 * A reader sees the old text or the new one, never a part: temporary file in the same folder, fsync, rename, fsync of the folder
 * (without the last the rename itself may be lost, and with it a fact that somebody already acted upon).
 */
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, realpath, rename, rm, type FileHandle } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import { GpuwrightError } from '../errors.ts';

/** The moments between which a process may die. */
export const DURABLE_STAGES = ['temporary-written', 'file-synced', 'renamed', 'folder-synced'] as const;
export type DurableStage = (typeof DURABLE_STAGES)[number];

export interface DurableWriteOptions {
  /** Permissions of the file; default 0600. */
  readonly mode?: number;
  /** Default: who runs this process. To give a file to another takes root. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Awaited after each stage, so that a test can end the process there. */
  readonly stage?: (stage: DurableStage) => void | Promise<void>;
}

const OTHERS_MAY_WRITE = 0o002;
const GROUP_OR_OTHERS_MAY_WRITE = 0o022;
const STICKY = 0o1000;
/** State files are small; what is larger is not ours. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Replaces the file at `path`, or makes it. Refuses (`INVALID_INPUT`) a symbolic link there and a folder that others may write to. */
export async function writeDurably(path: string, content: string | Uint8Array, options: DurableWriteOptions = {}): Promise<void> {
  const { mode = 0o600, owner, stage = () => undefined } = options;
  const folder = dirname(resolve(path));
  await checkFolder(folder);
  await checkTarget(path);
  const temporary = join(folder, `.${basename(path)}.${randomBytes(8).toString('hex')}.tmp`);
  try {
    // Exclusive, and links are not followed: whatever already stands there is not ours.
    await withHandle(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, async (file) => {
      await file.writeFile(content);
      // Before the mode: a change of owner clears bits of it.
      if (owner) await file.chown(owner.uid, owner.gid);
      // The umask has had its say at open, and configuration must stay readable for its daemon.
      await file.chmod(mode);
      await stage('temporary-written');
      await file.sync();
      await stage('file-synced');
    });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw explained(path, error);
  }
  await stage('renamed');
  await syncFolder(folder);
  await stage('folder-synced');
}

/**
 * The text of the file; undefined where there is none. Refuses a symbolic link, a file that others may have written, and a folder
 * where they may put another in its place.
 */
export async function readTrusted(path: string): Promise<string | undefined> {
  try {
    await checkFolder(dirname(resolve(path)));
    return await withHandle(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK, async (file) => {
      const { mode, uid, size } = await checkedStat(file, path);
      if (!isOurs(uid)) throw refused(path, `belongs to user ${uid}`, 'only what root or this user wrote is believed');
      if (mode & GROUP_OR_OTHERS_MAY_WRITE) throw refused(path, 'may be written by others', 'take that right away (chmod go-w) after looking what is in it');
      if (size > MOST_BYTES) throw refused(path, `has ${size} bytes`, 'no file of ours is that large');
      return await file.readFile('utf8');
    });
  } catch (error) {
    if (errno(error) === 'ENOENT') return undefined;
    if (errno(error) === 'ELOOP') throw symbolicLink(path);
    throw explained(path, error);
  }
}

/** Makes the folder, readable by its owner alone, with the folders above it; what exists is left as it is and must be safe. */
export async function prepareFolder(folder: string): Promise<void> {
  const whole = resolve(folder);
  const first = await mkdir(whole, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw explained(whole, error);
  });
  // Each new folder is an entry in the one above it: that entry must be on disk before a file in it counts as kept.
  for (let made = whole; first !== undefined && made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
  await checkFolder(whole);
}

/** Deletes what writers of `path` left behind when they were killed. Only for who knows that none is at work now. */
export async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(resolve(path));
  const start = `.${basename(path)}.`;
  for (const name of await readdir(folder)) {
    if (name.startsWith(start) && /^[0-9a-f]{16}\.tmp$/.test(name.slice(start.length))) await rm(join(folder, name), { force: true });
  }
}

/** Refuses a folder in which others can replace a file, or which they can replace whole. */
export async function checkFolder(folder: string): Promise<void> {
  const whole = resolve(folder);
  const real = await realpath(whole);
  const { mode, uid } = await lstat(real);
  if (!isOurs(uid)) throw refused(whole, `belongs to user ${uid}`, 'give a folder of root or of this user');
  if (mode & GROUP_OR_OTHERS_MAY_WRITE) throw refused(whole, 'is a folder that others may write to', 'take that right away (chmod go-w), or give another folder');
  for (const start of new Set([whole, real])) {
    for (let above = dirname(start), below = start; above !== below; below = above, above = dirname(above)) {
      const { mode } = await lstat(above);
      // In a sticky folder, as /tmp is, nobody moves what is another's.
      if (mode & OTHERS_MAY_WRITE && !(mode & STICKY) && !isLink(mode)) {
        throw refused(whole, `lies below ${above}, which everybody may write to`, 'give a folder that nobody else can move away');
      }
    }
  }
}

async function checkTarget(path: string): Promise<void> {
  try {
    const { mode } = await lstat(path);
    if (isLink(mode)) throw symbolicLink(path);
    if ((mode & constants.S_IFMT) !== constants.S_IFREG) throw refused(path, 'is no regular file', 'give the path of a file');
  } catch (error) {
    if (errno(error) !== 'ENOENT') throw error;
  }
}

async function checkedStat(file: FileHandle, path: string): Promise<{ readonly mode: number; readonly uid: number; readonly size: number }> {
  const stat = await file.stat();
  if (!stat.isFile()) throw refused(path, 'is no regular file', 'give the path of a file');
  return stat;
}

async function withHandle<T>(path: string, flags: number, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, flags, 0o600);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  await withHandle(folder, constants.O_RDONLY | constants.O_DIRECTORY, (handle) => handle.sync());
}

function isLink(mode: number): boolean {
  return (mode & constants.S_IFMT) === constants.S_IFLNK;
}

function isOurs(uid: number): boolean {
  return uid === 0 || uid === process.geteuid?.();
}

function symbolicLink(path: string): GpuwrightError {
  return refused(path, 'is a symbolic link', 'give the file itself, or remove the link');
}

function refused(path: string, why: string, todo: string): GpuwrightError {
  return new GpuwrightError('INVALID_INPUT', `${path}: ${why}: ${todo}`);
}

/** A refusal of the system in our words, where there is something that the caller can do about it. */
export function explained(path: string, error: unknown): unknown {
  if (!['EACCES', 'EPERM', 'EROFS'].includes(errno(error) ?? '')) return error;
  return new GpuwrightError('NO_PERMISSION', `${path}: this user may not use it (${errno(error)}): run as root, or give another folder`, { cause: error });
}

function errno(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
