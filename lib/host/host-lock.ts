/**
 * One exclusive lock for the whole host, that dies with its holder: flock(2) on a file that is never removed (whoever removes a lock
 * file hands a second lock to the next who comes).
 *
 * Why flock: the kernel drops it with the last descriptor, so a killed holder leaves nothing to clear up and no guess about pids is
 * ever made; it belongs to the open file, so two holders in one process exclude each other too; and it goes with the file that it
 * protects, through containers and network namespaces (an abstract socket would be another one in each of those). Node has no flock.
 * The call goes through our own backend (C's `int flock(int, int)`), which needs no further package; never waiting inside C, because
 * a call that was given up would take the lock later for nobody.
 */
import { constants, closeSync, fstatSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { createFrame } from '../abi/frame.ts';
import type { FunctionRef, NativeLibrary } from '../backend/backend.ts';
import { selectBackend } from '../backend/select.ts';
import { GpuwrightError } from '../errors.ts';
import { explained } from './durable-file.ts';

export interface HostLockOptions {
  /** Milliseconds to wait for a holder to let go; default 30,000. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

export interface HostLock {
  /** Idempotent. */
  release(): void;
}

const LOCK_EX = 2n;
const LOCK_NB = 4n;
/** Between two tries; drawn anew each time, so that many who wait do not march in step. */
const LONGEST_PAUSE_MS = 25;
const DEFAULT_DEADLINE_MS = 30_000;

/**
 * Waits for the lock that the file at `path` stands for. The folder must be one that only its owner may write to.
 * Rejects with `LOCKED`, naming the holder and since when, after the deadline, and with `ABORTED`.
 */
export async function takeHostLock(path: string, options: HostLockOptions = {}): Promise<HostLock> {
  const { deadlineMs = DEFAULT_DEADLINE_MS, signal } = options;
  const end = performance.now() + deadlineMs;
  const tryLock = await flock();
  const file = openLock(path);
  try {
    while (!tryLock(file)) {
      if (signal?.aborted) throw aborted(path, signal);
      if (performance.now() >= end) throw new GpuwrightError('LOCKED', `${path}: is held by ${holderOf(path)}: wait for it to finish, or look at what it is doing`);
      await pause(1 + Math.random() * LONGEST_PAUSE_MS, undefined, signal ? { signal } : {}).catch(() => undefined);
    }
    // For those who wait: the kernel knows that it is held, not since when.
    writeHolder(file, `${JSON.stringify({ pid: process.pid, since: new Date().toISOString() })}\n`);
  } catch (error) {
    closeSync(file);
    throw error;
  }
  let held = true;
  return {
    release() {
      if (!held) return;
      held = false;
      writeHolder(file, '');
      closeSync(file);
    },
  };
}

function openLock(path: string): number {
  try {
    const file = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o600);
    if (fstatSync(file).isFile()) return file;
    closeSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOOP') throw explained(path, error);
  }
  throw new GpuwrightError('INVALID_INPUT', `${path}: is no regular file: remove it, the lock file is made when it is needed`);
}

function writeHolder(file: number, text: string): void {
  ftruncateSync(file, 0);
  writeSync(file, text, 0);
}

/** Who says to hold it. A holder that was killed before the next one has written its name is told as such. */
function holderOf(path: string): string {
  try {
    const { pid, since } = JSON.parse(readFileSync(path, 'utf8')) as { readonly pid: unknown; readonly since: unknown };
    if (Number.isInteger(pid) && typeof since === 'string') return `process ${String(pid)} since ${since}`;
  } catch {
    // Read between taking and writing.
  }
  return 'a process that has not written its number';
}

function aborted(path: string, signal: AbortSignal): GpuwrightError {
  return new GpuwrightError('ABORTED', `${path}: the caller stopped waiting for the lock`, { cause: signal.reason });
}

let opened: Promise<{ readonly library: NativeLibrary; readonly flock: FunctionRef }> | undefined;

/** True when the lock was free. Opened once per environment: the C library is there anyway. */
async function flock(): Promise<(file: number) => boolean> {
  opened ??= openC().catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  const { library, flock } = await opened;
  return (file) => {
    const frame = createFrame(0);
    frame.words[0] = BigInt(file);
    frame.words[1] = LOCK_EX | LOCK_NB;
    return library.call(flock, frame) === 0;
  };
}

async function openC(): Promise<{ readonly library: NativeLibrary; readonly flock: FunctionRef }> {
  // flock never hangs when told not to wait, so it needs neither lane nor helper.
  const backend = await selectBackend({ isolation: 'in-process' });
  const library = await backend.open('libc.so.6');
  return { library, flock: library.bind('flock', 'r(u32,u32)') };
}
