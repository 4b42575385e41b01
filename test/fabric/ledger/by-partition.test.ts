/** What an operator does by partition: nothing is recorded for nobody, and nothing is done to what has changed hands. */
import { describe, expect, it } from 'vitest';
import { startDesk } from './desk.ts';

describe('an activation for nobody', () => {
  it('is seen, belongs to no known owner, and is handed back after a restart', async () => {
    const desk = await startDesk();
    expect(await desk.ledger.activateUnowned(3)).toMatchObject({ partitionId: 3, gpus: [{ physicalId: 1 }, { physicalId: 3 }] });
    expect([await desk.owners(), (await desk.record()).observed?.active.map(({ id }) => id)]).toEqual([{}, [3]]);
    await expect(desk.ledger.acquire('vm', { moduleIds: [1, 3] })).rejects.toMatchObject({ code: 'UNKNOWN_OWNER' });
    desk.fabric.restartInRestartMode();
    expect(await desk.ledger.restore()).toMatchObject({ active: [3], unknownOwners: [3] });
  });

  it('asks for health, and for what others have', async () => {
    const desk = await startDesk();
    desk.health.set(1, { ok: false, why: 'a row remap is pending' });
    await expect(desk.ledger.activateUnowned(3)).rejects.toThrow('GPU 1: a row remap is pending');
    await desk.ledger.acquire('vm', { moduleIds: [2, 4] });
    await expect(desk.ledger.activateUnowned(8)).rejects.toThrow('active for vm');
    await expect(desk.ledger.activateUnowned(99)).rejects.toMatchObject({ code: 'PARTITION_NOT_FOUND' });
    expect([...desk.fabric.active]).toEqual([4]);
  });

  it('takes one virtual function for each GPU', async () => {
    const desk = await startDesk();
    await expect(desk.ledger.activateUnowned(3, { virtualFunctions: ['0000:86:00.4'] })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await desk.ledger.activateUnowned(3, { virtualFunctions: ['0000:86:00.4', '0000:87:00.4'] });
    expect(desk.fabric.virtualFunctions.get(3)).toEqual(['0000:86:00.4', '0000:87:00.4']);
  });

  it('is believed by the list alone', async () => {
    const desk = await startDesk();
    desk.fabric.mishaps = [{ call: 'activate', code: 'TIMEOUT', late: 1 }];
    expect(await desk.ledger.activateUnowned(3)).toMatchObject({ partitionId: 3 });
    desk.fabric.mishaps = [{ call: 'activate', code: 'TIMEOUT' }];
    await expect(desk.ledger.activateUnowned(4)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    desk.fabric.mishaps = [{ call: 'activate', late: 9 }];
    await expect(desk.ledger.activateUnowned(4)).rejects.toMatchObject({ code: 'NOT_APPLIED' });
    desk.fabric.mishaps = [{ call: 'activate', code: 'NVLINK_FAILED' }];
    await expect(desk.ledger.activateUnowned(5)).rejects.toMatchObject({ code: 'NVLINK_FAILED' });
  });
});

describe('a deactivation by partition', () => {
  it('is a release where it has an owner', async () => {
    const desk = await startDesk();
    await desk.ledger.acquire('vm', { moduleIds: [1, 3] });
    expect(await desk.ledger.deactivate(3, 'vm')).toMatchObject({ partitionId: 3, how: 'deactivated' });
    expect([await desk.owners(), [...desk.fabric.active]]).toEqual([{}, []]);
  });

  it('does nothing where it has another owner than the caller saw', async () => {
    const desk = await startDesk();
    await desk.ledger.acquire('vm', { moduleIds: [1, 3] });
    for (const seen of ['other', null]) await expect(desk.ledger.deactivate(3, seen)).rejects.toMatchObject({ code: 'IN_USE' });
    desk.fabric.active.add(4);
    await expect(desk.ledger.deactivate(4, 'vm')).rejects.toMatchObject({ code: 'IN_USE' });
    expect(desk.fabric.cut).toEqual([]);
  });

  it('cuts a stranger\'s where that is meant, and says where there is nothing to cut', async () => {
    const desk = await startDesk();
    desk.fabric.active.add(4);
    expect(await desk.ledger.deactivate(4, null)).toMatchObject({ partitionId: 4 });
    expect(desk.fabric.cut).toEqual([4]);
    await expect(desk.ledger.deactivate(4, null)).rejects.toMatchObject({ code: 'PARTITION_NOT_ACTIVE' });
    await expect(desk.ledger.deactivate(99, null)).rejects.toMatchObject({ code: 'PARTITION_NOT_FOUND' });
  });

  it('knows a lost partition that a stranger has since as the stranger\'s', async () => {
    const desk = await startDesk();
    await desk.ledger.acquire('vm', { moduleIds: [1, 3] });
    desk.fabric.startCold();
    await desk.ledger.reconcile();
    expect(await desk.ledger.survey()).toContainEqual(expect.objectContaining({ id: 3, active: false, owner: 'vm' }));
    desk.fabric.active.add(3);
    await expect(desk.ledger.deactivate(3, 'vm')).rejects.toMatchObject({ code: 'IN_USE' });
  });
});
