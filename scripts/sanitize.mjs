/**
 * `npm run test:sanitize -- [asan|tsan] [full]`: builds the addon, the trivial C library of the tests and the mocks with sanitizers, each into
 * its own folder (build-asan, build-tsan), runs the tests that matter on them, and fails on any report.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const CXX = process.env.CXX ?? 'g++';
const CC = process.env.CC ?? 'cc';

const SANITIZERS = {
  asan: {
    flags: ['-fsanitize=address,undefined', '-fno-sanitize-recover=undefined'],
    preload: ['libasan.so', 'libubsan.so'],
    environment: (reports) => ({
      ASAN_OPTIONS: `detect_leaks=1:abort_on_error=0:exitcode=99:detect_stack_use_after_return=1:log_path=${reports}`,
      // Programs that are not ours keep memory to their end: Python, shells, Node where a worker is terminated. See `leaksOfOurs`.
      LSAN_OPTIONS: 'exitcode=0',
      UBSAN_OPTIONS: `print_stacktrace=1:log_path=${reports}`,
    }),
    concerns: (report) => !/LeakSanitizer/.test(report) || leaksOfOurs(report),
  },
  tsan: {
    flags: ['-fsanitize=thread'],
    preload: ['libtsan.so'],
    environment: (reports) => ({ TSAN_OPTIONS: `exitcode=0:log_path=${reports}` }),
    // Node and vitest's bundler are not built for it, so that it cannot see how they synchronise: it reports races of theirs, and
    // descriptors that they closed and we opened. A race of ours has us on both sides. (A suppression by Node's names would hide
    // ours as well, since nearly every stack of ours ends in Node.)
    concerns: (report) => (/data race/.test(report) ? report.trim().split(/^$/m).slice(0, 2).every((side) => OURS.test(side)) : OURS.test(report)),
  },
};

/** What the stacks of our code name: our sources, or our binaries where a frame has no source. */
const OURS = /(^|[ /])(native|machine|tool|nvml|nvfm|fixtures\/native)\/[a-z_/-]+\.(cc|c|h):|gpuwright\.node|gpuwright-machine|libnvidia-ml|libnvfm|libtrivial/m;

/** Whether something leaked that our code asked for, itself or of Node-API. */
function leaksOfOurs(report) {
  return report.split(/^$/m).some((leak) => {
    if (!/ leak of /.test(leak)) return false;
    const asked = leak.split('\n').find((line) => /^ *#\d+ /.test(line) && !/libsanitizer|v8impl::|\bnapi_|libstdc\+\+/.test(line));
    return asked !== undefined && OURS.test(asked);
  });
}

/** Of the tests of the mocks; all of them with `full`. Those that play answers row by row take long and find little here. */
const MOCKS = ['library', 'lifecycle', 'machine-file', 'events', 'faults', 'drain', 'mig-lifetime', 'processes', 'vgpu', 'row-remapping', 'page-retirement', 'nvfm-library', 'nvfm-faults'].map((name) => `test/mocks/${name}.test.ts`);

const full = process.argv.includes('full');
const wanted = process.argv.slice(2).filter((word) => word !== 'full');
for (const name of wanted) if (!(name in SANITIZERS)) fail(`${name}: no such sanitizer: give ${Object.keys(SANITIZERS).join(' or ')}`);
for (const name of wanted.length > 0 ? wanted : Object.keys(SANITIZERS)) sanitize(name, SANITIZERS[name]);

function sanitize(name, { flags, preload, environment, concerns }) {
  const folder = join(root, `build-${name}`);
  const library = join(folder, 'libtrivial.so');
  const mocks = join(folder, 'mocks');
  rmSync(join(folder, 'reports'), { recursive: true, force: true });
  mkdirSync(join(folder, 'reports'), { recursive: true });

  console.log(`${name}: building`);
  const common = [...flags, '-g', '-O1', '-fPIC', '-fno-omit-frame-pointer', '-shared', '-pthread'];
  // node-gyp-build looks for an addon in this place below GPUWRIGHT_PREBUILD.
  const addon = join(folder, 'build/Release/gpuwright.node');
  mkdirSync(dirname(addon), { recursive: true });
  run(CXX, [...common, '-std=c++17', '-fno-exceptions', '-fno-rtti', '-fvisibility=hidden', '-Wall', '-Wextra', '-Wl,-z,nodelete', ...defines(), `-I${nodeHeaders()}`, '-o', addon, ...nativeSources()]);
  run(CC, [...common, '-std=c11', '-o', library, 'test/fixtures/native/trivial.c']);
  const linked = flags.join(' ');
  run('make', ['-s', '-C', 'mocks', `OUT=${mocks}`, `EXTRA_CFLAGS=${linked} -O1 -fno-omit-frame-pointer`, `EXTRA_LDFLAGS=${linked}`]);

  const env = {
    ...process.env,
    ...environment(join(folder, 'reports/report')),
    LD_PRELOAD: preload.map((file) => output(CXX, [`-print-file-name=${file}`])).join(' '),
    GPUWRIGHT_PREBUILD: folder,
    GPUWRIGHT_MOCKS_BUILD: mocks,
    GPUWRIGHT_FIXTURE_LIBRARY: library,
  };
  for (const [what, ...args] of programs(name, library, join(folder, 'hang'))) {
    console.log(`${name}: ${what}`);
    for (const leftover of readdirSync(folder).filter((file) => file.startsWith('hang'))) rmSync(join(folder, leftover));
    const { status, signal } = spawnSync(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'], timeout: full ? 3_600_000 : 600_000, killSignal: 'SIGKILL' });
    const reports = readdirSync(join(folder, 'reports'))
      .flatMap((file) => readFileSync(join(folder, 'reports', file), 'utf8').split(/^=+$/m))
      .filter((report) => report.trim() !== '' && concerns(report));
    if (reports.length > 0) fail(`${name}: ${what}: the sanitizer reports:\n${reports.join('\n').slice(0, 20_000)}`);
    if (status !== 0) fail(`${name}: ${what}: ended with ${signal ?? `exit status ${status}`}`);
  }
  console.log(`${name}: no reports`);
}

/** What is run: its name and the arguments of Node. */
function programs(name, library, file) {
  const vitest = (...args) => ['node_modules/vitest/vitest.mjs', 'run', '--testTimeout=120000', '--hookTimeout=120000', ...args];
  const scenes = ['load-at-once', 'terminate-at-random', 'share-lanes', 'give-back'];
  return [
    ['fuzz', 'test/backend/addon-fuzz.mjs', library, '7', '1000'],
    ...scenes.map((scene) => [`workers ${scene}`, 'test/lifecycle/addon-workers.mjs', scene, library, file]),
    ['contract of the addon', ...vitest('test/contract', '-t', 'contract: addon')],
    ['readings of a simulated host', 'test/lifecycle/machine-lanes.mjs'],
    // Python, which these tests run as somebody else's NVML client, does not start under TSan.
    ...(name === 'asan' ? [['mocks', ...vitest(...(full ? ['test/mocks'] : MOCKS))]] : []),
  ];
}

function nativeSources() {
  return readdirSync(join(root, 'native')).filter((file) => file.endsWith('.cc')).map((file) => `native/${file}`);
}

function defines() {
  return ['GPUWRIGHT_SANITIZED', 'NAPI_VERSION=8', 'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS', 'NODE_GYP_MODULE_NAME=gpuwright', 'BUILDING_NODE_EXTENSION'].map((name) => `-D${name}`);
}

/** Where npm tells node-gyp that they are, or beside this Node. */
function nodeHeaders() {
  const places = [process.env.npm_config_nodedir, join(process.execPath, '../..')].filter(Boolean).map((place) => join(place, 'include/node'));
  return places.find((place) => existsSync(join(place, 'node_api.h'))) ?? fail(`node_api.h: is in none of ${places.join(', ')}: set npm_config_nodedir`);
}

function output(command, args) {
  return spawnSync(command, args, { encoding: 'utf8' }).stdout.trim();
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) fail(`${command} failed${error === undefined ? '' : `: ${error.message}`}: see the messages above`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
