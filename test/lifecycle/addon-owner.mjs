/**
 * A process that brings the addon into a state and then comes to an end.
 * Arguments: state (idle, calling, hung, wedged), ending (natural, exit, terminate, abort, deadline), library, file to hang on.
 * With `terminate` the addon is loaded in a worker alone. Prints the outcomes that were settled, and ends with code 7.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { createAddonBackend } from '../../dist/lib/backend/addon.js';

const [state, ending, path, file] = process.argv.slice(2);
const controller = new AbortController();

async function enter() {
  const library = await createAddonBackend().open(path);
  const submit = (symbol, shape, memory, word, deadlineMs) => {
    const words = BigUint64Array.of(word, 0n, 0n, 0n, 0n, 0n, 0n, 0n);
    const frame = { words, pointerMask: memory.length > 0 ? 1 : 0, memory, relocations: [] };
    return library.submit('a', [{ fn: library.bind(symbol, shape), frame }], { deadlineMs, signal: controller.signal });
  };
  const tell = (outcomes) => console.log(JSON.stringify(outcomes));
  const told = Buffer.from(`${file}\0`);
  if (state === 'idle') tell(await submit('t_status', 'r(u32)', new Uint8Array(), 5n, 20_000));
  if (state === 'calling') {
    void submit('t_sleep_ms', 'r(u32)', new Uint8Array(), 500n, ending === 'deadline' ? 100 : 20_000).then(tell);
    await delay(50);
  }
  if (state === 'hung') {
    void submit('t_hang_told', 'r(p)', told, 0n, ending === 'natural' || ending === 'deadline' ? 500 : 20_000).then(tell);
    while (!existsSync(file)) await delay(5);
  }
  if (state === 'wedged') tell(await submit('t_hang_told', 'r(p)', told, 0n, 200));
}

if (!isMainThread) {
  await enter();
  parentPort.postMessage('entered');
  // Idle workers too shall be ended from outside.
  setInterval(() => {}, 1000);
} else if (ending === 'terminate') {
  const worker = new Worker(new URL(import.meta.url), { argv: process.argv.slice(2), stdout: false });
  await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  await worker.terminate();
  // The late call returns into code that no environment uses any more.
  writeFileSync(`${file}.release`, '');
  await delay(200);
  process.exitCode = 7;
} else {
  await enter();
  process.exitCode = 7;
  if (ending === 'exit') process.exit();
  if (ending === 'abort') controller.abort();
}
