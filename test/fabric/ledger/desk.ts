/** A ledger in a folder of its own, with a simulated Fabric Manager and everything around it in the test's hand. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { FabricLedger } from '../../../lib/fabric/ledger/ledger.ts';
import type { LedgerOptions, MemberHealth } from '../../../lib/fabric/ledger/ports.ts';
import type { LedgerRecord } from '../../../lib/fabric/ledger/record.ts';
import type { Liveness } from '../../../lib/fabric/ledger/restore-set.ts';
import { ModuleMap } from '../../../lib/fabric/module-ids/module-map.ts';
import { SimulatedFabric } from '../simulated-fabric.ts';

/** Of the vendor's example host: module → bus. */
export const BUS_OF: Readonly<Record<number, string>> = { 1: '86', 2: 'B8', 3: '87', 4: 'BB', 5: '0F', 6: '41', 7: '10', 8: '44' };
export const addressOf = (module: number): string => `00000000:${BUS_OF[module]!}:00.0`;
export const uuidOf = (module: number): string => `GPU-${module}`;
export const MODULES = new ModuleMap(Object.keys(BUS_OF).map((module) => ({ moduleId: Number(module), pciBusId: addressOf(Number(module)), uuid: uuidOf(Number(module)) })));

export class Desk {
  readonly folder: string;
  readonly fabric: SimulatedFabric;
  readonly health = new Map<number, MemberHealth>();
  readonly alive = new Map<string, Liveness>();
  /** Milliseconds since 1970; moves only by hand. */
  now = Date.parse('2026-01-01T00:00:00Z');
  readonly ledger: FabricLedger;

  constructor(folder: string, fabric: SimulatedFabric, options: Partial<LedgerOptions>) {
    this.folder = folder;
    this.fabric = fabric;
    this.ledger = this.another(options);
  }

  /** Another process's view of the same host. */
  another(options: Partial<LedgerOptions> = {}): FabricLedger {
    return new FabricLedger({
      control: this.fabric,
      memberHealth: (module) => this.health.get(module) ?? { ok: true },
      isAlive: (owner) => this.alive.get(owner) ?? 'unknown',
      moduleIds: { known: async () => MODULES },
      folder: this.folder,
      askAgain: { times: 2, pauseMs: 1 },
      now: () => this.now,
      ...options,
    });
  }

  async owners(): Promise<Record<number, string>> {
    const { holdings } = await this.ledger.record();
    return Object.fromEntries(holdings.map((holding) => [holding.partitionId, holding.owner]));
  }

  async begun(): Promise<string[]> {
    const { operations } = await this.ledger.record();
    return operations.map((operation) => `${operation.kind} ${operation.partitionId} ${operation.owner}`);
  }

  async record(): Promise<LedgerRecord> {
    return await this.ledger.record();
  }
}

export async function startDesk(fabric = new SimulatedFabric(), options: Partial<LedgerOptions> = {}): Promise<Desk> {
  const folder = await mkdtemp(join(tmpdir(), 'gpuwright-ledger-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return new Desk(folder, fabric, options);
}
