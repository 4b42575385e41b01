import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallFrame } from '../../lib/abi/frame.ts';
import type { LaneCall, NativeLibrary } from '../../lib/backend/backend.ts';
import { createHelperProcessBackend, type HelperProcessBackend } from '../../lib/backend/helper-process/index.ts';
import { frameOf, laneCall, textFrame, u64At } from '../contract/frames.ts';
import { buildFixtureLibrary } from '../fixtures/native/build.ts';

const PATIENT = { deadlineMs: 20_000 };

async function until(what: () => boolean): Promise<void> {
  while (!what()) await delay(5);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe.each(['addon', 'koffi'] as const)('a helper process that holds %s', (inner) => {
  let backend: HelperProcessBackend;
  let library: NativeLibrary;
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gpuwright-helper-'));
    backend = createHelperProcessBackend({ inner });
    library = await backend.open(buildFixtureLibrary());
  });
  afterEach(async () => {
    await backend.close();
    rmSync(folder, { recursive: true });
  });

  const status = (value: number): LaneCall => laneCall(library, 't_status', 'r(u32)', frameOf(0, [BigInt(value)]));
  const crash = (): LaneCall => laneCall(library, 't_crash', 'r()', frameOf(0));
  const count = (): LaneCall => laneCall(library, 't_count', 'r()', frameOf(0));
  const hang = (file: string): LaneCall => laneCall(library, 't_hang_told', 'r(p)', textFrame(file));

  it('survives a crash of the library: what finished is kept, the call being made has crashed, the rest was not started', async () => {
    const answer = frameOf(8, [0n], [0]);
    const outcomes = await library.submit('a', [laneCall(library, 't_answer', 'r(p)', answer), status(3), crash(), status(4)], PATIENT);
    expect(outcomes).toEqual([
      { state: 'done', status: 0 },
      { state: 'done', status: 3 },
      { state: 'crashed', exit: 'SIGSEGV' },
      { state: 'not-started', reason: 'crashed' },
    ]);
    expect(u64At(answer, 0)).toBe(42n);
  });

  it('a crash on one lane ends the calls of all lanes, each told what it was', async () => {
    const file = join(folder, 'other');
    const inside = library.submit('b', [status(1), hang(file), status(2)], PATIENT);
    const behind = library.submit('b', [status(3)], PATIENT);
    await until(() => existsSync(file));
    expect(await library.submit('a', [crash()], PATIENT)).toEqual([{ state: 'crashed', exit: 'SIGSEGV' }]);
    expect(await inside).toEqual([{ state: 'done', status: 1 }, { state: 'crashed', exit: 'SIGSEGV' }, { state: 'not-started', reason: 'crashed' }]);
    expect(await behind).toEqual([{ state: 'not-started', reason: 'crashed' }]);
  });

  it('after a crash the generation has risen, the old one is refused, and the next submit starts a new helper', async () => {
    const other = await backend.open(buildFixtureLibrary());
    const { generation } = library;
    const first = backend.pid;
    await library.submit('a', [crash()], PATIENT);
    expect(library.generation).toBe(generation + 1);
    expect(other.generation).toBe(generation + 1);
    expect(await library.submit('a', [status(1)], { ...PATIENT, generation })).toEqual([{ state: 'not-started', reason: 'stale-generation' }]);
    expect(backend.pid).toBeUndefined();
    expect(await library.submit('a', [status(1), count()], { ...PATIENT, generation: generation + 1 })).toEqual([
      { state: 'done', status: 1 },
      { state: 'done', status: 1 },
    ]);
    expect(backend.pid).not.toBe(first);
    expect(await other.submit('a', [status(2)], PATIENT)).toEqual([{ state: 'done', status: 2 }]);
    expect([...(await other.resolve(['t_zero', 't_none']))]).toEqual(['t_zero']);
  });

  it('a helper that dies while idle raises the generation and is replaced', async () => {
    const { generation } = library;
    process.kill(backend.pid as number, 'SIGKILL');
    await until(() => library.generation > generation);
    expect(library.laneState('a')).toBe('idle');
    expect(await library.submit('a', [status(5)], PATIENT)).toEqual([{ state: 'done', status: 5 }]);
  });

  it('an open or a resolve that the helper did not live to answer is HELPER_CRASHED', async () => {
    process.kill(backend.pid as number, 'SIGSTOP');
    const opening = backend.open(buildFixtureLibrary());
    const resolving = library.resolve(['t_zero']);
    process.kill(backend.pid as number, 'SIGKILL');
    await expect(opening).rejects.toMatchObject({ code: 'HELPER_CRASHED', message: expect.stringContaining('SIGKILL') });
    await expect(resolving).rejects.toMatchObject({ code: 'HELPER_CRASHED' });
  });

  it('restart gives up a hung call, ends the helper and raises the generation', async () => {
    const file = join(folder, 'hung');
    const { generation } = library;
    const pid = backend.pid as number;
    expect(await library.submit('a', [hang(file)], { deadlineMs: 300 })).toEqual([{ state: 'running' }]);
    const inside = library.submit('b', [hang(join(folder, 'inside'))], PATIENT);
    await until(() => existsSync(join(folder, 'inside')));
    await backend.restart();
    expect(await inside).toEqual([{ state: 'crashed', exit: 'SIGKILL' }]);
    expect(isAlive(pid)).toBe(false);
    expect(library.generation).toBe(generation + 1);
    expect(library.laneState('a')).toBe('idle');
    expect(await library.submit('a', [status(6)], PATIENT)).toEqual([{ state: 'done', status: 6 }]);
  });

  it('a library that a new helper cannot open again: nothing was started', async () => {
    const path = join(folder, 'libgone.so');
    copyFileSync(buildFixtureLibrary(), path);
    const removed = await backend.open(path);
    rmSync(path);
    const call = { fn: removed.bind('t_status', 'r(u32)'), frame: frameOf(0, [1n]) };
    expect(await removed.submit('a', [call], PATIENT)).toEqual([{ state: 'done', status: 1 }]);
    await backend.restart();
    expect(await removed.submit('a', [call, call], PATIENT)).toEqual(Array(2).fill({ state: 'not-started', reason: 'crashed' }));
    await expect(removed.resolve(['t_status'])).rejects.toMatchObject({ code: 'LIBRARY_LOAD_FAILED' });
    expect(await library.submit('a', [status(2)], PATIENT)).toEqual([{ state: 'done', status: 2 }]);
  });

  it('keeps deadlines although the helper is frozen, and nothing that was told not-started starts when it thaws', async () => {
    await library.submit('a', [count()], PATIENT);
    process.kill(backend.pid as number, 'SIGSTOP');
    const expected = { state: 'not-started', reason: 'deadline' };
    expect(await library.submit('a', [count(), count()], { deadlineMs: 200 })).toEqual([expected, expected]);
    expect(await library.submit('b', [count()], { deadlineMs: 200 })).toEqual([expected]);
    process.kill(backend.pid as number, 'SIGCONT');
    await until(() => library.laneState('a') === 'idle' && library.laneState('b') === 'idle');
    expect(await library.submit('a', [count()], PATIENT)).toEqual([{ state: 'done', status: 2 }]);
  });

  it('an abort is settled although the helper is frozen', async () => {
    process.kill(backend.pid as number, 'SIGSTOP');
    const controller = new AbortController();
    const batch = library.submit('a', [status(1), status(2)], { ...PATIENT, signal: controller.signal });
    controller.abort();
    // The helper may still begin the first call: until it has said otherwise, nobody may rely on its not having run.
    expect(await batch).toEqual([{ state: 'running' }, { state: 'not-started', reason: 'aborted' }]);
    expect(library.laneState('a')).toBe('wedged');
    process.kill(backend.pid as number, 'SIGCONT');
    await until(() => library.laneState('a') === 'idle');
  });

  it('closes at once although the helper is frozen', async () => {
    const pid = backend.pid as number;
    process.kill(pid, 'SIGSTOP');
    await backend.close();
    expect(isAlive(pid)).toBe(false);
  });

  it('what finished in time counts although this thread was too busy to hear it', async () => {
    const batch = library.submit('a', [status(1), status(2)], { deadlineMs: 300 });
    const end = performance.now() + 600;
    while (performance.now() < end);
    expect(await batch).toEqual([{ state: 'done', status: 1 }, { state: 'done', status: 2 }]);
  });

  it('nothing begins after the deadline, although this thread is too busy to say that it has passed', async () => {
    const batch = library.submit('a', [laneCall(library, 't_sleep_ms', 'r(u32)', frameOf(0, [400n])), count()], { deadlineMs: 200 });
    const end = performance.now() + 800;
    while (performance.now() < end);
    expect((await batch)[1]).toEqual({ state: 'not-started', reason: 'deadline' });
    expect(await library.submit('a', [count()], PATIENT)).toEqual([{ state: 'done', status: 1 }]);
  });

  it('ignores the signals that a terminal or a service manager sends to every process', async () => {
    const { generation } = library;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(backend.pid as number, signal);
    expect(await library.submit('a', [status(1)], PATIENT)).toEqual([{ state: 'done', status: 1 }]);
    expect(library.generation).toBe(generation);
  });

  it('runs 65 lanes at once', async () => {
    const frames = Array.from({ length: 65 }, () => frameOf(8, [400n, 0n], [1]));
    await Promise.all(frames.map((frame, index) => library.submit(`lane-${index}`, [laneCall(library, 't_concurrent', 'r(u32,p)', frame)], PATIENT)));
    const most = frames.map((frame: CallFrame) => u64At(frame, 0)).reduce((a, b) => (a > b ? a : b));
    expect(most).toBe(65n);
  });

  it('a full queue is told so', async () => {
    const file = join(folder, 'full');
    const first = library.submit('a', [hang(file)], PATIENT);
    await until(() => existsSync(file));
    const waiting = Array.from({ length: 65 }, () => library.submit('a', [status(1)], PATIENT));
    expect(await waiting[64]).toEqual([{ state: 'not-started', reason: 'queue-full' }]);
    writeFileSync(`${file}.release`, '');
    await first;
    expect(await waiting[63]).toEqual([{ state: 'done', status: 1 }]);
  });

  it('a closed backend opens nothing and calls nothing', async () => {
    await backend.close();
    await expect(backend.open(buildFixtureLibrary())).rejects.toMatchObject({ code: 'CLOSED' });
    expect(await library.submit('a', [status(1)], PATIENT)).toEqual([{ state: 'not-started', reason: 'closed' }]);
    expect(backend.pid).toBeUndefined();
  });
});

describe('createHelperProcessBackend', () => {
  it('refuses an inner backend that does not exist', () => {
    expect(() => createHelperProcessBackend({ inner: 'ffi' as never })).toThrow(TypeError);
  });

  it('starts nothing before the first open', async () => {
    const backend = createHelperProcessBackend({ inner: 'koffi' });
    expect(backend.pid).toBeUndefined();
    await backend.close();
  });
});
