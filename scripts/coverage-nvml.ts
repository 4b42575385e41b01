/**
 * `npm run coverage:nvml [-- --json]`: which functions of libnvidia-ml are described, which of them the domain uses, and which the mock
 * answers from its state. All of it is read off the sources: a function counts as mocked if its answer is written in mocks/nvml/answers
 * and a row of test/mocks/answers changes the machine and sees the answer change.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { families, firstDriver, nvmlFunctions } from '../lib/abi/index.ts';
import { packageRoot } from '../lib/package-root.ts';

export interface Coverage {
  readonly total: number;
  readonly described: number;
  readonly domain: number;
  readonly mocked: number;
  /** Not described. */
  readonly missing: readonly string[];
  readonly notInDomain: readonly string[];
  readonly notMocked: readonly string[];
}

function matches(folder: string, pattern: RegExp, without?: string): Set<string> {
  const path = join(packageRoot(), folder);
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(ts|c)$/.test(name) && !(without !== undefined && name.startsWith(without)));
  return new Set(files.flatMap((name) => [...readFileSync(join(path, name), 'utf8').matchAll(pattern)].map((match) => match[1] as string)));
}

/** By name, or through a family of versions. What the raw layer needs to find a handle is no use of it. */
function usedByDomain(): Set<string> {
  const named = matches('lib/nvml', /\bc\.(nvml\w+)/g, 'raw/');
  for (const family of matches('lib/nvml', /\bfamilies\.(\w+)/g)) {
    for (const { symbol } of families[family as keyof typeof families] ?? []) named.add(symbol);
  }
  return named;
}

export function coverage(): Coverage {
  const all = Object.keys(firstDriver);
  const described = new Set(Object.keys(nvmlFunctions));
  const domain = usedByDomain();
  const answered = matches('mocks/nvml/answers', /^(?:[A-Z_]+\(|nvmlReturn_t |const char \*)(nvml\w+)/gm);
  const proven = matches('test/mocks/answers', /^ {2,4}(nvml\w+): /gm);
  const mocked = all.filter((name) => answered.has(name) && proven.has(name));
  return {
    total: all.length,
    described: all.filter((name) => described.has(name)).length,
    domain: all.filter((name) => domain.has(name)).length,
    mocked: mocked.length,
    missing: all.filter((name) => !described.has(name)),
    notInDomain: all.filter((name) => !domain.has(name)),
    notMocked: all.filter((name) => !mocked.includes(name)),
  };
}

function print(found: Coverage): void {
  const list = (names: readonly string[]): string => (names.length === 0 ? '  none' : names.map((name) => `  ${name}`).join('\n'));
  console.log(`functions of libnvidia-ml.so.1: ${found.total}\ndescribed: ${found.described}\nused by the domain: ${found.domain}\nanswered by the mock from its state: ${found.mocked}`);
  console.log(`\nnot described:\n${list(found.missing)}\n\nnot answered by the mock:\n${list(found.notMocked)}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const unknown = process.argv.slice(2).find((word) => word !== '--json');
  if (unknown !== undefined) {
    console.error(`coverage: ${unknown}: is not an option: use --json or nothing`);
    process.exit(2);
  }
  const found = coverage();
  if (process.argv.includes('--json')) console.log(JSON.stringify(found, null, 2));
  else print(found);
}
