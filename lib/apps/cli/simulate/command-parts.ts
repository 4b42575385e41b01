/** What several `simulate` commands take. */
import type { Command } from 'commander';
import { wholeNumber } from '../values.ts';

export const MAX_GPU = 63;

export function machine(command: Command): Command {
  return command.argument('<file>', 'the machine file');
}

export function gpu(command: Command): Command {
  return command.requiredOption('--gpu <n>', 'which GPU', wholeNumber(0, MAX_GPU));
}

export function json(command: Command): Command {
  return command.option('--json', 'one JSON document on stdout');
}
