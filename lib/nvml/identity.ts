/**
 * What tells one GPU from another between generations: UUID and PCI address, both.
 */
import { GpuwrightError } from '../errors.ts';
import { normalizePciAddress } from '../host/pci-address.ts';

export interface KnownIdentity {
  readonly uuid: string | null;
  readonly pciBusId: string | null;
}

export const UNKNOWN_IDENTITY: KnownIdentity = { uuid: null, pciBusId: null };

/** NVML's own spelling, made canonical: some drivers write lower case or a domain of four digits. */
export function canonicalPci(busId: string): string {
  return normalizePciAddress(busId) ?? busId;
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
