/** What a scenario can do: how each action is read, told and done. */
import type { FaultOptions } from '../fault-options.ts';
import { CPER_SEVERITIES, FAULT_KINDS, faultOf, LASTING_FAULT_KINDS, ON_CHIP_MEMORIES, SRAM_BUCKETS, SRAM_ERRORS } from '../fault-options.ts';
import { durationText } from '../duration.ts';
import type { Located } from '../located-yaml.ts';
import { complaint } from '../located-yaml.ts';
import { addressOf, durationOf, entriesOf, flagOf, numberOf, oneOf, scalarOf, textOf } from '../located-value.ts';
import { MOST_GPUS } from '../profile.ts';
import type { FabricManagerAction, Fault, Machine, MachineSettings } from '../types.ts';
import { performProcess, processText, readProcessAction } from './process-action.ts';
import type { ScenarioAction } from './types.ts';

type Kind = ScenarioAction['kind'];
const YEAR_MS = 365 * 86_400_000;
const MOST = 2 ** 31 - 1;

const gpuOf = (at: Located) => numberOf(at, 0, MOST_GPUS - 1);
const optional = <T>(at: Located | undefined, read: (at: Located) => T) => (at === undefined ? undefined : read(at));

/** `{ gpu, force }`; a bare number is the GPU. */
function readReset(at: Located): ScenarioAction {
  if (typeof at.value === 'bigint') return { kind: 'reset', gpu: gpuOf(at), force: false };
  const entries = entriesOf(at, ['gpu', 'force']);
  const gpu = entries.get('gpu');
  if (gpu === undefined) throw complaint(at, 'names no GPU: add gpu: with its index');
  return { kind: 'reset', gpu: gpuOf(gpu), force: optional(entries.get('force'), flagOf) ?? false };
}

const FAULT_READERS: { readonly [K in keyof FaultOptions]-?: (at: Located) => NonNullable<FaultOptions[K]> } = {
  gpu: gpuOf,
  address: addressOf,
  location: (at) => oneOf(at, ON_CHIP_MEMORIES),
  error: (at) => oneOf(at, SRAM_ERRORS),
  bucket: (at) => oneOf(at, SRAM_BUCKETS),
  fatal: flagOf,
  severity: (at) => oneOf(at, CPER_SEVERITIES),
  xid: (at) => numberOf(at, 1, MOST),
  function: textOf,
  scope: (at) => oneOf(at, ['gpu', 'driver']),
  return: returnCodeOf,
  times: (at) => numberOf(at, 1, MOST),
  ms: (at) => numberOf(at, 1, MOST),
};

/** Fabric Manager's are negative. */
function returnCodeOf(at: Located): number {
  const code = numberOf(at, -MOST, MOST);
  if (code === 0) throw complaint(at, '0 is no failure: write another return code');
  return code;
}

function readInject(at: Located): ScenarioAction {
  const entries = entriesOf(at, ['fault', ...Object.keys(FAULT_READERS)]);
  const kind = entries.get('fault');
  if (kind === undefined) throw complaint(at, `names no fault: add fault: with one of ${FAULT_KINDS.join(', ')}`);
  const options = Object.fromEntries(Object.entries(FAULT_READERS).flatMap(([name, read]) => {
    const value = entries.get(name);
    return value === undefined ? [] : [[name, read(value)]];
  })) as FaultOptions;
  const wanted = oneOf(kind, FAULT_KINDS);
  try {
    return { kind: 'inject', fault: faultOf(wanted, options) };
  } catch (error) {
    throw complaint(at, (error as Error).message);
  }
}

function readClear(at: Located): ScenarioAction {
  const entries = entriesOf(at, ['fault', 'gpu']);
  const fault = optional(entries.get('fault'), (one) => oneOf(one, LASTING_FAULT_KINDS));
  const gpu = optional(entries.get('gpu'), gpuOf);
  return { kind: 'clear', ...(fault !== undefined && { fault }), ...(gpu !== undefined && { gpu }) };
}

function readSet(at: Located): ScenarioAction {
  const settings: Record<string, MachineSettings[string]> = {};
  let gpu: number | undefined;
  for (const [name, value] of entriesOf(at)) {
    if (name === 'gpu') gpu = gpuOf(value);
    else settings[name] = scalarOf(value);
  }
  if (Object.keys(settings).length === 0) throw complaint(at, 'sets nothing: add name: value, such as thermal.gpu-celsius: 70');
  return { kind: 'set', ...(gpu !== undefined && { gpu }), settings };
}

const FABRIC_MANAGER_ACTIONS = ['start', 'stop', 'restart', 'kill'] as const satisfies readonly FabricManagerAction[];

/** `kill`, or `{ restart: { restart-mode: true } }`. */
function readFabricManager(at: Located): ScenarioAction {
  if (typeof at.value === 'string') return { kind: 'fabric-manager', action: oneOf(at, FABRIC_MANAGER_ACTIONS), restart: false };
  const [[action, how] = [], ...more] = entriesOf(at, ['start', 'restart']);
  if (action === undefined || how === undefined || more.length > 0) throw complaint(at, `does not do one thing: write one of ${FABRIC_MANAGER_ACTIONS.join(', ')}`);
  return { kind: 'fabric-manager', action: action as FabricManagerAction, restart: optional(entriesOf(how, ['restart-mode']).get('restart-mode'), flagOf) ?? false };
}

interface ActionKind<A extends ScenarioAction> {
  readonly read: (at: Located) => ScenarioAction;
  readonly text: (action: A) => string;
  readonly perform: (machine: Machine, action: A) => Promise<unknown>;
}

const KINDS: { readonly [K in Kind]: ActionKind<Extract<ScenarioAction, { kind: K }>> } = {
  'inject': {
    read: readInject,
    text: ({ fault }) => `inject ${faultText(fault)}`,
    perform: (machine, { fault }) => machine.inject(fault),
  },
  'clear': {
    read: readClear,
    text: ({ fault, gpu }) => words(`clear ${fault ?? 'all faults'}`, { gpu }),
    perform: (machine, { fault, gpu }) => machine.clear({ ...(fault !== undefined && { kind: fault }), ...(gpu !== undefined && { gpu }) }),
  },
  'set': {
    read: readSet,
    text: ({ gpu, settings }) => `set ${[...(gpu === undefined ? [] : [`gpu ${gpu}`]), ...Object.entries(settings).map(([name, value]) => `${name}=${value === null ? 'unsupported' : String(value)}`)].join(', ')}`,
    perform: (machine, { gpu, settings }) => (gpu === undefined ? machine.setHost(settings) : machine.set(gpu, settings)),
  },
  'reset': {
    read: readReset,
    text: ({ gpu, force }) => words('reset', { gpu, force }),
    perform: (machine, { gpu, force }) => machine.reset(gpu, { force }),
  },
  'reload-driver': {
    read: (at) => ({ kind: 'reload-driver', force: optional(entriesOf(at, ['force']).get('force'), flagOf) ?? false }),
    text: ({ force }) => words('reload-driver', { force }),
    perform: (machine, { force }) => machine.reloadDriver({ force }),
  },
  'reboot': {
    read: (at) => (entriesOf(at, []), { kind: 'reboot' }),
    text: () => 'reboot',
    perform: (machine) => machine.reboot(),
  },
  'fabric-manager': {
    read: readFabricManager,
    text: ({ action, restart }) => words(`fabric-manager ${action}`, { 'restart-mode': restart }),
    perform: (machine, { action, restart }) => machine.fabricManager(action, { restart }),
  },
  'process': {
    read: (at) => ({ kind: 'process', process: readProcessAction(at) }),
    text: ({ process }) => processText(process),
    perform: (machine, { process }) => performProcess(machine, process),
  },
  'advance': {
    read: (at) => ({ kind: 'advance', milliseconds: durationOf(at, 1, 10 * YEAR_MS) }),
    text: ({ milliseconds }) => `advance ${durationText(milliseconds)}`,
    perform: (machine, { milliseconds }) => machine.advance(milliseconds / 1000),
  },
};

export const ACTION_KINDS = Object.keys(KINDS) as readonly Kind[];

export function readAction(kind: Kind, at: Located): ScenarioAction {
  return KINDS[kind].read(at);
}

export function actionText<A extends ScenarioAction>(action: A): string {
  return kindOf(action).text(action);
}

export function perform<A extends ScenarioAction>(machine: Machine, action: A): Promise<unknown> {
  return kindOf(action).perform(machine, action);
}

/** The compiler does not see that a kind's entry takes that kind's actions. */
function kindOf<A extends ScenarioAction>(action: A): ActionKind<A> {
  return KINDS[action.kind] as unknown as ActionKind<A>;
}

function faultText({ kind, ...rest }: Fault): string {
  return words(kind, rest);
}

function words(first: string, rest: object): string {
  const more = Object.entries(rest).filter(([, value]) => value !== undefined && value !== false);
  return [first, ...more.map(([name, value]) => (value === true ? name : `${name} ${typeof value === 'bigint' ? `0x${value.toString(16)}` : String(value)}`))].join(', ');
}
