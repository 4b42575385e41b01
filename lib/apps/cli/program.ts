/**
 * The command line: names, options, help. What the commands do is in their own files, each loaded when it is called: half of the
 * time of a short command would go into modules that it does not use.
 */
import type { Command } from 'commander';
import { Command as CommanderCommand, Option } from 'commander';
import type { Ports } from './ports.ts';
import type { TargetOptions } from './host-look.ts';
import { fabricCommand } from './fabric/command.ts';
import type { PagesOptions } from './pages.ts';
import type { RawOptions } from './raw/raw.ts';
import { simulateCommand } from './simulate/command.ts';
import type { StatusOptions } from './status.ts';
import { reading } from './target-command.ts';
import { duration } from './values.ts';

/** Runs one command's action; its failures and its exit status are the caller's business. */
export type Runner = (action: (ports: Ports) => Promise<number>) => Promise<void>;

const HELP_AFTER = `
Exit status: 0 fine, 1 something needs attention or a GPU does not answer, 2 wrong usage, 3 no GPU, or no Fabric Manager, could be read.
With --json a failure is { "schema": 1, "error": { "code", "message" } } on stdout, besides the sentence on stderr.`;

export function gpuwrightProgram(version: string, screen: Ports['screen'], run: Runner): Command {
  const program = new CommanderCommand('gpuwright')
    .description('Finds a sick datacentre GPU and says why; on real drivers or on a simulated host.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(--help shows what the command takes)')
    .configureHelp({ helpWidth: screen.columns })
    .configureOutput({ writeOut: (text) => screen.out(text), writeErr: (text) => screen.err(text), outputError: (text, write) => write(text.replace(/^error: /, 'gpuwright: ')), getOutHelpWidth: () => screen.columns, getErrHelpWidth: () => screen.columns })
    .addHelpText('after', HELP_AFTER);

  reading(program.command('status'))
    .description('every GPU of the host, what is wrong with it and what to do')
    .option('--watch', 'look again and again, until Ctrl-C')
    .option('--interval <time>', 'pause between two looks of --watch (default: 2s)', duration)
    .action((options: StatusOptions) => run(async (ports) => (await import('./status.ts')).status(options, ports)));

  reading(program.command('pages'))
    .description('retired pages; what cures a pending one and which processes hold the GPU')
    .option('--gpu <id>', 'only this GPU: index, UUID or PCI address')
    .addOption(new Option('--format <format>', 'csv and xml use the field names of nvidia-smi (default: table)').choices(['table', 'json', 'csv', 'xml']))
    .action((options: PagesOptions) => run(async (ports) => (await import('./pages.ts')).pages(options, ports)));

  reading(program.command('doctor'))
    .description('what gpuwright works with here, what is missing and how to mend it')
    .action((options: TargetOptions) => run(async (ports) => (await import('./doctor/doctor.ts')).doctor(options, ports)));

  reading(program.command('raw'))
    .description('call one function of the library and show what it answers; `raw --list` shows them all')
    .argument('[function]', 'the C function, such as nvmlDeviceGetTemperature')
    .argument('[args...]', 'its inputs in C order, or as name=word; a GPU is an index, a UUID or a PCI address')
    .option('--yes', 'call it even if it changes something')
    .option('--list', 'every function that can be called, or those with a name like the one given; of one alone, all about its inputs')
    .action((symbol: string | undefined, words: string[], options: RawOptions) => run(async (ports) => (await import('./raw/raw.ts')).raw(symbol, words, options, ports)));

  fabricCommand(program.command('fabric'), run);
  simulateCommand(program.command('simulate'), run);
  return program;
}
