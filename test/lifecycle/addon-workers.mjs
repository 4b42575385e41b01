/**
 * Many JavaScript environments in one process. Arguments: scene, library, file to hang on. Prints one line where all is as it should be,
 * throws otherwise. A worker gets its part as `workerData`.
 */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { createAddonBackend } from '../../dist/lib/backend/addon.js';

const [scene, path, file] = process.argv.slice(2);
const PATIENT = { deadlineMs: 20_000 };

const frame = (words, pointers = [], memory = new Uint8Array(64)) => ({
  words: BigUint64Array.from(Object.assign(new Array(8).fill(0n), words)),
  pointerMask: pointers.reduce((mask, word) => mask | (1 << word), 0),
  memory,
  relocations: [],
});
const open = () => createAddonBackend().open(path);
const status = (library, value) => ({ fn: library.bind('t_status', 'r(u32)'), frame: frame([BigInt(value)]) });
const hang = (library, name) => ({ fn: library.bind('t_hang_told', 'r(p)'), frame: frame([0n], [0], Buffer.from(`${name}\0`)) });
const acquire = (library, ms) => ({ fn: library.bind('t_acquire', 'r(u32)'), frame: frame([BigInt(ms)]), undo: library.bind('t_release', 'r()') });
const balance = async (library) => (await library.submit('balance', [{ fn: library.bind('t_balance', 'r()'), frame: frame([]) }], PATIENT))[0].status;

const start = (part) => new Worker(new URL(import.meta.url), { argv: process.argv.slice(2), workerData: part });
const message = (worker) => new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
const exit = (worker) => new Promise((resolve, reject) => worker.once('exit', resolve).once('error', reject));

/** Synchronous calls through this environment's scratch buffer, and batches on lanes that all environments share. */
async function work(rounds) {
  const library = await open();
  const handle = library.bind('t_handle', 'r(p,p)');
  const { scratch } = library;
  const out = new DataView(scratch.memory.buffer, scratch.memory.byteOffset);
  for (let round = 0; round < rounds; round += 1) {
    const mine = BigInt(workerData.seat * 1_000_000 + round);
    for (let again = 0; again < 200; again += 1) {
      scratch.words[0] = mine;
      scratch.words[1] = 8n;
      scratch.pointerMask = 2;
      assert.equal(library.call(handle, scratch), 0);
      assert.equal(out.getBigUint64(8, true), mine);
    }
    const calls = [0, 1, 2, 3].map((value) => status(library, value + round));
    const outcomes = await library.submit(`lane ${round % 3}`, calls, PATIENT);
    assert.deepEqual(outcomes, calls.map((_, value) => ({ state: 'done', status: value + round })));
  }
}

const parts = {
  work: () => work(workerData.rounds),
  async hold() {
    const library = await open();
    const [done] = await library.submit('holder', [acquire(library, 0)], PATIENT);
    if (workerData.late) void library.submit('holder', [acquire(library, 300)], PATIENT);
    await delay(50);
    parentPort.postMessage(done);
    if (workerData.stay) await delay(60_000);
  },
  async knock() {
    const library = await open();
    const [outcome] = await library.submit('shared', [status(library, 1)], PATIENT);
    parentPort.postMessage(outcome);
  },
};

const scenes = {
  async 'load-at-once'() {
    const workers = Array.from({ length: 8 }, (_, seat) => start({ part: 'work', seat, rounds: 20 }));
    assert.deepEqual(await Promise.all(workers.map(exit)), Array(8).fill(0));
  },
  async 'terminate-at-random'() {
    for (let wave = 0; wave < 4; wave += 1) {
      const workers = Array.from({ length: 6 }, (_, seat) => start({ part: 'work', seat, rounds: 10_000 }));
      await Promise.all(workers.map(async (worker, index) => {
        await delay(20 + ((index * 37 + wave * 53) % 150));
        await worker.terminate();
      }));
    }
    const library = await open();
    assert.deepEqual(await library.submit('lane 0', [status(library, 3)], PATIENT), [{ state: 'done', status: 3 }]);
  },
  async 'share-lanes'() {
    const library = await open();
    const [outcome] = await library.submit('shared', [hang(library, file)], { deadlineMs: 300 });
    assert.deepEqual(outcome, { state: 'running' });
    const refused = await message(start({ part: 'knock' }));
    assert.equal(refused.reason, 'wedged');
    assert.equal(refused.wedgedBy.symbol, 't_hang_told');
    writeFileSync(`${file}.release`, '');
    while (library.laneState('shared') !== 'idle') await delay(5);
    assert.deepEqual(await message(start({ part: 'knock' })), { state: 'done', status: 1 });
  },
  async 'give-back'() {
    const library = await open();
    assert.equal(await balance(library), 0);
    assert.deepEqual((await library.submit('mine', [acquire(library, 0)], PATIENT))[0], { state: 'done', status: 0 });
    // One worker ends by itself, one is ended while it holds, one while a further call that it will have to give back is on its way.
    const natural = start({ part: 'hold' });
    const staying = [start({ part: 'hold', stay: true }), start({ part: 'hold', stay: true, late: true })];
    await Promise.all([exit(natural), ...staying.map(message)]);
    await Promise.all(staying.map((worker) => worker.terminate()));
    const patience = Date.now() + 10_000;
    while ((await balance(library)) !== 1 && Date.now() < patience) await delay(20);
    await delay(400);
    assert.equal(await balance(library), 1, 'only what the main thread holds is left');
    assert.ok(!existsSync(file));
  },
};

if (isMainThread) {
  await scenes[scene]();
  console.log('as it should be');
} else {
  await parts[workerData.part]();
}
