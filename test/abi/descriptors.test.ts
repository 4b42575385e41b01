import { describe, expect, it } from 'vitest';
import type { FunctionDescriptor, StructLayout, UnionLayout } from '../../lib/abi/index.ts';
import { bufferSizes, fieldIds, firstDriver, flags, initFlags, nvmlFunction, nvmlFunctions, parseShape, returnCodes, shapes, VALUE_NOT_AVAILABLE_U64 } from '../../lib/abi/index.ts';
import { typeAliases } from '../../lib/abi/nvml/type-aliases.ts';
import { nvmlEnums, nvmlStructs } from '../../lib/abi/nvml/types.ts';
import { cParameterType, cType } from '../../lib/abi/c-text.ts';
import { DECIDED } from './decided-directions.ts';
import type { MeasuredField, MeasuredFunction } from './measured.ts';
import { enumByName, functionByName, history, measured, sameType, structByName } from './measured.ts';
import { OLD_ABI, OLD_STRUCTS } from './old-abi.ts';

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

/** One form for described and measured members, those of nameless structs and unions included. */
function describedMembers(layout: StructLayout | UnionLayout): unknown[] {
  return layout.members.map(({ name, offset, type }) => {
    const inner = type.kind === 'array' ? type.element : type;
    const nameless = (inner.kind === 'struct' || inner.kind === 'union') && inner.nameless !== undefined;
    return {
      name: nameless && inner.nameless === 'transparent' ? null : name,
      offset,
      size: type.size,
      ...(nameless ? { fields: describedMembers(inner) } : { type: sameType(cType(type).before.trim()) }),
    };
  });
}

function measuredMembers(fields: readonly MeasuredField[]): unknown[] {
  return fields.map(({ name, offset, size, ctype, fields: inner }) => ({ name, offset, size, ...(inner === undefined ? { type: sameType(ctype) } : { fields: measuredMembers(inner) }) }));
}

describe('structs are as measured', () => {
  it.each(nvmlStructs.filter(({ name }) => !OLD_STRUCTS.has(name)).map((layout) => [layout.name, layout] as const))('%s', (name, layout) => {
    const real = structByName.get(name);
    expect(real, 'is in the measured list').toBeDefined();
    expect({ kind: layout.kind, size: layout.size, align: layout.align }).toEqual({ kind: real?.kind, size: real?.size, align: real?.align });
    expect('versionWord' in layout ? layout.versionWord : undefined).toBe(real?.version ?? (real?.versionConst === undefined ? undefined : measured.defines[real.versionConst]));
    expect(describedMembers(layout)).toEqual(measuredMembers(real?.fields ?? []));
  });

  it('and none is left out: 155 structs, 4 unions', () => {
    const described = nvmlStructs.filter(({ name }) => !OLD_STRUCTS.has(name));
    expect(described.map(({ name }) => name).sort()).toEqual(measured.structs.map(({ name }) => name).sort());
    expect([described.filter(({ kind }) => kind === 'struct').length, described.filter(({ kind }) => kind === 'union').length]).toEqual([155, 4]);
  });

  it('older ones have the size of their time', () => {
    for (const { then, today, size } of Object.values(OLD_ABI)) {
      const layout = nvmlStructs.find(({ name }) => name === then);
      if (size === null) continue;
      const before = history.structSizeChanges[today]?.at(0)?.[1];
      expect([then, layout?.size]).toEqual([then, before]);
      expect(before).toBe(size);
    }
    expect(nvmlStructs.find(({ name }) => name === 'nvmlGpuFabricInfo_v2_t')?.size).toBe(history.structSizeChanges['nvmlGpuFabricInfoV_t']?.[0]?.[1]);
    expect(nvmlStructs.find(({ name }) => name === 'nvmlVgpuPlacementList_v1_t')?.size).toBe(history.structSizeChanges['nvmlVgpuPlacementList_t']?.[0]?.[1]);
    expect(nvmlStructs.find(({ name }) => name === 'nvmlProcessInfo_v1_t')?.size).toBe(history.structSizeChanges['nvmlProcessInfo_t']?.[0]?.[1]);
  });
});

describe('enums are as measured', () => {
  const isEnum = ({ macros }: { readonly macros: unknown }) => macros === undefined;
  it.each(nvmlEnums.filter(isEnum).map((type) => [type.name, type] as const))('%s', (name, type) => {
    const real = enumByName.get(name);
    expect(type.constants).toEqual(real?.members);
    expect(type.size).toBe(real?.size);
    expect(type.signed).toBe(real?.signed);
  });

  it('and none is left out', () => {
    expect(nvmlEnums.filter(isEnum).map(({ name }) => name).sort()).toEqual(measured.enums.map(({ name }) => name).sort());
  });

  it.each(nvmlEnums.filter((type) => !isEnum(type)).map((type) => [type.name, type] as const))('%s, which is a number with macros', (name, type) => {
    expect(type.macros).toBe(measured.scalarTypedefs[name]);
    for (const [constant, value] of Object.entries(type.constants)) expect([constant, value]).toEqual([constant, measured.defines[constant]]);
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
    const old = OLD_ABI[symbol];
    expect(Object.entries(descriptor.parameters).map(([name, parameter]) => ({ name, type: sameType(cParameterType(parameter)) }))).toEqual(
      real.params.map(({ name, ctype }) => ({ name, type: name === old?.parameter ? `${old.then} *` : sameType(ctype) })),
    );
    expect(descriptor.result).toBe(real.returns === 'const char *' ? 'text' : 'status');
  });

  it.each(functions.map((descriptor) => [descriptor.symbol, descriptor] as const))('%s moves data in the measured direction', (symbol, descriptor) => {
    const directions: Record<string, readonly string[]> = {
      handle: ['handle'],
      'handle-out': ['handle-out'],
      value: ['uint', 'int', 'u64', 'enum'],
      length: ['uint', 'int'],
      in: ['struct-in', 'int-in'],
      out: ['uint-out', 'int-out', 'u64-out', 'ulong-out', 'enum-out', 'struct-out'],
      'sized-out': ['struct-out'],
      inout: ['struct-inout'],
      'text-in': ['string-in'],
      'text-out': ['string-out'],
      'counted-text-out': ['string-out'],
      count: ['uint-inout', 'uint-out'],
      'array-out': ['array-out'],
      'array-inout': ['array-inout'],
    };
    const parameters = Object.entries(descriptor.parameters);
    for (const [i, { kind, len, lenUnit }] of (functionByName.get(symbol)?.params ?? []).entries()) {
      const [name, parameter] = parameters[i] as (typeof parameters)[number];
      expect(directions[parameter.kind], `${name} is ${parameter.kind}`).toContain(kind);
      if (parameter.kind === 'count') expect(parameter.outOnly, `${name} is looked at by the library`).toBe(kind === 'uint-out');
      if (len !== undefined) {
        const length = descriptor.parameters[len];
        expect(['length', 'count'], `${len} sizes ${name}`).toContain(length?.kind);
        if (length?.kind === 'length') expect([length.of, length.unit]).toEqual([name, lenUnit ?? 'elements']);
      }
    }
  });

  it('where the direction is only guessed it is decided one by one, with a reason', () => {
    const guessed = measured.functions.flatMap(({ name, params }) => params.filter(({ confidence }) => confidence === 'guess').map((parameter) => [name, parameter.name] as const));
    const decided = Object.entries(DECIDED).flatMap(([name, parameters]) => Object.keys(parameters).map((parameter) => [name, parameter] as const));
    expect(decided).toEqual(guessed);
    for (const [name, parameter] of decided) {
      const [kind, reason] = DECIDED[name]?.[parameter] ?? [];
      expect([name, parameter, nvmlFunction(name)?.parameters[parameter]?.kind]).toEqual([name, parameter, kind]);
      expect(reason?.length).toBeGreaterThan(20);
    }
    expect(guessed).toHaveLength(88);
  });

  it('and none is left out', () => {
    expect(functions.map(({ symbol }) => symbol).sort()).toEqual(measured.functions.map(({ name }) => name).sort());
  });

  it('says where a function works and who may call it, as its documentation does', () => {
    const younger = new Set(['Maxwell', 'Pascal', 'Volta', 'Turing', 'Ampere', 'Ada', 'Hopper', 'Blackwell']);
    for (const { symbol, architecture, root } of functions) {
      const { minArch, rootRequired } = functionByName.get(symbol) ?? {};
      expect([symbol, architecture, root]).toEqual([symbol, minArch !== undefined && younger.has(minArch) ? minArch.toLowerCase() : undefined, rootRequired ?? false]);
    }
  });

  it('says that what sets, clears, creates, removes and resets changes something, and nothing else does', () => {
    const names = /^nvml(?:Device|System|Unit|GpuInstance|ComputeInstance|VgpuInstance|Gpm)?(?:WorkloadPowerProfile|PowerSmoothing|Vgpu)?(?:Set|Clear|Reset|Freeze|Create|Destroy|Remove|Discover|Modify|Update|Activate|ForceGspUnload|ReadWrite)/;
    // They make, ask and free what is the caller's own.
    const own = /^nvml(System)?EventSet|^nvmlGpmSample|^nvml(Device|System)RegisterEvents/;
    const changing = functions.filter(({ changes }) => changes).map(({ symbol }) => symbol);
    expect(changing).toEqual(functions.map(({ symbol }) => symbol).filter((symbol) => names.test(symbol) && !own.test(symbol)));
    expect(changing.length).toBeGreaterThan(60);
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
    const plain = Object.assign({}, bufferSizes, initFlags, ...Object.values(flags)) as Record<string, number | bigint>;
    for (const [name, value] of Object.entries(plain)) expect([name, String(value)]).toEqual([name, String(measured.defines[name])]);
    expect(fieldIds).toEqual(Object.fromEntries(measured.fieldIds.map(({ id, name }) => [name, id])));
    expect(fieldIds.NVML_FI_DEV_GET_GPU_RECOVERY_ACTION).toBe(230);
  });

  it('leaves no number of the header out', () => {
    const named = new Set([bufferSizes, initFlags, fieldIds, ...Object.values(flags), ...nvmlEnums.map(({ constants }) => constants)].flatMap((group) => Object.keys(group)));
    for (const { name } of nvmlStructs) named.add(name.replace(/_t$/, ''));
    const left = Object.entries(measured.defines).filter(([name, value]) => Number.isInteger(Number(value)) && !named.has(name) && !name.endsWith('_STR'));
    // The first is the all-ones below, the second only the end of the list of fields.
    expect(left.map(([name]) => name)).toEqual(['NVML_VALUE_NOT_AVAILABLE', 'NVML_FI_MAX']);
  });

  it('has second names for the versions that the header means without saying', () => {
    expect(typeAliases).toEqual(measured.typeAliases);
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
