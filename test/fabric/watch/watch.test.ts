import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../lib/errors.ts';
import { GpuwrightError } from '../../../lib/errors.ts';
import type { OwnedPartition } from '../../../lib/fabric/ledger/ledger.ts';
import type { Difference } from '../../../lib/fabric/ledger/reconcile.ts';
import type { Restored } from '../../../lib/fabric/ledger/restore.ts';
import type { DaemonFacts, FabricEvent, WatchOptions } from '../../../lib/fabric/watch/types.ts';
import { watchFabric } from '../../../lib/fabric/watch/watch.ts';

const LISTED: readonly OwnedPartition[] = [{ id: 3, active: true, owner: 'vm-1', gpus: [] }];
const RESTORED: Restored = { state: 'restored', set: { ids: [3], reasons: [] }, active: [3], missing: [], unexpected: [], unknownOwners: [] };
const GONE: Difference = { kind: 'not-active', partitionId: 3, owner: 'vm-1', sentence: 'partition 3 of vm-1 is not active, and its owner lives', remedy: 'acquire-again' };

interface Moment {
  /** What a look meets; a list where it is left out. */
  readonly answer?: ErrorCode;
  readonly pid?: number;
  readonly restore?: ErrorCode;
}

/** One look a moment; the iteration ends after the last. */
async function watched(moments: readonly Moment[], facts: Partial<DaemonFacts> | null, more: Partial<WatchOptions> = {}): Promise<{ readonly events: readonly FabricEvent[]; readonly restores: number; readonly looks: number }> {
  const stop = new AbortController();
  let looks = 0;
  let restores = 0;
  const moment = (): Moment => moments[looks - 1] ?? {};
  const thrown = (code: ErrorCode): GpuwrightError => new GpuwrightError(code, `fm: ${code}: see`);
  const events: FabricEvent[] = [];
  const watching = watchFabric({
    signal: stop.signal,
    intervalMs: 1,
    ledger: {
      survey: () => {
        const { answer } = moment();
        return answer === undefined ? Promise.resolve(LISTED) : Promise.reject(thrown(answer));
      },
      restore: () => {
        restores += 1;
        const { restore } = moment();
        return restore === undefined ? Promise.resolve(RESTORED) : Promise.reject(thrown(restore));
      },
      reconcile: () => Promise.resolve([GONE]),
    },
    daemon: () => {
      looks += 1;
      if (looks > moments.length) stop.abort();
      const { pid = 100, answer } = moment();
      if (facts === null) return Promise.reject(new Error('no service manager'));
      return Promise.resolve({ running: answer !== 'FABRIC_UNREACHABLE', pid, restartMode: false, version: null, ...facts });
    },
    ...more,
  });
  for await (const event of watching) events.push(event);
  return { events, restores, looks };
}

const told = (events: readonly FabricEvent[]): string[] => events.map((event) => (event.kind === 'state' ? event.state : event.kind));
const up: Moment = {};

describe('watching Fabric Manager', () => {
  it('tells its state at once, and again only when it changes', async () => {
    const { events } = await watched([up, up, { answer: 'DEVICE_UNRESPONSIVE' }, { answer: 'DEVICE_UNRESPONSIVE' }, up], {});
    expect(told(events)).toEqual(['up', 'hung', 'up']);
    expect(events[0]).toMatchObject({ before: null, partitions: LISTED, error: null });
    expect(events[1]).toMatchObject({ before: 'up', partitions: null, error: { code: 'DEVICE_UNRESPONSIVE' } });
  });

  it.each<[ErrorCode, string]>([
    ['FABRIC_UNREACHABLE', 'down'],
    ['HELPER_CRASHED', 'down'],
    ['FABRIC_NOT_READY', 'initialising'],
    ['DEVICE_UNRESPONSIVE', 'hung'],
    ['VERSION_MISMATCH', 'failing'],
    ['NOT_SUPPORTED', 'up'],
  ])('%s is %s', async (answer, state) => expect(told((await watched([{ answer }], {})).events)).toEqual([state]));

  it('hands the active set back in the window after a restart in restart mode, once', async () => {
    const waiting: Moment = { answer: 'FABRIC_NOT_READY', pid: 200 };
    const { events, restores } = await watched([up, waiting, { pid: 200 }], { restartMode: true });
    expect(told(events)).toEqual(['up', 'restarted', 'waiting', 'restored', 'up']);
    expect(restores).toBe(1);
  });

  it('tries again while it does not take the set yet, and says once that it fails', async () => {
    const refuses = (restore: ErrorCode): Moment => ({ answer: 'FABRIC_NOT_READY', pid: 200, restore });
    const { events, restores } = await watched([up, refuses('FABRIC_NOT_READY'), refuses('LEDGER_INVALID'), refuses('LEDGER_INVALID'), { answer: 'FABRIC_NOT_READY', pid: 200 }], { restartMode: true });
    expect(told(events)).toEqual(['up', 'restarted', 'waiting', 'restore-failed', 'restored']);
    expect(restores).toBe(4);
  });

  it.each([false, null])('hands nothing back where restart mode is %s: there is a plan, after the start', async (restartMode) => {
    const { events, restores } = await watched([up, { answer: 'FABRIC_UNREACHABLE' }, { answer: 'FABRIC_NOT_READY', pid: 200 }, { pid: 200 }, { pid: 200 }], { restartMode });
    expect(told(events)).toEqual(['up', 'down', 'restarted', 'initialising', 'up', 'plan']);
    expect(events.at(-1)).toMatchObject({ differences: [GONE] });
    expect(restores).toBe(0);
  });

  it('notices a restart between two looks by its process', async () => {
    expect(told((await watched([up, { pid: 101 }], {})).events)).toEqual(['up', 'restarted', 'plan']);
  });

  it('notices one without a service manager by what it answers', async () => {
    const { events } = await watched([up, { answer: 'FABRIC_UNREACHABLE' }, { answer: 'FABRIC_UNREACHABLE' }, up, { answer: 'FABRIC_NOT_READY' }, up], null);
    expect(told(events)).toEqual(['up', 'down', 'restarted', 'up', 'plan', 'restarted', 'initialising', 'up', 'plan']);
  });

  it('tells once that it flaps', async () => {
    const { events } = await watched([up, { pid: 101 }, { pid: 102 }, { pid: 103 }, { pid: 104 }], {}, { flapping: { restarts: 2, withinMs: 60_000 } });
    expect(told(events).filter((kind) => kind === 'flapping')).toHaveLength(1);
    expect(events.find((event) => event.kind === 'flapping')).toMatchObject({ restarts: 2, withinMs: 60_000 });
  });

  it('tells once that its version is not that of the driver', async () => {
    const { events } = await watched([up, up, up], { version: '550.54.15' }, { driverVersion: () => Promise.resolve('550.90.07') });
    expect(events.filter((event) => event.kind === 'versions-differ')).toEqual([expect.objectContaining({ fabricManager: '550.54.15', driver: '550.90.07' })]);
    expect(told((await watched([up], { version: '550.90.07' }, { driverVersion: () => Promise.resolve('550.90.07') })).events)).toEqual(['up']);
  });

  it('ends with its signal, also between two looks', async () => {
    const stop = new AbortController();
    const { events } = await (async () => {
      const events: FabricEvent[] = [];
      for await (const event of watchFabric({ signal: stop.signal, intervalMs: 3_600_000, ledger: { survey: () => Promise.resolve(LISTED), restore: () => Promise.reject(new Error()), reconcile: () => Promise.resolve([]) } })) {
        events.push(event);
        setTimeout(() => stop.abort(), 5);
      }
      return { events };
    })();
    expect(told(events)).toEqual(['up']);
  });
});
