/** What to write for each input of a described C function. */
import type { FieldType, StructLayout } from '../../../abi/layout.ts';
import { foreignText } from '../../../abi/layout.ts';
import type { FunctionDescriptor, InOutParameter, Parameter } from '../../../abi/parameters.ts';
import { handleForm } from '../../../nvml/raw/handle-name.ts';

/** One word's place. */
export interface Input {
  readonly name: string;
  readonly parameter: Parameter;
  /** May be left out. */
  readonly optional: boolean;
  /** What to write: `GPU`, `graphics|sm|mem|video`, `NUMBER`, `TEXT`, `JSON`. */
  readonly form: string;
}

/** In C's order. Outputs, buffer lengths and counts are ours to fill. */
export function inputsOf(descriptor: FunctionDescriptor): Input[] {
  return Object.entries(descriptor.parameters).flatMap(([name, parameter]): Input[] => {
    const input = (form: string, optional = false): Input[] => [{ name, parameter, optional, form }];
    switch (parameter.kind) {
      case 'handle':
        return input(handleForm(parameter.c)?.form ?? parameter.c);
      case 'value':
      case 'in':
        return input(wordForm(parameter.type));
      case 'text-in':
        return input('TEXT');
      case 'array-inout':
        return input('JSON');
      case 'inout':
        // What the library answers in elements that the caller gives, it cannot without them.
        return input('JSON', !parameter.type.members.some(({ type }) => type.kind === 'pointer' && type.given));
      default:
        return [];
    }
  });
}

export function isPciInfo(type: FieldType): boolean {
  return type.kind === 'struct' && type.name === 'nvmlPciInfo_t';
}

function wordForm(type: FieldType): string {
  if (type.kind === 'enum') return choices(type.values, MOST_CHOICES);
  if (type.kind === 'struct') return isPciInfo(type) ? 'PCI' : 'JSON';
  return 'NUMBER';
}

const MOST_CHOICES = 8;

function choices(values: Readonly<Record<string, number>>, most: number): string {
  const names = Object.keys(values);
  return names.length > most ? [...names.slice(0, 3), '…'].join('|') : names.join('|');
}

/** `nvmlDeviceGetClockInfo device=GPU type=graphics|sm|mem|video`. */
export function usageOf(descriptor: FunctionDescriptor): string {
  const words = inputsOf(descriptor).map(({ name, form, optional }) => (optional ? `[${name}=${form}]` : `${name}=${form}`));
  return [descriptor.symbol, ...words].join(' ');
}

/** All that an input takes, in a sentence or as a JSON value with forms in place of values. */
export function explained({ parameter, form }: Input): string {
  switch (parameter.kind) {
    case 'handle':
      return handleForm(parameter.c)?.explained ?? form;
    case 'value':
      return parameter.type.kind === 'enum' ? choices(parameter.type.values, Infinity) : form;
    case 'in':
      return isPciInfo(parameter.type) ? `a PCI address such as 0000:3b:00.0, or ${jsonForm(parameter.type)}` : jsonForm(parameter.type);
    case 'inout':
      return jsonForm(layoutOf(parameter));
    case 'array-inout':
      return `[${jsonForm(parameter.element)}, …]`;
    default:
      return form;
  }
}

/** What the library takes in several versions is written with the fields that all of them have. */
export function layoutOf({ type, versions }: InOutParameter): StructLayout {
  return { ...type, fields: Object.fromEntries(Object.entries(type.fields).filter(([name]) => versions.every(({ fields }) => Object.hasOwn(fields, name)))) };
}

/** Fields that a person may write, by name. */
export function writable(layout: StructLayout): [name: string, type: FieldType][] {
  return Object.entries(layout.fields).filter(([, type]) => type.kind !== 'version' && type !== foreignText && !(type.kind === 'pointer' && !type.given));
}

function jsonForm(type: FieldType): string {
  switch (type.kind) {
    case 'enum':
      // A function that writes one into a struct does not read it there.
      return type.name === 'nvmlReturn_t' ? 'NUMBER' : choices(type.values, Infinity);
    case 'struct':
      return `{${writable(type).map(([name, field]) => `"${name}": ${jsonForm(field)}`).join(', ')}}`;
    case 'union':
      return `{one of ${Object.entries(type.fields).map(([name, field]) => `"${name}": ${jsonForm(field)}`).join(', ')}}`;
    case 'array':
    case 'pointer':
      return `[${jsonForm(type.element)}, …]`;
    case 'text':
      return 'TEXT';
    case 'bytes':
    case 'tail':
      return 'HEX';
    case 'u64':
      return handleForm(type.c)?.form ?? 'NUMBER';
    default:
      return 'NUMBER';
  }
}
