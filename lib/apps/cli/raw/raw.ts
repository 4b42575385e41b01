/** `gpuwright raw FUNCTION [ARGS…] [--yes]` and `gpuwright raw --list`. */
import { nvmlFunction, nvmlFunctions } from '../../../abi/index.ts';
import type { FunctionDescriptor } from '../../../abi/parameters.ts';
import { GpuwrightError } from '../../../errors.ts';
import { toJson } from '../../../nvml/json.ts';
import { EXIT } from '../exit-code.ts';
import type { TargetOptions } from '../host-look.ts';
import { machineFileOf, simulatedLine, withNvml } from '../host-look.ts';
import type { Ports } from '../ports.ts';
import { hex, jsonText } from '../reading-json.ts';
import type { RawInputs } from './arguments.ts';
import { parseInputs, usageOf } from './arguments.ts';

export interface RawOptions extends TargetOptions {
  /** Agreed to call a function that changes something. */
  readonly yes?: boolean;
  readonly list?: boolean;
}

/** Resolves with the exit status: 0 only when the function was called and answered with success. */
export async function raw(symbol: string | undefined, words: readonly string[], options: RawOptions, ports: Ports): Promise<number> {
  if (options.list === true) return list(options, ports);
  if (symbol === undefined) throw new GpuwrightError('INVALID_INPUT', 'raw: no function is named: give one, or --list to see them all');
  const descriptor = nvmlFunction(symbol);
  if (descriptor === undefined) throw new GpuwrightError('INVALID_INPUT', `raw: '${symbol}' is not a function that is described here: \`gpuwright raw --list\` shows those that are${similar(symbol)}`);
  const inputs = parseInputs(descriptor, words);
  const machineFile = machineFileOf(options, ports);

  if (descriptor.changes && options.yes !== true) return refuseChange(descriptor, inputs, options, machineFile, ports);
  const outputs = await withNvml(options, ports, (nvml) => nvml.callRaw(descriptor, inputs).catch(refuseArguments));
  if (options.json === true) ports.screen.out(jsonText({ schema: 1, host: machineFile === undefined ? 'real' : 'simulated', function: symbol, outputs: shown(outputs, descriptor) }));
  else ports.screen.out(`${simulatedLine(machineFile)}${callText(descriptor, inputs)}\n${outputText(outputs, descriptor)}`);
  return EXIT.fine;
}

function refuseChange(descriptor: FunctionDescriptor, inputs: RawInputs, options: RawOptions, machineFile: string | undefined, ports: Ports): number {
  const sentence = `${descriptor.symbol}: this changes a GPU for everybody and was not called: add --yes to call it`;
  if (options.json === true) {
    ports.screen.out(jsonText({ schema: 1, host: machineFile === undefined ? 'real' : 'simulated', function: descriptor.symbol, wouldCall: callText(descriptor, inputs), error: { code: 'INVALID_INPUT', message: sentence } }));
  } else {
    ports.screen.out(`${simulatedLine(machineFile)}${callText(descriptor, inputs)}\n`);
  }
  ports.screen.err(`gpuwright: ${sentence}\n`);
  return EXIT.attention;
}

/** As it is called: `nvmlDeviceSetPersistenceMode(device = GPU 3, mode = enabled (1))`. */
export function callText(descriptor: FunctionDescriptor, inputs: RawInputs): string {
  const words = Object.entries(descriptor.parameters).flatMap(([name, parameter]) => {
    if (parameter.kind === 'handle') return inputs.gpu === undefined ? [] : [`${name} = GPU ${inputs.gpu.id}`];
    if (!Object.hasOwn(inputs.values, name)) return [];
    const value = inputs.values[name];
    if (parameter.kind === 'value' && parameter.type.kind === 'enum') return [`${name} = ${enumText(parameter.type.values, value)}`];
    return [`${name} = ${typeof value === 'bigint' ? value.toString() : JSON.stringify(toJson(value))}`];
  });
  return `${descriptor.symbol}(${words.join(', ')})`;
}

function enumText(values: Readonly<Record<string, number>>, value: unknown): string {
  if (typeof value === 'string') return `${value} (${values[value]})`;
  const name = Object.keys(values).find((candidate) => values[candidate] === value);
  return `${name ?? 'unknown'} (${String(value)})`;
}

/** What the encoder refuses is the person's input, and its sentence says what is wrong with it. */
function refuseArguments(error: unknown): never {
  if (error instanceof TypeError || error instanceof RangeError) throw new GpuwrightError('INVALID_INPUT', error.message, { cause: error });
  throw error;
}

/** As JSON can hold it; handles in hexadecimal, as a debugger shows them. */
function shown(outputs: unknown, descriptor: FunctionDescriptor): unknown {
  if (typeof outputs !== 'object' || outputs === null) return outputs;
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => {
    const isHandle = descriptor.parameters[name]?.kind === 'handle-out';
    return [name, isHandle && typeof value === 'bigint' ? hex(value) : toJson(value, name)];
  }));
}

function outputText(outputs: unknown, descriptor: FunctionDescriptor): string {
  const plain = shown(outputs, descriptor);
  if (typeof plain !== 'object' || plain === null) return `  ${plain === null ? 'NULL' : String(plain)}\n`;
  const entries = Object.entries(plain);
  if (entries.length === 0) return '  success, no outputs\n';
  return entries.map(([name, value]) => `  ${name} = ${valueText(value)}\n`).join('');
}

function valueText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if ('name' in value && 'value' in value && Object.keys(value).length === 2) return `${String(value.name)} (${String(value.value)})`;
  return JSON.stringify(value, null, 2).split('\n').join('\n  ');
}

function list(options: RawOptions, ports: Ports): number {
  const all = Object.values(nvmlFunctions as Readonly<Record<string, FunctionDescriptor>>);
  if (options.json === true) {
    ports.screen.out(jsonText({ schema: 1, functions: all.map((one) => ({ function: one.symbol, usage: usageOf(one), changes: one.changes, since: one.since ?? null })) }));
  } else {
    ports.screen.out(`${all.map((one) => `${one.changes ? '! ' : '  '}${usageOf(one)}`).join('\n')}\n\n! changes something and needs --yes. GPU is an index, a UUID or a PCI address; [ ] may be left out.\n`);
  }
  return EXIT.fine;
}

/** A slip of the pen is usually a matter of case or of a missing `nvml`. */
function similar(symbol: string): string {
  const wanted = symbol.toLowerCase();
  const near = Object.keys(nvmlFunctions).filter((name) => name.toLowerCase().includes(wanted) || wanted.includes(name.toLowerCase()));
  return near.length === 0 ? '' : `; near it are ${near.slice(0, 4).join(', ')}`;
}
