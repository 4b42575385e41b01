import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../../lib/package-root.ts';
import { measured } from './measured.ts';

const compiler = process.env['CC'] ?? 'cc';
const hasCompiler = spawnSync(compiler, ['--version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'gpuwright-probe-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Compiles a C program against the generated header, strictly, runs it, and reads its `name value` lines. */
function probe(statements: readonly string[]): Record<string, number> {
  const source = join(folder, 'probe.c');
  const program = join(folder, 'probe');
  writeFileSync(source, `#include <stddef.h>\n#include <stdio.h>\n#include "nvfm.h"\nint main(void) {\n${statements.join('\n')}\nreturn 0;\n}\n`);
  execFileSync(compiler, ['-std=c11', '-Wall', '-Wextra', '-Wpedantic', '-Werror', '-I', join(packageRoot(), 'mocks/generated'), '-o', program, source]);
  const lines = execFileSync(program, { encoding: 'utf8', timeout: 10_000 }).trim().split('\n');
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]));
}

describe.skipIf(!hasCompiler)(`the generated nvfm.h, compiled by ${compiler}`, () => {
  it('has every struct, field, version word, constant and function of the measured header', () => {
    const expected: Record<string, number> = {};
    const statements: string[] = [];
    const ask = (name: string, expression: string, value: number) => {
      expected[name] = value;
      statements.push(`printf("${name} %lld\\n", (long long)(${expression}));`);
    };
    for (const { name, size, align, fields } of measured.structs) {
      ask(`sizeof ${name}`, `sizeof(${name})`, size);
      ask(`align ${name}`, `_Alignof(${name})`, align);
      for (const field of fields) {
        ask(`${name}.${field.name}`, `offsetof(${name}, ${field.name})`, field.offset);
        ask(`sizeof ${name}.${field.name}`, `sizeof(((${name} *)0)->${field.name})`, field.size);
      }
    }
    for (const { define, value } of Object.values(measured.versionWords)) ask(define, define, value);
    for (const [name, value] of Object.entries(measured.defines)) if (!name.endsWith('_version')) ask(name, name, value);
    for (const { name, size, values } of measured.enums) {
      ask(`sizeof ${name}`, `sizeof(${name})`, size);
      for (const [constant, value] of Object.entries(values)) ask(constant, constant, value);
    }
    for (const [alias, type] of Object.entries(measured.typedefs)) ask(`sizeof ${alias}`, `sizeof(${alias}) == sizeof(${type})`, 1);
    for (const { name } of measured.functions) ask(name, `sizeof(&${name}) > 0`, 1);
    expect(probe(statements)).toEqual(expected);
  });
});
