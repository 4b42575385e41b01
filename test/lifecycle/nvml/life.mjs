// One life of a process that uses NVML: argv[2] is { library, options, act, end }. It says `ready` when the end may come.
import { once } from 'node:events';
import { Worker, isMainThread, workerData } from 'node:worker_threads';
import { Nvml } from '../../../dist/lib/nvml/index.js';

const { library, options, act, end, workers } = isMainThread ? JSON.parse(process.argv[2]) : workerData;

async function live() {
  const nvml = await Nvml.open({ library, ...options });
  if (act === 'idle') await nvml.snapshot();
  if (act === 'calling') void nvml.snapshot({ deadlineMs: 60_000 }).catch(() => undefined);
  if (act === 'hung') await nvml.snapshot({ deadlineMs: 200 });
  return nvml;
}

if (!isMainThread) {
  const nvml = await live();
  const { parentPort } = await import('node:worker_threads');
  parentPort.postMessage('ready');
  if (end === 'workers-close') {
    await once(parentPort, 'message');
    await nvml.close();
    parentPort.close();
  } else {
    setInterval(() => undefined, 1000);
  }
} else if (workers !== undefined) {
  const all = Array.from({ length: workers }, () => new Worker(new URL(import.meta.url), { workerData: { library, options, act, end } }));
  await Promise.all(all.map((worker) => once(worker, 'message')));
  console.log('ready');
  await once(process.stdin, 'data');
  if (end === 'workers-close') {
    const gone = Promise.all(all.map((worker) => once(worker, 'exit')));
    for (const worker of all) worker.postMessage('close');
    await gone;
  } else {
    await Promise.all(all.map((worker) => worker.terminate()));
  }
  console.log('ended');
  await once(process.stdin, 'data');
  process.exit(0);
} else {
  const nvml = await live();
  console.log('ready');
  if (end === 'exit') process.exit(7);
  if (end === 'close') {
    await nvml.close();
    process.exitCode = 7;
  }
  if (end === 'natural') process.exitCode = 7;
}
