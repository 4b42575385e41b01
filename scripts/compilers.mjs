/**
 * `npm run mocks:compilers`: builds the mocks with clang and against musl, each into its own folder (build-compilers/…), and runs
 * programs on hosts that those builds simulate. Needs clang and musl-gcc.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** `needs`: what the library must ask the loader for, and nothing else. Tests that load it into Node or Python are for glibc alone. */
const COMPILERS = {
  'clang': { needs: ['libc.so.6'], tests: ['test/foreign/c.test.ts', 'test/foreign/life.test.ts', 'test/foreign/python.test.ts', 'test/mocks/library.test.ts'] },
  'musl-gcc': { needs: ['libc.so'], tests: ['test/foreign/c.test.ts', 'test/foreign/life.test.ts', 'test/proof/busy-host.test.ts'] },
};

for (const [compiler, { needs, tests }] of Object.entries(COMPILERS)) {
  const out = join(root, 'build-compilers', compiler);
  run('make', ['-s', '-j2', '-C', 'mocks', `CC=${compiler}`, `OUT=${out}`, 'CFLAGS=-O1']);
  for (const file of ['libnvidia-ml.so.1', 'libnvfm.so.1', 'gpuwright-machine']) {
    const needed = needsOf(join(out, file));
    if (needed.join() !== needs.join()) fail(`${compiler}: ${file} needs ${needed.join(', ')} instead of ${needs.join(', ')} alone`);
  }
  console.log(`${compiler}: built`);
  run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...tests], { CC: compiler, GPUWRIGHT_MOCKS_BUILD: out });
}

/** The DT_NEEDED entries of an ELF file, as readelf prints them. */
function needsOf(file) {
  const { stdout } = spawnSync('readelf', ['-d', file], { encoding: 'utf8' });
  return [...stdout.matchAll(/\(NEEDED\).*\[(.*)\]/g)].map(([, name]) => name);
}

function run(command, args, env = {}) {
  // Make names every file that it compiles.
  const stdout = command === 'make' ? 'ignore' : 'inherit';
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', stdout, 'inherit'], env: { ...process.env, ...env } });
  if (status !== 0) fail(`${command} ${args.join(' ')} failed${error === undefined ? '' : `: ${error.message}`}: see the messages above`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
