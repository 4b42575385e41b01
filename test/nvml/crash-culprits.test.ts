import { describe, expect, it } from 'vitest';
import { CrashCulprits } from '../../lib/nvml/snapshot/crash-culprits.ts';

const CRASH = { code: 'HELPER_CRASHED', status: null, call: 'nvmlX', message: 'x' } as const;

describe('a GPU that crashes the library', () => {
  it('is held back twice as long each time, a minute at most, and no longer once it has answered', () => {
    let now = 0;
    const culprits = new CrashCulprits(() => now);
    expect(culprits.hold(3)).toBeUndefined();
    const waits = Array.from({ length: 9 }, () => {
      culprits.note(3, CRASH, false);
      let wait = 0;
      for (; culprits.hold(3) !== undefined; wait += 1000) now += 1000;
      return wait / 1000;
    });
    expect(waits).toEqual([3, 6, 12, 24, 48, 60, 60, 60, 60]);
    culprits.note(3, CRASH, false);
    expect(culprits.hold(3)).toMatchObject({ code: 'HELPER_CRASHED', call: 'nvmlX', message: expect.stringContaining('10 times in a row') as string });
    culprits.note(3, undefined, true);
    expect(culprits.has(3)).toBe(false);
    expect(culprits.hold(3)).toBeUndefined();
  });

  it('is not held back while it tells anything, but comes last', () => {
    let now = 0;
    const culprits = new CrashCulprits(() => now);
    culprits.note(0, CRASH, true);
    now = 1;
    culprits.note(2, CRASH, true);
    now = 2;
    culprits.note(1, CRASH, true);
    expect(culprits.hold(0)).toBeUndefined();
    expect(culprits.inOrder([0, 1, 2, 3, 4])).toEqual([3, 4, 0, 2, 1]);
  });
});
