/** mocks/generated/nvml-names.inc and nvml-first-driver.json: all exported names, and since when they exist. */
import { firstDriver } from '../lib/abi/index.ts';

export function printNames(firstLine: string): string {
  const names = Object.keys(firstDriver);
  return [
    `/* ${firstLine} */`,
    `/* Every name that the newest known library exports: ${names.length}. NVML_NAMES(X) gives X(name) for each. */`,
    `#define NVML_NAMES(X) \\\n${names.map((name) => `  X(${name})`).join(' \\\n')}`,
    '',
  ].join('\n');
}

export function printFirstDrivers(firstLine: string): string {
  const rule =
    'Symbol to the first driver branch known to have it: the lowest of 440 (exported by the library of 440.44), 470 (by that of 470.05) and the branch paired with the first header release that declares it.';
  const symbols = Object.entries(firstDriver).map(([name, branch]) => `    ${JSON.stringify(name)}: ${branch}`);
  return `{ "generated": ${JSON.stringify(firstLine)},\n  "rule": ${JSON.stringify(rule)},\n  "firstDriver": {\n${symbols.join(',\n')}\n  }\n}\n`;
}
