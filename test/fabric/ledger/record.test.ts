import { chmod, lstat, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeDocument } from '../../../lib/fabric/checked-document.ts';
import { decodeRecord, EMPTY_RECORD, type LedgerRecord } from '../../../lib/fabric/ledger/record.ts';
import { takeHostLock } from '../../../lib/host/host-lock.ts';
import { startDesk } from './desk.ts';

describe('the record', () => {
  it('outlives its process, for its owner alone', async () => {
    const desk = await startDesk();
    await desk.ledger.acquire('vm-a', { gpus: 2 });
    expect(await desk.another().acquire('vm-a', { gpus: 2 })).toMatchObject({ repeated: true });
    expect((await lstat(join(desk.folder, 'ledger.json'))).mode & 0o777).toBe(0o600);
    expect((await readdir(desk.folder)).sort()).toEqual(['ledger.json', 'lock']);
  });

  it('is written only when something is new', async () => {
    const desk = await startDesk();
    await desk.ledger.acquire('vm-a', { gpus: 2 });
    const { ino } = await lstat(join(desk.folder, 'ledger.json'));
    await desk.ledger.survey();
    await desk.ledger.reconcile();
    await desk.ledger.acquire('vm-a', { gpus: 2 });
    expect((await lstat(join(desk.folder, 'ledger.json'))).ino).toBe(ino);
  });

  it('loses the half of a write that a killed process left', async () => {
    const desk = await startDesk();
    await writeFile(join(desk.folder, '.ledger.json.0123456789abcdef.tmp'), '{');
    await desk.ledger.survey();
    expect(await readdir(desk.folder)).not.toContain('.ledger.json.0123456789abcdef.tmp');
  });

  it('of a newer release is refused, and not touched', async () => {
    const desk = await startDesk();
    const path = join(desk.folder, 'ledger.json');
    const text = JSON.stringify({ document: 'gpuwright-fabric-ledger', version: 2, whatever: true });
    await writeFile(path, text, { mode: 0o600 });
    await expect(desk.ledger.acquire('vm-a', { gpus: 1 })).rejects.toMatchObject({ code: 'LEDGER_INVALID', message: expect.stringMatching(/written by a newer release \(version 2, this one knows 1\): use that release/) as string });
    expect([await readFile(path, 'utf8'), desk.fabric.calls]).toEqual([text, []]);
  });

  it.each<[string, (text: string) => string, RegExp]>([
    ['cut', (text) => text.slice(0, -20), /is not JSON/],
    ['empty', () => '', /is not JSON/],
    ['edited', (text) => text.replace('vm-a', 'vm-b'), /does not match its checksum/],
    ['another kind of file', (text) => text.replace('gpuwright-fabric-ledger', 'gpuwright-module-ids'), /is not a gpuwright-fabric-ledger/],
    ['of no version', (text) => text.replace('"version": 1', '"version": "1"'), /has version "1"/],
  ])('that was %s is refused', async (_, damage, sentence) => {
    const desk = await startDesk();
    await desk.ledger.acquire('vm-a', { gpus: 2 });
    const path = join(desk.folder, 'ledger.json');
    await writeFile(path, damage(await readFile(path, 'utf8')));
    await expect(desk.ledger.release('vm-a')).rejects.toMatchObject({ code: 'LEDGER_INVALID', message: expect.stringMatching(sentence) as string });
    expect([...desk.fabric.active]).toEqual([3]);
  });

  const holding = { owner: 'vm-a', partitionId: 3, gpus: [{ physicalId: 1, pciBusId: null, uuid: null }], virtualFunctions: [], generation: 1, since: '2026-01-01T00:00:00Z', lapsed: false };
  it.each<[string, object, RegExp]>([
    ['without holdings', { ...EMPTY_RECORD, holdings: undefined }, /its holdings cannot be read/],
    ['with a half holding', { ...EMPTY_RECORD, holdings: [{ ...holding, gpus: undefined }] }, /its holdings cannot be read/],
    ['with a strange operation', { ...EMPTY_RECORD, operations: [{ ...holding, startedAt: holding.since, kind: 'reset' }] }, /its operations cannot be read/],
    ['with no time', { ...EMPTY_RECORD, observed: { at: 'today', active: [] } }, /its observed cannot be read/],
    ['with an owner twice', { ...EMPTY_RECORD, holdings: [holding, { ...holding, gpus: [] }] }, /names the owner "vm-a" twice/],
    ['with a GPU of two owners', { ...EMPTY_RECORD, holdings: [holding, { ...holding, owner: 'vm-b' }] }, /gives the GPU with module id 1 to two owners/],
  ])('%s is refused though its checksum is right', (_, content, sentence) => {
    const text = encodeDocument({ name: 'gpuwright-fabric-ledger', version: 1, remedy: '' }, content as LedgerRecord);
    expect(() => decodeRecord('ledger.json', text)).toThrow(sentence);
  });

  it('is not believed where others could have written it', async () => {
    const desk = await startDesk();
    await desk.ledger.acquire('vm-a', { gpus: 2 });
    await chmod(join(desk.folder, 'ledger.json'), 0o666);
    await expect(desk.ledger.release('vm-a')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await chmod(desk.folder, 0o777);
    await expect(desk.ledger.release('vm-a')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect([...desk.fabric.active]).toEqual([3]);
  });

  it('is no link to somewhere else', async () => {
    const desk = await startDesk();
    await symlink('/dev/null', join(desk.folder, 'ledger.json'));
    await expect(desk.ledger.acquire('vm-a', { gpus: 1 })).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(/symbolic link/) as string });
  });
});

describe('the lock', () => {
  it('is waited for no longer than is said, and names its holder', async () => {
    const desk = await startDesk();
    const lock = await takeHostLock(join(desk.folder, 'lock'));
    await expect(desk.another({ lockDeadlineMs: 20 }).acquire('vm-a', { gpus: 1 })).rejects.toMatchObject({ code: 'LOCKED', message: expect.stringMatching(new RegExp(`held by process ${process.pid} since 20`)) as string });
    await expect(desk.ledger.acquire('vm-a', { gpus: 1 }, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
    lock.release();
    expect(desk.fabric.calls).toEqual([]);
  });

  it('makes owners of one process take turns', async () => {
    const desk = await startDesk();
    const taken = await Promise.all(Array.from({ length: 8 }, (_, index) => desk.ledger.acquire(`vm-${index}`, { gpus: 1 })));
    expect(new Set(taken.map((acquired) => acquired.partitionId)).size).toBe(8);
    await expect(desk.ledger.acquire('vm-8', { gpus: 1 })).rejects.toMatchObject({ code: 'NO_PARTITION' });
  });
});
