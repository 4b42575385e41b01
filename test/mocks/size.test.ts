import { describe, expect, it } from 'vitest';
import { sizeBytes, sizeText } from '../../mocks/control/size.ts';

describe('an amount of memory as people write it', () => {
  it.each([['0', 0], ['4096', 4096], ['512B', 512], ['1KiB', 1024], ['1.5GiB', 1_610_612_736], ['40GiB', 40 * 2 ** 30], ['2TiB', 2 ** 41]])('%s', (text, bytes) => {
    expect(sizeBytes(text)).toBe(bytes);
  });

  it.each(['', 'GiB', '40GB', '-1', '1.0001KiB', '9PiB', '40 GiB', '99999999TiB'])('"%s" is none', (text) => {
    expect(sizeBytes(text)).toBeUndefined();
  });

  it.each([[0, '0 B'], [1023, '1023 B'], [40 * 2 ** 30, '40 GiB'], [1_610_612_736, '1.5 GiB']])('%i reads %s', (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });
});
