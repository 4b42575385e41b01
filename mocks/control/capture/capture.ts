/** A machine as a profile from which an equal one can be made. */
import type { Machine, MachineAttribute } from '../types.ts';
import { treeOf, valueOf } from './attribute-tree.ts';
import type { ProfileDocument } from './types.ts';

export interface CaptureOptions {
  /** Leaves out what tells this host from others of its kind: UUIDs, serial numbers, host names. */
  readonly anonymous?: boolean;
}

/** A place on the bus is told once, by `pci`. */
const ADDRESS = ['pcie.domain', 'pcie.bus', 'pcie.device', 'pcie.function'];

/** All attributes, exactly. History that is no attribute (retired pages, remapped rows, kernel log, faults, clients) is not among them. */
export async function captureMachine(machine: Machine, { anonymous = false }: CaptureOptions = {}): Promise<ProfileDocument> {
  const { profile, driverVersion, time, gpus } = await machine.show();
  const attributes = (await machine.attributes()).filter((one) => !(anonymous && identifies(one.name)));
  return {
    name: profile,
    description: `captured from ${gpus.length} GPU${gpus.length === 1 ? '' : 's'} of a simulated host`,
    driver: driverVersion,
    captured: time,
    attributes: treeOf(told(attributes, '')),
    gpus: gpus.map(({ index }) => {
      const own = told(attributes, `gpu.${index}.`);
      return { pci: pciOf(new Map(own)), attributes: treeOf(own.filter(([name]) => !ADDRESS.includes(name))) };
    }),
  };
}

/** Whether an attribute tells one card or host from another of its kind. */
export function identifies(name: string): boolean {
  return /(^|[.-])(uuid|serial|hostname|pdi)$/.test(name);
}

/** Of the host (no prefix) or of one GPU, without the prefix. An element of a list that says nothing is left out. */
function told(attributes: readonly MachineAttribute[], prefix: string): (readonly [string, ReturnType<typeof valueOf>])[] {
  return attributes
    .filter(({ name }) => (prefix === '' ? !name.startsWith('gpu.') : name.startsWith(prefix)))
    .filter((one) => !(/\.\d+(\.|$)/.test(one.name.slice(prefix.length)) && saysNothing(one)))
    .map((one) => [one.name.slice(prefix.length), valueOf(one)] as const);
}

/** It is what an attribute is that no profile speaks of. */
function saysNothing({ value, kind, choices, optional }: MachineAttribute): boolean {
  if (optional) return value === 'unsupported';
  return value === { 'text': '', 'number': '0', 'signed number': '0', 'switch': 'off', 'choice': choices?.[0] }[kind];
}

function pciOf(own: ReadonlyMap<string, unknown>): string {
  const [domain, bus, device, fn] = ADDRESS.map((name) => Number(own.get(name)).toString(16)) as [string, string, string, string];
  return `${domain.padStart(4, '0')}:${bus.padStart(2, '0')}:${device.padStart(2, '0')}.${fn}`;
}
