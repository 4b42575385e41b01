/** `gpuwright raw FUNCTION [ARGS…] [--yes]` and `gpuwright raw --list [NAME]`. */
import { nvmlFunction, nvmlFunctions } from '../../../abi/index.ts';
import type { FunctionDescriptor } from '../../../abi/parameters.ts';
import { GpuwrightError, isGpuwrightError } from '../../../errors.ts';
import { DEFAULT_DEADLINE_MS, LONGEST_DEADLINE_MS } from '../../../library/call-options.ts';
import { toJson } from '../../../nvml/json.ts';
import { EXIT } from '../exit-code.ts';
import type { TargetOptions } from '../host-look.ts';
import { machineFileOf, simulatedLine, withNvml } from '../host-look.ts';
import type { Ports } from '../ports.ts';
import { hex, jsonText } from '../reading-json.ts';
import type { ParsedInputs } from './arguments.ts';
import { parseInputs, wrongInput } from './arguments.ts';
import { list } from './list.ts';
import { outputText, shown } from './outputs.ts';

export interface RawOptions extends TargetOptions {
  /** Agreed to call a function that changes something. */
  readonly yes?: boolean;
  readonly list?: boolean;
}

/** Resolves with the exit status: 0 only when the function was called and answered with success. */
export async function raw(symbol: string | undefined, words: readonly string[], options: RawOptions, ports: Ports): Promise<number> {
  if (options.list === true) return list(symbol, options, ports);
  if (symbol === undefined) throw new GpuwrightError('INVALID_INPUT', 'raw: no function is named: give one, or --list to see them all');
  const descriptor = nvmlFunction(symbol);
  if (descriptor === undefined) throw new GpuwrightError('INVALID_INPUT', `raw: '${symbol}' is not a function that is described here: \`gpuwright raw --list\` shows those that are${similar(symbol)}`);
  const inputs = parseInputs(descriptor, words);
  const machineFile = machineFileOf(options, ports);

  if (descriptor.changes && options.yes !== true) return refuseChange(descriptor, inputs, options, machineFile, ports);
  const { outputs, names } = await withNvml(patient(options, inputs), ports, async (nvml) => {
    try {
      const answer = await nvml.callRaw(descriptor, inputs);
      return { outputs: answer, names: await nvml.handleNames(descriptor, answer) };
    } catch (error) {
      throw inPlainWords(error, descriptor);
    }
  });
  if (options.json === true) {
    const handles = Object.fromEntries([...names].map(([handle, name]) => [hex(handle), name]));
    ports.screen.out(jsonText({ schema: 1, host: machineFile === undefined ? 'real' : 'simulated', function: symbol, outputs: shown(outputs, descriptor), ...(names.size > 0 && { handles }) }));
  } else {
    ports.screen.out(`${simulatedLine(machineFile)}${callText(descriptor, inputs)}\n${outputText(outputs, descriptor, names)}`);
  }
  return EXIT.fine;
}

/** A function that waits by itself gets the time that it was told to wait besides that for an answer. */
function patient(options: RawOptions, { values }: ParsedInputs): RawOptions {
  const waits = values['timeoutms'] ?? (values['request'] as { readonly timeoutms?: unknown } | undefined)?.timeoutms;
  return typeof waits === 'number' ? { ...options, timeout: Math.min((options.timeout ?? DEFAULT_DEADLINE_MS) + waits, LONGEST_DEADLINE_MS) } : options;
}

/** Two answers mean something else to who has written the arguments than to a program. */
function inPlainWords(error: unknown, { symbol }: FunctionDescriptor): unknown {
  if (!isGpuwrightError(error) || error.call !== symbol) return wrongInput(error);
  const said = (sentence: string) => new GpuwrightError(error.code, `${symbol}: ${sentence}`, { call: symbol, cause: error, ...(error.status !== undefined && { status: error.status }) });
  if (error.code === 'INVALID_ARGUMENT') return said(`NVML refused an argument (status ${error.status}): \`gpuwright raw --list ${symbol}\` explains what it takes`);
  // No failure where the caller said how long to wait.
  return error.code === 'TIMEOUT' && symbol.includes('EventSetWait') ? said(`no event came in that time (status ${error.status}): wait longer with timeoutms`) : error;
}

function refuseChange(descriptor: FunctionDescriptor, inputs: ParsedInputs, options: RawOptions, machineFile: string | undefined, ports: Ports): number {
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
export function callText(descriptor: FunctionDescriptor, { values, handles }: ParsedInputs): string {
  const inStructs = Object.entries(handles).filter(([place]) => place.includes('.'));
  const words = Object.entries(descriptor.parameters).flatMap(([name, parameter]) => {
    const handle = handles[name];
    if (handle !== undefined) return [`${name} = ${parameter.kind === 'handle' && parameter.c === 'nvmlDevice_t' && /^\d/.test(handle) ? 'GPU ' : ''}${handle}`];
    if (!Object.hasOwn(values, name)) return [];
    const value = values[name];
    if (parameter.kind === 'value' && parameter.type.kind === 'enum') return [`${name} = ${enumText(parameter.type.values, value)}`];
    return [`${name} = ${typeof value === 'bigint' ? value.toString() : JSON.stringify(toJson(value))}`];
  });
  return `${descriptor.symbol}(${[...words, ...inStructs.map(([place, name]) => `${place} = ${name}`)].join(', ')})`;
}

function enumText(values: Readonly<Record<string, number>>, value: unknown): string {
  if (typeof value === 'string') return `${value} (${values[value]})`;
  const name = Object.keys(values).find((candidate) => values[candidate] === value);
  return `${name ?? 'unknown'} (${String(value)})`;
}

/** A slip of the pen is usually a matter of case or of a missing `nvml`. */
function similar(symbol: string): string {
  const wanted = symbol.toLowerCase();
  const near = Object.keys(nvmlFunctions).filter((name) => name.toLowerCase().includes(wanted) || wanted.includes(name.toLowerCase()));
  return near.length === 0 ? '' : `; near it are ${near.slice(0, 4).join(', ')}`;
}
