/** `gpuwright fabric partitions [--unsupported] [--format table|json|csv|fmpm]`. */
import { GpuwrightError } from '../../../errors.ts';
import { EXIT } from '../exit-code.ts';
import type { Ports } from '../ports.ts';
import { jsonText } from '../reading-json.ts';
import { fmpmPartitions, fmpmUnsupported } from './fmpm.ts';
import type { FabricHost } from './host.ts';
import { withFabric } from './host.ts';
import type { FabricOptions } from './options.ts';
import { partitionsCsv, partitionsTable, unsupportedCsv, unsupportedTable } from './partitions-view.ts';
import { survey } from './survey.ts';

export type FabricFormat = 'table' | 'json' | 'csv' | 'fmpm';

export interface PartitionsOptions extends FabricOptions {
  readonly format?: FabricFormat;
  readonly unsupported?: boolean;
}

export async function partitions(options: PartitionsOptions, ports: Ports): Promise<number> {
  const format = formatOf('partitions', options);
  return await withFabric(options, ports, async (host) => {
    // Neither form has a place for a remark.
    if (format === 'csv' || format === 'fmpm') ports.screen.err(host.headline);
    ports.screen.out(options.unsupported === true ? await unsupportedText(format, host) : await partitionsText(format, host, ports));
    return EXIT.fine;
  });
}

/** --json and --format say one thing. Throws `INVALID_INPUT` where they do not. */
export function formatOf<F extends FabricFormat>(command: string, options: { readonly json?: boolean; readonly format?: F }): F | 'json' | 'table' {
  if (options.json === true && options.format !== undefined && options.format !== 'json') {
    throw new GpuwrightError('INVALID_INPUT', `${command}: --json and --format ${options.format} contradict each other: give one of them`);
  }
  return options.json === true ? 'json' : (options.format ?? 'table');
}

async function partitionsText(format: FabricFormat, host: FabricHost, ports: Ports): Promise<string> {
  // Scripts for NVIDIA's client get what Fabric Manager itself says, and need no ledger for it.
  if (format === 'fmpm') return fmpmPartitions(await host.fabric.partitionList());
  const owned = await survey(host);
  if (format === 'json') return jsonText({ schema: 1, partitions: owned });
  if (format === 'csv') return partitionsCsv(owned, host.fabric.listed);
  return `${host.headline}${partitionsTable(owned, host.fabric.listed, ports.screen)}`;
}

async function unsupportedText(format: FabricFormat, host: FabricHost): Promise<string> {
  const unsupported = await host.fabric.unsupportedPartitions();
  if (format === 'fmpm') return fmpmUnsupported(unsupported);
  if (format === 'json') return jsonText({ schema: 1, unsupported });
  if (format === 'csv') return unsupportedCsv(unsupported);
  return `${host.headline}${unsupportedTable(unsupported)}`;
}
