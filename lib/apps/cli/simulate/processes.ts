/** `simulate process …`. */
import { sizeText } from '../../../../mocks/control/size.ts';
import type { MachineProcess, ProcessUsage, SimulatedProcess } from '../../../../mocks/control/types.ts';
import { EXIT } from '../exit-code.ts';
import type { Ports } from '../ports.ts';
import { jsonText } from '../reading-json.ts';
import { table } from '../table.ts';
import type { JsonOption } from './actions.ts';
import { done } from './actions.ts';

/** As the options are called. */
export interface UsageOptions extends Omit<ProcessUsage, 'memoryBytes' | 'protectedBytes'> {
  readonly memory?: number;
  readonly protected?: number;
}

export async function add(file: string, options: Omit<SimulatedProcess, keyof ProcessUsage> & UsageOptions & JsonOption, ports: Ports): Promise<number> {
  const { json, memory: _memory, protected: _protected, ...rest } = options;
  const process: SimulatedProcess = { ...rest, ...memoryOf(options) };
  const machine = await ports.openMachine(file);
  await machine.addProcess(process);
  return done(ports, machine, json, `process ${process.pid} ${process.name} started on GPU ${process.gpu}`, { process });
}

export async function change(file: string, options: { readonly gpu: number; readonly pid: number } & UsageOptions & JsonOption, ports: Ports): Promise<number> {
  const { json, gpu, pid, memory: _memory, protected: _protected, ...rest } = options;
  const usage: ProcessUsage = { ...rest, ...memoryOf(options) };
  const machine = await ports.openMachine(file);
  await machine.setProcess(gpu, pid, usage);
  return done(ports, machine, json, `process ${pid} changed on GPU ${gpu}`, { gpu, pid, usage });
}

export async function remove(file: string, options: { readonly pid: number; readonly gpu?: number } & JsonOption, ports: Ports): Promise<number> {
  const { json, pid, gpu } = options;
  const machine = await ports.openMachine(file);
  await machine.removeProcess(pid, gpu === undefined ? {} : { gpu });
  return done(ports, machine, json, `process ${pid} ended${gpu === undefined ? '' : ` on GPU ${gpu}`}`, { pid, ...(gpu !== undefined && { gpu }) });
}

export async function list(file: string, options: JsonOption, ports: Ports): Promise<number> {
  const machine = await ports.openMachine(file);
  const processes = await machine.processes();
  ports.screen.out(options.json === true ? jsonText({ schema: 1, simulated: true, file: machine.file, processes }) : processesText(machine.file, processes));
  return EXIT.fine;
}

function memoryOf({ memory, protected: guarded }: UsageOptions): ProcessUsage {
  return { ...(memory !== undefined && { memoryBytes: memory }), ...(guarded !== undefined && { protectedBytes: guarded }) };
}

function processesText(file: string, processes: readonly MachineProcess[]): string {
  if (processes.length === 0) return `SIMULATED host ${file}: no simulated processes\n`;
  const rows = processes.map((one) => [
    String(one.gpu), instanceText(one), String(one.pid), one.kind, sizeText(one.memoryBytes), `${one.smPercent} %`, `${one.memoryPercent} %`,
    `${one.encoderPercent}/${one.decoderPercent}/${one.jpegPercent}/${one.ofaPercent} %`, one.startedAt, one.name,
  ]);
  return `SIMULATED host ${file}\n\n${table(['GPU', 'GI/CI', 'PID', 'KIND', 'MEMORY', 'SM', 'MEM', 'ENC/DEC/JPEG/OFA', 'STARTED', 'NAME'], rows)}\n`;
}

function instanceText({ gpuInstance, computeInstance }: MachineProcess): string {
  return gpuInstance === null ? '-' : `${gpuInstance}/${computeInstance ?? '-'}`;
}
