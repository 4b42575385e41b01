/** `gpuwright fabric failed`: GPUs and NVSwitches with failed NVLinks, as Fabric Manager tells them. */
import type { NvLinkFailedDevices } from '../../../fabric/index.ts';
import { printable } from '../cells.ts';
import { EXIT } from '../exit-code.ts';
import type { Ports } from '../ports.ts';
import { jsonText } from '../reading-json.ts';
import { table } from '../table.ts';
import { fmpmFailed } from './fmpm.ts';
import { withFabric } from './host.ts';
import type { FabricOptions } from './options.ts';
import { formatOf } from './partitions.ts';

export interface FailedOptions extends FabricOptions {
  readonly format?: 'table' | 'json' | 'fmpm';
}

export async function failed(options: FailedOptions, ports: Ports): Promise<number> {
  const format = formatOf('failed', options);
  return await withFabric(options, ports, async (host) => {
    const devices = await host.fabric.failedDevices();
    if (format === 'json') ports.screen.out(jsonText({ schema: 1, host: host.kind, ...devices }));
    else if (format === 'table') ports.screen.out(`${host.headline}${failedText(devices)}`);
    else {
      ports.screen.err(host.headline);
      ports.screen.out(fmpmFailed(devices));
    }
    return devices.gpus.length + devices.switches.length > 0 ? EXIT.attention : EXIT.fine;
  });
}

function failedText({ gpus, switches }: NvLinkFailedDevices): string {
  if (gpus.length + switches.length === 0) return 'Fabric Manager tells of no failed NVLinks. From H100 on it never does: look at the GPUs\' own NVLinks there.\n';
  const rows = [...gpus.map((device) => ['GPU', device] as const), ...switches.map((device) => ['NVSwitch', device] as const)].map(([kind, { uuid, pciBusId, ports }]) => [
    kind, printable(pciBusId ?? '?'), ports.join(' '), printable(uuid ?? '?'),
  ]);
  return `${table(['DEVICE', 'PCI', 'FAILED PORTS', 'UUID'], rows)}\n`;
}
