import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_TEXT_BYTES, type CallFrame } from '../../lib/abi/frame.ts';
import type { Backend, BackendCapabilities, LaneCall, NativeLibrary } from '../../lib/backend/backend.ts';
import { buildFixtureLibrary } from '../fixtures/native/build.ts';
import { frameOf, laneCall, listFrame, textFrame, u64At, viewOf } from './frames.ts';

/** Long enough that only a hang reaches it. */
const PATIENT = { deadlineMs: 20_000 };

const status = (library: NativeLibrary, value: number): LaneCall => laneCall(library, 't_status', 'r(u32)', frameOf(0, [BigInt(value)]));

export function describeLanes(create: () => Promise<Backend> | Backend, capabilities: BackendCapabilities): void {
  describe(capabilities.lanes ? 'lanes' : 'without lanes', () => {
    let backend: Backend;
    let library: NativeLibrary;
    let folder: string;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'gpuwright-contract-'));
      backend = await create();
      library = await backend.open(buildFixtureLibrary());
    });
    afterAll(async () => {
      await backend.close();
      rmSync(folder, { recursive: true });
    });

    const lanes = it.skipIf(!capabilities.lanes);

    it.skipIf(capabilities.lanes)('submit says what to use instead', async () => {
      await expect(library.submit('a', [], PATIENT)).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE', message: expect.stringContaining('helper-process') });
    });

    lanes('an empty batch has no outcomes', async () => {
      expect(await library.submit('a', [], PATIENT)).toEqual([]);
    });

    lanes('a batch has one outcome per call, in order', async () => {
      const outcomes = await library.submit('a', [status(library, 0), status(library, 3), status(library, 999)], PATIENT);
      expect(outcomes).toEqual([0, 3, 999].map((value) => ({ state: 'done', status: value })));
    });

    lanes('calls of a batch run one after the other, each seeing what the one before did', async () => {
      const own = await create();
      const opened = await own.open(buildFixtureLibrary());
      const count = () => laneCall(opened, 't_count', 'r()');
      const outcomes = await opened.submit('a', [count(), count(), count()], PATIENT);
      const statuses = outcomes.map((outcome) => (outcome.state === 'done' ? outcome.status : NaN));
      const first = statuses[0] as number;
      expect(statuses).toEqual([first, first + 1, first + 2]);
      await own.close();
    });

    lanes('memory comes back, around the pointers too, embedded ones as offsets', async () => {
      const answer = frameOf(16, [8n], [0]);
      const list = listFrame();
      await library.submit('a', [laneCall(library, 't_answer', 'r(p)', answer), laneCall(library, 't_list_sum', 'r(p,p)', list)], PATIENT);
      expect(u64At(answer, 8)).toBe(42n);
      expect([u64At(list, 24), u64At(list, 8)]).toEqual([60n, 32n]);
      expect([32, 36, 40].map((place) => viewOf(list).getUint32(place, true))).toEqual([20, 40, 60]);
    });

    lanes('memory that is a part of a larger buffer comes back there and nowhere else', async () => {
      const whole = new Uint8Array(32).fill(7);
      const frame: CallFrame = { ...frameOf(0, [4n], [0]), memory: whole.subarray(8, 24) };
      await library.submit('a', [laneCall(library, 't_answer', 'r(p)', frame)], PATIENT);
      expect([...whole.subarray(8, 20)]).toEqual([7, 7, 7, 7, 42, 0, 0, 0, 7, 7, 7, 7]);
    });

    lanes('handles pass verbatim; large memory passes whole', async () => {
      const handle = frameOf(8, [0xfedc_ba98_7654_3210n, 0n], [1]);
      const bytes = 1_000_000;
      const large = frameOf(bytes + 8, [0n, BigInt(bytes), BigInt(bytes)], [0, 2]);
      large.memory.fill(1, 0, bytes);
      await library.submit('a', [laneCall(library, 't_handle', 'r(p,p)', handle), laneCall(library, 't_sum', 'r(p,u32,p)', large)], PATIENT);
      expect([u64At(handle, 0), u64At(large, bytes)]).toEqual([0xfedc_ba98_7654_3210n, BigInt(bytes)]);
    });

    lanes('text results come with the outcome, within the bound', async () => {
      const text = (which: bigint) => laneCall(library, 't_text', 's(u32)', frameOf(0, [which]));
      const outcomes = await library.submit('a', [text(0n), text(1n), text(2n), text(3n), text(4n), text(5n)], PATIENT);
      expect(outcomes).toEqual(['Success', null, '', 'x'.repeat(MAX_TEXT_BYTES - 1), 'Grüß Gott', 'wall'].map((text) => ({ state: 'done', status: 0, text })));
    });

    lanes('a missing symbol is the outcome absent, does not stop the others, and leaves its memory', async () => {
      const frame = frameOf(8, [0n], [0]);
      frame.memory.fill(9);
      const outcomes = await library.submit('a', [status(library, 1), laneCall(library, 't_never_written', 'r(p)', frame), status(library, 2)], PATIENT);
      expect(outcomes).toEqual([{ state: 'done', status: 1 }, { state: 'absent' }, { state: 'done', status: 2 }]);
      expect([...frame.memory]).toEqual(Array(8).fill(9));
    });

    lanes('the frame is read when submit is called', async () => {
      const call = status(library, 5);
      const batch = library.submit('a', [laneCall(library, 't_sleep_ms', 'r(u32)', frameOf(0, [30n])), call], PATIENT);
      call.frame.words[0] = 6n;
      expect((await batch)[1]).toEqual({ state: 'done', status: 5 });
    });

    lanes('one lane does not wait for another, and one batch of a lane waits for the one before', async () => {
      const file = join(folder, 'order');
      const order: string[] = [];
      const hung = library.submit('order-a', [laneCall(library, 't_hang', 'r(p)', textFrame(file))], PATIENT).then(() => order.push('first of a'));
      const behind = library.submit('order-a', [status(library, 0)], PATIENT).then(() => order.push('second of a'));
      await library.submit('order-b', [status(library, 0)], PATIENT).then(() => order.push('b'));
      expect(library.laneState('order-a')).toBe('busy');
      writeFileSync(file, '');
      await Promise.all([hung, behind]);
      expect(order).toEqual(['b', 'first of a', 'second of a']);
      expect(library.laneState('order-a')).toBe('idle');
    });

    lanes('lanes run at the same time, calls of one lane never', async () => {
      const most = async (names: string[]): Promise<bigint> => {
        const frames = names.map(() => frameOf(8, [150n, 0n], [1]));
        await Promise.all(names.map((name, index) => library.submit(name, [laneCall(library, 't_concurrent', 'r(u32,p)', frames[index] as CallFrame)], PATIENT)));
        return frames.map((frame) => u64At(frame, 0)).reduce((a, b) => (a > b ? a : b));
      };
      expect(await most(['same', 'same', 'same'])).toBe(1n);
      expect(await most(['one', 'two', 'three', 'four', 'five', 'six'])).toBeGreaterThan(1n);
    });

    lanes('no lane runs on the thread of JavaScript', async () => {
      const frame = frameOf(8, [0n], [0]);
      await library.submit('a', [laneCall(library, 't_thread_id', 'r(p)', frame)], PATIENT);
      expect(u64At(frame, 0)).not.toBe(BigInt(process.pid));
      expect(u64At(frame, 0)).not.toBe(0n);
    });

    lanes('a lane nobody used is idle', () => {
      expect(library.laneState('never used')).toBe('idle');
    });

    lanes('another generation is refused, this one is not', async () => {
      const { generation } = library;
      expect(await library.submit('a', [status(library, 1)], { ...PATIENT, generation })).toEqual([{ state: 'done', status: 1 }]);
      const stale = { state: 'not-started', reason: 'stale-generation' };
      expect(await library.submit('a', [status(library, 1), status(library, 2)], { ...PATIENT, generation: generation + 1 })).toEqual([stale, stale]);
    });

    lanes('wrong arguments reject, and nothing is called', async () => {
      const good = status(library, 1);
      await expect(library.submit(5 as never, [good], PATIENT)).rejects.toBeInstanceOf(TypeError);
      await expect(library.submit('a', good as never, PATIENT)).rejects.toBeInstanceOf(TypeError);
      await expect(library.submit('a', [{}] as never, PATIENT)).rejects.toBeInstanceOf(TypeError);
      await expect(library.submit('a', [good], { deadlineMs: '1' as never })).rejects.toBeInstanceOf(TypeError);
      await expect(library.submit('a', [good], { deadlineMs: NaN })).rejects.toBeInstanceOf(RangeError);
      await expect(library.submit('a', [good], { deadlineMs: -1 })).rejects.toBeInstanceOf(RangeError);
      const outside = laneCall(library, 't_answer', 'r(p)', frameOf(8, [9n], [0]));
      await expect(library.submit('a', [good, outside], PATIENT)).rejects.toBeInstanceOf(RangeError);
      await expect(library.submit('a', [laneCall(library, 't_is_null', 'r(p)', frameOf(8, [0n], [0], [8]))], PATIENT)).rejects.toBeInstanceOf(RangeError);
      expect(library.laneState('a')).toBe('idle');
    });
  });
}
