import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../lib/package-root.ts';

const own = join(import.meta.dirname, 'retired_pages.py');
const shared = join(packageRoot(), '../shared/acceptance/retired_pages.py');
const command = join(packageRoot(), 'dist/lib/apps/cli/main.js');

describe('retired pages, read by a program with no code of ours', () => {
  it.skipIf(!existsSync(shared))('the program is the one that was agreed on', () => {
    expect(readFileSync(own, 'utf8')).toBe(readFileSync(shared, 'utf8'));
  });

  // Some hundred processes, one after the other.
  it('every check holds', () => {
    const { status, stdout, stderr } = spawnSync('python3', [own, process.execPath, command], { encoding: 'utf8', timeout: 280_000 });
    expect(stdout.split('\n').filter((line) => line.startsWith('FAIL'))).toEqual([]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.match(/^ok /gm)?.length).toBeGreaterThan(70);
  }, 300_000);
});
