import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend, BackendCapabilities, LaneCall, NativeLibrary } from '../../lib/backend/backend.ts';
import { buildFixtureLibrary } from '../fixtures/native/build.ts';
import { frameOf, laneCall, textFrame } from './frames.ts';

const PATIENT = { deadlineMs: 20_000 };
/** Long enough for a call that answers, on a busy machine; short enough to wait for. */
const SHORT = { deadlineMs: 600 };

const status = (library: NativeLibrary, value: number): LaneCall => laneCall(library, 't_status', 'r(u32)', frameOf(0, [BigInt(value)]));
const hang = (library: NativeLibrary, file: string): LaneCall => laneCall(library, 't_hang_told', 'r(p)', textFrame(file));

async function until(what: () => boolean): Promise<void> {
  while (!what()) await delay(5);
}

export function describeDeadlines(create: () => Promise<Backend> | Backend, capabilities: BackendCapabilities, inAnotherProcess: string): void {
  describe.skipIf(!capabilities.lanes)('deadlines, aborting and closing', () => {
    let backend: Backend;
    let library: NativeLibrary;
    let folder: string;
    let count = 0;
    const fresh = (): { lane: string; file: string; release: () => void } => {
      const file = join(folder, `hang-${(count += 1)}`);
      return { lane: `lane-${count}`, file, release: () => writeFileSync(`${file}.release`, '') };
    };
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'gpuwright-contract-'));
      backend = await create();
      library = await backend.open(buildFixtureLibrary());
    });
    afterAll(async () => {
      await backend.close();
      rmSync(folder, { recursive: true });
    });

    it('at the deadline finished calls stay done, the one inside is running, the rest were not started', async () => {
      const { lane, file, release } = fresh();
      const answer = frameOf(8, [0n], [0]);
      const untouched = frameOf(8, [0n], [0]);
      const outcomes = await library.submit(
        lane,
        [laneCall(library, 't_answer', 'r(p)', answer), status(library, 7), hang(library, file), laneCall(library, 't_answer', 'r(p)', untouched), status(library, 8)],
        SHORT,
      );
      expect(outcomes).toEqual([
        { state: 'done', status: 0 },
        { state: 'done', status: 7 },
        { state: 'running' },
        { state: 'not-started', reason: 'deadline' },
        { state: 'not-started', reason: 'deadline' },
      ]);
      expect(answer.memory[0]).toBe(42);
      expect(untouched.memory[0]).toBe(0);
      release();
      await until(() => library.laneState(lane) === 'idle');
      // What was promised not to have started is not started later either.
      await delay(20);
      expect(untouched.memory[0]).toBe(0);
    });

    it('a wedged lane refuses at once and says by whom; the others go on; it recovers when the late call returns', async () => {
      const { lane, file, release } = fresh();
      expect(await library.submit(lane, [hang(library, file)], SHORT)).toEqual([{ state: 'running' }]);
      expect(library.laneState(lane)).toBe('wedged');
      const refused = await library.submit(lane, [status(library, 1), status(library, 2)], PATIENT);
      expect(refused).toHaveLength(2);
      for (const outcome of refused) {
        expect(outcome).toMatchObject({ state: 'not-started', reason: 'wedged', wedgedBy: { symbol: 't_hang_told', runningMs: expect.any(Number) } });
      }
      expect(await library.submit(`${lane}-other`, [status(library, 3)], PATIENT)).toEqual([{ state: 'done', status: 3 }]);
      release();
      await until(() => library.laneState(lane) === 'idle');
      expect(await library.submit(lane, [status(library, 4)], PATIENT)).toEqual([{ state: 'done', status: 4 }]);
    });

    it('the frame of an abandoned call is left as it was, also when the call returns late', async () => {
      const { lane } = fresh();
      const frame = frameOf(8, [700n, 0n], [1]);
      frame.memory.fill(9);
      const outcomes = await library.submit(lane, [laneCall(library, 't_concurrent', 'r(u32,p)', frame)], { deadlineMs: 200 });
      expect(outcomes).toEqual([{ state: 'running' }]);
      await until(() => library.laneState(lane) === 'idle');
      expect([...frame.memory]).toEqual(Array(8).fill(9));
    });

    it('a batch that the lane does not come to before its deadline was not started', async () => {
      const { lane, file, release } = fresh();
      const first = library.submit(lane, [hang(library, file)], PATIENT);
      await until(() => existsSync(file));
      const outcomes = await library.submit(lane, [status(library, 1), status(library, 2)], SHORT);
      expect(outcomes).toEqual(Array(2).fill({ state: 'not-started', reason: 'deadline' }));
      release();
      expect(await first).toEqual([{ state: 'done', status: 0 }]);
    });

    it('many hung lanes leave the others and the file system working', async () => {
      const hangs = Array.from({ length: 12 }, fresh);
      const batches = hangs.map(({ lane, file }) => library.submit(lane, [hang(library, file)], { deadlineMs: 1000 }));
      await until(() => hangs.every(({ file }) => existsSync(file)));
      expect(await library.submit('free', [status(library, 5)], PATIENT)).toEqual([{ state: 'done', status: 5 }]);
      const { readFile } = await import('node:fs/promises');
      expect((await readFile(import.meta.filename)).length).toBeGreaterThan(0);
      expect((await Promise.all(batches)).flat()).toEqual(Array(12).fill({ state: 'running' }));
      for (const { release } of hangs) release();
      await until(() => hangs.every(({ lane }) => library.laneState(lane) === 'idle'));
    });

    it('a signal aborted before submit: nothing is started', async () => {
      const outcomes = await library.submit(fresh().lane, [status(library, 1), status(library, 2)], { ...PATIENT, signal: AbortSignal.abort() });
      expect(outcomes).toEqual(Array(2).fill({ state: 'not-started', reason: 'aborted' }));
    });

    it('a signal aborted during a call: settled at once, what finished is kept, the lane is wedged until the call returns', async () => {
      const { lane, file, release } = fresh();
      const controller = new AbortController();
      const batch = library.submit(lane, [status(library, 6), hang(library, file), status(library, 7)], { ...PATIENT, signal: controller.signal });
      await until(() => existsSync(file));
      controller.abort();
      expect(await batch).toEqual([{ state: 'done', status: 6 }, { state: 'running' }, { state: 'not-started', reason: 'aborted' }]);
      expect(library.laneState(lane)).toBe('wedged');
      release();
      await until(() => library.laneState(lane) === 'idle');
    });

    it('a signal aborted while the batch waits in the queue: nothing of it is started', async () => {
      const { lane, file, release } = fresh();
      const first = library.submit(lane, [hang(library, file)], PATIENT);
      await until(() => existsSync(file));
      const controller = new AbortController();
      const second = library.submit(lane, [status(library, 1)], { ...PATIENT, signal: controller.signal });
      const third = library.submit(lane, [status(library, 2)], PATIENT);
      controller.abort();
      expect(await second).toEqual([{ state: 'not-started', reason: 'aborted' }]);
      release();
      expect(await first).toEqual([{ state: 'done', status: 0 }]);
      expect(await third).toEqual([{ state: 'done', status: 2 }]);
    });

    it('a signal that is aborted after the batch has settled changes nothing', async () => {
      const controller = new AbortController();
      const { lane } = fresh();
      expect(await library.submit(lane, [status(library, 1)], { ...PATIENT, signal: controller.signal })).toEqual([{ state: 'done', status: 1 }]);
      controller.abort();
      expect(library.laneState(lane)).toBe('idle');
    });

    it('a call that returns 0 only after its batch was settled is taken back; one that was told of is not', async () => {
      const own = await create();
      const opened = await own.open(buildFixtureLibrary());
      const acquire = (ms: bigint): LaneCall => ({ ...laneCall(opened, 't_acquire', 'r(u32)', frameOf(0, [ms])), undo: opened.bind('t_release', 'r()') });
      const balance = async (): Promise<unknown> => (await opened.submit('watch', [laneCall(opened, 't_balance', 'r()')], PATIENT))[0];
      const before = (await balance()) as { status: number };
      const at = (change: number) => ({ state: 'done', status: before.status + change });
      expect(await opened.submit('own', [acquire(0n)], PATIENT)).toEqual([{ state: 'done', status: 0 }]);
      expect(await balance()).toEqual(at(1));
      expect(await opened.submit('own', [acquire(700n)], { deadlineMs: 150 })).toEqual([{ state: 'running' }]);
      await until(() => opened.laneState('own') === 'idle');
      await expect.poll(balance).toEqual(at(1));
      expect(await opened.submit('own', [laneCall(opened, 't_release', 'r()')], PATIENT)).toEqual([{ state: 'done', status: 0 }]);
      expect(await balance()).toEqual(at(0));
      await own.close();
    });

    it('close settles queued calls as closed and refuses further ones; the other libraries go on', async () => {
      const own = await create();
      const opened = await own.open(buildFixtureLibrary());
      const { lane, file, release } = fresh();
      const first = opened.submit(lane, [hang(opened, file)], PATIENT);
      await until(() => existsSync(file));
      const second = opened.submit(lane, [status(opened, 1)], PATIENT);
      const closing = opened.close();
      expect(await second).toEqual([{ state: 'not-started', reason: 'closed' }]);
      expect(await opened.submit('b', [status(opened, 2)], PATIENT)).toEqual([{ state: 'not-started', reason: 'closed' }]);
      expect(await library.submit('b', [status(library, 3)], PATIENT)).toEqual([{ state: 'done', status: 3 }]);
      release();
      await first;
      await closing;
      await own.close();
    });

    it.each(['process.exit(7)', 'process.exitCode = 7', 'process.kill(process.pid, "SIGTERM")'])(
      'a hung call does not keep a process from ending: %s',
      async (end) => {
        const { file } = fresh();
        const script = `${inAnotherProcess}
          import { existsSync } from 'node:fs';
          const library = await backend.open(${JSON.stringify(buildFixtureLibrary())});
          const memory = new Uint8Array(Buffer.from(${JSON.stringify(file)} + '\\0'));
          const frame = { words: new BigUint64Array(8), pointerMask: 1, memory, relocations: [] };
          const [outcome] = await library.submit('a', [{ fn: library.bind('t_hang_told', 'r(p)'), frame }], { deadlineMs: 800 });
          if (outcome.state !== 'running') throw new Error(JSON.stringify(outcome));
          ${end};`;
        const ended = await new Promise<{ code: unknown; signal: unknown }>((resolve) => {
          execFile(process.execPath, ['--input-type=module', '-e', script], { timeout: 20_000, killSignal: 'SIGKILL' }, (error, _, stderr) => {
            if (stderr !== '') console.error(stderr);
            resolve({ code: error === null ? 0 : error.code, signal: error?.signal ?? null });
          });
        });
        expect(ended).toEqual(end.includes('SIGTERM') ? { code: null, signal: 'SIGTERM' } : { code: 7, signal: null });
      },
    );
  });
}
