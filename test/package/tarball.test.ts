import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../lib/package-root.ts';
import type { InstalledTarball } from './tarball.ts';
import { installTarball } from './tarball.ts';

let installed: InstalledTarball;

beforeAll(() => {
  installed = installTarball();
}, 120_000);
afterAll(() => installed?.remove());

/** Runs `source` in a new Node in the project that has the package. */
function run(source: string, type: 'module' | 'commonjs') {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [`--input-type=${type}`, '-e', source], {
    cwd: installed.project,
    encoding: 'utf8',
    timeout: 30_000,
    killSignal: 'SIGKILL',
  });
  return { status, signal, stdout, stderr };
}

const specifiers = Object.keys((JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { exports: object }).exports)
  .filter((path) => path !== './package.json')
  .map((path) => `gpuwright${path.slice(1)}`);

/**
 * What importing may not change. Names the parts that differ, never their contents: an environment holds secrets.
 * Files that the module loader itself is still closing do not count.
 */
const OBSERVE = `
  process.report.excludeNetwork = true;
  const observe = () => ({
    'native libraries': process.report.getReport().sharedObjects.filter((path) => /\\.node$|libnvidia/.test(path)),
    globals: Object.getOwnPropertyNames(globalThis).sort(),
    environment: process.env,
    'working directory': process.cwd(),
    listeners: process.eventNames().map(String).sort(),
    'things left running': process.getActiveResourcesInfo().filter((name) => !/^(TTYWrap|PipeWrap|CloseReq|FSReq.*)$/.test(name)),
  });
  const parts = Object.entries(observe()).map(([part, value]) => [part, JSON.stringify(value)]);
  const changed = () => { const now = observe(); return parts.filter(([part, value]) => value !== JSON.stringify(now[part])).map(([part]) => part); };
`;

describe('the tarball', () => {
  it('holds the built package and nothing of the workshop', () => {
    expect(installed.files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'CHANGELOG.md', 'package.json']));
    const foreign = installed.files.filter((path) => !/^(dist\/(lib|mocks)|prebuilds|mocks\/(build|generated|profiles)|docs)\/|^[^/]+$/.test(path));
    expect(foreign).toEqual([]);
    const workshop = installed.files.filter((path) => /(^|\/)(test|bench|scripts|native)\/|\.test\.|\.tsbuildinfo$|\.[ch]$|\.cc$|\.o$/.test(path));
    expect(workshop).toEqual([]);
    const typescript = installed.files.filter((path) => /\.ts$/.test(path) && !/\.d\.ts$/.test(path));
    expect(typescript).toEqual([]);
  });

  it('has source maps that need no file outside', () => {
    const maps = installed.files.filter((path) => path.endsWith('.js.map'));
    expect(maps.length).toBeGreaterThan(0);
    const open = maps.filter((path) => {
      const map = JSON.parse(readFileSync(join(installed.folder, path), 'utf8')) as { sources: string[]; sourcesContent?: (string | null)[] };
      return map.sourcesContent?.length !== map.sources.length || map.sourcesContent.some((text) => text === null);
    });
    expect(open).toEqual([]);
  });

  it('has every file that package.json points to', () => {
    const { exports, bin } = installed.manifest;
    const targets = [...Object.values(exports), ...Object.values(bin)].flatMap((target) => (typeof target === 'string' ? [target] : Object.values(target)));
    expect(targets.filter((target) => !existsSync(join(installed.folder, target)))).toEqual([]);
  });

  it('carries the prebuilt addons that exist, each tagged with its libc', () => {
    const prebuilds = join(packageRoot(), 'prebuilds');
    const built = existsSync(prebuilds) ? readdirSync(prebuilds, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.node')) : [];
    const packed = installed.files.filter((path) => path.startsWith('prebuilds/'));
    expect(packed).toEqual(built.map((path) => `prebuilds/${path}`).sort());
    for (const path of packed.filter((name) => name.includes('/linux-'))) expect(path).toMatch(/\.(glibc|musl)\.node$/);
  });

  it('has no install script that a user would have to allow, and does not make npm compile', () => {
    const manifest = JSON.parse(readFileSync(join(installed.folder, 'package.json'), 'utf8')) as { gypfile?: boolean; scripts: Record<string, string> };
    expect(manifest.gypfile).toBe(false);
    expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
    expect(installed.files).not.toContain('binding.gyp');
  });
});

describe.each(specifiers)('%s', (specifier) => {
  it('is imported without side effects', () => {
    const done = run(`${OBSERVE} const names = Object.keys(await import('${specifier}')); console.log(JSON.stringify({ changed: changed(), empty: names.length === 0 }));`, 'module');
    expect(done).toEqual({ status: 0, signal: null, stdout: '{"changed":[],"empty":false}\n', stderr: '' });
  });

  it('is loaded by require() as well', () => {
    // Node 20 and 22 announce require() of ESM as experimental; that line is theirs.
    const done = run(`process.removeAllListeners('warning'); console.log(Object.keys(require('${specifier}')).length > 0)`, 'commonjs');
    expect(done).toMatchObject({ status: 0, signal: null, stdout: 'true\n' });
  });
});

it('keeps what is not exported to itself', () => {
  const done = run(`await import('gpuwright/dist/lib/errors.js').catch((error) => console.log(error.code))`, 'module');
  expect(done.stdout).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED\n');
});

describe('its command, from the tarball', () => {
  const command = (...args: string[]) => {
    const bin = join(installed.folder, installed.manifest.bin['gpuwright'] ?? 'missing');
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { cwd: installed.project, encoding: 'utf8', timeout: 60_000, killSignal: 'SIGKILL' });
    return { status, stdout, stderr };
  };

  it('can be linked as a program and says its version', () => {
    const bin = join(installed.folder, installed.manifest.bin['gpuwright'] ?? 'missing');
    expect(readFileSync(bin, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(command('--version')).toEqual({ status: 0, stdout: `${installed.manifest.version}\n`, stderr: '' });
  });

  it.runIf(existsSync(join(packageRoot(), 'mocks/build')))('has all that a simulated host needs', () => {
    const machine = join(installed.project, 'host.machine');
    expect(command('simulate', 'create', machine, '--profile', 'tesla-v100-8', '--gpus', '2')).toMatchObject({ status: 0, stderr: '' });
    const seen = command('status', '--machine', machine, '--json');
    expect(seen).toMatchObject({ status: 0, stderr: '' });
    const report = JSON.parse(seen.stdout) as { host: string; gpus: { verdict: { level: string } }[] };
    expect(report.host).toBe('simulated');
    expect(report.gpus.map((gpu) => gpu.verdict.level)).toEqual(['ok', 'ok']);
  });
});
