import { describe, expect, it } from 'vitest';
import { GpuwrightError } from '../../lib/errors.ts';
import { failed, mapReading, unsupported, valueOf } from '../../lib/telemetry/reading.ts';

describe('a reading', () => {
  it('that failed keeps code, status, call and message', () => {
    const error = new GpuwrightError('GPU_IS_LOST', 'f: lost: reset it', { status: 15, call: 'f' });
    expect(failed(error)).toEqual({ state: 'failed', error: { code: 'GPU_IS_LOST', status: 15, call: 'f', message: 'f: lost: reset it' } });
    expect(failed(new GpuwrightError('ABORTED', 'stop'))).toMatchObject({ error: { status: null, call: null } });
  });

  it('that failed for a reason of nobody’s says so', () => {
    expect(failed(new TypeError('what'))).toEqual({ state: 'failed', error: { code: 'UNEXPECTED', status: null, call: null, message: 'what' } });
    expect(failed('what')).toMatchObject({ error: { code: 'UNEXPECTED', message: 'what' } });
  });

  it('is mapped where there is a value, fresh or stale', () => {
    const double = (value: number): number => 2 * value;
    expect(mapReading(valueOf(0), double)).toEqual({ state: 'value', value: 0 });
    expect(mapReading({ state: 'stale', value: 4, ageMs: 9 }, double)).toEqual({ state: 'stale', value: 8, ageMs: 9 });
    expect(mapReading(unsupported, double)).toEqual({ state: 'unsupported' });
    expect(mapReading(failed('x'), double)).toMatchObject({ state: 'failed' });
  });
});
