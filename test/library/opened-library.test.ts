import { describe, expect, it } from 'vitest';
import { cFunction } from '../../lib/abi/c-function.ts';
import { arrayOut, count, handle, out } from '../../lib/abi/parameters.ts';
import { u32, u64 } from '../../lib/abi/layout.ts';
import { functionVersion } from '../../lib/abi/versions.ts';
import { GpuwrightError } from '../../lib/errors.ts';
import { familyCall, functionCall } from '../../lib/library/library-call.ts';
import { OpenedLibrary } from '../../lib/library/opened-library.ts';
import type { VendorRules } from '../../lib/library/vendor.ts';
import type { ScriptedFunction, ScriptedLibrary } from './scripted-backend.ts';
import { CRASH, gate, readU32, ScriptedBackend, writeU32, writeU64 } from './scripted-backend.ts';

const rules: VendorRules = {
  insufficientSize: 7,
  versionNotServed: new Set([13]),
  endsGeneration: new Set([1, 15]),
  statusError: (call, status) => new GpuwrightError(status === 3 ? 'NOT_SUPPORTED' : 'VENDOR_ERROR', `${call}: answered ${status}: see the manual`, { call, status }),
  firstDriver: (symbol) => (symbol === 'readNumber' ? 'R470' : undefined),
};

const readNumber = cFunction('readNumber', { device: handle('device_t'), number: out(u32) }, { changes: false });
const listNew = cFunction('list_v2', { count: count(4), values: arrayOut(u64) }, { changes: false });
const listOld = cFunction('list', { count: count(4), values: arrayOut(u64) }, { changes: false });
const list = [
  functionVersion(listNew, (outputs) => outputs.values),
  functionVersion(listOld, (outputs) => outputs.values),
] as const;

/** A list of `length` values as NVML lists: too small a buffer answers 7 and the need. */
function listOf(length: () => number): ScriptedFunction {
  return (frame) => {
    const room = readU32(frame, 0);
    const need = length();
    writeU32(frame, 0, need);
    if (room < need) return 7;
    for (let i = 0; i < need; i += 1) writeU64(frame, 1, BigInt(i), i);
    return 0;
  };
}

async function open(functions: Readonly<Record<string, ScriptedFunction>>): Promise<{ library: OpenedLibrary; native: ScriptedLibrary }> {
  const backend = new ScriptedBackend(functions);
  const native = await backend.open('libscripted.so');
  return { library: new OpenedLibrary(backend, native, rules), native };
}

const options = { deadlineMs: 40 };

describe('a call', () => {
  it('gives its outputs', async () => {
    const { library } = await open({ readNumber: (frame) => (writeU32(frame, 1, 42), 0) });
    expect(await library.run('a', functionCall(readNumber, { device: 1n }), options)).toEqual({ number: 42 });
  });

  it('throws the vendor’s answer as an error with its status and call', async () => {
    const { library } = await open({ readNumber: () => 3 });
    await expect(library.run('a', functionCall(readNumber, { device: 1n }), options)).rejects.toMatchObject({ code: 'NOT_SUPPORTED', status: 3, call: 'readNumber' });
  });

  it('names the first driver that has an absent function', async () => {
    const { library } = await open({});
    await expect(library.run('a', functionCall(readNumber, { device: 1n }), options)).rejects.toMatchObject({ code: 'FUNCTION_NOT_FOUND', message: expect.stringContaining('R470') as string });
  });

  it('that hangs is DEVICE_UNRESPONSIVE; the next one fails at once and names it; when it returns, the lane answers again', async () => {
    const hang = gate();
    let calls = 0;
    const { library } = await open({ readNumber: (frame) => ((calls += 1), calls === 1 ? hang.opened : (writeU32(frame, 1, 7), 0)) });
    const read = functionCall(readNumber, { device: 1n });
    await expect(library.run('a', read, options)).rejects.toMatchObject({ code: 'DEVICE_UNRESPONSIVE', call: 'readNumber' });
    await expect(library.run('a', read, { deadlineMs: 60_000 })).rejects.toMatchObject({ code: 'DEVICE_UNRESPONSIVE', message: expect.stringMatching(/readNumber, running for \d+ ms,/) as string });
    expect(await library.run('b', read, options)).toEqual({ number: 7 });
    hang.open();
    await hang.opened;
    expect(await library.run('a', read, options)).toEqual({ number: 7 });
  });

  it('is ABORTED by its signal, running or not yet begun', async () => {
    const hang = gate();
    const { library } = await open({ readNumber: () => hang.opened });
    const abort = new AbortController();
    const running = library.run('a', functionCall(readNumber, { device: 1n }), { deadlineMs: 10_000, signal: abort.signal });
    setTimeout(() => abort.abort(new Error('enough')), 5);
    await expect(running).rejects.toMatchObject({ code: 'ABORTED', cause: { message: 'enough' } });
    await expect(library.run('b', functionCall(readNumber, { device: 1n }), { deadlineMs: 10_000, signal: abort.signal })).rejects.toMatchObject({ code: 'ABORTED' });
    hang.open();
  });

  it('that kills the helper says so, and that a new one starts', async () => {
    const { library } = await open({ readNumber: () => CRASH });
    await expect(library.run('a', functionCall(readNumber, { device: 1n }), options)).rejects.toMatchObject({ code: 'HELPER_CRASHED', message: expect.stringContaining('SIGSEGV') as string });
  });
});

describe('versions', () => {
  it('the newest that exists answers', async () => {
    const { library, native } = await open({ list: listOf(() => 1), list_v2: listOf(() => 2) });
    expect(await library.run('a', familyCall(list, {}), options)).toEqual([0n, 1n]);
    expect(native.calls).toEqual(['a list_v2']);
  });

  it('an older one answers where the newest does not exist', async () => {
    const { library, native } = await open({ list: listOf(() => 1) });
    expect(await library.run('a', familyCall(list, {}), options)).toEqual([0n]);
    expect(native.calls).toEqual(['a list']);
  });

  it('an older one answers where the kernel’s driver does not serve the newest', async () => {
    const { library } = await open({ list_v2: () => 13, list: listOf(() => 1) });
    expect(await library.run('a', familyCall(list, {}), options)).toEqual([0n]);
  });

  it('symbols are looked up again when the process behind the library is a new one', async () => {
    const { library, native } = await open({ list: listOf(() => 1) });
    await library.run('a', familyCall(list, {}), options);
    native.functions.set('list_v2', listOf(() => 3));
    expect(await library.run('a', familyCall(list, {}), options)).toHaveLength(1);
    native.generation += 1;
    expect(await library.run('a', familyCall(list, {}), options)).toHaveLength(3);
  });
});

describe('lists', () => {
  it('grow until they fit, and need one crossing the next time', async () => {
    const { library, native } = await open({ list_v2: listOf(() => 50) });
    expect(await library.run('a', familyCall(list, {}), options)).toHaveLength(50);
    expect(native.crossings).toHaveLength(2);
    expect(await library.run('a', familyCall(list, {}), options)).toHaveLength(50);
    expect(native.crossings).toHaveLength(3);
  });

  it('that always ask for more end in an error', async () => {
    let length = 4;
    const { library } = await open({ list_v2: listOf(() => (length *= 2)) });
    await expect(library.run('a', familyCall(list, {}), options)).rejects.toMatchObject({ code: 'INSUFFICIENT_SIZE' });
  });

  it('that ask for an absurd amount are not believed', async () => {
    const { library, native } = await open({ list_v2: listOf(() => 4_000_000_000) });
    await expect(library.run('a', familyCall(list, {}), options)).rejects.toMatchObject({ status: 7 });
    expect(native.crossings).toHaveLength(1);
  });
});

describe('a batch', () => {
  it('crosses once, keeps what finished before a hang, and says what stood in the way of the rest', async () => {
    const hang = gate();
    const other = cFunction('other', { number: out(u32) }, { changes: false });
    const { library, native } = await open({ readNumber: (frame) => (writeU32(frame, 1, 1), 0), other: () => hang.opened });
    const results = await library.runBatch('a', [functionCall(readNumber, { device: 1n }), functionCall(other, {}), functionCall(readNumber, { device: 2n })], options);
    expect(native.crossings).toEqual([{ lane: 'a', calls: 3 }]);
    expect(results[0]).toMatchObject({ ok: true, outputs: { number: 1 } });
    expect(results[1]).toMatchObject({ ok: false, error: { code: 'DEVICE_UNRESPONSIVE', call: 'other' } });
    expect(results[2]).toMatchObject({ ok: false, error: { code: 'DEVICE_UNRESPONSIVE', call: 'readNumber', message: expect.stringContaining('other before it did not return') as string } });
    hang.open();
  });

  it('tells which failures new handles may cure', async () => {
    const { library, native } = await open({ readNumber: () => 15, list: () => 3 });
    const results = await library.runBatch('a', [functionCall(readNumber, { device: 1n }), familyCall(list, {})], options);
    expect(results.map((result) => !result.ok && result.renew)).toEqual([true, false]);
    native.generation = 2;
    const [stale] = await library.runBatch('a', [functionCall(readNumber, { device: 1n })], { ...options, nativeGeneration: 1 });
    expect(stale).toMatchObject({ renew: true, error: { code: 'STALE_HANDLE' } });
  });
});
