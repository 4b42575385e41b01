import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { packageRoot } from '../../lib/package-root.ts';

export interface Manifest {
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** A project that has the packed package, and what it declares as dependencies, in its node_modules; nothing else. */
export interface InstalledTarball {
  readonly project: string;
  /** The unpacked package, `project/node_modules/gpuwright`. */
  readonly folder: string;
  /** Paths in the package, sorted, with forward slashes. */
  readonly files: readonly string[];
  readonly manifest: Manifest;
  remove(): void;
}

/** Packs what is built now, and unpacks it as an install would. No registry is asked. */
export function installTarball(): InstalledTarball {
  const root = packageRoot();
  const project = mkdtempSync(join(tmpdir(), 'gpuwright-package-'));
  // prepare has run when tests run; a second build would pull files away under the other tests.
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', project], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const tarball = readdirSync(project).find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error(`npm pack: wrote no tarball into ${project}: run it by hand and read what it says`);
  execFileSync('tar', ['-xzf', tarball], { cwd: project });

  const modules = join(project, 'node_modules');
  const folder = join(modules, 'gpuwright');
  mkdirSync(modules);
  renameSync(join(project, 'package'), folder);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  for (const name of Object.keys(manifest.dependencies)) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
  return { project, folder, files, manifest, remove: () => rmSync(project, { recursive: true, force: true }) };
}
