import type { RetiredPageEntry } from '../../abi/nvml/families.ts';
import { implausible } from '../../library/implausible.ts';
import type { PageRetirementCause, RetiredPage } from '../types.ts';

function page(entry: RetiredPageEntry, cause: PageRetirementCause): RetiredPage {
  const { address, timestamp } = entry;
  // 0 is the driver's word for "not recorded". That the unit is seconds is our assumption; what no Date can hold is left out.
  const retiredAt = timestamp === undefined || timestamp === 0n ? undefined : new Date(Number(timestamp) * 1000);
  return { cause, address, ...(retiredAt !== undefined && !Number.isNaN(retiredAt.getTime()) && { retiredAt }) };
}

/** The table's size, over both causes (NVIDIA Dynamic Page Retirement). */
const MOST_PAGES = 64;

/** The pages of both causes by address. Throws where there are more than a GPU can retire: then the list is garbled. */
export function mergeRetiredPages(doubleBit: readonly RetiredPageEntry[], singleBit: readonly RetiredPageEntry[]): readonly RetiredPage[] {
  const pages = [...doubleBit.map((entry) => page(entry, 'double-bit-ecc')), ...singleBit.map((entry) => page(entry, 'multiple-single-bit-ecc'))];
  if (pages.length > MOST_PAGES) throw implausible('nvmlDeviceGetRetiredPages', `answered ${pages.length} retired pages, and no GPU retires more than ${MOST_PAGES}`);
  return pages.sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
}
