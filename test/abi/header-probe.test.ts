import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { nvmlEnums } from '../../lib/abi/nvml/enums.ts';
import { nvmlStructs } from '../../lib/abi/nvml/structs.ts';
import { bufferSizes, fieldIds, firstDriver, initFlags, nvmlFunctions } from '../../lib/abi/index.ts';
import { packageRoot } from '../../lib/package-root.ts';
import { enumByName, measured, structByName } from './measured.ts';

const compiler = process.env['CC'] ?? 'cc';
const hasCompiler = spawnSync(compiler, ['--version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'gpuwright-probe-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Compiles a C program against the generated header, strictly, runs it, and reads its `name value` lines. */
function probe(name: string, body: string): Map<string, number> {
  const source = join(folder, `${name}.c`);
  const program = join(folder, name);
  writeFileSync(source, `#include <stddef.h>\n#include <stdio.h>\n#include "nvml.h"\n#include "nvml-stubs.inc"\n${body}\n`);
  execFileSync(compiler, ['-std=c11', '-Wall', '-Wextra', '-Wpedantic', '-Werror', '-I', join(packageRoot(), 'mocks/generated'), '-o', program, source]);
  const lines = execFileSync(program, { encoding: 'utf8', timeout: 10_000 }).trim().split('\n');
  return new Map(lines.map((line) => line.split(' ')).map(([key, value]) => [key as string, Number(value)]));
}

describe.skipIf(!hasCompiler)(`the generated header, compiled by ${compiler}`, () => {
  it('lays every struct out as described and as measured', () => {
    const prints = nvmlStructs.flatMap(({ name, members, kind }) => [
      `printf("${name} %zu\\n", sizeof(${name}));`,
      `printf("${name}:align %zu\\n", _Alignof(${name}));`,
      ...members.flatMap((member) => [
        `printf("${name}.${member.name} %zu\\n", offsetof(${name}, ${member.name}));`,
        `printf("${name}.${member.name}:size %zu\\n", sizeof(((${name} *)0)->${member.name}));`,
      ]),
      ...(kind === 'struct' && structByName.get(name)?.version !== undefined ? [`printf("${name}:version %u\\n", ${name.replace(/_t$/, '')});`] : []),
    ]);
    const compiled = probe('structs', `int main(void) {\n${prints.join('\n')}\nreturn 0;\n}`);
    const described = new Map<string, number>();
    const real = new Map<string, number>();
    for (const layout of nvmlStructs) {
      described.set(layout.name, layout.size).set(`${layout.name}:align`, layout.align);
      for (const { name, offset, type } of layout.members) described.set(`${layout.name}.${name}`, offset).set(`${layout.name}.${name}:size`, type.size);
      if (layout.kind === 'struct' && layout.versionWord !== undefined) described.set(`${layout.name}:version`, layout.versionWord);
      const { size, align, version, fields } = structByName.get(layout.name) ?? { size: -1, align: -1, version: undefined, fields: [] };
      real.set(layout.name, size).set(`${layout.name}:align`, align);
      for (const field of fields) real.set(`${layout.name}.${field.name}`, field.offset).set(`${layout.name}.${field.name}:size`, field.size);
      if (version !== undefined) real.set(`${layout.name}:version`, version);
    }
    expect(compiled).toEqual(described);
    expect(compiled).toEqual(real);
  });

  it('gives every constant its measured number', () => {
    const constants: Record<string, number> = { ...initFlags, ...bufferSizes, ...fieldIds };
    for (const { constants: members } of nvmlEnums) Object.assign(constants, members);
    const prints = Object.keys(constants).map((name) => `printf("${name} %d\\n", (int)${name});`);
    const sizes = nvmlEnums.map(({ name }) => `printf("${name} %d\\n", (int)sizeof(${name}));`);
    const compiled = probe('constants', `int main(void) {\n${[...prints, ...sizes].join('\n')}\nreturn 0;\n}`);
    const ids = Object.fromEntries(measured.fieldIds.map(({ id, name }) => [name, id]));
    const enums = Object.assign({}, ...nvmlEnums.map(({ name }) => enumByName.get(name)?.members)) as Record<string, number>;
    for (const name of Object.keys(constants)) expect([name, compiled.get(name)]).toEqual([name, enums[name] ?? ids[name] ?? measured.defines[name]]);
    for (const { name } of nvmlEnums) expect([name, compiled.get(name)]).toEqual([name, 4]);
  });

  it('lists all exported names, and splits them into described and not', () => {
    const body = [
      '#define ONE(name) + 1',
      '#define SAY(name) printf(#name " 1\\n");',
      'int main(void) {',
      'printf("all %d\\n", 0 NVML_ALL_NAMES(ONE));',
      'printf("described %d\\n", 0 NVML_DESCRIBED_NAMES(ONE));',
      'printf("undescribed %d\\n", 0 NVML_UNDESCRIBED_NAMES(ONE));',
      'NVML_ALL_NAMES(SAY)',
      'return 0; }',
    ].join('\n');
    const compiled = probe('names', body);
    const described = Object.keys(nvmlFunctions).length;
    expect([compiled.get('all'), compiled.get('described'), compiled.get('undescribed')]).toEqual([413, described, 413 - described]);
    expect([...compiled.keys()].slice(3).sort()).toEqual(Object.keys(firstDriver).sort());
  });
});
