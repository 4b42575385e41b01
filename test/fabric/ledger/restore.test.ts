import { describe, expect, it } from 'vitest';
import { restoreSet } from '../../../lib/fabric/ledger/restore-set.ts';
import { startDesk, type Desk } from './desk.ts';

/** vm-a has 3, vm-b has 4, a stranger has 2; Fabric Manager restarts in restart mode. */
async function restarted(before: (desk: Desk) => Promise<void> = async () => undefined): Promise<Desk> {
  const desk = await startDesk();
  await desk.ledger.acquire('vm-a', { gpus: 2 });
  await desk.ledger.acquire('vm-b', { gpus: 2 });
  desk.fabric.active.add(2);
  await desk.ledger.reconcile();
  await before(desk);
  desk.fabric.restartInRestartMode();
  return desk;
}

describe('after a restart in restart mode', () => {
  it('the last set that was seen active is handed back, strangers and dead owners and all: nobody is cut off', async () => {
    const desk = await restarted();
    desk.alive.set('vm-a', false).set('vm-b', true);
    const restored = await desk.ledger.restore();
    expect(restored).toMatchObject({ state: 'restored', set: { ids: [2, 3, 4] }, active: [2, 3, 4], missing: [], unexpected: [], unknownOwners: [2] });
    expect(restored.set.reasons).toEqual([
      { partitionId: 2, owner: null, included: true, why: 'was active, and nobody knows whose it is' },
      { partitionId: 3, owner: 'vm-a', included: true, why: 'was active, and its owner is gone' },
      { partitionId: 4, owner: 'vm-b', included: true, why: 'was active, and its owner lives' },
    ]);
    expect([desk.fabric.cut, await desk.owners()]).toEqual([[], { 3: 'vm-a', 4: 'vm-b' }]);
  });

  it('a partition is handed back though it was last asked about long ago', async () => {
    const desk = await restarted();
    expect(await desk.another().restore()).toMatchObject({ set: { ids: [2, 3, 4] } });
  });

  it('the empty set is handed back too', async () => {
    const desk = await startDesk();
    await desk.ledger.acquire('vm-a', { gpus: 2 });
    await desk.ledger.release('vm-a');
    desk.fabric.restartInRestartMode();
    expect(await desk.ledger.restore()).toMatchObject({ state: 'restored', set: { ids: [] }, active: [] });
    expect(desk.fabric.calls.at(-1)).toBe('restore ');
  });

  it('but not where nothing was ever seen: unknown is not empty', async () => {
    const desk = await startDesk();
    desk.fabric.active.add(2);
    desk.fabric.restartInRestartMode();
    await expect(desk.ledger.restore()).rejects.toMatchObject({ code: 'LEDGER_INVALID', message: expect.stringMatching(/never been observed here, and unknown is not none: give the ids/) as string });
    expect(desk.fabric.calls).toEqual([]);
    expect(await desk.ledger.restore({ ids: [2] })).toMatchObject({ state: 'restored', active: [2], unknownOwners: [2] });
    expect(desk.fabric.cut).toEqual([]);
  });

  it('nothing is sent to one that waits for nothing', async () => {
    const desk = await restarted();
    desk.fabric.startCold();
    expect(await desk.ledger.restore()).toMatchObject({ state: 'not-waiting', set: { ids: [] }, active: [], missing: [] });
    expect(desk.fabric.calls).toEqual(['activate 3', 'activate 4']);
  });

  it('a partition that is missing from a list was not seen inactive, and is handed back', async () => {
    const desk = await restarted(async ({ fabric, ledger }) => {
      fabric.unlisted.add(2).add(3);
      await ledger.survey();
      fabric.unlisted.clear();
    });
    expect(await desk.ledger.restore()).toMatchObject({ set: { ids: [2, 3, 4] } });
  });
});

describe('what was under way is handed back', () => {
  it.each([
    [true, [2, 3, 4, 5], { 3: 'vm-a', 4: 'vm-b', 5: 'vm-c' }],
    ['unknown' as const, [2, 3, 4, 5], { 3: 'vm-a', 4: 'vm-b', 5: 'vm-c' }],
    [false, [2, 3, 4], { 3: 'vm-a', 4: 'vm-b' }],
  ])('an activation of an owner that lives (%s): %j', async (alive, ids, owners) => {
    const desk = await restarted(async ({ fabric, ledger }) => {
      fabric.active.delete(2);
      fabric.mishaps.push({ call: 'activate', code: 'HELPER_CRASHED', effect: true, first: () => fabric.restartInRestartMode() });
      await ledger.acquire('vm-c', { moduleIds: [5, 7] }).catch(() => undefined);
    });
    // The stranger was not active when last seen.
    const expected = ids.filter((id) => id !== 2);
    desk.alive.set('vm-c', alive);
    expect(await desk.ledger.restore()).toMatchObject({ set: { ids: expected }, active: expected });
    expect([await desk.owners(), await desk.begun()]).toEqual([owners, []]);
  });

  it.each([
    [true, [2, 3, 4], ['deactivate 3 vm-a']],
    ['unknown' as const, [2, 3, 4], ['deactivate 3 vm-a']],
    [false, [2, 4], []],
  ])('a release of an owner that lives (%s): %j', async (alive, ids, begun) => {
    const desk = await restarted(async ({ fabric, ledger }) => {
      fabric.mishaps.push({ call: 'deactivate', code: 'HELPER_CRASHED', first: () => fabric.restartInRestartMode() });
      await ledger.release('vm-a').catch(() => undefined);
    });
    desk.alive.set('vm-a', alive);
    expect(await desk.ledger.restore()).toMatchObject({ set: { ids }, active: ids });
    expect(await desk.begun()).toEqual(begun);
  });

  it('but never two that share a GPU', () => {
    const gpus = [1, 3].map((physicalId) => ({ physicalId, pciBusId: null, uuid: null }));
    const set = restoreSet(
      {
        generation: 1,
        holdings: [],
        operations: [{ kind: 'activate', owner: 'vm-a', partitionId: 3, gpus, virtualFunctions: [], generation: 1, startedAt: '2026-01-01T00:00:00.000Z' }],
        restoring: null,
        observed: { at: '2026-01-01T00:00:00.000Z', active: [{ id: 1, physicalIds: [1, 2, 3, 4] }] },
        quarantined: [],
      },
      new Map([['vm-a', true]]),
    );
    expect(set.ids).toEqual([1]);
    expect(set.reasons).toMatchObject([{ partitionId: 1 }, { partitionId: 3, included: false, why: expect.stringMatching(/partition 1, which has a GPU of it, was active/) as string }]);
  });
});

describe('how it ended is what the list shows', () => {
  it.each(['TIMEOUT', 'VENDOR_ERROR', 'HELPER_CRASHED'] as const)('%s and everything active: restored', async (code) => {
    const desk = await restarted();
    desk.fabric.mishaps.push({ call: 'restoreActivated', code, effect: true });
    expect(await desk.ledger.restore()).toMatchObject({ state: 'restored', active: [2, 3, 4] });
  });

  it('it still waits: the outcome is unknown, the set is kept, and handing it back again is safe', async () => {
    const desk = await restarted();
    desk.fabric.mishaps.push({ call: 'restoreActivated', code: 'TIMEOUT' });
    await expect(desk.ledger.restore()).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect(await desk.record()).toMatchObject({ restoring: { ids: [2, 3, 4] }, observed: { active: [{ id: 2 }, { id: 3 }, { id: 4 }] } });
    expect(await desk.ledger.restore()).toMatchObject({ state: 'restored', active: [2, 3, 4] });
    expect(await desk.record()).toMatchObject({ restoring: null });
  });

  it('it does not take the set yet: that is what is said, for nothing is under way', async () => {
    const desk = await restarted();
    desk.fabric.mishaps = [{ call: 'restoreActivated', code: 'FABRIC_NOT_READY' }];
    await expect(desk.ledger.restore()).rejects.toMatchObject({ code: 'FABRIC_NOT_READY' });
    expect(await desk.ledger.restore()).toMatchObject({ state: 'restored', active: [2, 3, 4] });
  });

  it('one is missing: told', async () => {
    const desk = await restarted();
    desk.fabric.mishaps.push({ call: 'partitions', code: 'FABRIC_NOT_READY' }, { call: 'partitions', first: () => void desk.fabric.active.delete(3) });
    expect(await desk.ledger.restore()).toMatchObject({ state: 'restored', active: [2, 4], missing: [3] });
  });

  it('a restore whose process died shows in reconcile, and is over once there is a list', async () => {
    const desk = await restarted();
    desk.fabric.mishaps.push({ call: 'restoreActivated', code: 'TIMEOUT' });
    await desk.ledger.restore().catch(() => undefined);
    desk.fabric.waiting = false;
    expect(await desk.ledger.reconcile()).toContainEqual(expect.objectContaining({ kind: 'unfinished-restore', remedy: 'settle' }));
    expect((await desk.ledger.reconcile()).map(({ kind }) => kind)).not.toContain('unfinished-restore');
  });
});
