import { describe, expect, it } from 'vitest';
import { cFunction } from '../../lib/abi/c-function.ts';
import { GpuwrightError } from '../../lib/errors.ts';
import { LibraryLease } from '../../lib/library/lease.ts';
import { functionCall } from '../../lib/library/library-call.ts';
import { OpenedLibrary } from '../../lib/library/opened-library.ts';
import type { VendorRules } from '../../lib/library/vendor.ts';
import { gate, ScriptedBackend } from './scripted-backend.ts';
import type { ScriptedLibrary } from './scripted-backend.ts';

const rules: VendorRules = {
  insufficientSize: 7,
  versionNotServed: new Set(),
  endsGeneration: new Set([1]),
  statusError: (call, status) => new GpuwrightError(status === 1 ? 'UNINITIALIZED' : 'VENDOR_ERROR', `${call}: ${status}: look it up`, { call, status }),
  firstDriver: () => undefined,
};
const init = cFunction('init', {}, { changes: false });
const shutdown = cFunction('shutdown', {}, { changes: false });
const calls = { init: functionCall(init, {}, shutdown), shutdown: functionCall(shutdown, {}) };

interface Vendor {
  count: number;
  /** What init does next; undefined: it succeeds. */
  next: (() => number | Promise<number>) | undefined;
}

async function vendor(letGo?: (lease: LibraryLease) => Promise<void>): Promise<{ state: Vendor; lease: LibraryLease; native: ScriptedLibrary; another: () => LibraryLease }> {
  const state: Vendor = { count: 0, next: undefined };
  const backend = new ScriptedBackend({
    init: () => {
      const next = state.next?.();
      if (next !== undefined && next !== 0) return next;
      state.count += 1;
      return 0;
    },
    shutdown: () => (state.count === 0 ? 1 : ((state.count -= 1), 0)),
  });
  const native = await backend.open('libscripted.so');
  const another = (): LibraryLease => {
    const lease: LibraryLease = new LibraryLease(new OpenedLibrary(backend, native, rules), { ...calls, ...(letGo !== undefined && { letGo: async () => await letGo(lease) }) });
    return lease;
  };
  return { state, lease: another(), native, another };
}

const wait = { deadlineMs: 30 };

describe('a lease', () => {
  it('initialises once for many askers at once, and gives it back once', async () => {
    const { state, lease } = await vendor();
    await Promise.all([lease.ready(wait), lease.ready(wait), lease.ready(wait)]);
    expect(state.count).toBe(1);
    await lease.end(wait);
    expect(state.count).toBe(0);
    await lease.end(wait);
    expect(state.count).toBe(0);
    await expect(lease.ready(wait)).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('counts for itself beside another one on the same library', async () => {
    const { state, lease, another } = await vendor();
    const second = another();
    await Promise.all([lease.ready(wait), second.ready(wait)]);
    expect(state.count).toBe(2);
    await lease.end(wait);
    expect(state.count).toBe(1);
    await second.end(wait);
    expect(state.count).toBe(0);
  });

  it('tries again after a failed init, and shuts nothing down that was not initialised', async () => {
    const { state, lease } = await vendor();
    state.next = () => 9;
    await expect(lease.ready(wait)).rejects.toMatchObject({ status: 9 });
    state.next = undefined;
    await lease.ready(wait);
    expect(state.count).toBe(1);
    await lease.end(wait);
    expect(state.count).toBe(0);
  });

  it('does not let a hanging init hold its callers: the first waits its deadline, the next none; and takes the init when it comes', async () => {
    const { state, lease } = await vendor();
    const hang = gate();
    state.next = () => ((state.count += 1), hang.opened);
    await expect(lease.ready(wait)).rejects.toMatchObject({ code: 'DEVICE_UNRESPONSIVE', call: 'init' });
    await expect(lease.ready({ deadlineMs: 60_000 })).rejects.toMatchObject({ code: 'DEVICE_UNRESPONSIVE' });
    hang.open();
    await hang.opened;
    await new Promise((resolve) => setTimeout(resolve, 5));
    await lease.ready(wait);
    expect(state.count).toBe(1);
    await lease.end(wait);
    expect(state.count).toBe(0);
  });

  it('ends although its init hangs', async () => {
    const { state, lease } = await vendor();
    state.next = () => new Promise(() => undefined);
    await expect(lease.ready(wait)).rejects.toMatchObject({ code: 'DEVICE_UNRESPONSIVE' });
    await lease.end(wait);
  });

  it('initialises again in a new process, where handles of the old one are void', async () => {
    const { state, lease, native } = await vendor();
    await lease.ready(wait);
    const before = lease.generation;
    native.generation = 2;
    state.count = 0;
    expect(await lease.ready(wait)).toBe(2);
    expect(state.count).toBe(1);
    expect(lease.generation).toBeGreaterThan(before);
  });

  it('initialises again once, however many answers said UNINITIALIZED', async () => {
    const { state, lease } = await vendor();
    await lease.ready(wait);
    state.count = 0;
    const seen = lease.generation;
    lease.uninitialized(seen);
    lease.uninitialized(seen);
    expect(lease.generation).toBe(seen + 1);
    await lease.ready(wait);
    lease.uninitialized(seen);
    await lease.ready(wait);
    expect(state.count).toBe(1);
  });

  it('that has expired is renewed by one shutdown and one init, however many found out', async () => {
    const { state, lease, native } = await vendor();
    await lease.ready(wait);
    const seen = lease.generation;
    lease.expire(seen);
    lease.expire(seen);
    await Promise.all([lease.ready(wait), lease.ready(wait)]);
    lease.expire(seen);
    await lease.ready(wait);
    expect(lease.generation).toBe(seen + 1);
    expect(native.calls).toEqual(['library init', 'library shutdown', 'library init']);
    expect(state.count).toBe(1);
  });

  it('has what was allocated given back before each shutdown, and meanwhile serves nobody with the old init', async () => {
    const allocations: (string | undefined)[] = [];
    const { state, lease, native } = await vendor(async (one) => {
      allocations.push(one.allocating);
      await Promise.resolve();
      expect([state.count, one.held]).toEqual([1, false]);
    });
    expect(lease.allocating).toBeUndefined();
    await lease.ready(wait);
    const first = lease.allocating;
    lease.expire(lease.generation);
    await lease.ready(wait);
    const second = lease.allocating;
    expect(second).not.toBe(first);
    await lease.end(wait);
    expect(lease.allocating).toBeUndefined();
    expect(allocations).toEqual([first, second]);
    expect(native.calls).toEqual(['library init', 'library shutdown', 'library init', 'library shutdown']);
  });

  it('says that nothing allocated may be touched once the vendor says that it is not initialised', async () => {
    const { lease } = await vendor();
    await lease.ready(wait);
    lease.uninitialized(lease.generation);
    expect(lease.allocating).toBeUndefined();
  });
});
