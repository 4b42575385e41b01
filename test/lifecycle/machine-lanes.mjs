/**
 * A simulated host under load: several JavaScript environments read all of its GPUs on lanes, while memory errors and faults come and go.
 * For the sanitizers, which look at addon and mock together. Prints one line where every reading was one.
 */
import assert from 'node:assert/strict';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { startMachine } from '../../dist/mocks/control/index.js';
import { Nvml } from '../../dist/lib/nvml/index.js';

const ROUNDS = 8;

async function read(library) {
  const nvml = await Nvml.open({ library, backend: 'addon' });
  for (let round = 0; round < ROUNDS; round += 1) {
    const { gpus } = await nvml.snapshot();
    assert.equal(gpus.length, 8);
    for (const gpu of gpus) assert.match(gpu.retiredPages.state, /^(value|failed|stale|unsupported)$/);
  }
  await nvml.close();
}

if (isMainThread) {
  const machine = await startMachine('tesla-v100-8');
  const workers = [1, 2, 3].map(() => new Worker(new URL(import.meta.url), { workerData: machine.nvmlLibrary }));
  const ends = workers.map((worker) => new Promise((resolve, reject) => worker.once('exit', resolve).once('error', reject)));
  const reading = read(machine.nvmlLibrary);
  for (let gpu = 0; gpu < 8; gpu += 1) {
    await machine.inject({ kind: 'double-bit-ecc', gpu, address: BigInt(gpu + 1) << 16n });
    await machine.inject({ kind: 'fail', function: 'nvmlDeviceGetTemperature', gpu, returnCode: 999, times: 2 });
  }
  await reading;
  assert.deepEqual(await Promise.all(ends), [0, 0, 0]);
  const nvml = await Nvml.open({ library: machine.nvmlLibrary, backend: 'addon' });
  const { gpus } = await nvml.snapshot();
  assert.deepEqual(gpus.map((gpu) => gpu.retiredPages.state === 'value' && gpu.retiredPages.value.length), Array(8).fill(1));
  await nvml.close();
  await machine.stop();
  console.log('as it should be');
} else {
  await read(workerData);
}
