/** What a function answered, as JSON can hold it and as a person reads it. */
import { readMember } from '../../../abi/codec.ts';
import type { FieldType, UnionValue } from '../../../abi/layout.ts';
import { foreignText } from '../../../abi/layout.ts';
import { memberOfValueType } from '../../../abi/nvml/fields.ts';
import type { OpenEnum } from '../../../abi/open-enum.ts';
import type { FunctionDescriptor, Parameter } from '../../../abi/parameters.ts';
import { toJson } from '../../../nvml/json.ts';
import { handleForm } from '../../../nvml/raw/handle-name.ts';
import { hex } from '../reading-json.ts';

type Values = Readonly<Record<string, unknown>>;

/** Handles in hexadecimal, as a debugger shows them; a number in a union by its type besides its bytes. */
export function shown(outputs: unknown, { parameters }: FunctionDescriptor, handleText: HandleText = hex): unknown {
  if (typeof outputs !== 'object' || outputs === null) return outputs;
  const surroundings = { valueType: valueTypeIn(outputs as Values, undefined), handleText };
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, ofParameter(parameters[name], value, name, surroundings)]));
}

type HandleText = (handle: bigint) => string;

interface Surroundings {
  /** Of what the unions in there hold. */
  readonly valueType: OpenEnum<string> | undefined;
  readonly handleText: HandleText;
}

function ofParameter(parameter: Parameter | undefined, value: unknown, name: string, around: Surroundings): unknown {
  if (parameter === undefined) return toJson(value, name);
  if (parameter.kind === 'handle-out' && typeof value === 'bigint') return around.handleText(value);
  if ('element' in parameter && Array.isArray(value)) return value.map((one) => ofType(parameter.element, one, name, around));
  return 'type' in parameter ? ofType(parameter.type, value, name, around) : toJson(value, name);
}

function ofType(type: FieldType, value: unknown, name: string, around: Surroundings): unknown {
  if (type.kind === 'u64' && typeof value === 'bigint') {
    if (handleForm(type.c) !== undefined) return around.handleText(value);
    if (type.c === foreignText.c) return hex(value);
  }
  if ((type.kind === 'array' || type.kind === 'pointer') && Array.isArray(value)) return value.map((one) => ofType(type.element, one, name, around));
  if (type.kind === 'struct' && typeof value === 'object' && value !== null) {
    const inner = { ...around, valueType: valueTypeIn(value as Values, around.valueType) };
    return Object.fromEntries(Object.entries(value).map(([field, one]) => {
      const fieldType = type.fields[field];
      return [field, fieldType === undefined ? toJson(one, field) : ofType(fieldType, one, field, inner)];
    }));
  }
  if (type.kind === 'union' && type.name === 'nvmlValue_t') {
    const member = around.valueType === undefined ? undefined : memberOfValueType(around.valueType.name);
    const union = value as UnionValue;
    return { ...(toJson(union) as object), ...(member !== undefined && { [member]: toJson(readMember(type, union, member)) }) };
  }
  return toJson(value, name);
}

/** What the unions in there hold: told by the struct, or by what is around it. */
function valueTypeIn(values: Values, outer: OpenEnum<string> | undefined): OpenEnum<string> | undefined {
  const told = values['valueType'] ?? values['sampleValType'];
  return typeof told === 'object' && told !== null && 'name' in told ? (told as OpenEnum<string>) : outer;
}

/** @param names what handles belong to */
export function outputText(outputs: unknown, descriptor: FunctionDescriptor, names: ReadonlyMap<bigint, string>): string {
  const plain = shown(outputs, descriptor, (handle) => {
    const name = names.get(handle);
    return name === undefined ? hex(handle) : `${name} (${hex(handle)})`;
  });
  if (typeof plain !== 'object' || plain === null) return `  ${plain === null ? 'NULL' : String(plain)}\n`;
  const entries = Object.entries(plain);
  if (entries.length === 0) return '  success, no outputs\n';
  return entries.map(([name, value]) => `  ${name} = ${valueText(value)}\n`).join('');
}

/** On few lines: short lists and objects on one, and of a long list not what is empty at its end. */
function valueText(value: unknown, indent = '  '): string {
  if (typeof value !== 'object' || value === null) return value === '' ? '""' : String(value);
  if (isNamed(value)) return `${value.name} (${String(value.value)})`;
  const flat = flatText(value);
  if (flat !== undefined && indent.length + flat.length <= 100) return flat;
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    const kept = withoutEmptyEnd(value);
    const rest = value.length - kept.length;
    const lines = [...kept.map((one) => valueText(one, deeper)), ...(rest > 0 ? [`… ${rest} more, all of them empty`] : [])];
    return `[\n${lines.map((line) => `${deeper}${line}\n`).join('')}${indent}]`;
  }
  return `{\n${Object.entries(value).map(([name, one]) => `${deeper}${name} = ${valueText(one, deeper)}\n`).join('')}${indent}}`;
}

function isNamed(value: object): value is { readonly name: string; readonly value: number } {
  return 'name' in value && 'value' in value && Object.keys(value).length === 2;
}

/** Undefined where it is too deep for one line. */
function flatText(value: object): string | undefined {
  const words = Object.entries(value).map(([name, one]) => {
    if (typeof one === 'object' && one !== null && !isNamed(one)) return undefined;
    return Array.isArray(value) ? valueText(one) : `${name} = ${valueText(one)}`;
  });
  if (words.includes(undefined)) return undefined;
  return Array.isArray(value) ? `[${words.join(', ')}]` : `{ ${words.join(', ')} }`;
}

/** An end that repeats one element for long is what the library has not filled. */
function withoutEmptyEnd(list: readonly unknown[]): readonly unknown[] {
  const texts = list.map((one) => JSON.stringify(one));
  const last = texts.at(-1);
  const end = texts.findLastIndex((text) => text !== last) + 1;
  return list.length - end > 8 ? list.slice(0, end) : list;
}
