/** The `simulate process` commands. */
import type { Command } from 'commander';
import { Option } from 'commander';
import type { ProcessUsage, SimulatedProcess } from '../../../../mocks/control/types.ts';
import type { Runner } from '../program.ts';
import { size, wholeNumber } from '../values.ts';
import type { JsonOption } from './actions.ts';
import { gpu, json, machine, MAX_GPU } from './command-parts.ts';
import * as processes from './processes.ts';

type Usage = processes.UsageOptions & JsonOption;

export function processCommands(process: Command, run: Runner): void {
  process.description('processes that run on the GPUs of a simulated host');

  usage(gpu(pid(machine(process.command('add')))))
    .description('start one on a GPU; for several GPUs, add it to each. Like a real one, it keeps GPU and driver busy')
    .requiredOption('--name <name>', 'what it is called, such as python3')
    .addOption(new Option('--kind <kind>', 'what it uses the GPU for (default: compute)').choices(['compute', 'graphics', 'mps']))
    .option('--gpu-instance <n>', 'under MIG: where it runs', wholeNumber(0))
    .option('--compute-instance <n>', 'under MIG: where in there', wholeNumber(0))
    .action((file: string, options: Omit<SimulatedProcess, keyof ProcessUsage> & Usage) => run((ports) => processes.add(file, options, ports)));

  usage(gpu(pid(machine(process.command('set')))))
    .description('let it use more or less of a GPU from now on')
    .action((file: string, options: { gpu: number; pid: number } & Usage) => run((ports) => processes.change(file, options, ports)));

  json(pid(machine(process.command('remove'))))
    .description('end one; its accounting stays')
    .option('--gpu <n>', 'only on this GPU', wholeNumber(0, MAX_GPU))
    .action((file: string, options: { pid: number; gpu?: number } & JsonOption) => run((ports) => processes.remove(file, options, ports)));

  json(machine(process.command('list')))
    .description('the simulated ones')
    .action((file: string, options: JsonOption) => run((ports) => processes.list(file, options, ports)));
}

function pid(command: Command): Command {
  return command.requiredOption('--pid <n>', 'its number', wholeNumber(1, 2 ** 31 - 1));
}

function usage(command: Command): Command {
  const percent = wholeNumber(0, 100);
  return json(command)
    .option('--memory <size>', 'of the GPU, such as 40GiB', size)
    .option('--protected <size>', 'the part of it that is protected, under confidential computing', size)
    .option('--sm-percent <n>', 'of the multiprocessors\' time', percent)
    .option('--memory-percent <n>', 'of the time in which memory is read or written', percent)
    .option('--encoder-percent <n>', 'of the encoder\'s time', percent)
    .option('--decoder-percent <n>', 'of the decoder\'s time', percent)
    .option('--jpeg-percent <n>', 'of the JPEG decoder\'s time', percent)
    .option('--ofa-percent <n>', 'of the optical flow engine\'s time', percent);
}
