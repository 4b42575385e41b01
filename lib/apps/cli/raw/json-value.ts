/** JSON as the value of a C type. What the codec would refuse in its own terms is refused here in those of the command line. */
import type { FieldType, StructLayout, UnionLayout } from '../../../abi/layout.ts';
import { GpuwrightError } from '../../../errors.ts';
import { handleForm, parseHandleName } from '../../../nvml/raw/handle-name.ts';
import { writable } from './forms.ts';
import { NUMBER_FORMS, numberOf } from './numbers.ts';

/** A place in the arguments: for sentences, and for the handles that are named in structs. */
export interface Place {
  /** `nvmlDeviceGetTemperatureV: temperature.sensorType` */
  readonly where: string;
  /** `temperature.sensorType`; undefined within lists, where no handle can stand. */
  readonly path: string | undefined;
  /** Handles that are named, by their paths. */
  readonly handles: Map<string, string>;
}

export function refuse(where: string, sentence: string): never {
  throw new GpuwrightError('INVALID_INPUT', `${where}: ${sentence}`);
}

export function parseJson(word: string, where: string): unknown {
  try {
    return JSON.parse(word) as unknown;
  } catch {
    return refuse(`${where} '${word}'`, 'is not JSON: write a JSON value in quotes of your shell, such as \'{"sensorType": 0}\'');
  }
}

/** `undefined` for what is not put there: a handle, which comes when it is found. */
export function valueFrom(type: FieldType, value: unknown, place: Place): unknown {
  const { where } = place;
  switch (type.kind) {
    case 'struct':
      return structFrom(type, value, place);
    case 'union':
      return unionFrom(type, value, place);
    case 'array':
    case 'pointer': {
      if (!Array.isArray(value)) return refuse(where, 'is not a list: write JSON in square brackets');
      if (type.kind === 'array' && value.length > type.length) return refuse(where, `has ${value.length} elements: give at most ${type.length}`);
      return value.map((element: unknown, index) => valueFrom(type.element, element, { ...place, where: `${where}[${index}]`, path: undefined }));
    }
    case 'text':
      return typeof value === 'string' ? value : refuse(where, 'is not a text: write it in double quotes');
    case 'bytes':
      return bytesFrom(type.size, value, where);
    case 'tail':
      // It may reach beyond its struct.
      return bytesFrom(Infinity, value, where);
    case 'f64':
      return typeof value === 'number' ? value : refuse(where, 'is not a number: write one, such as 0.5');
    case 'enum': {
      // Also as an answer shows it, so that one can be given back.
      const written = typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
      return typeof written === 'string' && Object.hasOwn(type.values, written) ? written : Number(wholeFrom(written, where, Object.keys(type.values)));
    }
    case 'u64':
    case 'i64':
      if (handleForm(type.c) !== undefined) return handleFrom(type.c, value, place);
      return wholeFrom(value, where);
    default:
      return Number(wholeFrom(value, where));
  }
}

/** JSON has no integers beyond 2^53: they may be written as text. */
function wholeFrom(value: unknown, where: string, names: readonly string[] = []): bigint {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return refuse(where, `${value} is not a whole number that JSON can hold exactly: write it as a text, such as "0x1fffffffffffff"`);
  const number = typeof value === 'number' ? BigInt(value) : typeof value === 'string' ? numberOf(value) : undefined;
  const shown = typeof value === 'object' && value !== null ? 'it' : JSON.stringify(value);
  return number ?? refuse(where, names.length > 0 ? `${shown} is none of its values: write ${names.join(', ')} or a number` : `${shown} is not a whole number: write ${NUMBER_FORMS}`);
}

function bytesFrom(most: number, value: unknown, where: string): Uint8Array {
  const hex = typeof value === 'string' ? /^(?:0x)?((?:[0-9a-f]{2})*)$/i.exec(value)?.[1] : undefined;
  if (hex === undefined) return refuse(where, 'is not bytes: write them in hexadecimal, two digits each, such as "00ff"');
  if (hex.length / 2 > most) return refuse(where, `has ${hex.length / 2} bytes: give at most ${most}`);
  return Buffer.from(hex, 'hex');
}

function handleFrom(c: string, value: unknown, { where, path, handles }: Place): undefined {
  const form = handleForm(c);
  if (typeof value !== 'string' || path === undefined) return refuse(where, `is no ${form?.form ?? c}: write it as a text: ${form?.explained ?? ''}`);
  parseHandleName(c, value, `${where} '${value}'`);
  handles.set(path, value);
  return undefined;
}

function within(place: Place, field: string): Place {
  return { ...place, where: `${place.where}.${field}`, path: place.path === undefined ? undefined : `${place.path}.${field}` };
}

function structFrom(layout: StructLayout, value: unknown, place: Place): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(place.where, 'is not an object: write JSON in curly braces');
  const fields = new Map(writable(layout));
  return Object.fromEntries(Object.entries(value).flatMap(([name, given]) => {
    const type = fields.get(name) ?? (layout.fields[name]?.kind === 'version' ? layout.fields[name] : undefined);
    if (type === undefined) {
      if (Object.hasOwn(layout.fields, name)) return refuse(`${place.where}.${name}`, 'is filled by the library: leave it out');
      return refuse(place.where, `has no field ${name}: the fields are ${[...fields.keys()].join(', ')}`);
    }
    const converted = valueFrom(type, given, within(place, name));
    return converted === undefined ? [] : [[name, converted]];
  }));
}

function unionFrom(layout: UnionLayout, value: unknown, place: Place): unknown {
  const names = Object.keys(layout.fields);
  // As an answer shows it, the member that its type tells besides.
  if (typeof value === 'object' && value !== null && 'bytes' in value) return { bytes: bytesFrom(layout.size, value.bytes, `${place.where}.bytes`) };
  const [entry, ...more] = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const [name, given] = entry ?? [];
  const type = name === undefined ? undefined : layout.fields[name];
  if (name === undefined || type === undefined || more.length > 0) return refuse(place.where, `is a union: write an object with one of ${names.join(', ')}`);
  return { [name]: valueFrom(type, given, { ...within(place, name), path: undefined }) };
}
