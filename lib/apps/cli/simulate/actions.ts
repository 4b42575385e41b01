/** `gpuwright simulate …`: each resolves with the exit status. */
import { GpuwrightError } from '../../../errors.ts';
import type { FaultOptions } from '../../../../mocks/control/fault-options.ts';
import { faultOf, MEMORY_FAULT_KINDS } from '../../../../mocks/control/fault-options.ts';
import type { FabricMode, FaultKind, Machine, MachineState } from '../../../../mocks/control/types.ts';
import { EXIT } from '../exit-code.ts';
import type { Ports } from '../ports.ts';
import { jsonText } from '../reading-json.ts';
import { quoteIfNeeded, shellQuote } from '../shell-quote.ts';
import type { Setting } from '../values.ts';
import { machineText, profilesText } from './machine-text.ts';

export interface JsonOption {
  readonly json?: boolean;
}

export async function showProfiles(options: JsonOption, ports: Ports): Promise<number> {
  const [profiles, models] = await Promise.all([ports.profiles(), ports.models()]);
  ports.screen.out(options.json === true ? jsonText({ schema: 1, simulated: true, profiles, models }) : profilesText(profiles, models));
  return EXIT.fine;
}

export interface CreateMachineOptions extends JsonOption {
  readonly profile: string;
  readonly gpus?: number;
  readonly driver?: string;
  readonly force?: boolean;
  readonly seed?: string;
  readonly fabricMode?: FabricMode;
  readonly set?: readonly Setting[];
}

export async function create(file: string, options: CreateMachineOptions, ports: Ports): Promise<number> {
  const { json, set: settings, ...wanted } = options;
  const machine = await ports.createMachine(file, { ...wanted, ...(settings !== undefined && { attributes: Object.fromEntries(settings) }) });
  const state = await machine.show();
  if (json === true) {
    ports.screen.out(jsonText({ schema: 1, simulated: true, file: machine.file, libraryDirectory: machine.libraryDirectory, profile: state.profile, driverVersion: state.driverVersion, gpus: state.gpus.length }));
  } else {
    const name = quoteIfNeeded(file);
    ports.screen.out(
      `SIMULATED host ${machine.file} made: ${state.profile}, ${state.gpus.length} GPU${state.gpus.length === 1 ? '' : 's'}, driver ${state.driverVersion}\n` +
        `Look at it with: gpuwright status --machine ${name}\n` +
        `Run a program on it with: gpuwright simulate run ${name} -- COMMAND\n`,
    );
  }
  return EXIT.fine;
}

/** One line for `eval "$(gpuwright simulate env FILE)"`; the caller's own LD_LIBRARY_PATH stays behind ours. */
export async function printEnvironment(file: string, options: JsonOption, ports: Ports): Promise<number> {
  const machine = await ports.openMachine(file);
  const { LD_LIBRARY_PATH } = machine.environment(ports.env);
  if (options.json === true) {
    ports.screen.out(jsonText({ schema: 1, simulated: true, file: machine.file, environment: { LD_LIBRARY_PATH } }));
    return EXIT.fine;
  }
  ports.screen.out(`export LD_LIBRARY_PATH=${shellQuote(machine.libraryDirectory)}"\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"\n`);
  // On stderr, because a shell evaluates stdout.
  ports.screen.err(`SIMULATED host ${machine.file}: for this shell, eval "$(gpuwright simulate env ${quoteIfNeeded(file)})"\n`);
  return EXIT.fine;
}

export async function run(file: string, command: readonly string[], ports: Ports): Promise<number> {
  const [program, ...args] = command;
  if (program === undefined) throw new GpuwrightError('INVALID_INPUT', 'simulate run: no command is given: say gpuwright simulate run FILE -- COMMAND');
  const machine = await ports.openMachine(file);
  return ports.runProgram(program, args, machine.environment(ports.env));
}

export async function show(file: string, options: JsonOption & { readonly kernelLog?: boolean }, ports: Ports): Promise<number> {
  const machine = await ports.openMachine(file);
  if (options.kernelLog === true) {
    const lines = await machine.kernelLog();
    const text = `SIMULATED host ${machine.file}: kernel log${lines.length === 0 ? ' (empty)' : ''}\n${lines.map((line) => `${line}\n`).join('')}`;
    ports.screen.out(options.json === true ? jsonText({ schema: 1, simulated: true, kernelLog: lines }) : text);
    return EXIT.fine;
  }
  const state = await machine.show();
  ports.screen.out(options.json === true ? jsonText(state) : machineText(machine.file, state));
  return EXIT.fine;
}

export async function inject(file: string, kind: FaultKind, options: FaultOptions & JsonOption, ports: Ports): Promise<number> {
  const { json, ...rest } = options;
  const fault = faultOf(kind, rest, '--');
  const machine = await ports.openMachine(file);
  await machine.inject(fault);
  const words = Object.entries(rest).map(([name, value]) => ` --${name} ${typeof value === 'bigint' ? `0x${value.toString(16)}` : String(value)}`);
  const ofMemory = MEMORY_FAULT_KINDS.includes(kind);
  const unseen = ofMemory && rest.gpu !== undefined ? unseenBecause(await machine.show(), rest.gpu) : undefined;
  return done(ports, machine, json, `${kind}${words.join('')} injected${unseen === undefined ? '' : `, and not noticed: ${unseen}`}`, { fault, ...(ofMemory && { noticed: unseen === undefined }) });
}

/** Why a memory error leaves no trace; undefined where it does. */
function unseenBecause(state: MachineState, index: number): string | undefined {
  if (!state.driverLoaded) return 'the driver is not loaded';
  const gpu = state.gpus[index];
  if (gpu?.lost === true) return `GPU ${index} has fallen off the bus`;
  return gpu?.ecc.current === false ? `ECC of GPU ${index} is off` : undefined;
}

export async function clear(file: string, kind: FaultKind | undefined, options: { readonly gpu?: number } & JsonOption, ports: Ports): Promise<number> {
  const machine = await ports.openMachine(file);
  const cleared = await machine.clear({ ...(kind !== undefined && { kind }), ...(options.gpu !== undefined && { gpu: options.gpu }) });
  return done(ports, machine, options.json, `${cleared} fault${cleared === 1 ? '' : 's'} cleared`, { cleared });
}

export async function reloadDriver(file: string, options: { readonly force?: boolean } & JsonOption, ports: Ports): Promise<number> {
  const machine = await ports.openMachine(file);
  await machine.reloadDriver(options.force === true ? { force: true } : {});
  return done(ports, machine, options.json, 'driver reloaded', {});
}

export async function reset(file: string, options: { readonly gpu: number; readonly force?: boolean } & JsonOption, ports: Ports): Promise<number> {
  const machine = await ports.openMachine(file);
  await machine.reset(options.gpu, options.force === true ? { force: true } : {});
  return done(ports, machine, options.json, `GPU ${options.gpu} reset`, { gpu: options.gpu });
}

export async function reboot(file: string, options: JsonOption, ports: Ports): Promise<number> {
  const machine = await ports.openMachine(file);
  await machine.reboot();
  return done(ports, machine, options.json, 'rebooted', {});
}

export async function advance(file: string, options: { readonly seconds: number } & JsonOption, ports: Ports): Promise<number> {
  const machine = await ports.openMachine(file);
  await machine.advance(options.seconds);
  return done(ports, machine, options.json, `clock moved ${options.seconds} s forward`, { seconds: options.seconds });
}

/** What every command that changes a machine says. */
export function done(ports: Ports, machine: Machine, json: boolean | undefined, sentence: string, facts: object): number {
  ports.screen.out(json === true ? jsonText({ schema: 1, simulated: true, file: machine.file, done: sentence, ...facts }) : `SIMULATED host ${machine.file}: ${sentence}\n`);
  return EXIT.fine;
}
