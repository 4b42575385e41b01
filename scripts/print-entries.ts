/**
 * The mock's C entry points, one per exported name: nvml-entries.inc asks for operands, outputs, versions and faults the same way
 * everywhere and then calls what nvml-answers.h declares, if somebody wrote it.
 */
import type { FunctionDescriptor, Parameter, StructLayout } from '../lib/abi/index.ts';
import { gpuArchitectures, nvmlFunctions } from '../lib/abi/index.ts';
import { cParameterType, joined } from '../lib/abi/c-text.ts';

/** What the prologue looks up in the machine; the answer finds it in `call`. */
const OPERANDS: Readonly<Record<string, string>> = {
  nvmlDevice_t: 'DEVICE', nvmlGpuInstance_t: 'GPU_INSTANCE', nvmlComputeInstance_t: 'COMPUTE_INSTANCE', nvmlUnit_t: 'UNIT', nvmlEventSet_t: 'EVENT_SET',
  nvmlGpmSample_t: 'GPM_SAMPLE', nvmlVgpuInstance_t: 'VGPU', nvmlVgpuTypeId_t: 'VGPU_TYPE',
};

/** Whatever stands in the count, NULL for the list asks how many there are: so their documentation says. */
const NULL_ASKS: ReadonlySet<string> = new Set(['nvmlDeviceGetSamples', 'nvmlDeviceGetProcessUtilization', 'nvmlDeviceGetVgpuUtilization', 'nvmlDeviceGetVgpuProcessUtilization']);

/** The vendor's command-line tools, which show both models, ask for one at a time. */
const ONE_IS_ENOUGH: ReadonlySet<string> = new Set(['nvmlDeviceGetDriverModel', 'nvmlDeviceGetDriverModel_v2']);

const functions = Object.values(nvmlFunctions) as readonly FunctionDescriptor[];

function operandOf(parameter: Parameter): string | undefined {
  if (parameter.kind === 'handle') return OPERANDS[parameter.c];
  return parameter.kind === 'value' && 'typedef' in parameter.type ? OPERANDS[parameter.type.c] : undefined;
}

/** The entries of `outputs`, which must not be NULL and which the pattern fault fills. `number` makes each one's bytes its own. */
function outputOf(parameter: Parameter, name: string, number: number, { parameters: all, symbol }: FunctionDescriptor): string | undefined {
  const countName = Object.keys(all).find((other) => all[other]?.kind === 'count');
  switch (parameter.kind) {
    case 'in':
    case 'array-in':
    case 'text-in':
    case 'count':
      return `NEEDED(${name})`;
    case 'out':
    case 'handle-out':
      return `${ONE_IS_ENOUGH.has(symbol) ? 'OUT_MAYBE' : 'OUT'}(${number}, ${name})`;
    case 'inout':
      if (parameter.type.members.some(({ type }) => type.kind === 'pointer')) return structWithPointers(parameter, name, number);
      return parameter.versions.length > 1 ? `OUT_BYTES(${number}, ${name}, VERSION_BYTES(${name}))` : `OUT(${number}, ${name})`;
    case 'text-out': {
      const length = Object.entries(all).find(([, other]) => other.kind === 'length' && other.of === name)?.[0];
      return `OUT_BYTES(${number}, ${name}, ${length ?? parameter.bytes})`;
    }
    case 'counted-text-out':
    case 'sized-out':
      return `OUT_COUNTED(${number}, ${name}, 1, ${String(countName)})`;
    case 'array-out': {
      const [length, measure] = Object.entries(all).find(([, other]) => other.kind === 'length' && other.of === name) ?? [];
      if (length !== undefined && measure?.kind === 'length') return `OUT_SIZED(${number}, ${name}, ${measure.unit === 'bytes' ? '1' : `sizeof *${name}`}, ${length})`;
      const count = all[String(countName)];
      // A count that only comes out says nothing of the room: what the caller put there is taken for it.
      const macro = count?.kind === 'count' && count.outOnly ? 'OUT_ROOMY' : NULL_ASKS.has(symbol) ? 'OUT_ASKED' : 'OUT_COUNTED';
      return `${macro}(${number}, ${name}, sizeof *${name}, ${String(countName)})`;
    }
    case 'array-inout': {
      const length = Object.entries(all).find(([, other]) => other.kind === 'length' && other.of === name)?.[0];
      return `OUT_SIZED(${number}, ${name}, sizeof *${name}, ${String(length)})`;
    }
    default:
      return undefined;
  }
}

/** Its pointers and their counts are the caller's: the pattern goes into what they point to. */
function structWithPointers({ type: layout, versions }: { readonly type: StructLayout; readonly versions: readonly StructLayout[] }, name: string, number: number): string {
  const pointers = layout.members.flatMap((member) => (member.type.kind === 'pointer' ? [{ member, type: member.type }] : []));
  const { member, type } = pointers[0] as (typeof pointers)[number];
  const offset = (field: string): string => `offsetof(${layout.name}, ${field})`;
  const bytes = versions.length > 1 ? `VERSION_BYTES(${name})` : `sizeof *${name}`;
  return `OUT_LIST(${number}, ${name}, ${bytes}, ${offset(member.name)}, ${offset(type.capacityField)}, ${offset(type.count)}, sizeof *${name}->${member.name})`;
}

/** The version words that it takes. */
function versionChecks(descriptor: FunctionDescriptor): string[] {
  return Object.entries(descriptor.parameters).flatMap(([name, parameter]) => {
    if ((parameter.kind !== 'inout' && parameter.kind !== 'in') || parameter.type.kind !== 'struct') return [];
    if (!parameter.type.members.some(({ type }) => type.kind === 'version')) return [];
    const words = parameter.versions.map((type) => `${(type as StructLayout).versionWord}u`);
    return [`VERSION(${name} ? ${name}->version : 0, ${words.join(', ')})`];
  });
}

function answerParameters(descriptor: FunctionDescriptor): [string, Parameter][] {
  return Object.entries(descriptor.parameters).filter(([, parameter]) => operandOf(parameter) === undefined);
}

const prototype = (pairs: readonly [string, Parameter][]): string[] => pairs.map(([name, parameter]) => joined(cParameterType(parameter), name));

/** Whatever its documentation says, no driver lets everybody change a GPU. The affinity is that of the calling thread. */
function needsRoot({ symbol, root, changes }: FunctionDescriptor): boolean {
  return root || (changes && !symbol.endsWith('CpuAffinity'));
}

function printEntry(descriptor: FunctionDescriptor): string {
  const { symbol, parameters, architecture } = descriptor;
  const entries = Object.entries(parameters);
  const operands = entries.flatMap(([name, parameter]) => {
    const operand = operandOf(parameter);
    return operand === undefined ? [] : [`${operand}(${name})`];
  });
  const outputs = entries.flatMap(([name, parameter], number) => outputOf(parameter, name, number, descriptor) ?? []);
  const given = ['&call', ...answerParameters(descriptor).map(([name]) => name)].join(', ');
  return [
    `ENTRY nvmlReturn_t ${symbol}(${prototype(entries).join(', ') || 'void'}) {`,
    '  struct call call;',
    `  FACTS(${symbol}, ${architecture === undefined ? 0 : gpuArchitectures.findIndex((name) => name === architecture)}, ${needsRoot(descriptor) ? 1 : 0});`,
    `  OPERANDS(${operands.join(', ') || 'NO_OPERAND'});`,
    `  OUTPUTS(${outputs.join(', ') || 'NO_OUTPUT'});`,
    `  VERSIONS(${versionChecks(descriptor).join(', ') || 'NO_VERSION'});`,
    `  ANSWER_WITH(answer_${symbol}, ${given});`,
    '}',
  ].join('\n');
}

export function printEntries(firstLine: string): string {
  const body = functions.filter(({ result }) => result === 'status').map(printEntry);
  return `/* ${firstLine} */\n/* Included by mocks/nvml/entries.c, which says what the macros do. */\n\n${body.join('\n\n')}\n`;
}

export function printAnswers(firstLine: string): string {
  const lines = functions
    .filter(({ result }) => result === 'status')
    .map((descriptor) => `WEAK nvmlReturn_t answer_${descriptor.symbol}(${['struct call *call', ...prototype(answerParameters(descriptor))].join(', ')});`);
  return [
    `/* ${firstLine} */`,
    '/* What a function answers once its entry point has found everything in order: the machine is locked, operands are in `call`. */',
    '#ifndef GPUWRIGHT_GENERATED_NVML_ANSWERS_H',
    '#define GPUWRIGHT_GENERATED_NVML_ANSWERS_H',
    ...lines,
    '#endif',
    '',
  ].join('\n');
}
