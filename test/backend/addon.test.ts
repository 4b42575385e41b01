import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AddonBackend, createAddonBackend } from '../../lib/backend/addon.ts';
import { loadAddon } from '../../lib/backend/addon-binding.ts';
import type { NativeLibrary } from '../../lib/backend/backend.ts';
import { shapes } from '../../lib/abi/shapes.ts';
import { frameOf, laneCall, listFrame, textFrame, u64At, viewOf } from '../contract/frames.ts';
import { buildFixtureLibrary } from '../fixtures/native/build.ts';

const PATIENT = { deadlineMs: 20_000 };

let folder: string;
let library: NativeLibrary;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gpuwright-addon-'));
  library = await createAddonBackend().open(buildFixtureLibrary());
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the addon', () => {
  it('is built with the shapes of lib/abi', () => {
    expect(loadAddon().shapes).toEqual(shapes);
  });

  it.each([
    ['libx.so', '/opt/libx.so: file too short', 'libx.so: /opt/libx.so: file too short: check'],
    ['/opt/libx.so', '/opt/libx.so: file too short', '/opt/libx.so: file too short: check'],
  ])('names the file %s and leaves the loader its words', async (path, words, message) => {
    const openLibrary = (): number => {
      throw new Error(words);
    };
    const opened = new AddonBackend({ ...loadAddon(), openLibrary }).open(path);
    await expect(opened).rejects.toMatchObject({ code: 'LIBRARY_LOAD_FAILED', message: expect.stringContaining(message) as string });
  });

  it('gives the same library by another path: one lane, whichever path it was opened by', async () => {
    const link = join(folder, 'other-name.so');
    symlinkSync(buildFixtureLibrary(), link);
    const other = await createAddonBackend().open(link);
    const file = join(folder, 'same');
    const hung = library.submit('same', [laneCall(library, 't_hang', 'r(p)', textFrame(file))], PATIENT);
    expect(other.laneState('same')).toBe('busy');
    writeFileSync(file, '');
    await hung;
    expect(other.laneState('same')).toBe('idle');
  });

  it('refuses more batches than a lane’s queue holds, and takes them again when it has room', async () => {
    const file = join(folder, 'full');
    const hung = library.submit('full', [laneCall(library, 't_hang_told', 'r(p)', textFrame(file))], PATIENT);
    while (!existsSync(file)) await delay(5);
    const status = () => library.submit('full', [laneCall(library, 't_status', 'r(u32)', frameOf(0, [5n]))], PATIENT);
    const waiting = Array.from({ length: 64 }, status);
    expect(await status()).toEqual([{ state: 'not-started', reason: 'queue-full' }]);
    writeFileSync(`${file}.release`, '');
    expect(await hung).toEqual([{ state: 'done', status: 0 }]);
    expect((await Promise.all(waiting)).flat()).toEqual(Array(64).fill({ state: 'done', status: 5 }));
    expect(await status()).toEqual([{ state: 'done', status: 5 }]);
  });

  it('starts no call after its deadline, though JavaScript was too busy to say so', async () => {
    const file = join(folder, 'busy');
    const hung = library.submit('busy', [laneCall(library, 't_hang_told', 'r(p)', textFrame(file))], PATIENT);
    while (!existsSync(file)) await delay(5);
    const before = library.call(library.bind('t_count', 'r()'), frameOf(0));
    const late = library.submit('busy', [laneCall(library, 't_count', 'r()')], { deadlineMs: 50 });
    const until = Date.now() + 200;
    while (Date.now() < until);
    writeFileSync(`${file}.release`, '');
    while (library.laneState('busy') !== 'idle');
    expect(await late).toEqual([{ state: 'not-started', reason: 'deadline' }]);
    expect(library.call(library.bind('t_count', 'r()'), frameOf(0))).toBe(before + 1);
    await hung;
  });

  it('makes synchronous calls with memory beyond the scratch buffer, text ones too', () => {
    const bytes = 1_000_000;
    const frame = frameOf(bytes + 8, [0n, BigInt(bytes), BigInt(bytes)], [0, 2]);
    frame.memory.fill(1, 0, bytes);
    expect(library.call(library.bind('t_sum', 'r(p,u32,p)'), frame)).toBe(0);
    expect(u64At(frame, bytes)).toBe(BigInt(bytes));
    const large = frameOf(bytes, [4n]);
    expect(library.callText(library.bind('t_text', 's(u32)'), large)).toBe('Grüß Gott');
  });

  it('follows embedded pointers of the scratch frame, and keeps what is set on it', () => {
    const list = listFrame();
    const { scratch } = library;
    scratch.words.set(list.words);
    scratch.pointerMask = list.pointerMask;
    scratch.relocations = list.relocations;
    scratch.memory.set(list.memory);
    expect(library.call(library.bind('t_list_sum', 'r(p,p)'), scratch)).toBe(0);
    expect([u64At(scratch, 24), u64At(scratch, 8), viewOf(scratch).getUint32(36, true)]).toEqual([60n, 32n, 40]);
    expect([scratch.pointerMask, [...scratch.relocations]]).toEqual([3, [8]]);
    scratch.relocations = [];
    scratch.pointerMask = 0;
  });

  it.each([
    ['a pointer word outside the memory', 1, 65_536n, []],
    ['a relocation outside the memory', 0, 0n, [65_536]],
    ['a relocation between the words', 0, 0n, [12]],
  ])('refuses in the scratch frame %s', (_, mask, word, relocations) => {
    const { scratch } = library;
    const isNull = library.bind('t_is_null', 'r(p)');
    scratch.words.fill(0n);
    scratch.memory.fill(0);
    scratch.pointerMask = 0;
    scratch.relocations = [];
    expect(library.call(isNull, scratch)).toBe(0);
    scratch.pointerMask = mask;
    scratch.words[0] = word;
    scratch.relocations = relocations;
    expect(() => library.call(isNull, scratch)).toThrow(RangeError);
    scratch.pointerMask = 0;
    scratch.relocations = [];
  });

  it('refuses a function of another library, and calls none in its place', async () => {
    const other = await createAddonBackend().open(buildFixtureLibrary());
    expect(() => library.call(other.bind('t_zero', 'r()'), library.scratch)).toThrow(TypeError);
  });

  it('rejects where a frame’s memory was given away before the batch came back', async () => {
    const frame = frameOf(8, [0n], [0]);
    const batch = library.submit('away', [laneCall(library, 't_answer', 'r(p)', frame)], PATIENT);
    structuredClone(frame.memory.buffer, { transfer: [frame.memory.buffer as ArrayBuffer] });
    await expect(batch).rejects.toBeInstanceOf(TypeError);
  });
});
