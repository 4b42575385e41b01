import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFixtureLibrary } from '../fixtures/native/build.ts';

interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
  readonly lines: readonly string[];
  readonly stderr: string;
}

function own(inner: string, state: string, ending: string, file: string): Promise<Ending> {
  const program = join(import.meta.dirname, 'helper-process-owner.mjs');
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, inner, state, ending, buildFixtureLibrary(), file],
      { timeout: 25_000, killSignal: 'SIGABRT', encoding: 'utf8' },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : (error.code as number | null), signal: error?.signal ?? null, lines: stdout.trim().split('\n'), stderr });
      },
    );
  });
}

/** Resolves when the process runs no more; a test's time limit is the other way out. An orphan's remains are init's to clear away, in its own time. */
async function gone(pid: number): Promise<void> {
  while (/^\d+ \(.*\) [^ZX]/s.test(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''))) await delay(20);
}

describe.each(['addon', 'koffi'])('the owner of a helper that holds %s', (inner) => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'gpuwright-owner-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('keeps its standard output to itself: what the library prints goes to standard error', async () => {
    const { lines, stderr } = await own(inner, 'idle', 'say', '');
    expect(lines).toHaveLength(1);
    expect(stderr).toBe('the library speaks\n');
  });

  describe.each(['idle', 'calling', 'hung'])('%s', (state) => {
    it.each([
      ['comes to its natural end', 'natural', { code: 7, signal: null }],
      ['calls process.exit', 'exit', { code: 7, signal: null }],
      ['is stopped by SIGTERM', 'SIGTERM', { code: null, signal: 'SIGTERM' }],
      ['is killed by SIGKILL', 'SIGKILL', { code: null, signal: 'SIGKILL' }],
      ['is a worker that is terminated', 'terminate', { code: 7, signal: null }],
    ])('%s: it ends so, and leaves no helper behind', async (_, ending, expected) => {
      const { lines, ...ended } = await own(inner, state, ending, join(folder, `${state}-${ending}`));
      expect(ended).toEqual({ ...expected, stderr: '' });
      const pid = Number(lines[0]);
      expect(pid).toBeGreaterThan(0);
      await gone(pid);
    });

    it('survives a crash of the library and goes on with a new helper', async () => {
      const { lines, ...ended } = await own(inner, state, 'crash', join(folder, `${state}-crash`));
      expect(ended).toEqual({ code: 7, signal: null, stderr: '' });
      expect(lines.slice(1)).toEqual(['[{"state":"crashed","exit":"SIGSEGV"}]', '[{"state":"done","status":5}]']);
      await gone(Number(lines[0]));
    });
  });
});
