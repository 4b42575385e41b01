/**
 * Any history of owners, strangers, mishaps and restarts: nobody's links are cut but those of who asked for it, nobody shares a GPU, and nothing is
 * left behind when all have let go.
 */
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isGpuwrightError, type ErrorCode } from '../../../lib/errors.ts';
import { ModuleMap } from '../../../lib/fabric/module-ids/module-map.ts';
import { BASEBOARDS, type BaseboardName } from '../baseboards.ts';
import { SimulatedFabric } from '../simulated-fabric.ts';
import { Desk } from './desk.ts';

const SIXTEEN = new ModuleMap(Array.from({ length: 16 }, (_, index) => ({ moduleId: index + 1, pciBusId: `00000000:${(0x90 - index).toString(16).toUpperCase()}:00.0`, uuid: null })));

type Event =
  | { readonly what: 'acquire'; readonly owner: string; readonly gpus: number }
  | { readonly what: 'release'; readonly owner: string }
  | { readonly what: 'stranger'; readonly place: number }
  | { readonly what: 'stranger leaves' }
  | { readonly what: 'restart' }
  | { readonly what: 'cold start' }
  | { readonly what: 'reconcile' }
  | { readonly what: 'later' }
  | { readonly what: 'mishap'; readonly call: 'activate' | 'deactivate' | 'restoreActivated' | 'partitions'; readonly code: ErrorCode; readonly effect: boolean };

const owner = fc.constantFrom('vm-a', 'vm-b', 'vm-c', 'vm-d');
const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant('acquire' as const), owner, gpus: fc.constantFrom(1, 2, 2, 4, 8) }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constant('release' as const), owner }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('stranger' as const), place: fc.nat(40) }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constantFrom('stranger leaves' as const, 'restart' as const, 'cold start' as const, 'reconcile' as const, 'later' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant('mishap' as const),
      call: fc.constantFrom('activate' as const, 'deactivate' as const, 'restoreActivated' as const, 'partitions' as const),
      code: fc.constantFrom<ErrorCode>('TIMEOUT', 'VENDOR_ERROR', 'HELPER_CRASHED', 'FABRIC_UNREACHABLE'),
      effect: fc.boolean(),
    }),
  },
);

class History {
  readonly desk: Desk;
  readonly #board: readonly (readonly [id: number, modules: readonly number[]])[];
  readonly strangers = new Set<number>();

  constructor(desk: Desk, name: BaseboardName) {
    this.desk = desk;
    this.#board = BASEBOARDS[name];
  }

  async meet(event: Event): Promise<void> {
    const { desk } = this;
    const { fabric, ledger } = desk;
    const cutBefore = fabric.cut.length;
    let mayCut: string | undefined;
    try {
      if (event.what === 'acquire') {
        mayCut = event.owner;
        await ledger.acquire(event.owner, { gpus: event.gpus });
      } else if (event.what === 'release') {
        mayCut = event.owner;
        await ledger.release(event.owner);
      } else if (event.what === 'stranger') await this.#stranger(event.place);
      else if (event.what === 'stranger leaves') this.#strangerLeaves();
      else if (event.what === 'restart') await this.#restart();
      else if (event.what === 'cold start') await this.#coldStart();
      else if (event.what === 'reconcile') await ledger.reconcile();
      else if (event.what === 'later') desk.now += 76_000;
      else fabric.mishaps = [{ call: event.call, code: event.code, effect: event.effect }];
    } catch (error) {
      expect(isGpuwrightError(error), String(error)).toBe(true);
    }
    for (const id of fabric.cut.slice(cutBefore)) {
      expect(this.strangers.has(id), `cut a stranger's partition ${id} at ${JSON.stringify(event)}`).toBe(false);
      expect(mayCut, `cut partition ${id} at ${JSON.stringify(event)}`).toBeDefined();
    }
    await this.#check();
  }

  /**
   * Takes any free partition but one with an unfinished operation on it: a list does not say who activated a partition, so in that
   * time nobody could tell the stranger's from the owner's.
   */
  async #stranger(place: number): Promise<void> {
    const [id, modules] = this.#board[place % this.#board.length]!;
    if ((await this.desk.record()).operations.some(({ partitionId }) => partitionId === id)) return;
    if (modules.some((module) => this.desk.fabric.routedGpus.includes(module))) return;
    this.desk.fabric.active.add(id);
    this.strangers.add(id);
  }

  #strangerLeaves(): void {
    const [id] = this.strangers;
    if (id === undefined) return;
    this.desk.fabric.active.delete(id);
    this.strangers.delete(id);
  }

  /** Somebody watches, so that Fabric Manager was looked at not long before it restarted, and restores until it has worked. */
  async #restart(): Promise<void> {
    const { fabric, ledger } = this.desk;
    fabric.mishaps = fabric.mishaps.filter(({ call }) => call === 'restoreActivated');
    await ledger.survey();
    const before = [...fabric.active].sort();
    fabric.restartInRestartMode();
    for (let tries = 0; tries < 3 && fabric.waiting; tries += 1) await ledger.restore().catch(() => undefined);
    expect(fabric.waiting).toBe(false);
    // All that was active is; more only where an owner's activation was under way.
    for (const id of before) expect(fabric.active.has(id), `partition ${id} was not handed back`).toBe(true);
  }

  /** Somebody watches, and has seen it before anybody else activates anything. */
  async #coldStart(): Promise<void> {
    const { fabric, ledger } = this.desk;
    fabric.startCold();
    this.strangers.clear();
    fabric.mishaps = fabric.mishaps.filter(({ call }) => call !== 'partitions');
    await ledger.survey();
  }

  async #check(): Promise<void> {
    const routed = this.desk.fabric.routedGpus;
    expect(new Set(routed).size, `a GPU in two partitions: ${String(routed)}`).toBe(routed.length);
    const { holdings, operations } = await this.desk.record();
    const claimed = new Set([...holdings, ...operations].map(({ partitionId }) => partitionId));
    for (const id of this.desk.fabric.active) expect(this.strangers.has(id) || claimed.has(id), `partition ${id} is orphaned`).toBe(true);
  }

  async end(): Promise<void> {
    this.desk.fabric.mishaps = [];
    for (const name of ['vm-a', 'vm-b', 'vm-c', 'vm-d']) await this.desk.ledger.release(name);
    expect([[...this.desk.fabric.active].sort(), await this.desk.owners(), await this.desk.begun()]).toEqual([[...this.strangers].sort(), {}, []]);
  }
}

it('any history ends well', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom<BaseboardName>('h100', 'a100', 'hgx-2'), fc.array(anyEvent, { maxLength: 25 }), async (name, events) => {
      const folder = await mkdtemp(join(tmpdir(), 'gpuwright-history-'));
      try {
        const history = new History(new Desk(folder, new SimulatedFabric(name), { moduleIds: { known: async () => SIXTEEN }, askAgain: { times: 1, pauseMs: 0 } }), name);
        for (const event of events) await history.meet(event);
        await history.end();
      } finally {
        await rm(folder, { recursive: true });
      }
    }),
    { numRuns: 60 },
  );
}, 120_000);
