/** Every partition with its owner and, from wherever it is known, which GPUs its modules are. */
import type { FabricLedger, LedgerGpu, ModuleMap, OwnedPartition } from '../../../fabric/index.ts';
import type { FabricHost } from './host.ts';

export async function survey(host: FabricHost, ledger: FabricLedger = host.ledger()): Promise<OwnedPartition[]> {
  const owned = await ledger.survey();
  const modules = await host.modulesForShow();
  return owned.map(({ id, active, owner, gpus }) => ({ id, active, owner, gpus: namedGpus(gpus, modules) }));
}

/** What Fabric Manager and the record say goes before what is known of the modules. */
export function namedGpus(gpus: readonly LedgerGpu[], modules: ModuleMap): LedgerGpu[] {
  return gpus.map(({ physicalId, pciBusId, uuid }) => {
    const place = modules.inModule(physicalId);
    const same = place !== undefined && (pciBusId === null || modules.at(pciBusId) === place);
    return { physicalId, pciBusId: pciBusId ?? place?.pciBusId ?? null, uuid: uuid ?? (same ? place.uuid : null) };
  });
}
