import { expect, it } from 'vitest';
import { pendingPageCures, pendingRowCures } from '../../lib/diagnosis/index.ts';
import { unsupported, valueOf } from '../../lib/telemetry/reading.ts';

it('what cures a pending page comes cheapest first', () => {
  expect(pendingPageCures(valueOf(false)).map((cure) => cure.id)).toEqual(['reattach', 'gpu-reset', 'driver-reload', 'reboot']);
});

it('only a reset or a boot carries out a row remapping', () => {
  expect(pendingRowCures().map((cure) => cure.id)).toEqual(['gpu-reset', 'reboot']);
});

it('reattaching says whether persistence mode stands in its way', () => {
  const conditions = [valueOf(true), valueOf(false), unsupported].map((mode) => pendingPageCures(mode)[0]?.condition);
  expect(conditions[0]).toContain('it is on');
  expect(conditions[1]).toContain('is off');
  expect(conditions[2]).toContain('could not be read');
});
