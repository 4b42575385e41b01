/** `gpuwright fabric watch [--no-restore] [--interval T]`: one line for each thing that happens, until Ctrl-C. */
import { GpuwrightError } from '../../../errors.ts';
import type { FabricEvent, FabricLedger, WatchedLedger } from '../../../fabric/index.ts';
import { watchFabric } from '../../../fabric/index.ts';
import { EXIT } from '../exit-code.ts';
import type { Ports } from '../ports.ts';
import { jsonLine } from '../reading-json.ts';
import { eventText } from './event-text.ts';
import type { FabricHost } from './host.ts';
import { withFabric } from './host.ts';
import type { FabricOptions } from './options.ts';
import { told } from './reconcile.ts';
import { exitCodeOfState, isLibraryTrouble } from './status.ts';

export interface WatchOptions extends FabricOptions {
  /** Milliseconds. */
  readonly interval?: number;
  /** False: --no-restore. */
  readonly restore?: boolean;
}

export async function watch(options: WatchOptions, ports: Ports): Promise<number> {
  const signal = ports.stopSignal();
  return await withFabric(options, ports, async (host) => {
    // Nobody may be there yet; but a library that cannot be opened does not mend itself.
    await host.fabric.open().catch((error: unknown) => {
      if (isLibraryTrouble(error)) throw error;
    });
    const ledger = host.ledger();
    await ledger.record();
    const restores = options.restore !== false;
    ports.screen.out(options.json === true ? jsonLine({ schema: 1, host: host.kind, kind: 'watching', at: new Date(), restores }) : `${host.headline}${beginning(restores)}\n`);
    let code: number = EXIT.fine;
    const events = watchFabric({
      ledger: restores ? ledger : withoutRestoring(ledger),
      daemon: async () => (await host.ports.daemon(host.machineFile, host.asideMs)) ?? noDaemon(),
      driverVersion: () => host.ports.driverVersion(host.machineFile),
      ...(options.interval !== undefined && { intervalMs: options.interval }),
      ...(options.timeout !== undefined && { deadlineMs: options.timeout }),
      signal,
    });
    for await (const event of events) {
      if (event.kind === 'state') code = exitCodeOfState(event.state);
      ports.screen.out(options.json === true ? jsonLine(eventJson(event, host)) : `${event.at.toISOString()}  ${eventText(event, host, ports.screen)}\n`);
    }
    return code;
  });
}

function beginning(restores: boolean): string {
  return restores
    ? 'Watching Fabric Manager. When it waits after a restart in restart mode, the set that was last seen active is handed back (--no-restore only watches). Ctrl-C stops.'
    : 'Watching Fabric Manager, and doing nothing else. Ctrl-C stops.';
}

/** To the watcher it is as if Fabric Manager did not take the set yet. */
function withoutRestoring(ledger: FabricLedger): WatchedLedger {
  return {
    survey: (options) => ledger.survey(options),
    reconcile: (options) => ledger.reconcile(options),
    restore: () => Promise.reject(new GpuwrightError('FABRIC_NOT_READY', 'fabric watch: nothing is handed back, as was asked for')),
  };
}

function noDaemon(): never {
  throw new GpuwrightError('NOT_SUPPORTED', 'fabric watch: nobody here tells about the daemon');
}

function eventJson(event: FabricEvent, host: FabricHost): unknown {
  return { schema: 1, host: host.kind, ...event, ...(event.kind === 'plan' && { differences: event.differences.map((one) => told(one, host)) }) };
}
