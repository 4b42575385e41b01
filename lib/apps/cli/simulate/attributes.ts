/** `simulate set` and `simulate attributes`: the state of a machine by name. */
import { GpuwrightError } from '../../../errors.ts';
import type { MachineAttribute } from '../../../../mocks/control/types.ts';
import { EXIT } from '../exit-code.ts';
import type { Ports } from '../ports.ts';
import { jsonText } from '../reading-json.ts';
import { table } from '../table.ts';
import type { Setting } from '../values.ts';
import type { JsonOption } from './actions.ts';
import { done } from './actions.ts';

export async function set(file: string, settings: readonly Setting[], options: { readonly gpu?: number } & JsonOption, ports: Ports): Promise<number> {
  const { gpu, json } = options;
  const machine = await ports.openMachine(file);
  const wanted = Object.fromEntries(settings);
  if (gpu === undefined) await machine.setHost(wanted);
  else await machine.set(gpu, wanted);
  const words = settings.map(([name, value]) => `${name} ${wordOf(value)}${name === 'ecc' ? ' from the next reset on' : ''}`);
  return done(ports, machine, json, `${gpu === undefined ? '' : `GPU ${gpu}: `}${words.join(', ')}`, { ...(gpu !== undefined && { gpu }), settings: wanted });
}

function wordOf(value: Setting[1]): string {
  return value === null ? 'unsupported' : typeof value === 'boolean' ? (value ? 'on' : 'off') : value;
}

export async function attributes(file: string, pattern: string | undefined, options: { readonly gpu?: number } & JsonOption, ports: Ports): Promise<number> {
  const machine = await ports.openMachine(file);
  const fits = pattern === undefined ? () => true : patternOf(pattern);
  const found = (await machine.attributes(options.gpu)).filter(({ name }) => fits(name));
  if (pattern !== undefined && found.length === 0) {
    throw new GpuwrightError('INVALID_INPUT', `attributes: no name has "${pattern}" in it: give a part of a name, or a pattern with * such as '*.thermal.*'; without one, all are listed`);
  }
  ports.screen.out(options.json === true ? jsonText({ schema: 1, simulated: true, file: machine.file, attributes: found }) : attributesText(machine.file, found));
  return EXIT.fine;
}

/** With `*` it stands for a whole name, with or without `gpu.N.`; else for a part of one. */
function patternOf(pattern: string): (name: string) => boolean {
  if (!pattern.includes('*')) return (name) => name.includes(pattern);
  const whole = new RegExp(`^(gpu\\.\\d+\\.)?${pattern.split('*').map((part) => part.replace(/[^\w-]/g, '\\$&')).join('.*')}$`);
  return (name) => whole.test(name);
}

function attributesText(file: string, found: readonly MachineAttribute[]): string {
  const rows = found.map((one) => [one.name, one.value === '' ? '""' : one.value, valuesOf(one)]);
  return `SIMULATED host ${file}\n\n${table(['ATTRIBUTE', 'VALUE', 'WHAT IT MAY BE'], rows)}\n`;
}

function valuesOf({ kind, choices, optional, fixed }: MachineAttribute): string {
  const values = kind === 'switch' ? ['on', 'off'] : (choices ?? [kind]);
  return `${[...values, ...(optional ? ['unsupported'] : [])].join(', ')}${fixed ? '; fixed when a machine is made' : ''}`;
}
