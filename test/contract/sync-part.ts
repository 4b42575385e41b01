import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_TEXT_BYTES, type CallFrame } from '../../lib/abi/frame.ts';
import { SCRATCH_BYTES, type Backend, type BackendCapabilities, type NativeLibrary } from '../../lib/backend/backend.ts';
import { buildFixtureLibrary } from '../fixtures/native/build.ts';
import { frameOf, listFrame, textFrame, u64At, viewOf } from './frames.ts';

export function describeSync(create: () => Promise<Backend> | Backend, capabilities: BackendCapabilities): void {
  describe(capabilities.sync ? 'synchronous calls' : 'without synchronous calls', () => {
    let backend: Backend;
    let library: NativeLibrary;
    beforeAll(async () => {
      backend = await create();
      library = await backend.open(buildFixtureLibrary());
    });
    afterAll(() => backend.close());

    const sync = it.skipIf(!capabilities.sync);
    const call = (symbol: string, shape: `r(${string})`, frame: CallFrame) => library.call(library.bind(symbol, shape), frame);

    it.skipIf(capabilities.sync)('call, callText and scratch say SYNC_UNAVAILABLE', () => {
      const unavailable = expect.objectContaining({ code: 'SYNC_UNAVAILABLE' });
      expect(() => call('t_zero', 'r()', frameOf(0))).toThrow(unavailable);
      expect(() => library.callText(library.bind('t_text', 's(u32)'), frameOf(0))).toThrow(unavailable);
      expect(() => library.scratch).toThrow(unavailable);
    });

    sync('a call without arguments answers its status', () => {
      expect(call('t_zero', 'r()', frameOf(0))).toBe(0);
    });

    sync.each([0, 1, 3, 999, 0x7fffffff, -1])('status %i comes back as a signed int', (status) => {
      expect(call('t_status', 'r(u32)', frameOf(0, [BigInt.asUintN(64, BigInt(status))]))).toBe(status);
    });

    sync('a 32-bit parameter takes the low half of its word', () => {
      const frame = frameOf(16, [0xdead_beef_ffff_ffffn, 8n], [1]);
      expect(call('t_add_one', 'r(u32,p)', frame)).toBe(0);
      expect(u64At(frame, 8)).toBe(0x1_0000_0000n);
    });

    sync.each([0n, 1n, 0x7fff_1234_5678n, 0x8000_0000_0000_0000n, 0xffff_ffff_ffff_ffffn])('the handle %s passes verbatim, all 64 bits', (handle) => {
      const frame = frameOf(8, [handle, 0n], [1]);
      expect(call('t_handle', 'r(p,p)', frame)).toBe(0);
      expect(u64At(frame, 0)).toBe(handle);
    });

    sync('words of mixed width arrive in their places', () => {
      const frame = frameOf(24, [0x1234_5678_9abc_def0n, 0xffff_fffen, 0n, 8n], [2, 3]);
      expect(call('t_four', 'r(p,u32,p,p)', frame)).toBe(0);
      expect([u64At(frame, 0), u64At(frame, 8)]).toEqual([0x1234_5678_9abc_def0n, 0xffff_fffen]);
    });

    sync('a signed parameter keeps its sign', () => {
      expect(call('t_signed', 'r(p,i32)', frameOf(0, [0n, 0xffff_fff9n]))).toBe(-7);
      const frame = frameOf(8, [0n, 0xffff_fff9n, 0n], [2]);
      expect(call('t_sign_extend', 'r(p,i32,p)', frame)).toBe(0);
      expect(viewOf(frame).getBigInt64(0, true)).toBe(-7n);
    });

    sync('six words, 64-bit numbers among them, arrive in their places', () => {
      const frame = frameOf(24, [0xffff_ffff_ffff_ffffn, 0xffff_ffffn, 0xffff_ffff_ffff_fffen, 0n, 8n, 16n], [3, 4, 5]);
      expect(call('t_six', 'r(p,u32,u64,p,p,p)', frame)).toBe(0);
      expect([0, 8, 16].map((place) => u64At(frame, place))).toEqual([0xffff_ffff_ffff_ffffn, 0xffff_ffffn, 0xffff_ffff_ffff_fffen]);
    });

    sync('memory is read and written where the pointers say', () => {
      const filled = frameOf(300, [20n], [0]);
      expect(call('t_fill', 'r(p)', filled)).toBe(0);
      expect([filled.memory[19], filled.memory[20], filled.memory[21], filled.memory[275], filled.memory[276]]).toEqual([0, 0, 1, 255, 0]);
      const summed = frameOf(32, [3n, 4n, 16n], [0, 2]);
      summed.memory.set([100, 100, 100, 1, 2, 3, 4, 100]);
      expect(call('t_sum', 'r(p,u32,p)', summed)).toBe(0);
      expect(u64At(summed, 16)).toBe(10n);
    });

    sync('memory that is a part of a larger buffer is read and written in place', () => {
      const whole = new Uint8Array(64).fill(7);
      const frame: CallFrame = { ...frameOf(0, [8n], [0]), memory: whole.subarray(16, 32) };
      expect(call('t_answer', 'r(p)', frame)).toBe(0);
      expect([...whole.subarray(20, 32)]).toEqual([7, 7, 7, 7, 42, 0, 0, 0, 7, 7, 7, 7]);
    });

    sync('a zero word without its pointer bit is NULL, with it the start of the memory', () => {
      expect(call('t_is_null', 'r(p)', frameOf(8, [0n]))).toBe(0);
      expect(call('t_is_null', 'r(p)', frameOf(8, [0n], [0]))).toBe(1);
    });

    sync('embedded pointers are addresses during the call and offsets after it', () => {
      const frame = listFrame();
      expect(call('t_list_sum', 'r(p,p)', frame)).toBe(0);
      expect(u64At(frame, 24)).toBe(60n);
      expect([32, 36, 40].map((place) => viewOf(frame).getUint32(place, true))).toEqual([20, 40, 60]);
      expect(u64At(frame, 8)).toBe(32n);
    });

    sync('an embedded pointer is restored to its offset even when the library moved it', () => {
      const frame = listFrame();
      expect(call('t_list_overwrite', 'r(p)', frame)).toBe(0);
      expect(u64At(frame, 8)).toBe(32n);
    });

    sync('a missing symbol is SYMBOL_ABSENT at call time and leaves the frame as it was', () => {
      const frame = listFrame();
      expect(() => call('t_never_written', 'r(p,p)', frame)).toThrow(
        expect.objectContaining({ code: 'SYMBOL_ABSENT', call: 't_never_written', message: expect.stringContaining('t_never_written') }),
      );
      expect(u64At(frame, 8)).toBe(32n);
      expect(() => library.callText(library.bind('t_never_written', 's(u32)'), frameOf(0))).toThrow(expect.objectContaining({ code: 'SYMBOL_ABSENT' }));
    });

    sync('text results: a word, NULL, the empty text, UTF-8', () => {
      const text = (which: bigint) => library.callText(library.bind('t_text', 's(u32)'), frameOf(0, [which]));
      expect([text(0n), text(1n), text(2n), text(4n)]).toEqual(['Success', null, '', 'Grüß Gott']);
    });

    sync('nothing is read beyond the end of a text', () => {
      expect(library.callText(library.bind('t_text', 's(u32)'), frameOf(0, [5n]))).toBe('wall');
    });

    sync('a text beyond the bound is cut there', () => {
      const text = library.callText(library.bind('t_text', 's(u32)'), frameOf(0, [3n]));
      expect(text).toBe('x'.repeat(MAX_TEXT_BYTES - 1));
    });

    sync('call refuses a text shape, callText a status shape: TypeError', () => {
      expect(() => library.call(library.bind('t_text', 's(u32)'), frameOf(0))).toThrow(TypeError);
      expect(() => library.callText(library.bind('t_status', 'r(u32)'), frameOf(0))).toThrow(TypeError);
    });

    sync.each<[string, CallFrame]>([
      ['a pointer one beyond the memory', frameOf(16, [17n], [0])],
      ['a pointer far beyond the memory', frameOf(16, [0xffff_ffff_ffff_fff0n], [0])],
      ['a pointer into no memory', frameOf(0, [8n], [0])],
      ['a pointer mask beyond the words', { ...frameOf(16, [0n]), pointerMask: 256 }],
      ['a relocation beyond the memory', frameOf(16, [0n], [0], [16])],
      ['a relocation that ends beyond the memory', frameOf(20, [0n], [0], [16])],
      ['a relocation at a negative offset', frameOf(16, [0n], [0], [-8])],
      ['a relocation that is not on a multiple of 8', frameOf(32, [0n], [0], [4])],
      ['a relocation whose offset leaves the memory', withOffset(frameOf(16, [0n], [0], [8]), 8, 17n)],
      ['words too few', { ...frameOf(16), words: new BigUint64Array(0) }],
    ])('%s is a RangeError', (_, frame) => {
      expect(() => call('t_is_null', 'r(p)', frame)).toThrow(RangeError);
    });

    sync('memory whose buffer was handed to another thread is refused', () => {
      const frame: CallFrame = { ...frameOf(0, [0n], [0]), memory: new Uint8Array(16) };
      structuredClone(frame.memory.buffer, { transfer: [frame.memory.buffer as ArrayBuffer] });
      expect(() => call('t_answer', 'r(p)', frame)).toThrow(/memory/);
    });

    sync.each<[string, unknown]>([
      ['nothing', undefined],
      ['null', null],
      ['a number', 5],
      ['words of numbers', { ...frameOf(8), words: [0n] }],
      ['words of the wrong array', { ...frameOf(8), words: new Float64Array(8) }],
      ['memory that is a plain array', { ...frameOf(8), memory: [1, 2, 3] }],
      ['memory that is a bare ArrayBuffer', { ...frameOf(8), memory: new ArrayBuffer(8) }],
      ['a pointer mask that is a text', { ...frameOf(8), pointerMask: '1' }],
      ['relocations that are no array', { ...frameOf(8), relocations: 8 }],
      ['a relocation that is a text', { ...frameOf(16), relocations: ['8'] }],
    ])('%s in place of a frame is a TypeError', (_, frame) => {
      expect(() => call('t_is_null', 'r(p)', frame as CallFrame)).toThrow(TypeError);
    });

    sync('something that bind did not give is a TypeError', () => {
      expect(() => library.call({} as never, frameOf(8))).toThrow(TypeError);
      expect(() => library.call(undefined as never, frameOf(8))).toThrow(TypeError);
    });

    sync('the scratch frame works, is shared, and has SCRATCH_BYTES', () => {
      const { scratch } = library;
      expect(scratch.memory.byteLength).toBe(SCRATCH_BYTES);
      scratch.words[0] = 64n;
      scratch.pointerMask = 1;
      scratch.relocations = [];
      expect(call('t_answer', 'r(p)', scratch)).toBe(0);
      expect(viewOf(scratch).getUint32(64, true)).toBe(42);
      expect(library.scratch.memory).toBe(scratch.memory);
    });

    sync('a frame is reusable', () => {
      const frame = frameOf(8, [0n], [0]);
      for (let round = 0; round < 3; round += 1) {
        frame.memory.fill(0);
        expect(call('t_answer', 'r(p)', frame)).toBe(0);
        expect(frame.memory[0]).toBe(42);
      }
      expect(call('t_is_null', 'r(p)', textFrame('x'))).toBe(1);
    });

    sync('a closed library refuses calls', async () => {
      const own = await create();
      const closed = await own.open(buildFixtureLibrary());
      const zero = closed.bind('t_zero', 'r()');
      await closed.close();
      expect(() => closed.call(zero, frameOf(0))).toThrow(expect.objectContaining({ code: 'CLOSED' }));
      await own.close();
    });
  });
}

function withOffset(frame: CallFrame, place: number, offset: bigint): CallFrame {
  viewOf(frame).setBigUint64(place, offset, true);
  return frame;
}
