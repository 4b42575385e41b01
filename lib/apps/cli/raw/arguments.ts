/** Words of a command line as inputs of a described C function, in C's order or by name. */
import { encodeCall } from '../../../abi/call.ts';
import type { FieldType } from '../../../abi/layout.ts';
import type { FunctionDescriptor, InputsOf } from '../../../abi/parameters.ts';
import { GpuwrightError } from '../../../errors.ts';
import { parsePciAddress } from '../../../host/pci-address.ts';
import { pciInfoOf } from '../../../nvml/changes/drain.ts';
import { parseHandleName } from '../../../nvml/raw/handle-name.ts';
import type { RawInputs } from '../../../nvml/raw/raw.ts';
import type { Input } from './forms.ts';
import { inputsOf, isPciInfo, layoutOf, usageOf } from './forms.ts';
import type { Place } from './json-value.ts';
import { parseJson, refuse, valueFrom } from './json-value.ts';
import { NUMBER_FORMS, numberOf } from './numbers.ts';

export type ParsedInputs = RawInputs & { readonly handles: Readonly<Record<string, string>> };

/** Each word may also be written `name=word`, as the usage shows it. Throws `INVALID_INPUT` with one sentence. */
export function parseInputs(descriptor: FunctionDescriptor, words: readonly string[]): ParsedInputs {
  const values: Record<string, unknown> = {};
  const handles = new Map<string, string>();
  for (const [input, word] of assigned(descriptor, words)) {
    const value = valueOf(input, word, { where: `${descriptor.symbol}: ${input.name}`, path: input.name, handles });
    if (value !== undefined) values[input.name] = value;
  }
  const inputs = { values, handles: Object.fromEntries(handles) };
  check(descriptor, inputs);
  return inputs;
}

function assigned(descriptor: FunctionDescriptor, words: readonly string[]): Map<Input, string> {
  const inputs = inputsOf(descriptor);
  const given = new Map<Input, string>();
  const rest: string[] = [];
  for (const word of words) {
    const named = inputs.find(({ name }) => word.startsWith(`${name}=`));
    if (named === undefined || given.has(named)) rest.push(word);
    else given.set(named, word.slice(named.name.length + 1));
  }
  const open = inputs.filter((input) => !given.has(input));
  const needed = inputs.filter(({ optional }) => !optional);
  const missing = open.filter(({ optional }) => !optional).length - rest.length;
  if (missing > 0 || rest.length > open.length) {
    const wanted = needed.length === inputs.length ? String(needed.length) : `${needed.length} to ${inputs.length}`;
    refuse(descriptor.symbol, `${words.length} argument${words.length === 1 ? '' : 's'} given, it takes ${inputs.length === 0 ? 'none' : wanted}: write ${usageOf(descriptor)}; \`gpuwright raw --list ${descriptor.symbol}\` explains it`);
  }
  // What may be left out gives way to what may not.
  for (const input of [...open.filter(({ optional }) => !optional), ...open.filter(({ optional }) => optional)].slice(0, rest.length).sort((a, b) => inputs.indexOf(a) - inputs.indexOf(b))) {
    given.set(input, rest.shift() ?? '');
  }
  return given;
}

/** Undefined for a handle, which is named instead. */
function valueOf({ parameter, name }: Input, word: string, place: Place): unknown {
  const where = `${place.where} '${word}'`;
  switch (parameter.kind) {
    case 'handle':
      parseHandleName(parameter.c, word, where);
      place.handles.set(name, word);
      return undefined;
    case 'text-in':
      return word;
    case 'value':
      return scalarOf(parameter.type, word, where);
    case 'inout':
      return valueFrom(layoutOf(parameter), parseJson(word, place.where), place);
    case 'in':
      if (parameter.type.kind !== 'struct') return scalarOf(parameter.type, word, where);
      if (isPciInfo(parameter.type) && parsePciAddress(word) !== undefined) return pciInfoOf(word);
      return valueFrom(parameter.type, parseJson(word, place.where), place);
    case 'array-inout': {
      const list = parseJson(word, place.where);
      if (!Array.isArray(list)) return refuse(where, 'is not a list: write JSON in square brackets, such as \'[{"fieldId": 230}]\'');
      return list.map((element: unknown, index) => valueFrom(parameter.element, element, { ...place, where: `${place.where}[${index}]`, path: undefined }));
    }
    default:
      return undefined;
  }
}

function scalarOf(type: FieldType, word: string, where: string): unknown {
  // Also a number that this version has no name for: enums are open.
  if (type.kind === 'enum' && Object.hasOwn(type.values, word)) return word;
  const number = numberOf(word);
  if (number === undefined) return refuse(where, type.kind === 'enum' ? `is none of its values: write ${Object.keys(type.values).join(', ')} or a number` : `is not a whole number: write ${NUMBER_FORMS}`);
  return type.kind === 'u64' || type.kind === 'i64' ? number : Number(number);
}

/** Encodes it once for nothing: what the codec refuses (a number out of range, a text too long) is told before any library is opened. */
function check(descriptor: FunctionDescriptor, { values, handles }: ParsedInputs): void {
  const standing = Object.keys(handles).filter((place) => !place.includes('.')).map((name) => [name, 0n]);
  try {
    encodeCall(descriptor, { ...values, ...Object.fromEntries(standing) } as InputsOf<FunctionDescriptor>);
  } catch (error) {
    throw wrongInput(error);
  }
}

/** What the codec refuses is the person's input, and its sentence says what is wrong with it. */
export function wrongInput(error: unknown): unknown {
  return error instanceof TypeError || error instanceof RangeError ? new GpuwrightError('INVALID_INPUT', error.message, { cause: error }) : error;
}
