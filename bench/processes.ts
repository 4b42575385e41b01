import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { median, nanosecondsEachAsync } from './rounds.ts';

const CTYPES = `
import ctypes, sys, time
library = ctypes.CDLL(sys.argv[1])
def read(device, sensor):
    value = ctypes.c_uint()
    status = library.bench_read(device, ctypes.c_uint(sensor), ctypes.byref(value))
    assert status == 0
    return value.value
device, figures, count = ctypes.c_void_p(0), [], 50000
for _ in range(10):
    start = time.perf_counter_ns()
    for _ in range(count):
        read(device, 3)
    figures.append((time.perf_counter_ns() - start) / count)
print(sorted(figures[1:])[4])
`;

/** Python's ctypes in the style of the usual Python bindings; null where there is no python3. */
export function measureCtypes(library: string): number | null {
  const done = spawnSync('python3', ['-c', CTYPES, library], { encoding: 'utf8', timeout: 60_000, killSignal: 'SIGKILL' });
  return done.status === 0 ? Number(done.stdout) : null;
}

/** Starting the smallest program there is and waiting for its end: what every reading by a command-line tool pays at least. */
export async function measureSpawn(): Promise<number> {
  const run = promisify(execFile);
  const figures: number[] = [];
  for (let round = 0; round < 5; round++) {
    figures.push(
      await nanosecondsEachAsync(20, async (iterations) => {
        for (let i = 0; i < iterations; i++) await run('true');
      }),
    );
  }
  return median(figures);
}
