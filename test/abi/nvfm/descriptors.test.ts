import { describe, expect, it } from 'vitest';
import type { FunctionDescriptor } from '../../../lib/abi/index.ts';
import { FM_CMD_PORT_NUMBER, fmBufferSizes, fmLimits, fmReturnCodeOf, fmReturnCodes, nvfmFunctions, shapes } from '../../../lib/abi/index.ts';
import { nvfmEnums, nvfmStructs, nvfmTypeAliases, nvfmTypedefs, nvfmVersionMacros } from '../../../lib/abi/nvfm/types.ts';
import { cParameterType, cType } from '../../../lib/abi/c-text.ts';
import { measured } from './measured.ts';

const functions = Object.values(nvfmFunctions) as readonly FunctionDescriptor[];

describe('structs are as measured', () => {
  it.each(measured.structs.map((real) => [real.name, real] as const))('%s', (name, real) => {
    const layout = nvfmStructs.find((each) => each.name === name);
    expect([layout?.size, layout?.align]).toEqual([real.size, real.align]);
    expect(layout?.members.map(({ name: field, offset, type }) => ({ name: field, offset, size: type.size, type: cType(type).before }))).toEqual(
      real.fields.map(({ name: field, offset, size, type }) => ({ name: field, offset, size, type })),
    );
    const lengths = layout?.members.map(({ type }) => (type.kind === 'array' ? type.length : type.kind === 'text' ? type.size : undefined));
    expect(lengths).toEqual(real.fields.map(({ count }) => count));
    expect(layout?.versionWord).toBe(measured.versionWords[name]?.value);
    expect(nvfmVersionMacros[name]).toBe(measured.versionWords[name]?.define);
  });

  it('and none is left out', () => {
    expect(nvfmStructs.map(({ name }) => name).sort()).toEqual(measured.structs.map(({ name }) => name).sort());
    expect(Object.keys(nvfmVersionMacros).sort()).toEqual(Object.keys(measured.versionWords).sort());
  });
});

describe('enums and constants are as measured', () => {
  it.each(measured.enums.map((real) => [real.name, real] as const))('%s', (name, real) => {
    const type = nvfmEnums.find((each) => each.name === name);
    expect([type?.constants, type?.size, type?.signed]).toEqual([real.values, real.size, real.underlying === 'int']);
  });

  it('and none is left out', () => {
    expect(nvfmEnums.map(({ name }) => name)).toEqual(measured.enums.map(({ name }) => name));
    const words = new Set([...Object.values(nvfmVersionMacros), ...Object.keys(measured.typedefs).map((name) => name.replace(/_t$/, '_version'))]);
    const plain = Object.fromEntries(Object.entries(measured.defines).filter(([name]) => !words.has(name)));
    expect({ ...fmBufferSizes, ...fmLimits, FM_CMD_PORT_NUMBER }).toEqual(plain);
  });

  it('has the typedefs of the newest header', () => {
    const numbers = Object.fromEntries(nvfmTypedefs.map(({ c, typedef }) => [c, typedef]));
    expect({ fmHandle_t: 'void *', ...numbers, ...nvfmTypeAliases }).toEqual(measured.typedefs);
  });

  it('lists every return code by name and number, and finds each', () => {
    expect(Object.fromEntries(fmReturnCodes.map(({ name, number }) => [name, number]))).toEqual(measured.enums[0]?.values);
    expect(fmReturnCodeOf(-9)?.name).toBe('FM_ST_CONNECTION_NOT_VALID');
    expect([fmReturnCodeOf(-30), fmReturnCodeOf(1)]).toEqual([undefined, undefined]);
  });
});

describe('functions are as measured', () => {
  const kinds: Readonly<Record<string, readonly string[]>> = {
    in: ['handle', 'value', 'in', 'array-in', 'length'],
    out: ['handle-out'],
    inout: ['inout'],
  };

  it.each(measured.functions.map((real) => [real.name, real] as const))('%s', (name, real) => {
    const descriptor = functions.find(({ symbol }) => symbol === name);
    const spelled = (type: string) => type.replace(/^const /, '').replaceAll(' ', '');
    const aliased = (type: string) => spelled(nvfmTypeAliases[type.replace('*', '')] === undefined ? type : `${nvfmTypeAliases[type.replace('*', '')]}*`);
    expect(Object.entries(descriptor?.parameters ?? {}).map(([parameter, each]) => [parameter, spelled(cParameterType(each))])).toEqual(
      real.params.map((parameter) => [parameter.name, aliased(parameter.type)]),
    );
    Object.values(descriptor?.parameters ?? {}).forEach(({ kind }, index) => expect(kinds[real.params[index]?.dir ?? '']).toContain(kind));
    expect([descriptor?.result, real.returns]).toEqual(['status', 'fmReturn_t']);
    expect(shapes).toContain(descriptor?.shape);
  });

  it('and none is left out: 11', () => {
    expect(functions.map(({ symbol }) => symbol).sort()).toEqual(measured.functions.map(({ name }) => name).sort());
    expect(functions).toHaveLength(11);
  });

  it('says that activating, deactivating and setting change something, and nothing else does', () => {
    expect(functions.filter(({ changes }) => changes).map(({ symbol }) => symbol)).toEqual(functions.map(({ symbol }) => symbol).filter((symbol) => /^fm(Activate|Deactivate|Set)/.test(symbol)));
  });
});
