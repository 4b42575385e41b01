import { describe, expect, it } from 'vitest';
import { withoutPlaces } from '../../../lib/apps/cli/failure.ts';
import { cli, LIBRARY_MISSING } from './fakes.ts';

describe('a failure', () => {
  it('of a library that is nowhere is one line; its places are in the JSON, and doctor lists them', async () => {
    const ran = await cli({ looks: [LIBRARY_MISSING] }, 'status', '--json');
    expect(ran.err).toBe('gpuwright: libnvidia-ml: not found in 2 places: install the NVIDIA driver (`gpuwright doctor` lists the places)\n');
    expect(JSON.parse(ran.out)).toMatchObject({ error: { message: LIBRARY_MISSING.message } });
  });

  it('keeps what is there and does not load', () => {
    const broken = 'x: found but could not be loaded: mend it. Tried:\n  /a: there, but does not load: file too short\n  /b: cannot open';
    expect(withoutPlaces(broken)).toBe('x: found but could not be loaded: mend it. Tried: (`gpuwright doctor` lists the other places)\n  /a: there, but does not load: file too short');
    expect(withoutPlaces('one\ntwo')).toBe('one\ntwo');
  });
});

describe('help', () => {
  it.each(['help', 'help status', 'simulate help', 'simulate help create', '--help', 'raw --help', '--version'])('that was asked for is no failure: %s', async (words) => {
    expect(await cli({}, ...words.split(' '))).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/\S/) });
  });

  it.each(['', 'simulate', 'simulate process', 'help nothing'])('that stands in for a command is wrong usage: "%s"', async (words) => {
    expect(await cli({}, ...words.split(' ').filter((word) => word !== ''))).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Usage: gpuwright') });
  });

  it.each([
    ['statsu', /^gpuwright: unknown command 'statsu'\n\(Did you mean status\?\)/],
    ['status --jsn', /^gpuwright: unknown option '--jsn'\n\(Did you mean --json\?\)/],
    ['simulate inject m quake', /^gpuwright: [^]*Allowed choices are single-bit-ecc/],
  ])('for a slip of the pen comes with a sentence like all others: %s', async (words, sentence) => {
    expect(await cli({}, ...words.split(' '))).toMatchObject({ code: 2, out: '', err: expect.stringMatching(sentence) });
  });
});
