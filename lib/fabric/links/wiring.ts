/**
 * From a switch's port to the GPU's link behind it, and back. The wiring is printed for one baseboard; the second of a system is the
 * same board, so that its GPUs are numbered on and its switches are counted anew.
 */
import { GpuwrightError } from '../../errors.ts';
import type { Baseboard, Trays } from '../platforms/index.ts';
import { allTrays, checkTrays, trayOf } from '../platforms/index.ts';

export interface SwitchPort {
  /** The baseboard. */
  readonly tray: 1 | 2;
  /** From 1, as the guide counts them. */
  readonly nvSwitch: number;
  readonly port: number;
}

export interface GpuLink {
  readonly physicalId: number;
  readonly gpuLink: number;
}

/** What is wired to a port. A trunk port goes to a switch of the other baseboard: to which, no document tells. */
export type PortEnd = ({ readonly kind: 'gpu' } & GpuLink) | { readonly kind: 'trunk' } | { readonly kind: 'unused' };

/** The port at which a GPU's link ends. */
export function portOfLink(board: Baseboard, { physicalId, gpuLink }: GpuLink): SwitchPort {
  const tray = trayOf(board, physicalId);
  const gpu = physicalId - (tray - 1) * board.gpus;
  const link = board.links.find((row) => row.gpu === gpu && row.gpuLink === gpuLink);
  if (!link) {
    checkPhysicalId(board, physicalId);
    const known = board.links.filter((row) => row.gpu === gpu).map((row) => row.gpuLink);
    throw new GpuwrightError('INVALID_INPUT', `link ${gpuLink} of GPU ${physicalId}: a GPU of ${board.name} has the links ${known.join(', ')}: name one of them`);
  }
  return { tray, nvSwitch: link.nvSwitch, port: link.port };
}

/** What is behind a port. */
export function endOfPort(board: Baseboard, { tray, nvSwitch, port }: SwitchPort): PortEnd {
  checkTrays(board, [tray]);
  const lastPort = board.firstPort + board.portsPerSwitch - 1;
  if (!(nvSwitch >= 1 && nvSwitch <= board.switches)) throw new GpuwrightError('INVALID_INPUT', `switch ${nvSwitch}: ${board.name} has switches 1 to ${board.switches}: name one of them`);
  if (!(port >= board.firstPort && port <= lastPort)) throw new GpuwrightError('INVALID_INPUT', `port ${port}: a switch of ${board.name} has ports ${board.firstPort} to ${lastPort}: name one of them`);
  const link = board.links.find((row) => row.nvSwitch === nvSwitch && row.port === port);
  if (link) return { kind: 'gpu', physicalId: link.gpu + (tray - 1) * board.gpus, gpuLink: link.gpuLink };
  return { kind: board.trunkPorts.includes(port) ? 'trunk' : 'unused' };
}

/** Every link of a GPU with its port, in the GPU's order. */
export function linksOfGpu(board: Baseboard, physicalId: number): (GpuLink & SwitchPort)[] {
  checkPhysicalId(board, physicalId);
  const tray = trayOf(board, physicalId);
  const gpu = physicalId - (tray - 1) * board.gpus;
  return board.links.filter((row) => row.gpu === gpu).map(({ gpuLink, nvSwitch, port }) => ({ physicalId, gpuLink, tray, nvSwitch, port }));
}

export function allPorts(board: Baseboard, trays: Trays = allTrays(board)): SwitchPort[] {
  checkTrays(board, trays);
  const ports: SwitchPort[] = [];
  for (const tray of trays) {
    for (let nvSwitch = 1; nvSwitch <= board.switches; nvSwitch += 1) {
      for (let port = board.firstPort; port < board.firstPort + board.portsPerSwitch; port += 1) ports.push({ tray, nvSwitch, port });
    }
  }
  return ports;
}

export function checkPhysicalId(board: Baseboard, physicalId: number): void {
  const last = board.gpus * board.maxBaseboards;
  if (!(Number.isInteger(physicalId) && physicalId >= 1 && physicalId <= last)) {
    throw new GpuwrightError('INVALID_INPUT', `module id ${physicalId}: ${board.name} has module ids 1 to ${last}: name one of them`);
  }
}
