/** mocks/generated/nvml-stubs.inc and nvml-first-driver.json: all exported names, which are described, and since when they exist. */
import { firstDriver, nvmlFunctions } from '../lib/abi/index.ts';

function list(macro: string, comment: string, names: readonly string[]): string {
  return `/* ${comment}: ${names.length} */\n#define ${macro}(X) \\\n${names.map((name) => `  X(${name})`).join(' \\\n')}\n`;
}

export function printStubs(firstLine: string): string {
  const all = Object.keys(firstDriver);
  const described = all.filter((name) => Object.hasOwn(nvmlFunctions, name));
  return [
    `/* ${firstLine} */\n/* Lists to be expanded: NVML_ALL_NAMES(X) gives X(name) for each name. */\n`,
    list('NVML_ALL_NAMES', 'Every name that the newest known library exports', all),
    list('NVML_DESCRIBED_NAMES', 'Those with a prototype in nvml.h', described),
    list('NVML_UNDESCRIBED_NAMES', 'The others', all.filter((name) => !described.includes(name))),
  ].join('\n');
}

export function printFirstDrivers(firstLine: string): string {
  const rule =
    'Symbol to the first driver branch known to have it: the lowest of 440 (exported by the library of 440.44), 470 (by that of 470.05) and the branch paired with the first header release that declares it.';
  const symbols = Object.entries(firstDriver).map(([name, branch]) => `    ${JSON.stringify(name)}: ${branch}`);
  return `{ "generated": ${JSON.stringify(firstLine)},\n  "rule": ${JSON.stringify(rule)},\n  "firstDriver": {\n${symbols.join(',\n')}\n  }\n}\n`;
}
