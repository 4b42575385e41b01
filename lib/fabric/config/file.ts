/**
 * The file itself. A change is planned on what was read, shown, and then written only if that is still what stands there: a package
 * manager or a colleague may have been faster.
 */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { GpuwrightError } from '../../errors.ts';
import type { DurableStage } from '../../host/durable-file.ts';
import { checkFolder, writeDurably } from '../../host/durable-file.ts';
import type { HostLockOptions } from '../../host/host-lock.ts';
import { takeHostLock } from '../../host/host-lock.ts';
import type { ConfigDocument } from './document.ts';
import { parseConfigBytes, printConfigBytes } from './document.ts';
import { CONFIG_TAKES_EFFECT } from './explain.ts';

/** Where the package installs it (section 2.8); the unit may name another with `-c`. */
export const DEFAULT_CONFIG_PATH = '/usr/share/nvidia/nvswitch/fabricmanager.cfg';

export interface ConfigFile {
  readonly path: string;
  readonly document: ConfigDocument;
  readonly mode: number;
  readonly owner: { readonly uid: number; readonly gid: number };
}

export interface WriteConfigOptions {
  /** Milliseconds to wait for another writer; default 5,000. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
  /** Awaited after each stage of the write itself, for tests. */
  readonly stage?: (stage: DurableStage) => void | Promise<void>;
}

export interface WrittenConfig {
  /** What stood there before, with its mode and owner. Null: nothing was written, for nothing is changed. */
  readonly backup: string | null;
  /** Fabric Manager reads the file once: `at the next start of Fabric Manager`. Null: nothing is changed. */
  readonly takesEffect: string | null;
}

/** Reads the file, through a symbolic link too. Rejects with `NOT_FOUND` or `NO_PERMISSION`. */
export async function readConfigFile(path: string = DEFAULT_CONFIG_PATH): Promise<ConfigFile> {
  return read(path, 0);
}

/**
 * Puts `document` in place of what `file` was read from: whole or not at all, with the file's mode and owner, the old text in
 * `<path>.bak` beside it, one writer at a time. Refuses (`INVALID_INPUT`) a symbolic link, for the file that it names may be another's
 * to manage (a configuration tool, a read-only store), and a file that has changed since it was read.
 */
export async function writeConfigFile(file: ConfigFile, document: ConfigDocument, options: WriteConfigOptions = {}): Promise<WrittenConfig> {
  const { deadlineMs = 5_000, signal, stage } = options;
  const path = resolve(file.path);
  try {
    await checkFolder(dirname(path));
    return await locked(path, { deadlineMs, ...(signal && { signal }) }, () => replace({ ...file, path }, document, stage));
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw new GpuwrightError('NO_PERMISSION', `${path}: cannot be written by this user with its owner and mode: run as root, on a file system that can be written to`, { cause: error });
  }
}

async function locked<T>(path: string, options: HostLockOptions, work: () => Promise<T>): Promise<T> {
  const lock = await takeHostLock(join(dirname(path), `.${basename(path)}.lock`), options);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

async function replace(file: ConfigFile, document: ConfigDocument, stage: WriteConfigOptions['stage']): Promise<WrittenConfig> {
  const { path } = file;
  const now = await read(path, constants.O_NOFOLLOW);
  const [old, next] = [printConfigBytes(now.document), printConfigBytes(document)];
  if (!old.equals(printConfigBytes(file.document))) throw new GpuwrightError('INVALID_INPUT', `${path}: has changed since it was read: read it again and repeat the change`);
  if (old.equals(next)) return { backup: null, takesEffect: null };
  const { mode, owner } = now;
  const backup = `${path}.bak`;
  await writeDurably(backup, old, { mode, owner });
  await writeDurably(path, next, { mode, owner, ...(stage && { stage }) });
  return { backup, takesEffect: CONFIG_TAKES_EFFECT };
}

async function read(path: string, flags: number): Promise<ConfigFile> {
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | flags);
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw new GpuwrightError('INVALID_INPUT', `${path}: is no regular file: give the path of fabricmanager.cfg`);
      return { path, document: parseConfigBytes(await handle.readFile()), mode: stat.mode & 0o7777, owner: { uid: stat.uid, gid: stat.gid } };
    } finally {
      await handle.close();
    }
  } catch (error) {
    switch ((error as NodeJS.ErrnoException).code) {
      case 'ENOENT':
        throw new GpuwrightError('NOT_FOUND', `${path}: there is no such file: install Fabric Manager, or give the path that its unit names with -c`, { cause: error });
      case 'EACCES':
        throw new GpuwrightError('NO_PERMISSION', `${path}: cannot be read by this user: run as root`, { cause: error });
      case 'ELOOP':
        throw new GpuwrightError('INVALID_INPUT', `${path}: is a symbolic link: give the file itself, if it is yours to change`, { cause: error });
      default:
        throw error;
    }
  }
}
