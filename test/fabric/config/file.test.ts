import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfigFile, setConfig, writeConfigFile } from '../../../lib/fabric/config/index.ts';
import { takeHostLock } from '../../../lib/host/host-lock.ts';

const OLD = '# Größe\r\nFABRIC_MODE=0\r\nSITE_OWN = x \r\n';
const NEW = OLD.replace('MODE=0', 'MODE=1');

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gpuwright-config-'));
  path = join(folder, 'fabricmanager.cfg');
  writeFileSync(path, OLD);
});
afterEach(() => rmSync(folder, { recursive: true }));

const text = (file: string): string => readFileSync(file, 'utf8');

describe('writing the file', () => {
  it('puts the new text there, the old one beside it, and says when it counts', async () => {
    const file = await readConfigFile(path);
    expect(await writeConfigFile(file, setConfig(file.document, 'FABRIC_MODE', 1))).toEqual({ backup: `${path}.bak`, takesEffect: 'at the next start of Fabric Manager' });
    expect(text(path)).toBe(NEW);
    expect(text(`${path}.bak`)).toBe(OLD);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('keeps mode and owner, of the backup too', async () => {
    const owner = process.geteuid?.() === 0 ? 4321 : statSync(path).uid;
    chownSync(path, owner, statSync(path).gid);
    chmodSync(path, 0o640);
    const file = await readConfigFile(path);
    await writeConfigFile(file, setConfig(file.document, 'FABRIC_MODE', 1));
    for (const written of [path, `${path}.bak`]) expect([statSync(written).uid, statSync(written).mode & 0o7777]).toEqual([owner, 0o640]);
    expect(text(path)).toBe(NEW);
  });

  it('writes nothing where nothing changes', async () => {
    const { ino } = statSync(path);
    const file = await readConfigFile(path);
    expect(await writeConfigFile(file, setConfig(file.document, 'FABRIC_MODE', 0))).toEqual({ backup: null, takesEffect: null });
    expect(statSync(path).ino).toBe(ino);
    expect(readdirSync(folder)).not.toContain('fabricmanager.cfg.bak');
  });

  it('refuses a file that has changed since it was read', async () => {
    const file = await readConfigFile(path);
    writeFileSync(path, `${OLD}LOG_LEVEL=3\r\n`);
    await expect(writeConfigFile(file, setConfig(file.document, 'FABRIC_MODE', 1))).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('has changed since it was read') as string });
    expect(text(path)).toBe(`${OLD}LOG_LEVEL=3\r\n`);
  });

  it('lets one of two win who read the same', async () => {
    const file = await readConfigFile(path);
    const results = await Promise.allSettled([writeConfigFile(file, setConfig(file.document, 'FABRIC_MODE', 1)), writeConfigFile(file, setConfig(file.document, 'FABRIC_MODE', 2))]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('waits for another writer no longer than told', async () => {
    const lock = await takeHostLock(join(folder, '.fabricmanager.cfg.lock'));
    const file = await readConfigFile(path);
    await expect(writeConfigFile(file, setConfig(file.document, 'FABRIC_MODE', 1), { deadlineMs: 1 })).rejects.toMatchObject({ code: 'LOCKED' });
    lock.release();
    await writeConfigFile(file, setConfig(file.document, 'FABRIC_MODE', 1));
    expect(text(path)).toBe(NEW);
  });

  it('leaves the old file or the new one, wherever it is stopped', async () => {
    const expected = { 'temporary-written': OLD, 'file-synced': OLD, renamed: NEW, 'folder-synced': NEW };
    for (const [last, left] of Object.entries(expected)) {
      writeFileSync(path, OLD);
      const file = await readConfigFile(path);
      const stage = (now: string): void => {
        if (now === last) throw new Error('stopped');
      };
      await expect(writeConfigFile(file, setConfig(file.document, 'FABRIC_MODE', 1), { stage })).rejects.toThrow('stopped');
      expect([last, text(path)]).toEqual([last, left]);
    }
  });
});

describe('a symbolic link', () => {
  it('is read through and never written through', async () => {
    renameSync(path, join(folder, 'real.cfg'));
    symlinkSync('real.cfg', path);
    const file = await readConfigFile(path);
    expect(file.document.lines).toHaveLength(3);
    await expect(writeConfigFile(file, setConfig(file.document, 'FABRIC_MODE', 1))).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('is a symbolic link') as string });
    expect(text(join(folder, 'real.cfg'))).toBe(OLD);
    expect(readdirSync(folder)).not.toContain('fabricmanager.cfg.bak');
  });

  it('in place of the backup is refused, and nothing is written', async () => {
    writeFileSync(join(folder, 'precious'), 'precious');
    symlinkSync('precious', `${path}.bak`);
    const file = await readConfigFile(path);
    await expect(writeConfigFile(file, setConfig(file.document, 'FABRIC_MODE', 1))).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect([text(join(folder, 'precious')), text(path)]).toEqual(['precious', OLD]);
  });
});

describe('reading', () => {
  it('says what to do where there is no file', async () => {
    await expect(readConfigFile(join(folder, 'none.cfg'))).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('install Fabric Manager') as string });
  });

  it('takes no folder for a file', async () => {
    mkdirSync(join(folder, 'dir'));
    await expect(readConfigFile(join(folder, 'dir'))).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});
