/**
 * PCI addresses in the spellings that people and programs use.
 */

export interface PciAddress {
  readonly domain: number;
  readonly bus: number;
  readonly device: number;
  readonly function: number;
}

const SPELLING = /^(?:(?:PCI:)?([0-9a-f]{1,8}):)?([0-9a-f]{1,2}):([0-9a-f]{1,2})(?:\.([0-7]))?$/i;

/**
 * Understands `0000:3b:00.0`, `00000000:3B:00.0`, `3b:00.0`, `3b:00` and the kernel log's `PCI:0000:3b:00`.
 * Undefined for anything else.
 */
export function parsePciAddress(text: string): PciAddress | undefined {
  const match = SPELLING.exec(text.trim());
  if (!match) return undefined;
  const [, domain, bus, device, fn] = match;
  const address = {
    domain: Number.parseInt(domain ?? '0', 16),
    bus: Number.parseInt(bus ?? '', 16),
    device: Number.parseInt(device ?? '', 16),
    function: Number.parseInt(fn ?? '0', 16),
  };
  return address.device < 32 ? address : undefined;
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}

/** As NVML writes it (nvmlPciInfo_t.busId): `00000000:3B:00.0`. */
export function formatPciAddress(address: PciAddress): string {
  return `${hex(address.domain, 8)}:${hex(address.bus, 2)}:${hex(address.device, 2)}.${address.function}`;
}

/** NVML's spelling of any spelling; undefined where the text is no PCI address. */
export function normalizePciAddress(text: string): string | undefined {
  const address = parsePciAddress(text);
  return address && formatPciAddress(address);
}
