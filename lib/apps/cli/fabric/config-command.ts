/** The `fabric config` commands. */
import type { Command } from 'commander';
import { Argument, Option } from 'commander';
import type { PlatformId } from '../../../fabric/platforms/baseboard.ts';
import type { Runner } from '../program.ts';
import { duration, oneOf } from '../values.ts';
import type { ConfigOptions, ConfigSetting } from './config.ts';
import { configSetting } from './words-of-options.ts';

export const PLATFORMS = ['hgx2', 'hgxA100', 'hgxH100', 'hgxH800', 'hgxB200'] as const satisfies readonly PlatformId[];

export function configCommands(config: Command, run: Runner): void {
  config.description('fabricmanager.cfg: show it, check it, explain it, change it');

  file(config.command('show'))
    .description('what stands in the file, and the defaults of what does not')
    .action((options: ConfigOptions) => run(async (ports) => (await import('./config.ts')).showConfig(options, ports)));

  file(config.command('check'))
    .description('each value, for this platform, and all of them together')
    .addOption(new Option('--platform <name>', 'the baseboard (default: by the GPUs)').choices(PLATFORMS).argParser(oneOf(...PLATFORMS)))
    .option('--timeout <time>', 'how long to wait for the GPUs to say what they are (default: 2s)', duration)
    .action((options: ConfigOptions) => run(async (ports) => (await import('./config.ts')).checkConfigFile(options, ports)));

  file(config.command('set').addArgument(new Argument('<settings...>', 'KEY=VALUE').argParser(configSetting)))
    .description('change the file; Fabric Manager follows it after its next start')
    .option('--yes', 'do not ask')
    .action((settings: readonly ConfigSetting[], options: ConfigOptions) => run(async (ports) => (await import('./config.ts')).setConfigFile(settings, options, ports)));

  file(config.command('diff').addArgument(new Argument('[settings...]', 'KEY=VALUE: what `set` would change').argParser(configSetting)))
    .description('what `set` would change, or what differs from another file')
    .option('--with <file>', 'the other file (default: what stood there before the last `set`)')
    .action((settings: readonly ConfigSetting[] | undefined, options: ConfigOptions) => run(async (ports) => (await import('./config.ts')).diffConfigFile(settings ?? [], options, ports)));

  config
    .command('explain')
    .argument('<key>', 'such as FABRIC_MODE')
    .description('what a key means, what it may be, where and when it takes effect')
    .option('--json', 'one JSON document on stdout')
    .action((key: string, options: { json?: boolean }) => run(async (ports) => (await import('./config.ts')).explainConfigKey(key, options, ports)));
}

function file(command: Command): Command {
  return command
    .option('--file <path>', 'the file (default: /usr/share/nvidia/nvswitch/fabricmanager.cfg; of a simulated host its own)')
    .option('--machine <file>', 'the simulated host of this machine file')
    .option('--json', 'one JSON document on stdout');
}
