/**
 * How a batch crosses into the addon and back: one buffer, a record per call. native/call_batch.h knows the same layout:
 * head, words, then relocations (uint32 each), memory, and for text functions `MAX_TEXT_BYTES`, each padded to 8 bytes.
 */
import type { CallFrame } from '../abi/frame.ts';
import { MAX_TEXT_BYTES, MAX_WORDS } from '../abi/frame.ts';
import type { CallOutcome, NotStartedReason } from './backend.ts';

/** Where the head's fields stand, in 32-bit steps from the record's start. */
export const HEAD = { function: 0, pointerMask: 1, relocationCount: 2, memoryBytes: 3, undo: 4, state: 5, status: 6, textBytes: 7 } as const;
export const WORDS_AT = 32;
export const HEAD_BYTES = WORDS_AT + MAX_WORDS * 8;
/** `textBytes` of a NULL. */
export const NO_TEXT = 0xffff_ffff;

const MOST_BYTES_ONE_BY_ONE = 64;

const RUNNING = 1;
const DONE = 2;

/** A call whose symbol exists. */
export interface PackedCall {
  readonly function: number;
  readonly undo: number;
  readonly returnsText: boolean;
  readonly frame: CallFrame;
}

/** Copies frames, which have been checked, into one packet. */
export function packCalls(calls: readonly PackedCall[]): ArrayBuffer {
  const packet = new ArrayBuffer(calls.reduce((bytes, call) => bytes + recordBytes(call), 0));
  const u32 = new Uint32Array(packet);
  const words = new BigUint64Array(packet);
  const bytes = new Uint8Array(packet);
  let at = 0;
  for (const call of calls) {
    const { frame } = call;
    const head = at / 4;
    u32[head + HEAD.function] = call.function;
    u32[head + HEAD.pointerMask] = frame.pointerMask;
    u32[head + HEAD.relocationCount] = frame.relocations.length;
    u32[head + HEAD.memoryBytes] = frame.memory.length;
    u32[head + HEAD.undo] = call.undo;
    words.set(frame.words.length > MAX_WORDS ? frame.words.subarray(0, MAX_WORDS) : frame.words, (at + WORDS_AT) / 8);
    if (frame.relocations.length > 0) u32.set(frame.relocations, (at + HEAD_BYTES) / 4);
    copy(frame.memory, 0, bytes, at + memoryAt(call), frame.memory.length);
    at += recordBytes(call);
  }
  return packet;
}

/** Outcomes as the addon wrote them; the memory of finished calls goes back into their frames. */
export function unpackOutcomes(packet: ArrayBuffer, calls: readonly PackedCall[], notStarted: NotStartedReason): CallOutcome[] {
  const u32 = new Uint32Array(packet);
  const bytes = new Uint8Array(packet);
  let at = 0;
  return calls.map((call) => {
    const head = at / 4;
    const memory = at + memoryAt(call);
    at += recordBytes(call);
    const state = u32[head + HEAD.state];
    if (state === RUNNING) return { state: 'running' };
    if (state !== DONE) return { state: 'not-started', reason: notStarted };
    copy(bytes, memory, call.frame.memory, 0, u32[head + HEAD.memoryBytes] ?? 0);
    const status = (u32[head + HEAD.status] ?? 0) | 0;
    if (!call.returnsText) return { state: 'done', status };
    return { state: 'done', status, text: readText(packet, memory + padded(call.frame.memory.length), u32[head + HEAD.textBytes] ?? NO_TEXT) };
  });
}

/**
 * A call's memory is mostly a number or a small struct, and a view to copy it by would cost more than the copying. Throws TypeError
 * for memory that was given away meanwhile: `set` does, and what has no room is left to it.
 */
function copy(from: Uint8Array, fromAt: number, to: Uint8Array, toAt: number, length: number): void {
  if (length === 0 || length > MOST_BYTES_ONE_BY_ONE || to.length < toAt + length) {
    to.set(from.subarray(fromAt, fromAt + length), toAt);
    return;
  }
  for (let i = 0; i < length; i++) to[toAt + i] = from[fromAt + i] as number;
}

/** Text that C wrote: UTF-8 as far as it is valid, and null for NULL. */
export function readText(buffer: ArrayBuffer, at: number, length: number): string | null {
  return length === NO_TEXT ? null : Buffer.from(buffer, at, length).toString('utf8');
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

function memoryAt({ frame }: PackedCall): number {
  return HEAD_BYTES + padded(frame.relocations.length * 4);
}

function recordBytes(call: PackedCall): number {
  return memoryAt(call) + padded(call.frame.memory.length) + (call.returnsText ? MAX_TEXT_BYTES : 0);
}
