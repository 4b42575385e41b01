/**
 * One look at one host, real or simulated: open, read, let go. A look never outlives its deadline by more than the time to let go.
 */
import { answered, verdict } from '../../diagnosis/index.ts';
import type { HostSnapshot } from '../../nvml/types.ts';
import type { MachineState } from '../../../mocks/control/types.ts';
import type { NvmlOptions, NvmlPort, Ports } from './ports.ts';
import { exitCodeOf } from './exit-code.ts';
import type { Judged } from './verdict-text.ts';

/** Options of every reading command. */
export interface TargetOptions {
  readonly machine?: string;
  /** Milliseconds for one look. */
  readonly timeout?: number;
  readonly backend?: NvmlOptions['backend'];
  readonly isolation?: NvmlOptions['isolation'];
  readonly json?: boolean;
}

export interface HostLook {
  /** The machine file of a simulated host; undefined: a real one. */
  readonly machineFile: string | undefined;
  readonly snapshot: HostSnapshot;
  readonly judged: readonly Judged[];
}

/** The machine file of the host that these options mean, if it is a simulated one. */
export function machineFileOf(options: TargetOptions, ports: Ports): string | undefined {
  return options.machine ?? ports.machineOnLibraryPath();
}

export function nvmlOptionsOf(options: TargetOptions, ports: Ports): NvmlOptions {
  const machine = machineFileOf(options, ports);
  return {
    ...(machine !== undefined && { machine }),
    ...(options.timeout !== undefined && { deadlineMs: options.timeout }),
    ...(options.backend !== undefined && { backend: options.backend }),
    ...(options.isolation !== undefined && { isolation: options.isolation }),
  };
}

export async function look(options: TargetOptions, ports: Ports): Promise<HostLook> {
  return await withNvml(options, ports, (nvml) => lookThrough(nvml, options, ports));
}

/** Through a library that is open already. */
export async function lookThrough(nvml: NvmlPort, options: TargetOptions, ports: Ports): Promise<HostLook> {
  const snapshot = await nvml.snapshot();
  const judged = snapshot.gpus.map((gpu) => ({ gpu, verdict: verdict(gpu) }));
  return { machineFile: machineFileOf(options, ports), snapshot, judged };
}

/** Opens, uses and lets go. A library that does not let go in time is left behind: what was read is not held back for it. */
export async function withNvml<T>(options: TargetOptions, ports: Ports, use: (nvml: NvmlPort) => Promise<T>): Promise<T> {
  const nvml = await ports.openNvml(nvmlOptionsOf(options, ports));
  try {
    return await use(nvml);
  } finally {
    await inTime(nvml.close(), ports);
  }
}

const LET_GO_MS = 2000;

/** Waits for a library to let go, but not longer than a person would. */
export async function inTime(lettingGo: Promise<void>, ports: Ports): Promise<void> {
  const over = new AbortController();
  await Promise.race([lettingGo.catch(() => undefined).finally(() => over.abort()), ports.sleep(LET_GO_MS, over.signal)]);
}

export function exitCodeOfLook(judged: readonly Judged[]): number {
  return exitCodeOf(judged.map((one) => ({ verdict: one.verdict, answered: answered(one.gpu) })));
}

/** First line of every text about a simulated host. */
export function simulatedLine(machineFile: string | undefined): string {
  return machineFile === undefined ? '' : `SIMULATED host ${machineFile}\n`;
}

/** The state of the simulated machine that a look was about; undefined on a real host and when it cannot be read. */
export async function machineState(machineFile: string | undefined, ports: Ports): Promise<MachineState | undefined> {
  if (machineFile === undefined) return undefined;
  try {
    return await (await ports.openMachine(machineFile)).show();
  } catch {
    return undefined;
  }
}
