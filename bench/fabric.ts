/** What an application feels while Fabric Manager takes a question and does not answer, or takes its client along. */
import { FabricManager } from '../lib/fabric/index.ts';
import { startMachine } from '../mocks/control/index.ts';
import { delayWhile } from './liveness.ts';

export interface FabricFigures {
  /** Listing 15 partitions: connect, ask, disconnect, through a helper process. */
  readonly fabricListMs: number;
  /** Of the event loop, while a daemon is silent and the deadline passes. */
  readonly fabricSilentP99Ms: number;
  /** The same over crashes of the library, new helper processes included. */
  readonly fabricCrashP99Ms: number;
}

const LISTS = 50;
const SILENT_MS = 3000;
const CRASHES = 5;

export async function measureFabric(): Promise<FabricFigures> {
  const machine = await startMachine('hgx-h100-8', { fabricMode: 'shared' });
  try {
    await using manager = await FabricManager.connect({ library: machine.nvfmLibrary });
    await manager.partitions();
    const started = performance.now();
    for (let round = 0; round < LISTS; round += 1) await manager.partitions();
    const fabricListMs = (performance.now() - started) / LISTS;

    await machine.setHost({ 'fabric-manager.manners': 'silent' });
    const fabricSilentP99Ms = await delayWhile(async () => await expectFailure(manager.partitions({ deadlineMs: SILENT_MS })));
    await machine.setHost({ 'fabric-manager.manners': 'answers', 'fabric-manager.when-it-dies': 'crash' });
    const fabricCrashP99Ms = await delayWhile(async () => {
      for (let round = 0; round < CRASHES; round += 1) {
        await machine.setHost({ 'fabric-manager.next-request': 'dies-before' });
        await expectFailure(manager.activate(1));
        await machine.fabricManager('start');
        await machine.advance(10);
        await manager.partitions();
      }
    });
    return { fabricListMs, fabricSilentP99Ms, fabricCrashP99Ms };
  } finally {
    await machine.stop();
  }
}

async function expectFailure(work: Promise<unknown>): Promise<void> {
  const failed = await work.then(() => false, () => true);
  if (!failed) throw new Error('bench: Fabric Manager answered though it was told not to');
}
