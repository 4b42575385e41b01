/** The `simulate` commands: names, options, help. */
import type { Command } from 'commander';
import { Argument, Option } from 'commander';
import type { FaultOptions } from '../../../../mocks/control/fault-options.ts';
import { CPER_SEVERITIES, FAULT_KINDS, LASTING_FAULT_KINDS, ON_CHIP_MEMORIES, SRAM_BUCKETS, SRAM_ERRORS } from '../../../../mocks/control/fault-options.ts';
import { FABRIC_MODES } from '../../../../mocks/control/fabric-manager.ts';
import type { FaultKind } from '../../../../mocks/control/types.ts';
import type { Runner } from '../program.ts';
import { reading } from '../target-command.ts';
import type { Setting } from '../values.ts';
import { address, returnCode, seconds, settings, speed, time, wholeNumber } from '../values.ts';
import * as actions from './actions.ts';
import * as state from './attributes.ts';
import type { CaptureOptions } from './capture.ts';
import { gpu, json, machine, MAX_GPU } from './command-parts.ts';
import { fabricManagerCommands } from './fabric-manager-command.ts';
import { faultOptionsText } from './fault-help.ts';
import { processCommands } from './processes-command.ts';
import type { SpeedOptions } from './speed.ts';
import { vgpuCommands } from './vgpus-command.ts';

type Json = actions.JsonOption;

export function simulateCommand(simulate: Command, run: Runner): void {
  simulate.description('make, break and mend a simulated host: one file, and a mock of the driver\'s library that any program can load');

  json(simulate.command('profiles'))
    .description('what a simulated host can be made from')
    .action((options: Json) => run((ports) => actions.showProfiles(options, ports)));

  json(simulate.command('create').argument('<file>', 'the machine file to make'))
    .description('make a simulated host')
    .requiredOption('--profile <name>', 'a name of `gpuwright simulate profiles`, or a .json file of your own')
    .option('--gpus <n>', 'how many GPUs, 1 to 64 (default: the profile\'s)', wholeNumber(1, 64))
    .option('--driver <version>', 'driver version, such as 535.129.03 (default: the profile\'s)')
    .addOption(new Option('--fabric-mode <mode>', 'what Fabric Manager is started for, on an HGX board (default: bare-metal)').choices(FABRIC_MODES))
    .option('--set <name=value>', 'an attribute that shall differ, such as gpu.0.load.pattern=training or gpu.*.mig.mode=on; may be repeated', settings)
    .option('--seed <text>', 'same seed, same UUIDs and serial numbers (default: random)')
    .option('--force', 'replace an existing machine')
    .action((file: string, options: actions.CreateMachineOptions) => run((ports) => actions.create(file, options, ports)));

  json(machine(simulate.command('env')))
    .description('an export line for a shell: eval "$(gpuwright simulate env FILE)" lets its programs see the simulated host')
    .action((file: string, options: Json) => run((ports) => actions.printEnvironment(file, options, ports)));

  json(machine(simulate.command('run')).argument('<command...>', 'after --, the program and its arguments'))
    .description('run any program on the simulated host; the exit status is the program\'s')
    .usage('[options] <file> -- <command...>')
    .showHelpAfterError('Write -- before the command: gpuwright simulate run FILE -- COMMAND')
    .action((file: string, command: string[]) => run((ports) => actions.run(file, command, ports)));

  json(machine(simulate.command('show')))
    .description('the simulated host as it is')
    .option('--kernel-log', 'its kernel log instead')
    .action((file: string, options: Json & { kernelLog?: boolean }) => run((ports) => actions.show(file, options, ports)));

  json(machine(simulate.command('inject')).addArgument(new Argument('<fault>', 'what breaks').choices(FAULT_KINDS)))
    .description('break something: a memory error, a lost GPU, a library that hangs, fails or crashes')
    .option('--gpu <n>', 'on which GPU', wholeNumber(0, MAX_GPU))
    .option('--address <address>', 'of the memory error: 0x… or decimal', address)
    .addOption(new Option('--location <memory>', 'of an error on the chip').choices(ON_CHIP_MEMORIES))
    .addOption(new Option('--error <kind>', 'how an error of SRAM was noticed (default: sec-ded)').choices(SRAM_ERRORS))
    .addOption(new Option('--bucket <part>', 'which part of the GPU counts it (default: other)').choices(SRAM_BUCKETS))
    .option('--fatal', 'poison that was not contained')
    .addOption(new Option('--severity <severity>', 'of an error record (default: recoverable)').choices(CPER_SEVERITIES))
    .option('--xid <n>', 'which Xid the kernel log shows', wholeNumber(1, 0xffff_ffff))
    .option('--function <name>', 'only this C function')
    .addOption(new Option('--scope <scope>', 'calls on one GPU, or every call into the driver').choices(['gpu', 'driver']))
    .option('--return <n>', 'the code that a failing call answers; Fabric Manager\'s are negative', returnCode)
    .option('--times <n>', 'how often it fails (default: until cleared)', wholeNumber(1, 0x7fff_ffff))
    .option('--ms <n>', 'how long a slow call takes, in milliseconds', wholeNumber(1, 0x7fff_ffff))
    .addHelpText('after', faultOptionsText)
    .action((file: string, fault: FaultKind, options: FaultOptions & Json) => run((ports) => actions.inject(file, fault, options, ports)));

  json(machine(simulate.command('clear')).addArgument(new Argument('[fault]', 'only faults of this kind').choices(LASTING_FAULT_KINDS)))
    .description('take faults away')
    .option('--gpu <n>', 'only those of this GPU', wholeNumber(0, MAX_GPU))
    .action((file: string, fault: FaultKind | undefined, options: { gpu?: number } & Json) => run((ports) => actions.clear(file, fault, options, ports)));

  json(machine(simulate.command('set')).argument('<settings...>', 'name=value: see `gpuwright simulate attributes`; also ecc=on|off, persistence=on|off', settings))
    .description('change what a machine is: temperatures, power, load, modes, identities …')
    .option('--gpu <n>', 'names are of this GPU (default: names in full, such as gpu.3.thermal.gpu-celsius; gpu.* is every GPU)', wholeNumber(0, MAX_GPU))
    .action((file: string, wanted: readonly Setting[], options: { gpu?: number } & Json) => run((ports) => state.set(file, wanted, options, ports)));

  json(machine(simulate.command('attributes')).argument('[pattern]', "part of a name, or a pattern such as '*.thermal.*'"))
    .description('every name that set knows, with its value now and what it may be')
    .option('--gpu <n>', 'only those of this GPU', wholeNumber(0, MAX_GPU))
    .action((file: string, pattern: string | undefined, options: { gpu?: number } & Json) => run((ports) => state.attributes(file, pattern, options, ports)));

  processCommands(simulate.command('process'), run);
  vgpuCommands(simulate.command('vgpu'), run);
  fabricManagerCommands(simulate.command('fabric-manager'), run);

  json(machine(simulate.command('reload-driver')))
    .description('unload and load the driver; refused while programs use it')
    .option('--force', 'even then: their handles answer GPU_IS_LOST')
    .action((file: string, options: { force?: boolean } & Json) => run((ports) => actions.reloadDriver(file, options, ports)));

  json(gpu(machine(simulate.command('reset'))))
    .description('reset a GPU; refused while programs use it')
    .option('--force', 'even then: their handles answer GPU_IS_LOST')
    .action((file: string, options: { gpu: number; force?: boolean } & Json) => run((ports) => actions.reset(file, options, ports)));

  json(machine(simulate.command('reboot')))
    .description('reboot the simulated host')
    .action((file: string, options: Json) => run((ports) => actions.reboot(file, options, ports)));

  json(machine(simulate.command('advance')))
    .description('move its clock forward')
    .requiredOption('--seconds <n>', 'by how much, such as 90 or 0.25', seconds)
    .action((file: string, options: { seconds: number } & Json) => run((ports) => actions.advance(file, options, ports)));

  reading(simulate.command('capture').argument('<out>', 'the profile file to write, such as lab.json'))
    .description('write a host as a profile that simulate create takes: of a machine all attributes, of a live host what NVML tells')
    .option('--duration <time>', 'watch it that long as well, for simulate replay', time)
    .option('--interval <time>', 'how often to look (default: 1s)', time)
    .option('--anonymous', 'without UUIDs, serial numbers and host names')
    .option('--force', 'replace an existing file')
    .action((out: string, options: CaptureOptions) => run(async (ports) => (await import('./capture.ts')).capture(out, options, ports)));

  json(paced(machine(simulate.command('replay')).argument('<recording>', 'what simulate capture --duration wrote')))
    .description('let a machine read what was observed of a host, at its times')
    .action((file: string, recording: string, options: SpeedOptions & Json) => run(async (ports) => (await import('./replay.ts')).replayRecording(file, recording, options, ports)));

  json(paced(machine(simulate.command('play')).argument('<scenario>', 'a YAML or JSON file: see docs/simulator.md')))
    .description('play a scenario: faults, settings, resets and reboots at their times')
    .action((file: string, scenario: string, options: SpeedOptions & Json) => run(async (ports) => (await import('./play.ts')).play(file, scenario, options, ports)));
}

/** Each in real time, unless it is told otherwise. */
function paced(command: Command): Command {
  return command
    .option('--speed <n>', 'so many times faster than real time; the machine\'s clock goes as fast', speed)
    .option('--at-once', 'wait for nothing, and move the machine\'s clock instead');
}
