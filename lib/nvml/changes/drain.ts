/**
 * Draining a GPU (no new clients), taking it off the bus, and looking for it again. By PCI address, since a GPU that was removed has
 * no handle, and one that drains has none for those who come later.
 */
import type { InputOf } from '../../abi/layout.ts';
import { nvmlFunctions as c } from '../../abi/nvml/functions.ts';
import type { pciInfo } from '../../abi/nvml/structs/board.ts';
import { GpuwrightError } from '../../errors.ts';
import { formatPciAddress, parsePciAddress } from '../../host/pci-address.ts';
import type { LibraryCall } from '../../library/library-call.ts';
import { functionCall, mapCall } from '../../library/library-call.ts';
import { flag } from '../plausible.ts';
import type { AskLibrary } from '../readings/ask.ts';
import { told } from '../readings/ask.ts';
import { demandApplied, demandMade } from './made.ts';

export interface RemoveOptions {
  /** `remove` (default) takes the GPU out of the kernel's list of PCI devices; `keep` leaves it there, without its driver. */
  readonly pciDevice?: 'remove' | 'keep';
  /** What becomes of the PCIe link above it; default `keep`. */
  readonly pcieLink?: 'keep' | 'shut-down';
}

/** Any spelling of a PCI address as nvmlPciInfo_t. */
export function pciInfoOf(address: string): InputOf<typeof pciInfo> {
  const parsed = parsePciAddress(address);
  if (parsed === undefined) throw new GpuwrightError('INVALID_INPUT', `${JSON.stringify(address)} is no PCI address: write it as 0000:3b:00.0`);
  const busId = formatPciAddress(parsed);
  return { busId, busIdLegacy: busId.slice(4), domain: parsed.domain, bus: parsed.bus, device: parsed.device };
}

function drainQuery(address: string): LibraryCall<boolean> {
  return mapCall(functionCall(c.nvmlDeviceQueryDrainState, { pciInfo: pciInfoOf(address) }), ({ currentState }) => flag('nvmlDeviceQueryDrainState', 'the drain state', currentState));
}

export async function readDrainState(ask: AskLibrary, address: string): Promise<boolean> {
  const [state] = await ask([drainQuery(address)] as const);
  return told(state);
}

export async function changeDrainState(once: AskLibrary, address: string, draining: boolean): Promise<void> {
  const [set, read] = await once([functionCall(c.nvmlDeviceModifyDrainState, { pciInfo: pciInfoOf(address), newState: draining ? 'enabled' : 'disabled' }), drainQuery(address)] as const);
  demandMade(set, 'draining a GPU');
  demandApplied('nvmlDeviceModifyDrainState', 'the drain state', told(read) === draining);
}

export async function removeGpu(once: AskLibrary, address: string, { pciDevice = 'remove', pcieLink = 'keep' }: RemoveOptions): Promise<void> {
  const [removed] = await once([functionCall(c.nvmlDeviceRemoveGpu_v2, { pciInfo: pciInfoOf(address), gpuState: pciDevice, linkState: pcieLink })] as const);
  demandMade(removed, 'removing a GPU');
}

export async function discoverGpus(ask: AskLibrary, address: string): Promise<void> {
  const [discovered] = await ask([functionCall(c.nvmlDeviceDiscoverGpus, { pciInfo: pciInfoOf(address) })] as const);
  demandMade(discovered, 'looking for GPUs');
}
