/**
 * How a person names what a handle stands for. Handles mean nothing outside of the process that got them, so they are never written down:
 * what they belong to is, and it is looked up, or made, for the one call that needs it.
 */
import type { FieldType } from '../../abi/layout.ts';
import type { FunctionDescriptor } from '../../abi/parameters.ts';
import { GpuwrightError } from '../../errors.ts';
import { parseGpuId } from '../gpu-id.ts';

export type HandleName =
  | { readonly kind: 'gpu'; readonly gpu: string }
  | { readonly kind: 'mig-device'; readonly gpu: string; readonly index: number }
  | { readonly kind: 'mig-uuid'; readonly uuid: string }
  | { readonly kind: 'gpu-instance'; readonly gpu: string; readonly id: number }
  | { readonly kind: 'compute-instance'; readonly gpu: string; readonly gpuInstance: number; readonly id: number }
  | { readonly kind: 'unit'; readonly index: number }
  /** With a GPU: all of its events are registered. */
  | { readonly kind: 'event-set'; readonly gpu?: string }
  | { readonly kind: 'system-event-set'; readonly registered: boolean }
  /** With a GPU, or a GPU instance: taken of it. */
  | { readonly kind: 'gpm-sample'; readonly gpu?: string; readonly gpuInstance?: number };

interface HandleKind {
  /** As a usage line shows it. */
  readonly form: string;
  readonly explained: string;
  /** Undefined where the words do not name such a thing. */
  readonly read: (first: string, ...rest: readonly string[]) => HandleName | undefined;
}

const KINDS: Readonly<Record<string, HandleKind>> = {
  nvmlDevice_t: {
    form: 'GPU',
    explained: 'an index, a UUID or a PCI address; a MIG device is 0/mig1 or MIG-…',
    read: (gpu, ...rest) => {
      if (/^MIG-/i.test(gpu)) return { kind: 'mig-uuid', uuid: [gpu, ...rest].join('/') };
      if (rest.length === 0) return { kind: 'gpu', gpu };
      const index = /^mig(\d{1,9})$/i.exec(rest.join('/'))?.[1];
      return index === undefined ? undefined : { kind: 'mig-device', gpu, index: Number(index) };
    },
  },
  nvmlGpuInstance_t: {
    form: 'GPU/INSTANCE',
    explained: 'a GPU and the id of its GPU instance, such as 0/2',
    read: (gpu, ...ids) => {
      const [id] = numbers(ids, 1);
      return id === undefined ? undefined : { kind: 'gpu-instance', gpu, id };
    },
  },
  nvmlComputeInstance_t: {
    form: 'GPU/INSTANCE/COMPUTE',
    explained: 'a GPU, the id of its GPU instance and that of the compute instance in there, such as 0/2/0',
    read: (gpu, ...ids) => {
      const [gpuInstance, id] = numbers(ids, 2);
      return gpuInstance === undefined || id === undefined ? undefined : { kind: 'compute-instance', gpu, gpuInstance, id };
    },
  },
  nvmlUnit_t: {
    form: 'UNIT',
    explained: 'the index of an S-class unit, from 0',
    read: (...words) => {
      const [index] = numbers(words, 1);
      return index === undefined ? undefined : { kind: 'unit', index };
    },
  },
  nvmlEventSet_t: {
    form: 'new|GPU',
    explained: 'new for an empty set, or a GPU for a set that waits for all of its events',
    read: (word, ...rest) => (rest.length > 0 ? undefined : { kind: 'event-set', ...(word !== 'new' && { gpu: word }) }),
  },
  nvmlSystemEventSet_t: {
    form: 'new|all',
    explained: 'new for an empty set, all for one that waits for all events of the host',
    read: (word, ...rest) => (rest.length === 0 && (word === 'new' || word === 'all') ? { kind: 'system-event-set', registered: word === 'all' } : undefined),
  },
  nvmlGpmSample_t: {
    form: 'new|GPU[/INSTANCE]',
    explained: 'new for an empty sample, or what one is taken of: a GPU, or a GPU instance such as 0/2',
    read: (word, ...ids) => {
      if (ids.length === 0) return { kind: 'gpm-sample', ...(word !== 'new' && { gpu: word }) };
      const [gpuInstance] = numbers(ids, 1);
      return gpuInstance === undefined ? undefined : { kind: 'gpm-sample', gpu: word, gpuInstance };
    },
  },
};

/** All of them, if they are that many whole numbers. */
function numbers(words: readonly string[], count: number): number[] {
  return words.length === count && words.every((word) => /^\d{1,9}$/.test(word)) ? words.map(Number) : [];
}

/** By C's typedef: what to write for such a handle; undefined for a type that is no handle. */
export function handleForm(c: string): Pick<HandleKind, 'form' | 'explained'> | undefined {
  return KINDS[c];
}

/** Throws `INVALID_INPUT` with one sentence; `where` stands in front. */
export function parseHandleName(c: string, text: string, where: string): HandleName {
  const kind = KINDS[c];
  if (kind === undefined) throw new GpuwrightError('INVALID_INPUT', `${where}: is a ${c}, for which there are no names: use the library instead of the command line`);
  const [first = '', ...rest] = text.split('/');
  const name = kind.read(first, ...rest);
  if (name === undefined) throw new GpuwrightError('INVALID_INPUT', `${where}: is no ${kind.form}: write ${kind.explained}`);
  if ('gpu' in name) {
    try {
      parseGpuId(name.gpu);
    } catch {
      throw new GpuwrightError('INVALID_INPUT', `${where}: is no ${kind.form}: write ${kind.explained}`);
    }
  }
  return name;
}

/** C's typedef of the handle at a place: `device`, or `metricsGet.sample1` within a struct. */
export function handleTypeAt({ symbol, parameters }: FunctionDescriptor, place: string): string {
  const [name = '', ...fields] = place.split('.');
  const parameter = parameters[name];
  if (parameter?.kind === 'handle' && fields.length === 0) return parameter.c;
  let type: FieldType | undefined = parameter?.kind === 'in' || parameter?.kind === 'inout' ? parameter.type : undefined;
  for (const field of fields) type = type?.kind === 'struct' ? type.fields[field] : undefined;
  if (type?.kind === 'u64') return type.c;
  throw new GpuwrightError('INVALID_INPUT', `${symbol}: ${place}: is no handle: leave it out`);
}
