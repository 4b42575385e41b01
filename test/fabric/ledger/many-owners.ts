/**
 * One of many owners on one host: acquires and releases at random, and after each operation checks that no GPU is anybody else's as well. What it
 * was given it also claims by a file for each GPU, made exclusively: a witness that knows nothing of the ledger.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isGpuwrightError } from '../../../lib/errors.ts';
import type { PartitionRequest } from '../../../lib/fabric/allocation/request.ts';
import { FabricLedger } from '../../../lib/fabric/ledger/ledger.ts';
import { ModuleMap } from '../../../lib/fabric/module-ids/module-map.ts';
import { BASEBOARDS } from '../baseboards.ts';
import { connectedFabric } from '../simulated-fabric.ts';

export interface OwnerOrder {
  readonly folder: string;
  readonly claims: string;
  readonly socket: string;
  readonly owner: string;
  readonly seed: number;
  readonly operations: number;
}

const order = JSON.parse(process.argv[2] ?? '') as OwnerOrder;
const { owner, claims } = order;
const control = connectedFabric(order.socket);
const ledger = new FabricLedger({
  control,
  folder: order.folder,
  memberHealth: () => ({ ok: true }),
  moduleIds: { known: async () => new ModuleMap(Array.from({ length: 16 }, (_, index) => ({ moduleId: index + 1, pciBusId: `00000000:${(0x90 - index).toString(16)}:00.0`.toUpperCase(), uuid: null }))) },
  askAgain: { times: 1, pauseMs: 1 },
  lockDeadlineMs: 300_000,
});

/** mulberry32: the same owner does the same each time. */
let state = order.seed;
function random(below: number): number {
  state = (state + 0x6d2b79f5) | 0;
  let bits = Math.imul(state ^ (state >>> 15), 1 | state);
  bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
  return ((bits ^ (bits >>> 14)) >>> 0) % below;
}

let mine: readonly number[] = [];

function claim(physicalIds: readonly number[]): void {
  // Fails where another owner's file stands: two owners with one GPU.
  for (const id of physicalIds) writeFileSync(join(claims, String(id)), owner, { flag: 'wx' });
  mine = physicalIds;
}

function unclaim(): void {
  for (const name of readdirSync(claims)) if (readClaim(name) === owner) rmSync(join(claims, name));
  mine = [];
}

function readClaim(name: string): string | undefined {
  try {
    return readFileSync(join(claims, name), 'utf8');
  } catch {
    return undefined;
  }
}

async function checkInvariants(): Promise<void> {
  const active = (await ledger.survey()).filter((partition) => partition.active);
  const routed = active.flatMap((partition) => partition.gpus.map((gpu) => gpu.physicalId));
  if (new Set(routed).size !== routed.length) throw new Error(`a GPU is in two active partitions: ${JSON.stringify(active)}`);
  const unowned = active.filter((partition) => partition.owner === null);
  if (unowned.length > 0) throw new Error(`orphaned: ${JSON.stringify(unowned)}`);
  const listed = active.filter((partition) => partition.owner === owner).flatMap((partition) => partition.gpus.map((gpu) => gpu.physicalId));
  if (mine.some((id) => !listed.includes(id))) throw new Error(`lost: ${owner} was given ${String(mine)} and has ${String(listed)}`);
  for (const id of mine) if (readClaim(String(id)) !== owner) throw new Error(`doubled: GPU ${id} is claimed by ${String(readClaim(String(id)))} too`);
}

function anyRequest(): PartitionRequest {
  if (random(3) > 0) return { gpus: [1, 1, 2, 2, 4, 8][random(6)]! };
  const [, moduleIds] = BASEBOARDS.a100[random(BASEBOARDS.a100.length)]!;
  return { moduleIds };
}

async function operate(): Promise<string> {
  if (mine.length > 0) {
    unclaim();
    return (await ledger.release(owner)).how;
  }
  const acquired = await ledger.acquire(owner, anyRequest());
  claim(acquired.gpus.map((gpu) => gpu.physicalId));
  return 'acquired';
}

/** Again, where the call's end is not to be seen. */
async function letGo(tries = 5): Promise<void> {
  try {
    await ledger.release(owner);
  } catch (error) {
    if (tries === 1 || !isGpuwrightError(error) || error.code !== 'OUTCOME_UNKNOWN') throw error;
    await letGo(tries - 1);
  }
}

const told: Record<string, number> = {};
mkdirSync(claims, { recursive: true });
// Whoever had this name before may have been killed with a partition in its hand.
unclaim();
await letGo();
for (let done = 0; done < order.operations; done += 1) {
  let outcome: string;
  try {
    outcome = await operate();
  } catch (error) {
    // Nothing fits; or the call's end is not to be seen, after which everything goes on from the record.
    if (!isGpuwrightError(error) || !['NO_PARTITION', 'OUTCOME_UNKNOWN'].includes(error.code)) throw error;
    outcome = error.code;
    if (error.code === 'OUTCOME_UNKNOWN') await letGo();
  }
  told[outcome] = (told[outcome] ?? 0) + 1;
  await checkInvariants();
}
unclaim();
await letGo();
console.log(JSON.stringify(told));
control.close();
