import type { Command } from 'commander';
import { Option } from 'commander';
import { duration, oneOf } from './values.ts';

/** What every command that reads a host takes. */
export function reading(command: Command): Command {
  return command
    .option('--machine <file>', 'look at the simulated host of this machine file')
    .option('--timeout <time>', 'how long to wait for an answer: seconds, or with ms, s, m (default: 2s)', duration)
    .addOption(new Option('--backend <name>', 'how the library is called').choices(['auto', 'addon', 'koffi']).argParser(oneOf('auto', 'addon', 'koffi')))
    .addOption(new Option('--isolation <where>', 'in which process it is called').choices(['in-process', 'helper-process']).argParser(oneOf('in-process', 'helper-process')))
    .option('--json', 'one JSON document on stdout');
}
