import { describe, expect, it } from 'vitest';
import { durationMs, durationText } from '../../mocks/control/duration.ts';

describe('a time as people write it', () => {
  it.each([['90', 90_000], ['0', 0], ['1.5', 1500], ['90s', 90_000], ['500ms', 500], ['2m', 120_000], ['1h30m', 5_400_000], ['1.5d', 129_600_000], ['1w2d', 777_600_000], [' 5s ', 5000]])('%s', (text, milliseconds) => {
    expect(durationMs(text)).toBe(milliseconds);
  });

  it.each(['', 's', '5 s', '-5s', '5y', '5sm', '1e3', 'soon', '5s!'])('"%s" is none', (text) => {
    expect(durationMs(text)).toBeUndefined();
  });

  it.each([0, 1, 999, 1000, 5_400_000, 777_600_250])('%i ms read back', (milliseconds) => {
    expect(durationMs(durationText(milliseconds))).toBe(milliseconds);
  });
});
