import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { FieldType, StructLayout, UnionLayout } from '../../lib/abi/index.ts';
import { bufferSizes, fieldIds, firstDriver, flags, initFlags, nvmlFunctions } from '../../lib/abi/index.ts';
import { nvmlEnums, nvmlStructs } from '../../lib/abi/nvml/types.ts';
import { packageRoot } from '../../lib/package-root.ts';
import type { MeasuredField } from './measured.ts';
import { enumByName, measured, structByName } from './measured.ts';
import { OLD_STRUCTS } from './old-abi.ts';

const compiler = process.env['CC'] ?? 'cc';
const hasCompiler = spawnSync(compiler, ['--version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'gpuwright-probe-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Compiles a C program against the generated header, strictly, runs it, and reads its `name value` lines. */
function probe(name: string, body: string): Map<string, number> {
  const source = join(folder, `${name}.c`);
  const program = join(folder, name);
  writeFileSync(source, `#include <stddef.h>\n#include <stdio.h>\n#include "nvml.h"\n#include "nvml-names.inc"\n${body}\n`);
  execFileSync(compiler, ['-std=c11', '-Wall', '-Wextra', '-Wpedantic', '-Werror', '-I', join(packageRoot(), 'mocks/generated'), '-o', program, source]);
  const lines = execFileSync(program, { encoding: 'utf8', timeout: 10_000 }).trim().split('\n');
  return new Map(lines.map((line) => line.split(' ')).map(([key, value]) => [key as string, Number(value)]));
}

interface Place {
  /** As C writes it after the struct's name: `sensor[0].currentTemp`. */
  readonly path: string;
  readonly offset: number;
  readonly size: number;
}

/** Every member that C has a name for, those of nameless structs and unions within included. */
function describedPlaces(layout: StructLayout | UnionLayout, base = 0, prefix = ''): Place[] {
  return layout.members.flatMap(({ name, offset, type }) => {
    const transparent = type.kind === 'union' && type.nameless === 'transparent';
    const own = { path: `${prefix}${name}`, offset: base + offset, size: type.size };
    const inner = namelessIn(type);
    if (inner === undefined) return [own];
    const within = describedPlaces(inner, base + offset, transparent ? prefix : `${prefix}${name}${type.kind === 'array' ? '[0]' : ''}.`);
    return transparent ? within : [own, ...within];
  });
}

function namelessIn(type: FieldType): StructLayout | UnionLayout | undefined {
  const inner = type.kind === 'array' ? type.element : type;
  return (inner.kind === 'struct' || inner.kind === 'union') && inner.nameless !== undefined ? inner : undefined;
}

function measuredPlaces(fields: readonly MeasuredField[], base = 0, prefix = ''): Place[] {
  return fields.flatMap(({ name, offset, size, arrayLen, fields: inner }) => {
    const own = name === null ? [] : [{ path: `${prefix}${name}`, offset: base + offset, size }];
    return [...own, ...measuredPlaces(inner ?? [], base + offset, name === null ? prefix : `${prefix}${name}${arrayLen === undefined ? '' : '[0]'}.`)];
  });
}

describe.skipIf(!hasCompiler)(`the generated header, compiled by ${compiler}`, () => {
  it('lays every struct out as described and as measured', () => {
    const prints = nvmlStructs.flatMap((layout) => [
      `printf("${layout.name} %zu\\n", sizeof(${layout.name}));`,
      `printf("${layout.name}:align %zu\\n", _Alignof(${layout.name}));`,
      ...describedPlaces(layout).flatMap(({ path }) => [
        `printf("${layout.name}.${path} %zu\\n", offsetof(${layout.name}, ${path}));`,
        `printf("${layout.name}.${path}:size %zu\\n", sizeof(((${layout.name} *)0)->${path}));`,
      ]),
      ...(structByName.get(layout.name)?.version === undefined ? [] : [`printf("${layout.name}:version %u\\n", ${layout.name.replace(/_t$/, '')});`]),
    ]);
    const compiled = probe('structs', `int main(void) {\n${prints.join('\n')}\nreturn 0;\n}`);
    const described = new Map<string, number>();
    const real = new Map<string, number>();
    const note = (into: Map<string, number>, name: string, layout: { size: number; align: number }, places: readonly Place[], version: number | undefined) => {
      into.set(name, layout.size).set(`${name}:align`, layout.align);
      for (const { path, offset, size } of places) into.set(`${name}.${path}`, offset).set(`${name}.${path}:size`, size);
      if (version !== undefined) into.set(`${name}:version`, version);
    };
    for (const layout of nvmlStructs) {
      const { name } = layout;
      const measuredOne = structByName.get(name);
      const version = layout.kind === 'struct' && measuredOne?.version !== undefined ? layout.versionWord : undefined;
      note(described, name, layout, describedPlaces(layout), version);
      if (measuredOne !== undefined) note(real, name, measuredOne, measuredPlaces(measuredOne.fields), measuredOne.version);
    }
    expect(compiled).toEqual(described);
    const known = new Map([...compiled].filter(([name]) => !OLD_STRUCTS.has(name.split(/[.:]/)[0] as string)));
    expect(known).toEqual(real);
  });

  it('gives every constant its measured number', () => {
    const constants: Record<string, number | bigint> = Object.assign({}, initFlags, bufferSizes, fieldIds, ...Object.values(flags), ...nvmlEnums.map((type) => type.constants));
    const prints = Object.keys(constants).map((name) => `printf("${name} %lld\\n", (long long)${name});`);
    const sizes = nvmlEnums.map(({ name }) => `printf("${name} %d\\n", (int)sizeof(${name}));`);
    const compiled = probe('constants', `int main(void) {\n${[...prints, ...sizes].join('\n')}\nreturn 0;\n}`);
    const ids = Object.fromEntries(measured.fieldIds.map(({ id, name }) => [name, id]));
    const enums = Object.assign({}, ...nvmlEnums.map(({ name }) => enumByName.get(name)?.members)) as Record<string, number>;
    for (const name of Object.keys(constants)) {
      // As a signed number, which is how it was printed.
      const real = Number(BigInt.asIntN(64, BigInt(enums[name] ?? ids[name] ?? measured.defines[name] ?? NaN)));
      expect([name, compiled.get(name)]).toEqual([name, real]);
    }
    const bytes = { 'unsigned char': 1, 'unsigned int': 4 };
    for (const { name } of nvmlEnums) expect([name, compiled.get(name)]).toEqual([name, enumByName.get(name)?.size ?? bytes[measured.scalarTypedefs[name] as keyof typeof bytes]]);
  });

  it('declares every exported name', () => {
    const body = ['#define SAY(name) printf(#name " %d\\n", (int)sizeof(&name) > 0);', 'int main(void) {', 'NVML_NAMES(SAY)', 'return 0; }'].join('\n');
    const compiled = probe('names', body);
    expect(compiled.size).toBe(413);
    expect([...compiled.keys()].sort()).toEqual(Object.keys(firstDriver).sort());
    expect([...compiled.keys()].sort()).toEqual(Object.keys(nvmlFunctions).sort());
  });
});
