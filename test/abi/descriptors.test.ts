import { describe, expect, it } from 'vitest';
import type { FunctionDescriptor } from '../../lib/abi/index.ts';
import { bufferSizes, fieldIds, firstDriver, initFlags, nvmlFunctions, parseShape, returnCodes, shapes, VALUE_NOT_AVAILABLE_U64 } from '../../lib/abi/index.ts';
import { nvmlEnums } from '../../lib/abi/nvml/enums.ts';
import { nvmlStructs } from '../../lib/abi/nvml/structs.ts';
import { cParameterType, cType } from '../../scripts/print-header.ts';
import type { MeasuredFunction } from './measured.ts';
import { enumByName, functionByName, history, measured, sameType, structByName } from './measured.ts';

const functions = Object.values(nvmlFunctions) as readonly FunctionDescriptor[];

/** The shape of a measured function, by C's rules and without our descriptors. */
function measuredShape({ returns, params }: MeasuredFunction): string {
  const words = params.map(({ ctype }) => {
    const type = measured.typeMacros[ctype] ?? measured.scalarTypedefs[ctype] ?? ctype;
    if (type.includes('*') || measured.handles.some(({ name }) => name === type)) return 'p';
    if (enumByName.has(type) || type === 'unsigned int') return 'u32';
    if (type === 'int') return 'i32';
    if (type === 'unsigned long long') return 'u64';
    throw new Error(`no shape for ${ctype}`);
  });
  return `${returns === 'const char *' ? 's' : 'r'}(${words.join(',')})`;
}

describe('structs are as measured', () => {
  it.each(nvmlStructs.map((layout) => [layout.name, layout] as const))('%s', (name, layout) => {
    const real = structByName.get(name);
    expect(real, 'is in the measured list').toBeDefined();
    expect({ kind: layout.kind, size: layout.size, align: layout.align }).toEqual({ kind: real?.kind, size: real?.size, align: real?.align });
    expect('versionWord' in layout ? layout.versionWord : undefined).toBe(real?.version);
    expect(layout.members.map(({ name: field, offset, type }) => ({ field, offset, size: type.size, type: sameType(cType(type).before.trim()) }))).toEqual(
      real?.fields.map((field) => ({ field: field.name, offset: field.offset, size: field.size, type: sameType(field.ctype) })),
    );
  });
});

describe('enums are as measured', () => {
  it.each(nvmlEnums.map((type) => [type.name, type] as const))('%s', (name, type) => {
    const real = enumByName.get(name);
    expect(type.constants).toEqual(real?.members);
    expect(type.size).toBe(real?.size);
  });

  it('lists every return code by name and number', () => {
    expect(Object.fromEntries(returnCodes.map(({ name, number }) => [name, number]))).toEqual(enumByName.get('nvmlReturn_t')?.members);
  });
});

describe('functions are as measured', () => {
  it.each(functions.map((descriptor) => [descriptor.symbol, descriptor] as const))('%s', (symbol, descriptor) => {
    const real = functionByName.get(symbol) as MeasuredFunction;
    expect(real, 'is in the measured list').toBeDefined();
    expect(descriptor.shape).toBe(measuredShape(real));
    expect(Object.entries(descriptor.parameters).map(([name, parameter]) => ({ name, type: sameType(cParameterType(parameter)) }))).toEqual(
      real.params.map(({ name, ctype }) => ({ name, type: sameType(ctype) })),
    );
    expect(descriptor.result).toBe(real.returns === 'const char *' ? 'text' : 'status');
  });

  it.each(functions.map((descriptor) => [descriptor.symbol, descriptor] as const))('%s moves data in the measured direction', (symbol, descriptor) => {
    const directions: Record<string, readonly string[]> = {
      handle: ['handle'],
      'handle-out': ['handle-out'],
      value: ['uint', 'int', 'u64', 'enum'],
      length: ['uint', 'int'],
      out: ['uint-out', 'int-out', 'u64-out', 'enum-out', 'struct-out'],
      inout: ['struct-inout'],
      'text-in': ['string-in'],
      'text-out': ['string-out'],
      count: ['uint-inout'],
      'array-out': ['array-out'],
      'array-inout': ['array-inout'],
    };
    const parameters = Object.entries(descriptor.parameters);
    for (const [i, { kind, len }] of (functionByName.get(symbol)?.params ?? []).entries()) {
      const [name, parameter] = parameters[i] as (typeof parameters)[number];
      expect(directions[parameter.kind], `${name} is ${parameter.kind}`).toContain(kind);
      if (len !== undefined) {
        const length = descriptor.parameters[len];
        expect(length?.kind === 'length' ? length.of : length?.kind, `${len} sizes ${name}`).toBe(parameter.kind === 'array-out' ? 'count' : name);
      }
    }
  });

  it('says that setters and clearers change something, and nothing else does', () => {
    const changing = functions.filter(({ changes }) => changes).map(({ symbol }) => symbol);
    expect(changing).toEqual(functions.map(({ symbol }) => symbol).filter((symbol) => /^nvmlDevice(Set|Clear)/.test(symbol)));
    expect(changing).not.toEqual([]);
  });

  it('gives string buffers the size that the vendor names', () => {
    const sizes = { nvmlDeviceGetUUID: 'NVML_DEVICE_UUID_V2_BUFFER_SIZE', nvmlDeviceGetName: 'NVML_DEVICE_NAME_V2_BUFFER_SIZE', nvmlDeviceGetSerial: 'NVML_DEVICE_SERIAL_BUFFER_SIZE' };
    for (const [symbol, constant] of Object.entries(sizes)) {
      const output = Object.values(functions.find((f) => f.symbol === symbol)?.parameters ?? {}).find(({ kind }) => kind === 'text-out');
      expect(output).toEqual({ kind: 'text-out', bytes: measured.defines[constant] });
    }
  });
});

describe('constants are as measured', () => {
  it('has buffer sizes, init flags and field ids of the header', () => {
    for (const [name, value] of Object.entries({ ...bufferSizes, ...initFlags })) expect([name, value]).toEqual([name, measured.defines[name]]);
    const ids = new Map(measured.fieldIds.map(({ id, name }) => [name, id]));
    for (const [name, id] of Object.entries(fieldIds)) expect([name, id]).toEqual([name, ids.get(name)]);
    expect(fieldIds.NVML_FI_DEV_GET_GPU_RECOVERY_ACTION).toBe(230);
  });

  it('knows "not available" as the all-ones of an unsigned field', () => {
    expect(BigInt.asIntN(64, VALUE_NOT_AVAILABLE_U64)).toBe(BigInt(measured.defines['NVML_VALUE_NOT_AVAILABLE'] as number));
  });
});

describe('shapes', () => {
  it('are exactly the signatures of all 413 functions', () => {
    expect(measured.functions).toHaveLength(413);
    expect([...shapes].sort()).toEqual([...new Set(measured.functions.map(measuredShape))].sort());
  });

  it('come apart into result and parameters', () => {
    expect(parseShape('r(p,u32,i32,u64)')).toEqual({ result: 'status', parameters: ['p', 'u32', 'i32', 'u64'] });
    expect(parseShape('s(u32)')).toEqual({ result: 'text', parameters: ['u32'] });
    expect(parseShape('r()')).toEqual({ result: 'status', parameters: [] });
    for (const wrong of ['', 'r', 'r(p', 'x(p)', 'r(f64)', 'r(p,)', 'r(,p)', 'r(p) ']) expect(() => parseShape(wrong)).toThrow(RangeError);
  });
});

describe('first driver branches', () => {
  it('follow from what old libraries export and which header declared it first', () => {
    const branchOf = new Map(history.headers.map(({ header, driverBranch }) => [header, Number(driverBranch.slice(1))]));
    const expected = measured.functions.map(({ name }) => {
      const known = [branchOf.get(history.firstHeaderVersion[name] ?? '') ?? Number.NaN];
      if (history.exportedBy440_44.includes(name)) known.push(440);
      if (history.exportedBy470_05.includes(name)) known.push(470);
      return [name, Math.min(...known)];
    });
    expect(Object.entries(firstDriver)).toEqual(expected);
  });

  it('tell what 440 does not have', () => {
    expect(firstDriver.nvmlDeviceGetRetiredPages_v2).toBe(440);
    expect(firstDriver.nvmlDeviceGetRemappedRows).toBe(450);
    expect(firstDriver.nvmlDeviceGetModuleId).toBe(535);
    expect(nvmlFunctions.nvmlDeviceGetRepairStatus.since).toBe(580);
  });
});
