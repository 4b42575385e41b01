/** How the GPUs of a board are soldered to its NVSwitches: one file a board in mocks/profiles/wirings. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { GpuwrightError } from '../../lib/errors.ts';
import { packageRoot } from '../../lib/package-root.ts';
import { JsonReader, readJson } from './json-reader.ts';

/** One link's other end. */
export interface SwitchPort {
  /** From 0. */
  readonly nvswitch: number;
  readonly port: number;
}

export interface Wiring {
  readonly switches: number;
  /** Of each GPU of the board, by its number there, its links in order. */
  readonly gpus: readonly (readonly SwitchPort[])[];
}

/** `what` names the place that asks for it. */
export function readWiring(name: string, what: string): Wiring {
  const folder = join(packageRoot(), 'mocks/profiles/wirings');
  const file = join(folder, `${name}.json`);
  if (!/^[a-z0-9-]+$/.test(name) || !existsSync(file)) {
    const known = readdirSync(folder).map((entry) => basename(entry, '.json'));
    throw new GpuwrightError('INVALID_INPUT', `${what}: wiring "${name}" is not known: choose one of ${known.sort().join(', ')}`);
  }
  const from = new JsonReader(file, '', readJson(file));
  from.onlyKeys('description', 'switches', 'gpus');
  const switches = from.number('switches', 1, 64);
  const gpus = from.texts('gpus').map((row) => row.split(' ').map((end) => portOf(from, end, switches)));
  return { switches, gpus };
}

/** `4:16`: the sixteenth port of the fourth switch; switches are numbered from 1, as in the vendor's tables. */
function portOf(from: JsonReader, text: string, switches: number): SwitchPort {
  const match = /^(\d{1,2}):(\d{1,3})$/.exec(text);
  const nvswitch = Number(match?.[1]) - 1;
  if (!match || nvswitch < 0 || nvswitch >= switches) throw from.complaint('gpus', `a list of rows of links SWITCH:PORT, with switches from 1 to ${switches}; "${text}" is none`);
  return { nvswitch, port: Number(match[2]) };
}
