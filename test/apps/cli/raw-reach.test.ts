import { describe, expect, it } from 'vitest';
import { firstDriver, nvmlFunctions } from '../../../lib/abi/index.ts';
import type { FieldType } from '../../../lib/abi/layout.ts';
import { foreignText } from '../../../lib/abi/layout.ts';
import type { FunctionDescriptor } from '../../../lib/abi/parameters.ts';
import { parseInputs } from '../../../lib/apps/cli/raw/arguments.ts';
import type { Input } from '../../../lib/apps/cli/raw/forms.ts';
import { inputsOf, layoutOf } from '../../../lib/apps/cli/raw/forms.ts';
import { isGpuwrightError } from '../../../lib/errors.ts';
import { openOn, startHost } from '../../nvml/host.ts';

const DESCRIPTORS = Object.values(nvmlFunctions as Readonly<Record<string, FunctionDescriptor>>);

/** What one would write for each form that a usage line shows. */
const WORDS: Readonly<Record<string, string>> = {
  'GPU': '0', 'GPU/INSTANCE': '0/1', 'GPU/INSTANCE/COMPUTE': '0/1/0', 'UNIT': '0', 'new|GPU': 'new', 'new|GPU[/INSTANCE]': 'new', 'NUMBER': '0', 'TEXT': 'x', 'PCI': '0000:3b:00.0',
};

/** Every field of a struct, so that each kind of field is written once. */
function json(type: FieldType): unknown {
  switch (type.kind) {
    case 'struct':
      return Object.fromEntries(Object.entries(type.fields).flatMap(([name, field]) => (field.kind === 'version' || (field.kind === 'pointer' && !field.given) || field === foreignText ? [] : [[name, json(field)]])));
    case 'union': {
      const [name = '', field] = Object.entries(type.fields)[0] ?? [];
      return { [name]: field === undefined ? 0 : json(field) };
    }
    case 'array':
    case 'pointer':
      return [json(type.element)];
    case 'text':
      return '';
    case 'bytes':
    case 'tail':
      return '00';
    case 'u64':
      return /^nvml(?!CPER)\w+_t$/.test(type.c) ? 'new' : 0;
    default:
      return 0;
  }
}

function wordFor({ parameter, form }: Input): string {
  if (form !== 'JSON') return WORDS[form] ?? (form.split('|')[0] as string);
  if (parameter.kind === 'array-inout') return JSON.stringify([json(parameter.element)]);
  if (parameter.kind === 'inout') return JSON.stringify(json(layoutOf(parameter)));
  return parameter.kind === 'in' ? JSON.stringify(json(parameter.type)) : '';
}

describe('raw', () => {
  it('asks in its usage lines for all that must be given, and takes it', () => {
    const problems = DESCRIPTORS.flatMap((descriptor) => {
      const inputs = inputsOf(descriptor);
      const needed = Object.entries(descriptor.parameters).filter(([, { kind }]) => ['handle', 'value', 'text-in', 'in', 'array-inout'].includes(kind)).map(([name]) => name);
      const unasked = needed.filter((name) => !inputs.some((input) => input.name === name));
      // No C type stands where words are asked for.
      const opaque = inputs.filter(({ form }) => form.startsWith('nvml')).map(({ name }) => name);
      const { values, handles } = parseInputs(descriptor, inputs.map(wordFor));
      const lost = inputs.filter(({ name, parameter }) => !Object.hasOwn(parameter.kind === 'handle' ? handles : values, name)).map(({ name }) => name);
      return [...unasked, ...opaque, ...lost].map((name) => `${descriptor.symbol}: ${name}`);
    });
    expect(problems).toEqual([]);
    expect(DESCRIPTORS).toHaveLength(Object.keys(firstDriver).length);
  });

  it('reaches each of them in the library', async () => {
    const machine = await startHost('hgx-h100-8', { gpus: 1 });
    const nvml = await openOn(machine);
    const unreached: string[] = [];
    for (const descriptor of DESCRIPTORS.filter(({ symbol }) => !/^nvml(Init|Shutdown|EventSetWait|SystemEventSetWait)/.test(symbol))) {
      // A number that is no instance, a GPU without units: then the look-up is what the library refuses.
      const lookups = ['nvmlDeviceGetGpuInstanceById', 'nvmlUnitGetHandleByIndex', descriptor.symbol];
      try {
        await nvml.callRaw(descriptor, parseInputs(descriptor, inputsOf(descriptor).map(wordFor)));
      } catch (error) {
        const answered = isGpuwrightError(error) && (error.status !== undefined || error.code === 'FUNCTION_NOT_FOUND') && lookups.includes(error.call ?? '');
        if (!answered) unreached.push(`${descriptor.symbol}: ${String(error)}`);
      }
    }
    expect(unreached).toEqual([]);
  });
});
