/**
 * What the commands need of the world. The real one is in real-ports.ts; tests give their own.
 */
import type { FunctionDescriptor } from '../../abi/parameters.ts';
import type { DeviceHolders } from '../../host/device-holders.ts';
import type { RawInputs } from '../../nvml/raw/raw.ts';
import type { HostSnapshot } from '../../nvml/types.ts';
import type { Installation } from './doctor/checks.ts';
import type { FabricPorts } from './fabric/ports.ts';
import type { PlayOptions, Scenario, ScenarioEvent } from '../../../mocks/control/scenario/types.ts';
import type { CreateOptions, Machine, ModelSummary, ProfileSummary } from '../../../mocks/control/types.ts';

export interface Screen {
  /** Text as it is; no newline is added. */
  out(text: string): void;
  err(text: string): void;
  /** Width in characters: the terminal's, else 120. */
  readonly columns: number;
  /** Height in lines: the terminal's, else Infinity. */
  readonly rows: number;
  readonly isTerminal: boolean;
  readonly colours: boolean;
}

/** Redraws in place on a terminal. */
export interface LiveScreen {
  show(text: string): void;
  /** Leaves the last picture on the screen. */
  done(): void;
}

export interface NvmlOptions {
  /** The machine file of a simulated host; absent: the library that the loader finds. */
  readonly machine?: string;
  readonly backend?: 'addon' | 'koffi' | 'auto';
  readonly isolation?: 'in-process' | 'helper-process';
  readonly deadlineMs?: number;
}

/** An opened NVML as far as the reading commands need it. */
export interface NvmlPort {
  /** As the loader was asked for it. */
  readonly libraryPath: string;
  readonly backendName: string;
  snapshot(): Promise<HostSnapshot>;
  /** Calls one described function on a lane; the decoded outputs, or the text of a text function. Rejects with `GpuwrightError`. */
  callRaw(descriptor: FunctionDescriptor, inputs: RawInputs): Promise<unknown>;
  /** What the handles among those outputs belong to. */
  handleNames(descriptor: FunctionDescriptor, outputs: unknown): Promise<ReadonlyMap<bigint, string>>;
  /** Gives everything back until `resume`. */
  quiesce(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
}

export interface Ports {
  /** Of this package. */
  readonly version: string;
  readonly screen: Screen;
  readonly env: NodeJS.ProcessEnv;
  liveScreen(): Promise<LiveScreen>;
  now(): Date;
  /** Resolves after that time, or at once when the signal is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Aborted by SIGINT, SIGTERM, or a reader of our output that has gone. Only from the call on; until then the signals have their usual effect. */
  stopSignal(): AbortSignal;
  openNvml(options: NvmlOptions): Promise<NvmlPort>;
  openMachine(file: string): Promise<Machine>;
  createMachine(file: string, options: CreateOptions): Promise<Machine>;
  profiles(): Promise<readonly ProfileSummary[]>;
  models(): Promise<readonly ModelSummary[]>;
  readScenario(file: string): Promise<Scenario>;
  playScenario(machine: Machine, scenario: Scenario, options: PlayOptions): AsyncIterable<ScenarioEvent>;
  /** The machine file whose library the loader would find first in `LD_LIBRARY_PATH`, if it is a simulated one. */
  machineOnLibraryPath(): string | undefined;
  deviceHolders(): DeviceHolders;
  installation(): Promise<Installation>;
  /** What only the fabric commands need; loaded when they ask for it. */
  fabric(): Promise<FabricPorts>;
  /** Runs a program with our terminal; resolves with its exit status, 128 + n after signal n. */
  runProgram(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number>;
}
