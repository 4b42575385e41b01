/** Plays every row of test/mocks/answers: a change of the machine changes the answer, and to the right one. */
import { describe, expect, it } from 'vitest';
import { isGpuwrightError } from '../../lib/errors.ts';
import { Nvml } from '../../lib/nvml/index.ts';
import { startMachine } from '../../mocks/control/index.ts';
import { coverage } from '../../scripts/coverage-nvml.ts';
import { answerRows } from './answers/index.ts';
import type { AnswerHost, AnswerRow } from './answers/table.ts';
import { refused } from './answers/table.ts';

const STANDARD = { profile: 'hgx-a100-8', options: { gpus: 2, driver: '610.43.02', seed: 'answers' } };

async function withHost(row: AnswerRow, use: (host: AnswerHost) => Promise<void>): Promise<void> {
  const machine = await startMachine(row.profile ?? STANDARD.profile, { ...(row.profile === undefined ? STANDARD.options : { driver: STANDARD.options.driver, seed: 'answers' }), ...row.options });
  const nvml = await Nvml.open({ library: machine.nvmlLibrary, backend: 'addon', isolation: 'in-process' });
  const handles = () => {
    const { deviceCount } = nvml.raw.nvmlDeviceGetCount_v2({});
    const [device = 0n, other = 0n] = Array.from({ length: Math.min(deviceCount, 2) }, (_, index) => nvml.raw.nvmlDeviceGetHandleByIndex_v2({ index }).device);
    return { device, other };
  };
  let current = handles();
  const host: AnswerHost = {
    machine,
    get raw() {
      return nvml.raw;
    },
    get device() {
      return current.device;
    },
    get other() {
      return current.other;
    },
    set: (settings) => machine.set(0, settings),
    setHost: (settings) => machine.setHost(settings),
    async without(action) {
      await nvml.quiesce();
      await action();
      await nvml.resume();
      current = handles();
    },
  };
  try {
    await use(host);
  } finally {
    await nvml.close();
    await machine.stop();
  }
}

async function answerOf(row: AnswerRow, host: AnswerHost): Promise<unknown> {
  try {
    return await row.read(host);
  } catch (error) {
    if (isGpuwrightError(error) && error.call !== undefined) return refused(error.code);
    throw error;
  }
}

describe('what the mock answers follows its state', () => {
  it.each(answerRows.map(({ topic, symbol, row }) => [symbol, topic, row] as const))('%s (%s)', async (_symbol, _topic, row) => {
    await withHost(row, async (host) => {
      await row.prepare?.(host);
      const before = await answerOf(row, host);
      expect(before).toMatchObject(row.before as object);
      await row.change(host);
      const after = await answerOf(row, host);
      expect(after).toMatchObject(row.after as object);
      expect(after).not.toEqual(before);
    });
  });
});

describe('coverage', () => {
  it('counts as mocked what has a row here and an answer there, and all 413 are described', () => {
    const { total, described, missing, mocked, notMocked } = coverage();
    expect({ total, described, missing }).toEqual({ total: 413, described: 413, missing: [] });
    const rows = new Set(answerRows.map(({ symbol }) => symbol as string));
    expect(mocked).toBe(rows.size);
    // A text that no state changes, and what only Windows has.
    expect(notMocked).toEqual(['nvmlErrorString', 'nvmlDeviceGetDriverModel_v2', 'nvmlDeviceSetDriverModel', 'nvmlDeviceGetDriverModel']);
    expect(notMocked.filter((symbol) => rows.has(symbol))).toEqual([]);
  });
});
