/**
 * Which processes have a GPU's device file open: the ones that stand in the way of a reset. Linux only; elsewhere nothing is found.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

export interface DeviceHolder {
  readonly pid: number;
  /** The kernel's name for it (at most 15 characters). */
  readonly name: string;
  /** `/dev/nvidia0`, `/dev/nvidiactl` … */
  readonly devices: readonly string[];
}

export interface DeviceHolders {
  readonly holders: readonly DeviceHolder[];
  /** Processes whose open files we may not see. Not zero: holders may be missing, a look as root shows them. */
  readonly hiddenProcesses: number;
}

/** @param proc where procfs is mounted */
export function deviceHolders(proc = '/proc', device: RegExp = /^\/dev\/nvidia/): DeviceHolders {
  const holders: DeviceHolder[] = [];
  let hiddenProcesses = 0;
  for (const entry of list(proc).names) {
    if (!/^\d+$/.test(entry)) continue;
    const files = list(join(proc, entry, 'fd'));
    if (files.denied) hiddenProcesses += 1;
    const devices = new Set<string>();
    for (const file of files.names) {
      const target = linkOf(join(proc, entry, 'fd', file));
      if (target !== undefined && device.test(target)) devices.add(target);
    }
    if (devices.size > 0) holders.push({ pid: Number(entry), name: processName(Number(entry), proc) ?? '?', devices: [...devices].sort() });
  }
  return { holders: holders.sort((a, b) => a.pid - b.pid), hiddenProcesses };
}

/** The kernel's name for a process; undefined when it has gone. */
export function processName(pid: number, proc = '/proc'): string | undefined {
  try {
    return readFileSync(join(proc, String(pid), 'comm'), 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** The process that started it; undefined when it has gone. */
export function parentOf(pid: number, proc = '/proc'): number | undefined {
  try {
    // The name stands in parentheses and may itself hold spaces and parentheses: the fields begin after the last one.
    const fields = readFileSync(join(proc, String(pid), 'stat'), 'utf8').replace(/^.*\)\s/s, '').split(' ');
    return Number(fields[1]);
  } catch {
    return undefined;
  }
}

function list(folder: string): { readonly names: string[]; readonly denied: boolean } {
  try {
    return { names: readdirSync(folder), denied: false };
  } catch (error) {
    // A process that ended between two looks is no secret.
    return { names: [], denied: ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '') };
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
