/** What is believed when Fabric Manager's words and its list differ. */
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../lib/errors.ts';
import { startDesk } from './desk.ts';

const DOUBTFUL: readonly ErrorCode[] = ['TIMEOUT', 'VENDOR_ERROR', 'HELPER_CRASHED', 'DEVICE_UNRESPONSIVE', 'FABRIC_UNREACHABLE', 'OUTCOME_UNKNOWN', 'ABORTED'];
const REFUSING: readonly ErrorCode[] = ['NOT_SUPPORTED', 'INVALID_ARGUMENT', 'FABRIC_NOT_READY', 'VERSION_MISMATCH'];
const LONG = 76_000;

describe('an activation', () => {
  it.each(DOUBTFUL)('that ended in %s and is to be seen has succeeded', async (code) => {
    const desk = await startDesk();
    desk.fabric.mishaps.push({ call: 'activate', code, effect: true });
    expect(await desk.ledger.acquire('vm-a', { gpus: 2 })).toMatchObject({ partitionId: 3, repeated: false });
    expect([await desk.owners(), await desk.begun()]).toEqual([{ 3: 'vm-a' }, []]);
  });

  it('that ended in a time-out and shows a little later has succeeded', async () => {
    const desk = await startDesk();
    desk.fabric.mishaps.push({ call: 'activate', code: 'TIMEOUT', late: 1 });
    expect(await desk.ledger.acquire('vm-a', { gpus: 2 })).toMatchObject({ partitionId: 3 });
  });

  it.each(DOUBTFUL)('that ended in %s and is not to be seen stays its owner\'s until it can come no more', async (code) => {
    const desk = await startDesk();
    desk.fabric.mishaps.push({ call: 'activate', code });
    await expect(desk.ledger.acquire('vm-a', { gpus: 2 })).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', cause: { code } });
    expect(await desk.begun()).toEqual(['activate 3 vm-a']);
    // Nobody else gets its GPUs meanwhile.
    expect(await desk.ledger.acquire('vm-b', { gpus: 2 })).toMatchObject({ partitionId: 4, refused: [{ id: 3, refusals: [{ kind: 'unfinished' }] }] });
    desk.now += LONG;
    expect(await desk.ledger.settle()).toMatchObject([{ operation: { owner: 'vm-a', partitionId: 3 }, outcome: 'did-not-happen' }]);
    expect(await desk.ledger.acquire('vm-c', { gpus: 2 })).toMatchObject({ partitionId: 3 });
  });

  it('that comes late is its owner\'s, whatever was said before', async () => {
    const desk = await startDesk();
    desk.fabric.mishaps.push({ call: 'activate', code: 'TIMEOUT', late: 3 });
    await expect(desk.ledger.acquire('vm-a', { gpus: 2 })).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    // Another one's operation sees it come.
    const other = await desk.ledger.acquire('vm-b', { gpus: 2 });
    expect(other.resolved).toMatchObject([{ operation: { owner: 'vm-a', partitionId: 3 }, outcome: 'happened' }]);
    expect(await desk.owners()).toEqual({ 3: 'vm-a', 4: 'vm-b' });
    expect(await desk.ledger.acquire('vm-a', { gpus: 2 })).toMatchObject({ partitionId: 3, repeated: true });
  });

  it('is asked for again by its owner, and a clash with its own late success is no clash', async () => {
    const desk = await startDesk();
    desk.fabric.mishaps.push({ call: 'activate', code: 'TIMEOUT' });
    await expect(desk.ledger.acquire('vm-a', { gpus: 2 })).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    desk.fabric.mishaps.push({ call: 'activate', first: () => void desk.fabric.active.add(3) });
    expect(await desk.ledger.acquire('vm-a', { gpus: 2 })).toMatchObject({ partitionId: 3, repeated: false });
    expect([await desk.owners(), await desk.begun()]).toEqual([{ 3: 'vm-a' }, []]);
  });

  it('is called off by a release, also while it may still come', async () => {
    const desk = await startDesk();
    desk.fabric.mishaps.push({ call: 'activate', code: 'TIMEOUT' });
    await expect(desk.ledger.acquire('vm-a', { gpus: 2 })).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect(await desk.ledger.release('vm-a')).toMatchObject({ partitionId: 3, how: 'deactivated' });
    expect(desk.fabric.calls).toEqual(['activate 3', 'deactivate 3']);
    expect(await desk.begun()).toEqual([]);
  });

  it.each(REFUSING)('that was turned down with %s leaves nothing, and its reason is told', async (code) => {
    const desk = await startDesk();
    desk.fabric.mishaps.push({ call: 'activate', code });
    await expect(desk.ledger.acquire('vm-a', { gpus: 2 })).rejects.toMatchObject({ code });
    expect([await desk.owners(), await desk.begun(), desk.fabric.calls]).toEqual([{}, [], ['activate 3']]);
  });

  it('whose links cannot be trained is refused, and another partition is given', async () => {
    const desk = await startDesk();
    desk.fabric.mishaps.push({ call: 'activate', code: 'NVLINK_FAILED' });
    expect(await desk.ledger.acquire('vm-a', { gpus: 4 })).toMatchObject({ partitionId: 2, refused: [{ id: 1, refusals: [{ kind: 'failed', why: expect.stringMatching(/NVLINK_FAILED/) as string }] }] });
    expect([...desk.fabric.active]).toEqual([2]);
  });

  it('that shows and has failed is its owner\'s to release', async () => {
    const desk = await startDesk();
    desk.fabric.mishaps.push({ call: 'activate', code: 'NVLINK_FAILED', effect: true });
    await expect(desk.ledger.acquire('vm-a', { gpus: 4 })).rejects.toMatchObject({ code: 'NVLINK_FAILED' });
    expect(await desk.ledger.release('vm-a')).toMatchObject({ partitionId: 1, how: 'deactivated' });
  });

  it('that is said to be done and is not to be seen is not believed', async () => {
    const desk = await startDesk();
    desk.fabric.mishaps.push({ call: 'activate', late: 99 });
    await expect(desk.ledger.acquire('vm-a', { gpus: 2 })).rejects.toMatchObject({ code: 'NOT_APPLIED' });
    expect(await desk.begun()).toEqual(['activate 3 vm-a']);
  });

  it('after which Fabric Manager cannot be asked is kept as begun', async () => {
    const desk = await startDesk();
    desk.fabric.mishaps.push({ call: 'activate', code: 'HELPER_CRASHED', effect: true, first: () => desk.fabric.restartInRestartMode() });
    await expect(desk.ledger.acquire('vm-a', { gpus: 2 })).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', message: expect.stringMatching(/does not say what is active \(FABRIC_NOT_READY\)/) as string });
    desk.fabric.waiting = false;
    expect(await desk.ledger.acquire('vm-a', { gpus: 2 })).toMatchObject({ partitionId: 3, repeated: true });
  });
});

describe('a release', () => {
  it('gives back what its owner has, and is done once', async () => {
    const desk = await startDesk();
    await desk.ledger.acquire('vm-a', { gpus: 2 });
    await desk.ledger.acquire('vm-b', { gpus: 2 });
    expect(await desk.ledger.release('vm-a')).toMatchObject({ partitionId: 3, how: 'deactivated', gpus: [{ physicalId: 1 }, { physicalId: 3 }] });
    expect(await desk.ledger.release('vm-a')).toMatchObject({ partitionId: null, how: 'nothing-held' });
    expect([await desk.owners(), [...desk.fabric.active]]).toEqual([{ 4: 'vm-b' }, [4]]);
  });

  it.each([...DOUBTFUL, 'PARTITION_NOT_ACTIVE', 'UNINITIALIZED'] as const)('that ended in %s and is to be seen is done', async (code) => {
    const desk = await startDesk();
    await desk.ledger.acquire('vm-a', { gpus: 2 });
    desk.fabric.mishaps.push({ call: 'deactivate', code, effect: true });
    expect(await desk.ledger.release('vm-a')).toMatchObject({ how: 'deactivated' });
    expect([await desk.owners(), await desk.begun()]).toEqual([{}, []]);
  });

  it.each([...DOUBTFUL, ...REFUSING])('that ended in %s and is not to be seen leaves the partition its owner\'s, and is done when asked again', async (code) => {
    const desk = await startDesk();
    await desk.ledger.acquire('vm-a', { gpus: 2 });
    desk.fabric.mishaps.push({ call: 'deactivate', code });
    await expect(desk.ledger.release('vm-a')).rejects.toMatchObject({ code: REFUSING.includes(code) ? code : 'OUTCOME_UNKNOWN' });
    expect([await desk.owners(), await desk.begun()]).toEqual([{ 3: 'vm-a' }, ['deactivate 3 vm-a']]);
    expect(await desk.ledger.acquire('vm-b', { gpus: 2 })).toMatchObject({ partitionId: 4 });
    expect(await desk.ledger.release('vm-a')).toMatchObject({ partitionId: 3, how: 'deactivated' });
    expect(await desk.owners()).toEqual({ 4: 'vm-b' });
  });

  it('that was begun is finished before its owner gets another', async () => {
    const desk = await startDesk();
    await desk.ledger.acquire('vm-a', { gpus: 2 });
    desk.fabric.mishaps.push({ call: 'deactivate', code: 'TIMEOUT' });
    await expect(desk.ledger.release('vm-a')).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect(await desk.ledger.acquire('vm-a', { gpus: 4 })).toMatchObject({ partitionId: 1 });
    expect([desk.fabric.calls, [...desk.fabric.active]]).toEqual([['activate 3', 'deactivate 3', 'deactivate 3', 'activate 1'], [1]]);
  });

  it('of a partition that Fabric Manager lost cuts nothing, not even who has it since', async () => {
    const desk = await startDesk();
    await desk.ledger.acquire('vm-a', { gpus: 2 });
    desk.fabric.startCold();
    // Seen inactive: from here on vm-a's partition is active for somebody else.
    await desk.ledger.survey();
    desk.fabric.active.add(3);
    expect(await desk.ledger.release('vm-a')).toMatchObject({ partitionId: 3, how: 'not-active' });
    expect([desk.fabric.cut, [...desk.fabric.active], await desk.owners()]).toEqual([[], [3], {}]);
  });

  it('of a partition that is missing from the list needs Fabric Manager\'s word that it is not active', async () => {
    const desk = await startDesk();
    await desk.ledger.acquire('vm-a', { gpus: 2 });
    desk.fabric.unlisted.add(3);
    desk.fabric.mishaps.push({ call: 'deactivate', code: 'TIMEOUT' });
    await expect(desk.ledger.release('vm-a')).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', message: expect.stringMatching(/is not listed/) as string });
    expect(await desk.ledger.release('vm-a')).toMatchObject({ how: 'deactivated' });
    expect(await desk.record()).toMatchObject({ holdings: [], operations: [], observed: { active: [] } });
  });
});

describe('a partition that its owner lost', () => {
  it('is activated for it again when it asks', async () => {
    const desk = await startDesk();
    await desk.ledger.acquire('vm-a', { gpus: 2 });
    desk.fabric.startCold();
    expect(await desk.ledger.acquire('vm-a', { gpus: 2 })).toMatchObject({ partitionId: 3, repeated: false, generation: 2 });
    expect([...desk.fabric.active]).toEqual([3]);
  });

  it('is kept for it meanwhile', async () => {
    const desk = await startDesk();
    await desk.ledger.acquire('vm-a', { gpus: 2 });
    desk.fabric.startCold();
    expect(await desk.ledger.acquire('vm-b', { gpus: 2 })).toMatchObject({ partitionId: 4, refused: [{ id: 3, refusals: [{ kind: 'held', why: 'it is held by vm-a, though not active' }] }] });
  });

  it('is not given to it when a stranger has it since, nor when a member fell ill', async () => {
    const desk = await startDesk();
    await desk.ledger.acquire('vm-a', { gpus: 2 });
    desk.fabric.startCold();
    await desk.ledger.survey();
    desk.fabric.active.add(3);
    await expect(desk.ledger.acquire('vm-a', { gpus: 2 })).rejects.toMatchObject({ code: 'UNKNOWN_OWNER' });
    desk.fabric.startCold();
    desk.health.set(3, { ok: false, why: 'is lost' });
    await expect(desk.ledger.acquire('vm-a', { gpus: 2 })).rejects.toMatchObject({ code: 'NO_PARTITION', message: expect.stringMatching(/GPU 3: is lost/) as string });
  });

  it('and that is no longer listed is refused', async () => {
    const desk = await startDesk();
    await desk.ledger.acquire('vm-a', { gpus: 2 });
    desk.fabric.unlisted.add(3);
    await expect(desk.ledger.acquire('vm-a', { gpus: 2 })).rejects.toMatchObject({ code: 'NO_PARTITION', message: expect.stringMatching(/no longer lists/) as string });
    // What shares a GPU with it is refused too: not listed is not inactive.
    await expect(desk.ledger.acquire('vm-b', { moduleIds: [1] })).rejects.toMatchObject({ code: 'NO_PARTITION', message: expect.stringMatching(/is active for vm-a/) as string });
  });
});

it('decides nothing on a list that cannot be', async () => {
  const desk = await startDesk();
  desk.fabric.active.add(1).add(3);
  await expect(desk.ledger.acquire('vm-a', { gpus: 1 })).rejects.toMatchObject({ code: 'IMPLAUSIBLE_ANSWER', message: expect.stringMatching(/two active partitions with the GPU of module id 1/) as string });
});
