/**
 * What tells one GPU from another between generations: UUID and PCI address, both.
 */
import { GpuwrightError } from '../errors.ts';
import { normalizePciAddress } from '../host/pci-address.ts';
import { implausible } from '../library/implausible.ts';

export interface KnownIdentity {
  readonly uuid: string | null;
  readonly pciBusId: string | null;
}

export const UNKNOWN_IDENTITY: KnownIdentity = { uuid: null, pciBusId: null };

/** NVML's own spelling, made canonical: some drivers write lower case or a domain of four digits. */
export function canonicalPci(busId: string): string {
  return normalizePciAddress(busId) ?? busId;
}

/** `GPU-…`, `MIG-…`: what it looks like in detail is the driver's affair, but it is a word. */
export function isUuid(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

/** Throws `IMPLAUSIBLE_ANSWER` for what can name no GPU. */
export function toldUuid(uuid: string): string {
  if (isUuid(uuid)) return uuid;
  throw implausible('nvmlDeviceGetUUID', `answered ${JSON.stringify(uuid)}, which is no UUID`);
}

/** Throws `IMPLAUSIBLE_ANSWER` for what is no PCI address. */
export function toldPci(busId: string): string {
  const address = normalizePciAddress(busId);
  if (address !== undefined) return address;
  throw implausible('nvmlDeviceGetPciInfo', `answered ${JSON.stringify(busId)}, which is no PCI address`);
}

/** Throws `IDENTITY_CHANGED` where what is known of both differs. */
export function demandSameGpu(index: number, expected: KnownIdentity, found: KnownIdentity): void {
  const differs = (a: string | null, b: string | null): boolean => a !== null && b !== null && a !== b;
  if (!differs(expected.uuid, found.uuid) && !differs(expected.pciBusId, found.pciBusId)) return;
  const name = ({ uuid, pciBusId }: KnownIdentity): string => `${uuid ?? 'an unknown UUID'} at ${pciBusId ?? 'an unknown address'}`;
  throw new GpuwrightError(
    'IDENTITY_CHANGED',
    `gpu ${index}: it was ${name(expected)} and is now ${name(found)}: the hardware or its numbering changed, look the GPU up again with nvml.gpu(uuid)`,
  );
}
