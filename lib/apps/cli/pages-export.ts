/**
 * Retired pages in the two forms that scripts around nvidia-smi already read: `--query-retired-pages … --format=csv` and `-q -x`
 * (NVIDIA Dynamic Page Retirement, section 6.3), with its field names, its cause texts and its spelling `retired_page_addresse`.
 */
import { stringify } from 'csv-stringify/sync';
import { create } from 'xmlbuilder2';
import type { GpuSnapshot, PageRetirementCause, RowRemapping } from '../../nvml/types.ts';
import type { Reading } from '../../telemetry/reading.ts';
import { printable } from './cells.ts';
import type { PageRetirement } from './pages-json.ts';
import { pageRetirement } from './pages-json.ts';
import { hex } from './reading-json.ts';
import { known } from './status-view.ts';

const CAUSES: readonly { readonly cause: PageRetirementCause; readonly text: string }[] = [
  { cause: 'double-bit-ecc', text: 'Double Bit ECC' },
  { cause: 'multiple-single-bit-ecc', text: 'Single Bit ECC' },
];

const NOT_APPLICABLE = 'N/A';
const NOT_READ = 'Unknown Error';

/** One row per page; where there is nothing to tell, a row per cause says why, as nvidia-smi does. */
export function pagesCsv(gpus: readonly GpuSnapshot[]): string {
  const rows = gpus.flatMap((gpu) => {
    const retirement = pageRetirement(gpu);
    const uuid = printable(known(gpu.uuid) ?? `[${NOT_READ}]`);
    return CAUSES.flatMap(({ cause, text }) => {
      if (retirement.state !== 'value') return [[uuid, `[${absence(retirement)}]`, text]];
      return retirement.value.pages.filter((page) => page.cause === cause).map((page) => [uuid, hex(page.address), text]);
    });
  });
  return stringify([['gpu_uuid', 'retired_pages.address', 'retired_pages.cause'], ...rows], { delimiter: ', ' });
}

export interface XmlFacts {
  readonly takenAt: Date;
  readonly driverVersion: Reading<string>;
  /** The machine file, on a simulated host. */
  readonly machineFile: string | undefined;
}

export function pagesXml(gpus: readonly GpuSnapshot[], facts: XmlFacts): string {
  const document = create({ version: '1.0' });
  // Two hyphens end a comment; a file name may hold them.
  if (facts.machineFile !== undefined) document.com(` SIMULATED host ${printable(facts.machineFile).replace(/-(?=-|$)/g, '- ')} `);
  const log = document.ele('nvidia_smi_log');
  log.ele('timestamp').txt(facts.takenAt.toISOString());
  log.ele('driver_version').txt(text(facts.driverVersion));
  log.ele('attached_gpus').txt(String(gpus.length));
  for (const gpu of gpus) {
    const element = log.ele('gpu', { id: printable(known(gpu.pciBusId) ?? NOT_READ) });
    element.ele('product_name').txt(text(gpu.name));
    element.ele('uuid').txt(text(gpu.uuid));
    element.ele(retiredPagesElement(pageRetirement(gpu)));
    element.ele(remappedRowsElement(gpu.rowRemapping));
  }
  return `${document.end({ prettyPrint: true })}\n`;
}

function retiredPagesElement(retirement: Reading<PageRetirement>): object {
  const list = (cause: PageRetirementCause) => {
    if (retirement.state !== 'value') return { retired_count: absence(retirement), retired_page_addresses: absence(retirement) };
    const addresses = retirement.value.pages.filter((page) => page.cause === cause).map((page) => hex(page.address));
    return { retired_count: String(addresses.length), retired_page_addresses: addresses.length === 0 ? '' : { retired_page_addresse: addresses } };
  };
  return {
    retired_pages: {
      multiple_single_bit_retirement: list('multiple-single-bit-ecc'),
      double_bit_retirement: list('double-bit-ecc'),
      pending_retirement: retirement.state === 'value' ? yesNo(retirement.value.pending) : absence(retirement),
    },
  };
}

function remappedRowsElement(rows: Reading<RowRemapping>): object {
  if (rows.state !== 'value') return { remapped_rows: absence(rows) };
  const { inactiveCorrectableRows, inactiveUncorrectableRows } = rows.value;
  return {
    remapped_rows: {
      remapped_row_corr: String(rows.value.correctableRows),
      ...(inactiveCorrectableRows !== undefined && { remapped_row_corr_inactive: String(inactiveCorrectableRows) }),
      remapped_row_unc: String(rows.value.uncorrectableRows),
      ...(inactiveUncorrectableRows !== undefined && { remapped_row_unc_inactive: String(inactiveUncorrectableRows) }),
      remapped_row_pending: yesNo(rows.value.pending),
      remapped_row_failure: yesNo(rows.value.failureOccurred),
    },
  };
}

function absence(reading: Reading<unknown>): string {
  return reading.state === 'unsupported' ? NOT_APPLICABLE : NOT_READ;
}

function text(reading: Reading<string>): string {
  return reading.state === 'unsupported' ? NOT_APPLICABLE : printable(known(reading) ?? NOT_READ);
}

function yesNo(value: boolean): string {
  return value ? 'Yes' : 'No';
}
