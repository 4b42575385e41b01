/**
 * kill -9 at every step of acquire, release and restore: after it no partition is lost, doubled or orphaned, and nobody else's links are cut. The
 * stages are not listed here but counted: a run that is left alone tells how many there are, then one run dies at each.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveFabric, SimulatedFabric } from '../simulated-fabric.ts';
import { compilePrograms } from './compiled-program.ts';
import { Desk } from './desk.ts';
import type { OperationOrder } from './one-operation.ts';

const OWN = { moduleIds: [1, 3] };
/** Partition 3; vm-b has 4, and a stranger has 2. */
const OWN_ID = 3;

let programs: string;
beforeAll(async () => {
  programs = await compilePrograms(['test/fabric/baseboards.ts', 'test/fabric/simulated-fabric.ts', 'test/fabric/ledger/one-operation.ts']);
});
afterAll(() => rm(programs, { recursive: true }));

/** A host with two tenants, one of them unknown to the record, and vm-a about to do something. */
class Scene extends Desk {
  readonly #server: Server;
  readonly #socket: string;

  private constructor(folder: string, fabric: SimulatedFabric, server: Server, socket: string) {
    super(folder, fabric, {});
    this.#server = server;
    this.#socket = socket;
    this.now = Date.now();
  }

  static async start(operation: OperationOrder['operation']): Promise<Scene> {
    const folder = await mkdtemp(join(tmpdir(), 'gpuwright-kill-'));
    const fabric = new SimulatedFabric();
    const socket = join(folder, 'fabric.socket');
    const scene = new Scene(join(folder, 'state'), fabric, await serveFabric(fabric, socket), socket);
    await scene.ledger.acquire('vm-b', { moduleIds: [2, 4] });
    if (operation !== 'acquire') await scene.ledger.acquire('vm-a', OWN);
    // Not seen by the ledger yet, so that seeing it is a write to die at as well.
    fabric.active.add(2);
    if (operation !== 'restore') return scene;
    await scene.ledger.survey();
    fabric.restartInRestartMode();
    return scene;
  }

  /** Runs it in a process that dies at a stage; resolves with the stages it reached. */
  async run(operation: OperationOrder['operation'], dieAt: number): Promise<string[]> {
    const order: OperationOrder = { folder: this.folder, socket: this.#socket, operation, owner: 'vm-a', request: OWN, dieAt };
    const child = spawn(process.execPath, [join(programs, 'test/fabric/ledger/one-operation.js'), JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let told = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (told += text));
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    // What it had sent has arrived by the time its connection is closed here too.
    while ((await promisify(this.#server.getConnections.bind(this.#server))()) > 0) await pause(1);
    expect([code, signal], told).toEqual(dieAt < 0 ? [0, null] : [null, 'SIGKILL']);
    return told.trim().split('\n');
  }

  async end(): Promise<void> {
    this.#server.close();
    await rm(join(this.folder, '..'), { recursive: true });
  }

  /** What must hold after any death, before anybody repairs anything. */
  async expectNothingLost(): Promise<void> {
    const gpus = this.fabric.routedGpus;
    expect(new Set(gpus).size, 'a GPU in two partitions').toBe(gpus.length);
    expect(this.fabric.cut.filter((id) => id !== OWN_ID), "another one's links").toEqual([]);
    const { holdings, operations } = await this.record();
    const claimed = holdings.filter(({ owner }) => !operations.some((operation) => operation.owner === owner)).concat(operations as never[]);
    expect(claimed.filter(({ owner }) => owner === 'vm-b').map(({ partitionId }) => partitionId)).toEqual([4]);
    // Orphaned would be: active for vm-a, and the record knows nothing of it.
    if (this.fabric.active.has(OWN_ID)) expect(claimed.find(({ partitionId }) => partitionId === OWN_ID)?.owner).toBe('vm-a');
  }

  async expectOthersAsBefore(): Promise<void> {
    expect([this.fabric.active.has(2), this.fabric.active.has(4)]).toEqual([true, true]);
    await expect(this.ledger.acquire('vm-x', { moduleIds: [2, 4] })).rejects.toMatchObject({ code: 'NO_PARTITION' });
    await expect(this.ledger.acquire('vm-x', { moduleIds: [5, 6, 7, 8] })).rejects.toMatchObject({ code: 'UNKNOWN_OWNER' });
  }
}

async function withScene<T>(operation: OperationOrder['operation'], use: (scene: Scene) => Promise<T>): Promise<T> {
  const scene = await Scene.start(operation);
  try {
    return await use(scene);
  } finally {
    await scene.end();
  }
}

/** One run for each stage there is, two at a time, each on a host of its own. */
async function atEveryStage(operation: OperationOrder['operation'], after: (scene: Scene, stage: string, at: number) => Promise<void>, then = ''): Promise<readonly string[]> {
  const stages = await withScene(operation, (scene) => scene.run(operation, -1));
  const died: string[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < stages.length; at = next++) {
      await withScene(operation, async (scene) => {
        const reached = await scene.run(operation, at);
        expect(reached).toEqual(stages.slice(0, at + 1));
        died[at] = reached[at]!;
        await scene.expectNothingLost();
        await after(scene, stages[at]!, at);
      });
    }
  };
  await Promise.all([worker(), worker()]);
  console.log(`kill -9 during ${operation}${then}, at each of ${died.length} stages:\n${died.map((name, index) => `  ${index + 1}. ${name}`).join('\n')}`);
  return died;
}

/** What each write and each call go through; a stage that vanished would be one that nobody dies at. */
const writeOf = (what: string) => ['temporary-written', 'file-synced', 'renamed', 'folder-synced'].map((stage) => `${what}: ${stage}`);
const callOf = (what: string, call: string) => [`${what}: before the call`, `${call}: under way`, `${what}: after the call`];

describe('killed at every step', () => {
  it('of acquire: the owner gets its partition by asking again, or gives it up by releasing', async () => {
    const died = await atEveryStage('acquire', async (scene, stage) => {
      await scene.expectOthersAsBefore();
      // Every other stage is left by the other way out.
      if (stage.length % 2 === 0) {
        expect(await scene.ledger.acquire('vm-a', OWN)).toMatchObject({ partitionId: OWN_ID });
        expect([await scene.owners(), await scene.begun(), scene.fabric.active.has(OWN_ID)]).toEqual([{ 3: 'vm-a', 4: 'vm-b' }, [], true]);
      }
      await scene.ledger.release('vm-a');
      expect([await scene.owners(), await scene.begun(), scene.fabric.active.has(OWN_ID)]).toEqual([{ 4: 'vm-b' }, [], false]);
      await scene.expectOthersAsBefore();
    });
    expect(died).toEqual(['locked', ...writeOf('observation'), ...writeOf('intent'), ...callOf('activate partition 3 for vm-a', 'activate'), ...writeOf('outcome'), 'before unlock']);
  }, 120_000);

  it('of release: the partition is still its owner\'s, or free; releasing again ends it', async () => {
    const died = await atEveryStage('release', async (scene) => {
      await scene.expectOthersAsBefore();
      const differences = await scene.ledger.reconcile();
      expect(differences.filter(({ owner }) => owner === 'vm-a').map(({ kind }) => kind)).toEqual(scene.fabric.active.has(OWN_ID) ? [expect.stringMatching(/unfinished-release|owner-unclear/)] : (await scene.begun()).map(() => 'unfinished-release'));
      await scene.ledger.release('vm-a');
      expect([await scene.owners(), await scene.begun(), scene.fabric.active.has(OWN_ID)]).toEqual([{ 4: 'vm-b' }, [], false]);
      expect(await scene.ledger.acquire('vm-c', OWN)).toMatchObject({ partitionId: OWN_ID });
      await scene.expectOthersAsBefore();
    });
    expect(died).toEqual(['locked', ...writeOf('observation'), ...writeOf('intent'), ...callOf('deactivate partition 3 of vm-a', 'deactivate'), ...writeOf('outcome'), 'before unlock']);
  }, 120_000);

  it('of restore: everybody, known or not, keeps its links, and restoring again ends it', async () => {
    const died = await atEveryStage('restore', async (scene) => {
      const waited = scene.fabric.waiting;
      expect(await scene.ledger.restore()).toMatchObject({ state: waited ? 'restored' : 'not-waiting', active: [2, 3, 4], missing: [], unexpected: [], unknownOwners: [2] });
      expect([scene.fabric.cut, await scene.owners(), await scene.begun()]).toEqual([[], { 3: 'vm-a', 4: 'vm-b' }, []]);
      expect((await scene.record()).restoring).toBeNull();
      await scene.expectOthersAsBefore();
    });
    expect(died).toEqual(['locked', ...writeOf('intent'), ...callOf('restore', 'restoreActivated'), ...writeOf('outcome'), 'before unlock']);
  }, 120_000);
});

describe('killed at every step, and Fabric Manager restarts in restart mode on top of it', () => {
  const LIVES = process.env['GPUWRIGHT_PROOF'] === 'full' ? [true, false] : [undefined];

  it.each(['acquire', 'release'] as const)(
    'of %s: the owner, if it lives, keeps what was under way; a dead one does not; all others keep their links',
    async (operation) => {
      for (const life of LIVES) {
        await atEveryStage(
          operation,
          async (scene, _, at) => {
            // The look that a watcher has had, after the death and before the restart; the stranger is seen there at the latest.
            await scene.ledger.survey();
            const { holdings, operations, observed } = await scene.record();
            const begun = operations.some(({ owner }) => owner === 'vm-a');
            const held = holdings.some(({ owner }) => owner === 'vm-a');
            // Without the whole proof every other stage has the one or the other.
            const lives = life ?? at % 2 === 0;
            scene.alive.set('vm-a', lives);
            scene.fabric.restartInRestartMode();
            // A release that has been seen to happen is over, whoever lives.
            const released = operation === 'release' && observed?.active.every(({ id }) => id !== OWN_ID) === true;
            const keeps = !released && (begun ? lives : held);
            expect(await scene.ledger.restore()).toMatchObject({ state: 'restored', active: keeps ? [2, 3, 4] : [2, 4], missing: [], unexpected: [], unknownOwners: [2] });
            await scene.expectNothingLost();
            await scene.expectOthersAsBefore();
            expect((await scene.owners())[OWN_ID]).toBe(keeps ? 'vm-a' : undefined);
            await scene.ledger.release('vm-a');
            expect([await scene.owners(), await scene.begun(), scene.fabric.active.has(OWN_ID)]).toEqual([{ 4: 'vm-b' }, [], false]);
          },
          `, then a restart while its owner ${life === undefined ? 'lives or not' : life ? 'lives' : 'is gone'}`,
        );
      }
    },
    240_000,
  );
});
