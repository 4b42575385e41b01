/**
 * npm's `prepare`: builds the addon, the mocks and the TypeScript. Runs in a clone, never where the package is installed from a registry.
 * An absent compiler, make or python3 is told in one line and tolerated, because koffi can serve; a build that fails, fails.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** A tool by its common name, and what else may stand for it: an environment variable first. */
const TOOLS = {
  'a C compiler (cc)': [process.env.CC, 'cc'],
  'a C++ compiler (g++)': [process.env.CXX, 'g++'],
  make: [process.env.MAKE, 'make'],
  python3: [process.env.NODE_GYP_FORCE_PYTHON, process.env.npm_config_python, process.env.PYTHON, 'python3', 'python'],
};

const absent = new Set(Object.keys(TOOLS).filter((tool) => !TOOLS[tool].some(starts)));
const lacks = (...tools) => tools.filter((tool) => absent.has(tool));

const forAddon = lacks('a C++ compiler (g++)', 'make', 'python3');
const forMocks = lacks('a C compiler (cc)', 'make');
const skipped = [...(forAddon.length > 0 ? ['the addon'] : []), ...(forMocks.length > 0 ? ['the simulated host'] : [])];
if (skipped.length > 0) {
  const missing = [...new Set([...forAddon, ...forMocks])];
  console.log(
    `gpuwright: ${listed(missing)} ${missing.length === 1 ? 'is' : 'are'} not installed: ${listed(skipped)} cannot be built` +
      (forAddon.length > 0 ? ', koffi will serve' : ''),
  );
}

if (forAddon.length === 0) run('build:native');
if (forMocks.length === 0 && existsSync(join(root, 'mocks/Makefile'))) run('build:mocks');
run('build:ts');

function starts(command) {
  if (!command) return false;
  // CC may hold arguments or a launcher before the compiler.
  const [program, ...rest] = command.split(/\s+/);
  return spawnSync(program, [...rest, '--version'], { stdio: 'ignore' }).error?.code !== 'ENOENT';
}

/** Through npm, which puts node_modules/.bin on the path and tells node-gyp where the headers are. */
function run(script) {
  const npm = process.env.npm_execpath;
  const [program, args] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const { status, signal, error } = spawnSync(program, [...args, 'run', '--silent', script], { cwd: root, stdio: 'inherit' });
  if (status === 0) return;
  console.error(`gpuwright: npm run ${script} failed (${error?.message ?? signal ?? `exit status ${status}`}): see the messages above`);
  process.exit(1);
}

function listed(words) {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
