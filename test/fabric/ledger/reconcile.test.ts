import { describe, expect, it } from 'vitest';
import { startDesk, type Desk } from './desk.ts';

const LONG = 76_000;
const A = { gpus: 2 };

async function withOwner(alive: boolean | 'unknown' = true): Promise<Desk> {
  const desk = await startDesk();
  desk.alive.set('vm-a', alive);
  await desk.ledger.acquire('vm-a', A);
  return desk;
}

/** vm-a's activation of partition 3 is begun, its call lost. */
async function withUnfinished(): Promise<Desk> {
  const desk = await startDesk();
  desk.alive.set('vm-a', true);
  desk.fabric.mishaps.push({ call: 'activate', code: 'TIMEOUT' });
  await desk.ledger.acquire('vm-a', A).catch(() => undefined);
  return desk;
}

async function withUnfinishedRelease(): Promise<Desk> {
  const desk = await withOwner();
  desk.fabric.mishaps.push({ call: 'deactivate', code: 'TIMEOUT' });
  await desk.ledger.release('vm-a').catch(() => undefined);
  return desk;
}

describe('reconcile', () => {
  it('has nothing to say where list, record and owners agree', async () => {
    const desk = await withOwner();
    expect(await desk.ledger.reconcile()).toEqual([]);
  });

  it.each<[string, () => Promise<Desk>, (desk: Desk) => void, object]>([
    ['an active partition of nobody', startDesk, ({ fabric }) => void fabric.active.add(5), { kind: 'unknown-owner', partitionId: 5, owner: null, remedy: 'adopt-or-deactivate' }],
    ['an owner that is gone', withOwner, ({ alive }) => void alive.set('vm-a', false), { kind: 'owner-gone', partitionId: 3, owner: 'vm-a', remedy: 'release' }],
    ['an owner that cannot be asked', withOwner, ({ alive }) => void alive.set('vm-a', 'unknown'), { kind: 'owner-unclear', remedy: 'ask' }],
    ['a lost partition of a living owner', withOwner, ({ fabric }) => fabric.startCold(), { kind: 'not-active', owner: 'vm-a', remedy: 'acquire-again' }],
    ['a lost partition of a dead one', withOwner, ({ fabric, alive }) => (fabric.startCold(), void alive.set('vm-a', false)), { kind: 'not-active', remedy: 'release' }],
    ['a lost partition of one that cannot be asked', withOwner, ({ fabric, alive }) => (fabric.startCold(), void alive.set('vm-a', 'unknown')), { kind: 'not-active', remedy: 'ask' }],
    ['a partition that is no longer listed', withOwner, ({ fabric }) => void fabric.unlisted.add(3), { kind: 'not-listed', remedy: 'ask' }],
    ['an activation that has happened', withUnfinished, ({ fabric }) => void fabric.active.add(3), { kind: 'unfinished-activation', owner: 'vm-a', remedy: 'settle', sentence: expect.stringMatching(/has happened$/) as string }],
    ['an activation that has happened for a dead owner', withUnfinished, ({ fabric, alive }) => (fabric.active.add(3), void alive.set('vm-a', false)), { kind: 'unfinished-activation', remedy: 'release', sentence: expect.stringMatching(/has happened, and its owner is gone/) as string }],
    ['an activation that may come', withUnfinished, () => undefined, { kind: 'unfinished-activation', remedy: 'wait' }],
    ['an activation that does not come', withUnfinished, (desk) => void (desk.now += LONG), { kind: 'unfinished-activation', remedy: 'settle', sentence: expect.stringMatching(/has not happened/) as string }],
    ['a release that has not happened', withUnfinishedRelease, () => undefined, { kind: 'unfinished-release', remedy: 'release' }],
    ['a release that has happened', withUnfinishedRelease, ({ fabric }) => fabric.startCold(), { kind: 'unfinished-release', remedy: 'settle' }],
  ])('names %s, and what may be done; once, and without doing it', async (_, start, change, expected) => {
    const desk = await start();
    change(desk);
    const calls = desk.fabric.calls.length;
    const active = [...desk.fabric.active];
    const before = await desk.record();
    expect(await desk.ledger.reconcile()).toEqual([expect.objectContaining(expected)]);
    expect(await desk.ledger.reconcile()).toEqual([expect.objectContaining(expected)]);
    const after = await desk.record();
    expect([desk.fabric.calls.length, [...desk.fabric.active]]).toEqual([calls, active]);
    expect([after.holdings.map((holding) => holding.owner), after.operations]).toEqual([before.holdings.map((holding) => holding.owner), before.operations]);
  });

  it('names a partition that a stranger took after its owner lost it, from both sides', async () => {
    const desk = await withOwner();
    desk.fabric.startCold();
    await desk.ledger.reconcile();
    desk.fabric.active.add(3);
    expect((await desk.ledger.reconcile()).map(({ kind, remedy }) => [kind, remedy])).toEqual([
      ['unknown-owner', 'adopt-or-deactivate'],
      ['not-active', 'ask'],
    ]);
  });

  it('names every one of many', async () => {
    const desk = await withOwner(false);
    await desk.ledger.acquire('vm-b', { gpus: 4 });
    desk.fabric.active.add(8);
    expect((await desk.ledger.reconcile()).map(({ partitionId, kind }) => [partitionId, kind])).toEqual([
      [2, 'owner-unclear'],
      [3, 'owner-gone'],
      [8, 'unknown-owner'],
    ]);
  });

  it('asks an owner whose answer fails no more than one that cannot answer', async () => {
    const desk = await withOwner();
    const ledger = desk.another({ isAlive: () => Promise.reject(new Error('no libvirt')) });
    expect(await ledger.reconcile()).toMatchObject([{ kind: 'owner-unclear' }]);
    const silent = desk.another({ isAlive: () => new Promise(() => undefined), answerMs: 10 });
    expect(await silent.reconcile()).toMatchObject([{ kind: 'owner-unclear' }]);
  });
});

describe('settle', () => {
  it('ends what the list shows to have ended, and touches nothing at Fabric Manager', async () => {
    const desk = await withUnfinished();
    desk.fabric.active.add(3);
    expect(await desk.ledger.settle()).toMatchObject([{ operation: { kind: 'activate', owner: 'vm-a' }, outcome: 'happened' }]);
    expect([await desk.owners(), await desk.begun(), desk.fabric.calls]).toEqual([{ 3: 'vm-a' }, [], ['activate 3']]);
    expect(await desk.ledger.settle()).toEqual([]);
  });
});

describe('the survey', () => {
  it('lists every partition with its owner and its GPUs', async () => {
    const desk = await withOwner();
    desk.fabric.active.add(5);
    const survey = await desk.ledger.survey();
    expect(survey).toHaveLength(15);
    expect(survey[3]).toEqual({
      id: 3,
      active: true,
      owner: 'vm-a',
      gpus: [
        { physicalId: 1, pciBusId: '00000000:86:00.0', uuid: 'GPU-1' },
        { physicalId: 3, pciBusId: '00000000:87:00.0', uuid: 'GPU-3' },
      ],
    });
    expect(survey[5]).toMatchObject({ id: 5, active: true, owner: null, gpus: [{ physicalId: 5, pciBusId: null }, { physicalId: 7 }] });
    expect(survey[0]).toMatchObject({ active: false, owner: null });
  });
});
