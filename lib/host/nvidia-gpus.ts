/**
 * The GPUs that the kernel sees, without the vendor's library: what is left to tell when the driver does not answer.
 * Sources: `/sys/bus/pci/devices/<address>/{vendor,class,device}` and `/proc/driver/nvidia/gpus/<address>/information`.
 * Reading these never enters the vendor's driver lock (sysfs is the PCI core's; procfs text is kept by the driver since probe).
 */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { normalizePciAddress } from './pci-address.ts';

export interface HostGpu {
  /** As NVML writes it: `00000000:3B:00.0`. */
  readonly pciBusId: string;
  /** Only where the driver's procfs tells it. */
  readonly uuid?: string;
  readonly name?: string;
  /** nvmlPciInfo_t.pciDeviceId: device id in the high, vendor id in the low half. */
  readonly pciDeviceId?: number;
}

export interface HostPaths {
  /** Stands for `/`, so that a test or a simulated host can bring its own tree. */
  readonly root?: string;
}

const NVIDIA = 0x10de;
/** PCI base class of display controllers: VGA 0x0300xx and 3D 0x0302xx. */
const DISPLAY = 0x03;

async function text(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch {
    return undefined;
  }
}

async function names(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch {
    return [];
  }
}

async function hexNumber(path: string): Promise<number | undefined> {
  const value = Number(await text(path));
  return Number.isInteger(value) && value > 0 ? value : undefined;
}

/** The field of a `Model: \t\t Tesla V100` line, as the drivers of GPUs and switches write them; undefined where it is not told. */
export function informationField(information: string | undefined, label: string): string | undefined {
  for (const line of information?.split('\n') ?? []) {
    const colon = line.indexOf(':');
    if (colon > 0 && line.slice(0, colon).trim() === label) {
      const value = line.slice(colon + 1).trim();
      // The driver writes question marks for what it does not know yet.
      return value === '' || value.includes('?') ? undefined : value;
    }
  }
  return undefined;
}

/**
 * Lists NVIDIA display controllers in PCI order, the order in which NVML numbers them. Empty where there are none or the
 * host has no such tree; never rejects.
 */
export async function listNvidiaGpus(paths: HostPaths = {}): Promise<HostGpu[]> {
  const root = paths.root ?? '/';
  const devices = join(root, 'sys/bus/pci/devices');
  const information = join(root, 'proc/driver/nvidia/gpus');
  const found = new Map<string, HostGpu>();

  const add = async (name: string, pciDeviceId: number | undefined): Promise<void> => {
    const pciBusId = normalizePciAddress(name);
    if (pciBusId === undefined || found.has(pciBusId)) return;
    const about = await text(join(information, name, 'information'));
    const uuid = informationField(about, 'GPU UUID');
    const model = informationField(about, 'Model');
    found.set(pciBusId, {
      pciBusId,
      ...(uuid !== undefined && { uuid }),
      ...(model !== undefined && { name: model }),
      ...(pciDeviceId !== undefined && { pciDeviceId }),
    });
  };

  for (const name of await names(devices)) {
    const folder = join(devices, name);
    if ((await hexNumber(join(folder, 'vendor'))) !== NVIDIA) continue;
    const kind = await hexNumber(join(folder, 'class'));
    if (kind === undefined || kind >>> 16 !== DISPLAY) continue;
    const device = await hexNumber(join(folder, 'device'));
    await add(name, device === undefined ? undefined : device * 0x10000 + NVIDIA);
  }
  // In some containers /sys is hidden while the driver's procfs is not.
  for (const name of await names(information)) await add(name, undefined);
  return [...found.values()].sort((a, b) => (a.pciBusId < b.pciBusId ? -1 : 1));
}
