import { GpuwrightError } from '../../lib/errors.ts';

export interface PciAddress {
  readonly domain: number;
  readonly bus: number;
  readonly device: number;
  readonly function: number;
}

/** `0000:3b:00.0` */
export function parsePciAddress(what: string, text: string): PciAddress {
  const match = /^([0-9a-f]{4}):([0-9a-f]{2}):([01][0-9a-f])\.([0-7])$/i.exec(text);
  if (!match) throw new GpuwrightError('INVALID_INPUT', `${what}: "${text}" is not a PCI address: write one like 0000:3b:00.0`);
  const [domain, bus, device, fn] = match.slice(1).map((part) => Number.parseInt(part, 16)) as [number, number, number, number];
  return { domain, bus, device, function: fn };
}

/** The address of GPU `index` where a board has `board`: each further board is a PCI domain of its own, wired alike. */
export function addressOf(board: readonly PciAddress[], index: number): PciAddress {
  const place = board[index % board.length] as PciAddress;
  return { ...place, domain: place.domain + Math.floor(index / board.length) };
}
