/**
 * A process that owns a helper, brings it into a state and then comes to an end.
 * Arguments: inner, state (idle, calling, hung), ending (natural, exit, SIGTERM, SIGKILL, terminate, crash, say), library, file to hang on.
 * Prints the helper's process id first.
 */
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { createHelperProcessBackend } from '../../dist/lib/backend/helper-process/index.js';

const [inner, state, ending, path, file] = isMainThread ? process.argv.slice(2) : workerData;
const frame = (memory, word) => ({ words: BigUint64Array.of(word, 0n, 0n, 0n, 0n, 0n, 0n, 0n), pointerMask: memory.length > 0 ? 1 : 0, memory, relocations: [] });

async function enter() {
  const backend = createHelperProcessBackend({ inner });
  const library = await backend.open(path);
  const submit = (lane, symbol, shape, memory, word, deadlineMs) =>
    library.submit(lane, [{ fn: library.bind(symbol, shape), frame: frame(memory, word) }], { deadlineMs });
  if (state === 'calling') {
    void submit('a', 't_sleep_ms', 'r(u32)', new Uint8Array(), 600n, 20_000);
    await delay(100);
  }
  if (state === 'hung') {
    const [outcome] = await submit('a', 't_hang_told', 'r(p)', new Uint8Array(Buffer.from(`${file}\0`)), 0n, 300);
    if (outcome.state !== 'running' || !existsSync(file)) throw new Error(`not hung: ${JSON.stringify(outcome)}`);
  }
  return { pid: backend.pid, submit };
}

function end() {
  if (ending === 'natural') process.exitCode = 7;
  if (ending === 'exit') process.exit(7);
  if (ending.startsWith('SIG')) process.kill(process.pid, ending);
}

if (!isMainThread) {
  parentPort.postMessage((await enter()).pid);
} else if (ending === 'terminate') {
  const worker = new Worker(new URL(import.meta.url), { argv: process.argv.slice(2), workerData: process.argv.slice(2) });
  // Keeps the worker alive as long as this thread likes: an idle helper does not.
  const pid = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  console.log(pid);
  await worker.terminate();
  process.exitCode = 7;
} else {
  const { pid, submit } = await enter();
  console.log(pid);
  if (ending === 'crash') {
    console.log(JSON.stringify(await submit('b', 't_crash', 'r()', new Uint8Array(), 0n, 20_000)));
    console.log(JSON.stringify(await submit('b', 't_status', 'r(u32)', new Uint8Array(), 5n, 20_000)));
    process.exitCode = 7;
  }
  if (ending === 'say') await submit('b', 't_say', 'r(p)', new Uint8Array(Buffer.from('the library speaks\0')), 0n, 20_000);
  end();
}
