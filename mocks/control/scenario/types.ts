import type { Place } from '../located-yaml.ts';
import type { FabricManagerAction, Fault, FaultKind, MachineSettings, ProcessUsage, SimulatedProcess } from '../types.ts';

export type ScenarioAction =
  | { readonly kind: 'inject'; readonly fault: Fault }
  | { readonly kind: 'clear'; readonly fault?: FaultKind; readonly gpu?: number }
  /** Without `gpu` the names are full. */
  | { readonly kind: 'set'; readonly gpu?: number; readonly settings: MachineSettings }
  | { readonly kind: 'reset'; readonly gpu: number; readonly force: boolean }
  | { readonly kind: 'reload-driver'; readonly force: boolean }
  | { readonly kind: 'reboot' }
  | { readonly kind: 'fabric-manager'; readonly action: FabricManagerAction; /** In restart mode. */ readonly restart: boolean }
  | { readonly kind: 'process'; readonly process: ProcessAction }
  | { readonly kind: 'advance'; readonly milliseconds: number };

export type ProcessAction =
  | { readonly do: 'add'; readonly added: SimulatedProcess }
  | { readonly do: 'set'; readonly gpu: number; readonly pid: number; readonly usage: ProcessUsage }
  | { readonly do: 'remove'; readonly pid: number; readonly gpu?: number };

/** An action at its times: at `atMs` from the beginning, and every `everyMs` after that, for less than `forMs`. */
export interface ScenarioStep {
  readonly atMs: number;
  readonly everyMs?: number;
  readonly forMs?: number;
  readonly action: ScenarioAction;
  readonly place: Place;
}

export interface Scenario {
  readonly file: string;
  readonly description?: string;
  /** As they stand in the file. */
  readonly steps: readonly ScenarioStep[];
}

export interface PlayOptions {
  /** How much faster than real time; `Infinity` waits for nothing. The machine's clock goes with it. Default 1. */
  readonly speed?: number;
  /** Ends the play before its next action. */
  readonly signal?: AbortSignal;
}

/** An action that was done. */
export interface ScenarioEvent {
  /** From the beginning. */
  readonly atMs: number;
  /** In words: `inject double-bit-ecc, gpu 3, address 0x53040`. */
  readonly done: string;
  readonly action: ScenarioAction;
  readonly place: Place;
}
