/**
 * One operation of the ledger in a process of its own, which ends itself with SIGKILL at a given stage. Each stage that is reached is written to
 * standard output, synchronously: the last line says where it died.
 */
import { writeSync } from 'node:fs';
import { FabricLedger } from '../../../lib/fabric/ledger/ledger.ts';
import type { PartitionRequest } from '../../../lib/fabric/allocation/request.ts';
import { ModuleMap } from '../../../lib/fabric/module-ids/module-map.ts';
import { connectedFabric } from '../simulated-fabric.ts';

export interface OperationOrder {
  readonly folder: string;
  readonly socket: string;
  readonly operation: 'acquire' | 'release' | 'restore';
  readonly owner: string;
  readonly request: PartitionRequest;
  /** The how-manieth stage is the last one; -1: none. */
  readonly dieAt: number;
}

const order = JSON.parse(process.argv[2] ?? '') as OperationOrder;
let reached = 0;
const stage = (name: string): void => {
  writeSync(1, `${name}\n`);
  if (reached === order.dieAt) process.kill(process.pid, 'SIGKILL');
  reached += 1;
};

const control = connectedFabric(order.socket, (what) => (what === 'partitions: under way' ? undefined : stage(what)));
const ledger = new FabricLedger({
  control,
  folder: order.folder,
  memberHealth: () => ({ ok: true }),
  moduleIds: { known: async () => new ModuleMap(Array.from({ length: 8 }, (_, index) => ({ moduleId: index + 1, pciBusId: `00000000:${index + 1}0:00.0`, uuid: null }))) },
  askAgain: { times: 1, pauseMs: 1 },
  stage,
});
if (order.operation === 'acquire') await ledger.acquire(order.owner, order.request);
else if (order.operation === 'release') await ledger.release(order.owner);
else await ledger.restore();
control.close();
