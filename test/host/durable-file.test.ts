import { chmod, lstat, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DURABLE_STAGES, prepareFolder, readTrusted, removeLeftovers, writeDurably } from '../../lib/host/durable-file.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gpuwright-durable-'));
  path = join(folder, 'state.json');
});
afterEach(() => rm(folder, { recursive: true }));

describe('a durable file', () => {
  it('is written whole, for its owner alone, and read back', async () => {
    await writeDurably(path, 'one');
    await writeDurably(path, 'two');
    expect(await readTrusted(path)).toBe('two');
    expect((await lstat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['state.json']);
  });

  it('takes the permissions that it is given, whatever the umask', async () => {
    const before = process.umask(0o077);
    try {
      await writeDurably(path, 'for the daemon', { mode: 0o644 });
    } finally {
      process.umask(before);
    }
    expect((await lstat(path)).mode & 0o777).toBe(0o644);
  });

  it('is undefined where there is none', async () => {
    expect(await readTrusted(path)).toBeUndefined();
    expect(await readTrusted(join(folder, 'no', 'such'))).toBeUndefined();
  });

  it('shows the old text until the rename, and the new one from then on', async () => {
    await writeDurably(path, 'old');
    const seen: string[] = [];
    await writeDurably(path, 'new', { stage: async (stage) => void seen.push(`${stage}: ${await readFile(path, 'utf8')}`) });
    expect(seen).toEqual(['temporary-written: old', 'file-synced: old', 'renamed: new', 'folder-synced: new']);
    expect(seen).toHaveLength(DURABLE_STAGES.length);
  });

  it('keeps the old text and leaves nothing behind when writing fails', async () => {
    await writeDurably(path, 'old');
    const failing = writeDurably(path, 'new', {
      stage: () => {
        throw new Error('disk full');
      },
    });
    await expect(failing).rejects.toThrow('disk full');
    expect(await readTrusted(path)).toBe('old');
    expect(await readdir(folder)).toEqual(['state.json']);
  });

  it('loses what killed writers left behind, and nothing else', async () => {
    await writeFile(join(folder, '.state.json.0123456789abcdef.tmp'), 'half');
    await writeFile(join(folder, '.state.json.swp'), 'an editor');
    await writeFile(join(folder, '.other.json.0123456789abcdef.tmp'), 'of another');
    await removeLeftovers(path);
    expect((await readdir(folder)).sort()).toEqual(['.other.json.0123456789abcdef.tmp', '.state.json.swp']);
  });

  it('makes its folders for their owner alone', async () => {
    const deep = join(folder, 'a', 'b');
    await prepareFolder(deep);
    await prepareFolder(deep);
    expect((await lstat(deep)).mode & 0o777).toBe(0o700);
    expect((await lstat(join(folder, 'a'))).mode & 0o777).toBe(0o700);
  });
});

describe('what others may have touched is refused', () => {
  const refusal = (sentence: RegExp) => ({ code: 'INVALID_INPUT', message: expect.stringMatching(sentence) as string });

  it('a symbolic link', async () => {
    await writeFile(join(folder, 'target'), 'theirs', { mode: 0o600 });
    await symlink(join(folder, 'target'), path);
    await expect(writeDurably(path, 'ours')).rejects.toMatchObject(refusal(/is a symbolic link/));
    await expect(readTrusted(path)).rejects.toMatchObject(refusal(/is a symbolic link/));
    expect(await readFile(join(folder, 'target'), 'utf8')).toBe('theirs');
  });

  it('a link to nothing', async () => {
    await symlink(join(folder, 'nothing'), path);
    await expect(writeDurably(path, 'ours')).rejects.toMatchObject(refusal(/is a symbolic link/));
    await expect(readTrusted(path)).rejects.toMatchObject(refusal(/is a symbolic link/));
  });

  it.each([0o770, 0o777, 0o1777])('a folder with mode %o', async (mode) => {
    await writeDurably(path, 'ours');
    await chmod(folder, mode);
    await expect(writeDurably(path, 'again')).rejects.toMatchObject(refusal(/others may write to/));
    await expect(readTrusted(path)).rejects.toMatchObject(refusal(/others may write to/));
    await expect(prepareFolder(folder)).rejects.toMatchObject(refusal(/others may write to/));
  });

  it('a folder below one that everybody may write to, also where a link leads into it', async () => {
    const open = join(folder, 'open');
    await mkdir(join(open, 'state'), { recursive: true, mode: 0o700 });
    await chmod(open, 0o777);
    await symlink(join(open, 'state'), join(folder, 'link'));
    for (const inside of [join(open, 'state'), join(folder, 'link')]) {
      await expect(writeDurably(join(inside, 'a'), 'ours'), inside).rejects.toMatchObject(refusal(/lies below .*open/));
    }
    await chmod(open, 0o1777);
    await writeDurably(join(open, 'state', 'a'), 'in a sticky folder nobody moves what is ours');
  });

  it('and what this user may not touch is said in words', async () => {
    // The kernel's own tree, where not even root makes a folder.
    await expect(prepareFolder('/sys/gpuwright')).rejects.toMatchObject({ code: 'NO_PERMISSION', message: expect.stringMatching(/^\/sys\/gpuwright: this user may not use it \(E\w+\): run as root, or give another folder$/) as string });
  });

  it('a file that others may write, and one that is no file', async () => {
    await writeFile(path, 'theirs');
    await chmod(path, 0o664);
    await expect(readTrusted(path)).rejects.toMatchObject(refusal(/may be written by others/));
    await mkdir(join(folder, 'folder'));
    await expect(readTrusted(join(folder, 'folder'))).rejects.toMatchObject(refusal(/no regular file/));
    await expect(writeDurably(join(folder, 'folder'), 'x')).rejects.toMatchObject(refusal(/no regular file/));
  });
});
