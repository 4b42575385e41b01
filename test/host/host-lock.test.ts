import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeHostLock } from '../../lib/host/host-lock.ts';
import { packageRoot } from '../../lib/package-root.ts';

let folder: string;
let path: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gpuwright-lock-'));
  path = join(folder, 'lock');
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

/** A process that takes the lock, says so and stays. */
async function holder(environment: NodeJS.ProcessEnv = {}): Promise<ChildProcess> {
  const url = pathToFileURL(join(packageRoot(), 'dist/lib/host/host-lock.js')).href;
  const program = `import { takeHostLock } from ${JSON.stringify(url)};
    globalThis.lock = await takeHostLock(${JSON.stringify(path)});
    console.log('held');
    setInterval(() => globalThis.lock, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...environment } });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

describe('the lock of the host', () => {
  it('is held by one at a time, also within one process', async () => {
    const first = await takeHostLock(path);
    await expect(takeHostLock(path, { deadlineMs: 30 })).rejects.toMatchObject({ code: 'LOCKED' });
    first.release();
    first.release();
    const second = await takeHostLock(path, { deadlineMs: 0 });
    await expect(takeHostLock(path, { deadlineMs: 0 })).rejects.toMatchObject({ code: 'LOCKED' });
    second.release();
  });

  it.each([['addon'], ['koffi']])('dies with its holder, killed or not (%s)', async (backend) => {
    const child = await holder({ GPUWRIGHT_BACKEND: backend });
    await expect(takeHostLock(path, { deadlineMs: 30 })).rejects.toMatchObject({ code: 'LOCKED' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    (await takeHostLock(path)).release();
  });

  it('names the process that holds it, and since when', async () => {
    const before = new Date().toISOString();
    const child = await holder();
    const refusal = await takeHostLock(path, { deadlineMs: 0 }).catch((error: Error) => error.message);
    const [, pid, since] = /is held by process (\d+) since (\S+): /.exec(String(refusal)) ?? [];
    expect(Number(pid)).toBe(child.pid);
    expect(since! >= before && since! <= new Date().toISOString(), since).toBe(true);
  });

  it('names nobody once it has been let go', async () => {
    (await takeHostLock(path)).release();
    expect(await readFile(path, 'utf8')).toBe('');
  });

  it('goes to those who wait, one after the other', async () => {
    let inside = 0;
    let most = 0;
    const turn = async () => {
      const lock = await takeHostLock(path);
      most = Math.max(most, (inside += 1));
      await new Promise((resolve) => setTimeout(resolve, 2));
      inside -= 1;
      lock.release();
    };
    await Promise.all(Array.from({ length: 12 }, turn));
    expect(most).toBe(1);
  });

  it('is no longer waited for when its caller has had enough', async () => {
    const lock = await takeHostLock(path);
    const enough = new AbortController();
    const waiting = takeHostLock(path, { signal: enough.signal });
    enough.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
    lock.release();
  });

  it('stands for a file, never for where a link leads', async () => {
    await writeFile(join(folder, 'target'), 'theirs');
    await symlink(join(folder, 'target'), path);
    await expect(takeHostLock(path)).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(/no regular file/) as string });
    expect(await readFile(join(folder, 'target'), 'utf8')).toBe('theirs');
  });
});
