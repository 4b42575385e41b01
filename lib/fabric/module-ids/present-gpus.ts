/** The GPUs of the host whichever driver has them, so that one that has been handed to vfio-pci still counts as there. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { listNvidiaGpus, type HostPaths } from '../../host/nvidia-gpus.ts';

/** PCI addresses in NVML's spelling. Virtual functions come and go with vGPU mode, are no hardware, and are left out. */
export async function presentGpus(paths: HostPaths = {}): Promise<string[]> {
  const devices = join(paths.root ?? '/', 'sys/bus/pci/devices');
  const addresses = (await listNvidiaGpus(paths)).map((gpu) => gpu.pciBusId);
  const virtual = await Promise.all(addresses.map((address) => isVirtual(join(devices, sysfsName(address)))));
  return addresses.filter((_, index) => virtual[index] !== true);
}

/** The kernel writes at least four digits of the domain. */
function sysfsName(address: string): string {
  return address.replace(/^0{1,4}/, '').toLowerCase();
}

async function isVirtual(device: string): Promise<boolean> {
  try {
    await access(join(device, 'physfn'));
    return true;
  } catch {
    return false;
  }
}
