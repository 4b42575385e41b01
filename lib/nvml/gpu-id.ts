import { GpuwrightError } from '../errors.ts';
import { normalizePciAddress } from '../host/pci-address.ts';

export type GpuId =
  | { readonly kind: 'index'; readonly index: number }
  /** In lower case. */
  | { readonly kind: 'uuid'; readonly uuid: string }
  | { readonly kind: 'pci'; readonly pciBusId: string };

/** Throws `INVALID_INPUT` for what is neither index, UUID nor PCI address. */
export function parseGpuId(id: number | string): GpuId {
  const text = String(id).trim();
  if (/^\d{1,9}$/.test(text)) return { kind: 'index', index: Number(text) };
  if (/^(GPU|MIG)-/i.test(text)) return { kind: 'uuid', uuid: text.toLowerCase() };
  const pciBusId = normalizePciAddress(text);
  if (pciBusId !== undefined) return { kind: 'pci', pciBusId };
  throw new GpuwrightError('INVALID_INPUT', `gpu ${JSON.stringify(id)}: is neither an index, a UUID nor a PCI address: write 0, GPU-…, or 0000:3b:00.0`);
}
