import { describe, expect, it } from 'vitest';
import { GpuLosses } from '../../lib/nvml/session/gpu-losses.ts';

describe('a lost GPU', () => {
  it('is news once, until it has answered again', () => {
    const losses = new GpuLosses();
    expect([losses.lost(2), losses.lost(2), losses.lost(3)]).toEqual([true, false, true]);
    losses.answered(2);
    expect([losses.lost(2), losses.lost(3)]).toEqual([true, false]);
  });

  it('is worth a new init at once, then after ever longer waits of ten minutes at most; one that is not lost never', () => {
    let now = 1000;
    const losses = new GpuLosses(() => now);
    expect(losses.mayInit(0)).toBe(false);
    losses.lost(0);
    const waits = Array.from({ length: 8 }, () => {
      let wait = 0;
      for (; !losses.mayInit(0); wait += 30) now += 30_000;
      return wait;
    });
    expect(waits).toEqual([0, 30, 60, 120, 240, 480, 600, 600]);
  });
});
