/** `process: { add: … }`, `process: { set: … }`, `process: { remove: … }` in a scenario. */
import type { Located } from '../located-yaml.ts';
import { complaint } from '../located-yaml.ts';
import { entriesOf, numberOf, oneOf, sizeOf, textOf } from '../located-value.ts';
import { MOST_GPUS } from '../profile.ts';
import type { Machine, ProcessUsage, SimulatedProcess } from '../types.ts';
import type { ProcessAction } from './types.ts';

type Reader = (at: Located) => unknown;
/** The name in the file, the property, how it is read. */
type Fields = Readonly<Record<string, readonly [property: string, read: Reader]>>;

const percent: Reader = (at) => numberOf(at, 0, 100);
const pid: Reader = (at) => numberOf(at, 1, 2 ** 31 - 1);
const instance: Reader = (at) => numberOf(at, 0, 2 ** 16);

const PLACE = { gpu: ['gpu', (at) => numberOf(at, 0, MOST_GPUS - 1)], pid: ['pid', pid] } as const satisfies Fields;
const USAGE = {
  'memory': ['memoryBytes', sizeOf],
  'protected': ['protectedBytes', sizeOf],
  'sm-percent': ['smPercent', percent],
  'memory-percent': ['memoryPercent', percent],
  'encoder-percent': ['encoderPercent', percent],
  'decoder-percent': ['decoderPercent', percent],
  'jpeg-percent': ['jpegPercent', percent],
  'ofa-percent': ['ofaPercent', percent],
} as const satisfies Fields;
const WHAT = {
  'name': ['name', textOf],
  'kind': ['kind', (at: Located) => oneOf(at, ['compute', 'graphics', 'mps'])],
  'gpu-instance': ['gpuInstance', instance],
  'compute-instance': ['computeInstance', instance],
} as const satisfies Fields;

export function readProcessAction(at: Located): ProcessAction {
  const entries = [...entriesOf(at, ['add', 'set', 'remove'])];
  const [first] = entries;
  if (first === undefined || entries.length > 1) throw complaint(at, 'does not do one thing: write one of add, set and remove');
  const [what, how] = first;
  if (what === 'add') return { do: 'add', added: fieldsOf(how, { ...PLACE, ...WHAT, ...USAGE }, ['gpu', 'pid', 'name']) as unknown as SimulatedProcess };
  if (what === 'set') {
    const { gpu, pid: number, ...usage } = fieldsOf(how, { ...PLACE, ...USAGE }, ['gpu', 'pid']) as unknown as { gpu: number; pid: number } & ProcessUsage;
    return { do: 'set', gpu, pid: number, usage };
  }
  if (typeof how.value === 'bigint') return { do: 'remove', pid: pid(how) as number };
  return { do: 'remove', ...(fieldsOf(how, PLACE, ['pid']) as unknown as { pid: number; gpu?: number }) };
}

function fieldsOf(at: Located, fields: Fields, needed: readonly string[]): Record<string, unknown> {
  const entries = entriesOf(at, Object.keys(fields));
  const missing = needed.find((name) => !entries.has(name));
  if (missing !== undefined) throw complaint(at, `says no ${missing}: add ${missing}:`);
  return Object.fromEntries(Object.entries(fields).flatMap(([name, [property, read]]) => {
    const entry = entries.get(name);
    return entry === undefined ? [] : [[property, read(entry)]];
  }));
}

export function processText(action: ProcessAction): string {
  switch (action.do) {
    case 'add':
      return `process ${action.added.pid} ${action.added.name} starts on GPU ${action.added.gpu}`;
    case 'set':
      return `process ${action.pid} changes on GPU ${action.gpu}`;
    case 'remove':
      return `process ${action.pid} ends${action.gpu === undefined ? '' : ` on GPU ${action.gpu}`}`;
  }
}

export function performProcess(machine: Machine, action: ProcessAction): Promise<void> {
  switch (action.do) {
    case 'add':
      return machine.addProcess(action.added);
    case 'set':
      return machine.setProcess(action.gpu, action.pid, action.usage);
    case 'remove':
      return machine.removeProcess(action.pid, action.gpu === undefined ? {} : { gpu: action.gpu });
  }
}
