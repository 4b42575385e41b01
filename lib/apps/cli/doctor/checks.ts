/** What `doctor` found, as findings with remedies. Pure. */
import { answered } from '../../../diagnosis/index.ts';
import type { HostGpu } from '../../../host/index.ts';
import { describeFailure } from '../failure.ts';
import type { HostLook } from '../host-look.ts';
import { known } from '../status-view.ts';

export interface Check {
  readonly id: 'node' | 'addon' | 'koffi' | 'backend' | 'mocks' | 'pci' | 'kernel-driver' | 'library' | 'gpus';
  /** `note`: works without it, less well. */
  readonly state: 'ok' | 'note' | 'problem';
  readonly found: string;
  /** Present where there is something to mend. */
  readonly remedy?: string;
}

/** One part of the installation: where it is, or why it is not there. */
export type Part = { readonly found: string } | { readonly missing: string };

/** What can be known without opening the library. */
export interface Installation {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly addon: Part;
  readonly koffi: Part;
  readonly mocks: Part;
  /** First line of /proc/driver/nvidia/version; undefined: no driver is loaded. */
  readonly kernelDriver: string | undefined;
  readonly pciGpus: readonly HostGpu[];
}

/** What opening and reading the library gave. */
export type Reach =
  | { readonly look: HostLook; readonly libraryPath: string; readonly backendName: string }
  | { readonly error: unknown; readonly machineFile: string | undefined };

export function checksOf(installation: Installation, reach: Reach): Check[] {
  const simulated = ('look' in reach ? reach.look.machineFile : reach.machineFile) !== undefined;
  return [
    { id: 'node', state: 'ok', found: `${installation.node} on ${installation.platform}` },
    part('addon', installation.addon, 'works without it through koffi, more slowly: in a checkout install a C++ compiler, make and python3 and run `npm run build:native`; a package comes with the addon for the platforms it was built on'),
    part('koffi', installation.koffi, 'install it with `npm install koffi`; it is needed only where the addon is missing'),
    part('mocks', installation.mocks, 'needed only for simulated hosts: install a C compiler and make, and in a checkout run `npm run build:mocks`'),
    ...(simulated ? [] : kernelChecks(installation)),
    ...reachChecks(installation, reach, simulated),
  ];
}

function part(id: Check['id'], found: Part, remedy: string): Check {
  return 'found' in found ? { id, state: 'ok', found: found.found } : { id, state: 'note', found: `missing: ${found.missing}`, remedy };
}

function kernelChecks({ pciGpus, kernelDriver }: Installation): Check[] {
  const list = pciGpus.map((gpu) => gpu.pciBusId).join(', ');
  return [
    pciGpus.length > 0
      ? { id: 'pci', state: 'ok', found: `${pciGpus.length} NVIDIA GPU${pciGpus.length === 1 ? '' : 's'} on the PCI bus: ${list}` }
      : { id: 'pci', state: 'problem', found: 'no NVIDIA GPU on the PCI bus', remedy: 'see whether the card is seated and powered, or passed through to this machine; without one, `gpuwright simulate create` makes a simulated host' },
    kernelDriver !== undefined
      ? { id: 'kernel-driver', state: 'ok', found: kernelDriver }
      : { id: 'kernel-driver', state: 'problem', found: 'the kernel driver is not loaded (no /proc/driver/nvidia/version)', remedy: 'install the NVIDIA driver, or load it with `modprobe nvidia` and see the kernel log for why it did not load' },
  ];
}

function reachChecks(installation: Installation, reach: Reach, simulated: boolean): Check[] {
  if ('error' in reach) {
    const { message } = describeFailure(reach.error);
    // The sentence ends with its remedy.
    return [{ id: 'library', state: 'problem', found: message }];
  }
  const { look, libraryPath, backendName } = reach;
  const { driverVersion, nvmlVersion, gpus } = look.snapshot;
  const silent = gpus.filter((gpu) => !answered(gpu));
  const missing = simulated ? [] : installation.pciGpus.filter((seen) => !gpus.some((gpu) => known(gpu.pciBusId) === seen.pciBusId));
  return [
    { id: 'backend', state: 'ok', found: backendName },
    { id: 'library', state: 'ok', found: `${libraryPath}, NVML ${known(nvmlVersion) ?? '?'}, driver ${known(driverVersion) ?? '?'}` },
    gpuCheck(gpus.length, silent.map((gpu) => String(gpu.index)), missing.map((gpu) => gpu.pciBusId), look.judged.filter((one) => one.verdict.level === 'attention').map((one) => String(one.gpu.index))),
  ];
}

function gpuCheck(total: number, silent: readonly string[], missing: readonly string[], needy: readonly string[]): Check {
  const found = [`${total - silent.length} of ${total} GPUs answer`];
  if (silent.length > 0) found.push(`no answer from GPU ${silent.join(', ')}`);
  if (missing.length > 0) found.push(`on the PCI bus but not known to the driver: ${missing.join(', ')}`);
  if (needy.length > 0) found.push(`attention needed by GPU ${needy.join(', ')}`);
  const problem = total === 0 || silent.length > 0 || missing.length > 0;
  const state = problem ? 'problem' : needy.length > 0 ? 'note' : 'ok';
  const remedy = '`gpuwright status` shows what each of them answers; the kernel log (Xid lines) says what the driver saw';
  return { id: 'gpus', state, found: found.join('; '), ...(state !== 'ok' && { remedy }) };
}
