/**
 * Words of a command line as inputs of a described C function, in C's order. Outputs, buffer lengths and counts are ours to fill.
 */
import type { FunctionDescriptor } from '../../../abi/parameters.ts';
import type { Parameter } from '../../../abi/parameters.ts';
import type { FieldType } from '../../../abi/layout.ts';
import { GpuwrightError } from '../../../errors.ts';

/** One word's place. */
export interface Input {
  readonly name: string;
  readonly parameter: Parameter;
  /** May be left out (at the end). */
  readonly optional: boolean;
  /** What to write: `GPU`, `graphics|sm|mem|video`, `NUMBER`, `TEXT`, `JSON`. */
  readonly form: string;
}

export interface RawInputs {
  /** By C's parameter name; handles are not among them. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The handle parameter and the GPU that was named for it: index, UUID or PCI address. */
  readonly gpu: { readonly parameter: string; readonly id: string } | undefined;
}

export function inputsOf(descriptor: FunctionDescriptor): Input[] {
  return Object.entries(descriptor.parameters).flatMap(([name, parameter]): Input[] => {
    switch (parameter.kind) {
      case 'handle':
        return [{ name, parameter, optional: false, form: 'GPU' }];
      case 'value':
        return [{ name, parameter, optional: false, form: parameter.type.kind === 'enum' ? choicesOf(parameter.type.values) : 'NUMBER' }];
      case 'text-in':
        return [{ name, parameter, optional: false, form: 'TEXT' }];
      case 'array-in':
      case 'array-inout':
        return [{ name, parameter, optional: false, form: 'JSON' }];
      case 'inout':
        return [{ name, parameter, optional: true, form: 'JSON' }];
      default:
        return [];
    }
  });
}

const MOST_CHOICES = 8;

function choicesOf(values: Readonly<Record<string, number>>): string {
  const names = Object.keys(values);
  return names.length > MOST_CHOICES ? [...names.slice(0, 3), '…'].join('|') : names.join('|');
}

/** `nvmlDeviceGetClockInfo device=GPU type=graphics|sm|mem|video`. */
export function usageOf(descriptor: FunctionDescriptor): string {
  const words = inputsOf(descriptor).map((input) => {
    const word = `${input.name}=${input.form}`;
    return input.optional ? `[${word}]` : word;
  });
  return [descriptor.symbol, ...words].join(' ');
}

/** Each word may also be written `name=word`, as the usage shows it. Throws `INVALID_INPUT` with one sentence. */
export function parseInputs(descriptor: FunctionDescriptor, words: readonly string[]): RawInputs {
  const inputs = inputsOf(descriptor);
  const needed = inputs.filter((input) => !input.optional).length;
  if (words.length < needed || words.length > inputs.length) {
    const wanted = needed === inputs.length ? String(needed) : `${needed} to ${inputs.length}`;
    refuse(`${descriptor.symbol}: ${words.length} argument${words.length === 1 ? '' : 's'} given, it takes ${wanted}: write ${usageOf(descriptor)}`);
  }
  const values: Record<string, unknown> = {};
  let gpu: RawInputs['gpu'];
  words.forEach((written, index) => {
    const input = inputs[index];
    if (input === undefined) return;
    const word = written.startsWith(`${input.name}=`) ? written.slice(input.name.length + 1) : written;
    const where = `${descriptor.symbol}: ${input.name} '${word}'`;
    const { parameter } = input;
    if (parameter.kind === 'handle') gpu = { parameter: input.name, id: word };
    else if (parameter.kind === 'text-in') values[input.name] = word;
    else if (parameter.kind === 'value') values[input.name] = scalarOf(parameter.type, word, where);
    else if (parameter.kind === 'inout') values[input.name] = fromJson(parameter.type, json(word, where), where);
    else if (parameter.kind === 'array-in' || parameter.kind === 'array-inout') values[input.name] = elements(parameter.element, json(word, where), where);
  });
  return { values, gpu };
}

function scalarOf(type: FieldType, word: string, where: string): unknown {
  if (type.kind === 'enum') {
    if (Object.hasOwn(type.values, word)) return word;
    // Also a number that this version has no name for: enums are open.
    if (/^(0x[0-9a-f]+|\d+)$/i.test(word)) return Number(word);
    refuse(`${where}: is none of its values: write ${Object.keys(type.values).join(', ')} or a number`);
  }
  if (!/^(0x[0-9a-f]+|-?\d+)$/i.test(word)) refuse(`${where}: is not a whole number: write decimal digits, or hexadecimal with 0x in front`);
  return type.kind === 'u64' || type.kind === 'i64' ? BigInt(word) : Number(word);
}

function elements(element: FieldType, value: unknown, where: string): unknown[] {
  if (!Array.isArray(value)) refuse(`${where}: is not a list: write JSON in square brackets, such as [{"fieldId": 230}]`);
  return (value as unknown[]).map((item) => fromJson(element, item, where));
}

/** JSON has no integers beyond 2^53: 64-bit fields may be written as text. */
function fromJson(type: FieldType, value: unknown, where: string): unknown {
  if ((type.kind === 'u64' || type.kind === 'i64') && (typeof value === 'string' || typeof value === 'number')) {
    return scalarOf(type, String(value), where);
  }
  if (type.kind === 'array' && Array.isArray(value)) return value.map((item) => fromJson(type.element, item, where));
  if ((type.kind === 'struct' || type.kind === 'union') && typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, field]) => {
      const fieldType = type.fields[name];
      return [name, fieldType === undefined ? field : fromJson(fieldType, field, where)];
    }));
  }
  return value;
}

function json(word: string, where: string): unknown {
  try {
    return JSON.parse(word) as unknown;
  } catch {
    return refuse(`${where}: is not JSON: write a JSON value in quotes of your shell, such as '{"sensorType": 0}'`);
  }
}

function refuse(sentence: string): never {
  throw new GpuwrightError('INVALID_INPUT', sentence);
}
