/** From the parameters of a C function to its descriptor: what every call of it needs is worked out once. */
import type { Shape, ShapeParameter } from './frame.ts';
import type { StructLayout } from './layout.ts';
import type { FunctionDescriptor, FunctionFacts, Parameter, Parameters, Step } from './parameters.ts';

/** Rounded up to 8, the alignment of every place in a frame. */
export function roundedUp(bytes: number): number {
  return (bytes + 7) & ~7;
}

function shapeOf(parameter: Parameter): ShapeParameter {
  if (parameter.kind === 'length') return parameter.type.kind;
  if (parameter.kind !== 'value') return 'p';
  return parameter.type.kind === 'enum' ? 'u32' : parameter.type.kind;
}

const hasPointers = ({ members }: StructLayout): boolean => members.some(({ type }) => type.kind === 'pointer');

/** Bytes that a parameter's memory needs whatever the call; 0: none; -1: the call decides. */
function fixedSize(parameter: Parameter): number {
  switch (parameter.kind) {
    case 'out':
      return parameter.type.size;
    case 'in':
      return parameter.type.kind === 'struct' && parameter.type.members.some(({ type }) => type.kind === 'tail') ? -1 : parameter.type.size;
    case 'inout':
      return hasPointers(parameter.type) ? -1 : parameter.type.size;
    case 'handle-out':
      return 8;
    case 'text-out':
      return parameter.bytes;
    case 'handle':
    case 'value':
    case 'length':
      return 0;
    default:
      return -1;
  }
}

function capacityOf(parameter: Parameter): number {
  if (parameter.kind === 'count' || parameter.kind === 'length') return parameter.capacity;
  if (parameter.kind !== 'inout') return 0;
  return Math.max(0, ...parameter.type.members.map(({ type }) => (type.kind === 'pointer' ? type.capacity : 0)));
}

const INPUT_KINDS: ReadonlySet<Parameter['kind']> = new Set(['handle', 'value', 'text-in', 'in', 'inout', 'array-out', 'array-in', 'array-inout']);

export function cFunction<const P extends Parameters>(symbol: string, parameters: P, facts: FunctionFacts): FunctionDescriptor<P> {
  const versions: FunctionDescriptor<P>[] = [];
  for (const version of versionsOf(parameters)) versions.push(describe(symbol, version, facts, versions));
  return versions.find((one) => one.parameters === parameters) ?? (versions[0] as FunctionDescriptor<P>);
}

/** The parameters with each struct that the function takes; the given object itself where that is the prototype's. */
function versionsOf<P extends Parameters>(parameters: P): P[] {
  const [name, parameter] = Object.entries(parameters).find(([, each]) => 'versions' in each && each.versions.length > 1) ?? [];
  if (name === undefined || parameter === undefined || !('versions' in parameter)) return [parameters];
  return parameter.versions.map((type) => (type === parameter.type ? parameters : ({ ...parameters, [name]: { ...parameter, type } } as P)));
}

function describe<P extends Parameters>(symbol: string, parameters: P, facts: FunctionFacts, versions: readonly FunctionDescriptor<P>[]): FunctionDescriptor<P> {
  const result = facts.result ?? 'status';
  const entries = Object.entries(parameters);
  const shape: Shape = `${result === 'text' ? 's' : 'r'}(${entries.map(([, parameter]) => shapeOf(parameter)).join(',')})`;
  const names = entries.map(([name]) => name);
  const isFixed = entries.every(([, parameter]) => fixedSize(parameter) !== -1);
  let end = 0;
  const steps = entries.map(([name, parameter]): Step => {
    const size = isFixed ? fixedSize(parameter) : 0;
    const place = size === 0 ? -1 : end;
    end += roundedUp(size);
    return { name, what: `${symbol}: ${name}`, parameter, place, measures: parameter.kind === 'length' ? names.indexOf(parameter.of) : -1 };
  });
  return {
    symbol, shape, result, parameters, steps, versions,
    changes: facts.changes, since: facts.since, architecture: facts.architecture, root: facts.root ?? false,
    defaultCapacity: Math.max(0, ...entries.map(([, parameter]) => capacityOf(parameter))),
    fixedBytes: isFixed ? end : -1,
    inputNames: new Set(entries.filter(([, { kind }]) => INPUT_KINDS.has(kind)).map(([name]) => name)),
  };
}
