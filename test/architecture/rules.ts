import { posix } from 'node:path';
import type { SourceFile } from './source.ts';
import { readFacts } from './source.ts';

/**
 * The floors of the house, lowest first. A file imports its own folder and lower floors; folders that stand on one floor do not
 * know each other. docs/architecture.md shows the same picture.
 */
export const FLOORS: readonly (readonly string[])[] = [
  ['abi'],
  ['backend'],
  ['library'],
  ['telemetry', 'catalog', 'kernel-log', 'host'],
  ['nvml', 'fabric', 'metax', 'hyperv'],
  ['diagnosis'],
  ['recovery'],
  ['index.ts'],
  ['apps'],
];

/** What every floor may import. They import nothing of ours. */
const GROUND = ['lib/errors.ts', 'lib/package-root.ts'];

/** Floors that import nothing of ours at all, not even the ground. */
const SELF_CONTAINED = ['abi', 'catalog'];

/** Packages that exactly one file may import, so that the rest of the house does not know how a library is reached. */
const LONELY_PACKAGES = ['koffi', 'node-gyp-build'];

const EMPTY_NAMES = ['utils', 'util', 'helpers', 'common', 'manager', 'misc'];

/** What NVIDIA calls its service. */
const VENDORS_NAME = 'fabric-manager';

export const MAX_LINES = 400;

/** Every breach of the rules for imports and syntax in `lib` and `mocks/control`, as sentences. */
export function importBreaches(files: readonly SourceFile[]): string[] {
  const breaches: string[] = [];
  const importers = new Map(LONELY_PACKAGES.map((name) => [name, new Set<string>()]));

  for (const file of files) {
    const facts = readFacts(file);
    for (const specifier of facts.specifiers) {
      if (specifier.startsWith('.')) {
        const breach = relativeBreach(file.path, posix.join(posix.dirname(file.path), specifier));
        if (breach !== undefined) breaches.push(`${file.path} imports ${specifier}: ${breach}`);
      } else {
        importers.get(packageOf(specifier))?.add(file.path);
        if (packageOf(specifier) === 'gpuwright') breaches.push(`${file.path} imports ${specifier}: inside the package imports are relative`);
      }
      if (specifier.endsWith('.node')) importers.get('node-gyp-build')?.add(file.path);
    }
    for (const line of facts.computedImports) breaches.push(`${file.path}:${line}: an import whose specifier is not a literal`);
    for (const line of facts.topLevelAwaits) breaches.push(`${file.path}:${line}: await at top level, require() of the package would fail`);
    for (const line of facts.enums) breaches.push(`${file.path}:${line}: an enum, use an "as const" object`);
    for (const line of facts.namespaces) breaches.push(`${file.path}:${line}: a namespace, use a module`);
  }
  for (const [name, paths] of importers) {
    if (paths.size > 1) breaches.push(`${name} is imported by ${[...paths].join(' and ')}: one file alone may do so`);
  }
  return breaches;
}

/** Files whose name says nothing, and files longer than anyone reads. */
export function fileBreaches(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const breaches: string[] = [];
    const empty = path.split('/').map(stem).find((name) => name.replace(VENDORS_NAME, '').split(/[-_]/).some((word) => EMPTY_NAMES.includes(word)));
    if (empty !== undefined) breaches.push(`${path}: "${empty}" is a name that says nothing`);
    const lines = text.split('\n').length - 1;
    if (lines > MAX_LINES) breaches.push(`${path}: ${lines} lines, split above ${MAX_LINES}`);
    return breaches;
  });
}

function relativeBreach(from: string, to: string): string | undefined {
  if (/\.(json|node)$/.test(to)) return undefined;
  if (from.startsWith('mocks/control/')) {
    if (to.startsWith('mocks/control/') || GROUND.includes(to)) return undefined;
    return `mocks/control may import itself, ${GROUND.join(' and ')} only`;
  }
  const floor = floorOf(from);
  if (GROUND.includes(from)) return 'it is the ground and imports nothing of ours';
  if (floor === undefined) return `lib/${folderOf(from)} is on no floor, see FLOORS`;
  if (to.startsWith('mocks/')) return to.startsWith('mocks/control/') && folderOf(from) === 'apps' ? undefined : 'only lib/apps may import mocks/control';
  if (!to.startsWith('lib/')) return 'it leaves lib';
  if (folderOf(from) === folderOf(to)) return undefined;
  if (SELF_CONTAINED.includes(folderOf(from))) return `${folderOf(from)} imports nothing of ours`;
  if (GROUND.includes(to)) return undefined;
  const target = floorOf(to);
  if (target === undefined) return `lib/${folderOf(to)} is on no floor, see FLOORS`;
  return target < floor ? undefined : `${folderOf(to)} is not below ${folderOf(from)}`;
}

/** `lib/nvml/gpu.ts` → `nvml`; `lib/index.ts` → `index.ts`. */
function folderOf(path: string): string {
  return path.split('/')[1] ?? '';
}

function floorOf(path: string): number | undefined {
  const floor = FLOORS.findIndex((folders) => folders.includes(folderOf(path)));
  return floor === -1 ? undefined : floor;
}

/** `@scope/name/deep` → `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

function stem(name: string): string {
  return name.replace(/\..*$/, '');
}
