import type { FaultOptions } from '../../../../mocks/control/fault-options.ts';
import { CALL_FAULT_KINDS, FAULT_KINDS, FAULT_RULES } from '../../../../mocks/control/fault-options.ts';

const SCOPE: readonly (keyof FaultOptions)[] = ['gpu', 'scope', 'function'];

/** Which options go with which fault. */
export function faultOptionsText(): string {
  const rows = FAULT_KINDS.map((kind) => {
    const { takes, needs } = FAULT_RULES[kind];
    const ofCalls = CALL_FAULT_KINDS.includes(kind);
    const options = takes.filter((name) => !ofCalls || !SCOPE.includes(name)).map((name) => (needs.includes(name) ? `--${name}` : `[--${name}]`));
    const line = [kind.padEnd(18), ...(ofCalls ? ['SCOPE'] : []), ...options].join(' ').trimEnd();
    return `  ${line.replace('[--address] [--location]', '--address|--location')}`;
  });
  return `\nWhat goes with which fault (SCOPE is --gpu N, --function F, both, or --scope driver):\n${rows.join('\n')}\n`;
}
