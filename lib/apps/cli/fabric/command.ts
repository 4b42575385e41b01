/** The `fabric` commands: names, options, help. */
import type { Command } from 'commander';
import { Argument, Option } from 'commander';
import type { Runner } from '../program.ts';
import { duration, oneOf, wholeNumber } from '../values.ts';
import type { AcquireOptions } from './acquire.ts';
import type { ActivateOptions, DeactivateOptions } from './activate.ts';
import { configCommands, PLATFORMS } from './config-command.ts';
import type { FailedOptions } from './failed.ts';
import type { LinksOptions } from './links.ts';
import type { ChangeOptions, FabricOptions } from './options.ts';
import type { PartitionsOptions } from './partitions.ts';
import type { ReconcileOptions } from './reconcile.ts';
import type { ReleaseOptions } from './release.ts';
import type { RestoreOptions } from './restore.ts';
import { fabricTarget } from './target-options.ts';
import type { WatchOptions } from './watch.ts';
import { moduleIds, partitionId, partitionIds, texts } from './words-of-options.ts';

export function fabricCommand(fabric: Command, run: Runner): void {
  fabric.description('NVLink partitions of an HGX baseboard: who has which, through Fabric Manager and with a record that survives it');

  fabricTarget(fabric.command('status'))
    .description('Fabric Manager: its state, mode and version; partitions, owners, and what differs from the record')
    .action((options: FabricOptions) => run(async (ports) => (await import('./status.ts')).status(options, ports)));

  fabricTarget(fabric.command('partitions'))
    .description('every partition with its owner')
    .option('--unsupported', 'those that failed hardware has taken away (up to A100)')
    .addOption(new Option('--format <format>', 'fmpm is what NVIDIA\'s client prints (default: table)').choices(['table', 'json', 'csv', 'fmpm']))
    .action((options: PartitionsOptions) => run(async (ports) => (await import('./partitions.ts')).partitions(options, ports)));

  giving(owned(fabricTarget(fabric.command('acquire')), 'who gets it, such as the name of a guest; asked again, it gets the same one'))
    .description('give an owner a free partition of healthy GPUs')
    .option('--gpus <n>', 'any partition of so many GPUs', wholeNumber(1, 64))
    .option('--modules <ids>', 'the partition of exactly these modules, such as 1,3', moduleIds)
    .option('--pci <addresses>', 'the partition of exactly these GPUs, such as 0000:1b:00.0,0000:43:00.0', texts)
    .option('--exclude <ids>', 'modules not to be taken', moduleIds)
    .option('--dry-run', 'show what it would take and what would be left')
    .action((options: AcquireOptions) => run(async (ports) => (await import('./acquire.ts')).acquire(options, ports)));

  changing(owned(fabricTarget(fabric.command('release')), 'whose partition'))
    .description('take back what an owner has; nothing where it has nothing')
    .action((options: ReleaseOptions) => run(async (ports) => (await import('./release.ts')).release(options, ports)));

  giving(fabricTarget(fabric.command('activate').addArgument(id())))
    .description('activate one partition by its id')
    .option('--owner <name>', 'for whom; it is recorded')
    .option('--unowned', 'for nobody: its GPUs are refused to everybody from then on')
    .action((partition: number, options: ActivateOptions) => run(async (ports) => (await import('./activate.ts')).activate(partition, options, ports)));

  changing(fabricTarget(fabric.command('deactivate').addArgument(id())))
    .description('deactivate one partition by its id')
    .option('--owner <name>', 'whose it is')
    .option('--unowned', 'one of which nobody knows whose it is')
    .option('--force', 'somebody else\'s, too')
    .action((partition: number, options: DeactivateOptions) => run(async (ports) => (await import('./activate.ts')).deactivate(partition, options, ports)));

  changing(owned(fabricTarget(fabric.command('adopt').addArgument(id())), 'whose it is'))
    .description('record the owner of an active partition that nobody is recorded for')
    .action((partition: number, options: ChangeOptions & { owner: string }) => run(async (ports) => (await import('./activate.ts')).adopt(partition, options, ports)));

  changing(fabricTarget(fabric.command('restore').addArgument(new Argument('[ids...]', 'hand back these instead of what the record says').argParser(partitionIds))))
    .description('hand the active set back to a Fabric Manager that waits for it after its restart in restart mode')
    .option('--none', 'hand back the empty set')
    .addOption(live())
    .action((ids: readonly number[] | undefined, options: RestoreOptions) => run(async (ports) => (await import('./restore.ts')).restore(ids ?? [], options, ports)));

  fabricTarget(fabric.command('failed'))
    .description('GPUs and NVSwitches with failed NVLinks (up to A100)')
    .addOption(new Option('--format <format>', 'fmpm is what NVIDIA\'s client prints (default: table)').choices(['table', 'json', 'fmpm']))
    .action((options: FailedOptions) => run(async (ports) => (await import('./failed.ts')).failed(options, ports)));

  fabricTarget(fabric.command('reconcile'))
    .description('what differs between Fabric Manager, the record and the owners; changes nothing')
    .addOption(live())
    .action((options: ReconcileOptions) => run(async (ports) => (await import('./reconcile.ts')).reconcile(options, ports)));

  fabricTarget(fabric.command('watch'))
    .description('tell what happens to Fabric Manager, and hand the active set back when it waits for it')
    .option('--no-restore', 'only watch')
    .option('--interval <time>', 'pause between two looks (default: 2s)', duration)
    .action((options: WatchOptions) => run(async (ports) => (await import('./watch.ts')).watch(options, ports)));

  configCommands(fabric.command('config'), run);

  fabricTarget(fabric.command('links'))
    .description('from a switch\'s port to GPU, partition and owner, and back')
    .option('--switch <n>', 'this switch, from 1', wholeNumber(1, 64))
    .option('--port <p>', 'this port of it', wholeNumber(0, 255))
    .addOption(new Option('--tray <n>', 'the baseboard of the switch (default: 1)').argParser((text) => wholeNumber(1, 2)(text)))
    .option('--gpu <id>', 'this GPU: index, UUID, PCI address, or module:3')
    .option('--partition <id>', 'what this partition uses', partitionId)
    .option('--owner <name>', 'what this owner uses')
    .addOption(new Option('--platform <name>', 'the baseboard (default: by the GPUs)').choices(PLATFORMS).argParser(oneOf(...PLATFORMS)))
    .action((options: LinksOptions) => run(async (ports) => (await import('./links.ts')).links(options, ports)));
}

function id(): Argument {
  return new Argument('<id>', 'the partition').argParser((text) => partitionId(text));
}

function live(): Option {
  return new Option('--live <file>', 'the names of all owners who live, one a line; - is the standard input');
}

function owned(command: Command, what: string): Command {
  return command.requiredOption('--owner <name>', what);
}

function changing(command: Command): Command {
  return command.option('--yes', 'do not ask');
}

function giving(command: Command): Command {
  return changing(command)
    .option('--vf <addresses>', 'vGPU mode: one virtual function for each GPU, in the order of the GPUs', texts)
    .option('--accept-unknown-health', 'take GPUs whose health cannot be read, such as those bound to vfio-pci; never sick ones')
    .option('--module-map <file>', 'which GPU sits in which module, as JSON: [ { "moduleId": 1, "pciBusId": "0000:1b:00.0" }, … ]');
}
