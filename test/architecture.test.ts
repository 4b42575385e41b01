import { describe, expect, it } from 'vitest';
import { packageRoot } from '../lib/package-root.ts';
import { fileBreaches, importBreaches, MAX_LINES } from './architecture/rules.ts';
import { filesBelow } from './architecture/source.ts';

const root = packageRoot();

describe('the house', () => {
  it('has every import in lib and mocks/control point downwards', () => {
    const files = [...filesBelow(root, 'lib', /\.ts$/), ...filesBelow(root, 'mocks/control', /\.ts$/)];
    expect(files.length).toBeGreaterThan(10);
    expect(importBreaches(files)).toEqual([]);
  });

  it('has small files with names that say something', () => {
    const folders = ['lib', 'native', 'mocks', 'test', 'scripts', 'bench'];
    const files = folders.flatMap((folder) => filesBelow(root, folder, /\.([cm]?[jt]s|c|cc|h)$/));
    expect(fileBreaches(files)).toEqual([]);
  });
});

describe('the rules bite', () => {
  const breaches = (path: string, text: string) => importBreaches([{ path, text }]);

  it.each([
    ['a lower floor imports a higher one', 'lib/backend/a.ts', "import { x } from '../nvml/b.ts';"],
    ['so does a type import', 'lib/library/a.ts', "import type { x } from '../telemetry/b.ts';"],
    ['so does an import type in place', 'lib/library/a.ts', "export type A = import('../nvml/b.ts').B;"],
    ['so does a re-export', 'lib/abi/a.ts', "export * from '../backend/b.ts';"],
    ['so does import()', 'lib/diagnosis/a.ts', "export const f = () => import('../apps/cli/main.ts');"],
    ['two folders of one floor know each other', 'lib/nvml/a.ts', "import '../metax/b.ts';"],
    ['abi imports the errors', 'lib/abi/a.ts', "import '../errors.ts';"],
    ['the errors import anything', 'lib/errors.ts', "import './abi/a.ts';"],
    ['a folder stands on no floor', 'lib/tools/a.ts', "import '../abi/a.ts';"],
    ['a domain imports the simulator', 'lib/nvml/a.ts', "import '../../mocks/control/index.ts';"],
    ['the simulator imports a domain', 'mocks/control/a.ts', "import '../../lib/nvml/types.ts';"],
    ['lib leaves lib', 'lib/nvml/a.ts', "import '../../scripts/a.ts';"],
    ['a file imports the package by its name', 'lib/apps/cli/a.ts', "import 'gpuwright/nvml';"],
    ['a specifier is computed', 'lib/backend/a.ts', 'export const f = (name: string) => import(name);'],
    ['there is await at top level', 'lib/nvml/a.ts', 'const x = await f(); export { x };'],
    ['there is for await at top level', 'lib/nvml/a.ts', 'for await (const x of y) f(x);'],
    ['there is await using at top level', 'lib/nvml/a.ts', 'await using x = f();'],
    ['there is an enum', 'lib/nvml/a.ts', 'export enum A { B }'],
    ['there is a namespace', 'lib/nvml/a.ts', 'export namespace A { export const b = 1; }'],
  ])('when %s', (_, path, text) => {
    expect(breaches(path, text)).toHaveLength(1);
  });

  it.each([
    ["import koffi from 'koffi';", "export const k = require('koffi');"],
    ["import koffi from 'koffi';", "const load = createRequire(import.meta.url); export const k = load('koffi');"],
    ["import koffi from 'koffi';", "export const k = createRequire(import.meta.url)('koffi');"],
    ["import build from 'node-gyp-build';", "export const k = require('../../build/Release/gpuwright.node');"],
  ])('when two files load %s', (first, second) => {
    expect(importBreaches([{ path: 'lib/backend/a.ts', text: first }])).toEqual([]);
    expect(importBreaches([{ path: 'lib/backend/a.ts', text: first }, { path: 'lib/backend/b.ts', text: second }])).toHaveLength(1);
  });

  it.each([
    ['lower floors', 'lib/nvml/a.ts', "import '../telemetry/r.ts'; import '../library/l.ts'; import '../abi/a.ts'; import '../errors.ts'; import './b.ts';"],
    ['await in a function', 'lib/nvml/a.ts', 'export async function f() { for await (const x of y) await x; }'],
    ['the simulator in apps', 'lib/apps/cli/a.ts', "import '../../../mocks/control/index.ts';"],
    ['errors in the simulator', 'mocks/control/a.ts', "import '../../lib/errors.ts'; import '../../lib/package-root.ts'; import './b.ts';"],
  ])('but not on %s', (_, path, text) => {
    expect(breaches(path, text)).toEqual([]);
  });

  it('when a file is too long or its name says nothing', () => {
    expect(fileBreaches([{ path: 'lib/nvml/gpu.ts', text: 'x\n'.repeat(MAX_LINES) }])).toEqual([]);
    expect(fileBreaches([{ path: 'lib/nvml/gpu.ts', text: 'x\n'.repeat(MAX_LINES + 1) }])).toHaveLength(1);
    for (const path of ['lib/utils/a.ts', 'lib/nvml/helpers.ts', 'mocks/machine/common.c', 'lib/nvml/gpu-manager.ts']) {
      expect(fileBreaches([{ path, text: '' }]), path).toHaveLength(1);
    }
  });
});
