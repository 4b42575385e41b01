/** A simulated machine for people. */
import type { MachineFabricManager, MachineGpu, MachineState, ModelSummary, ProfileSummary } from '../../../../mocks/control/types.ts';
import { table } from '../table.ts';

export function profilesText(profiles: readonly ProfileSummary[], models: readonly ModelSummary[]): string {
  const rows = profiles.map((profile) => [profile.name, String(profile.gpus), profile.gpuName, profile.driver, profile.memoryRepair, profile.description]);
  const kinds = models.map((model) => [model.name, model.gpuName, model.architecture, `${(model.memoryBytes / 2 ** 30).toFixed(0)} GiB`]);
  return (
    `SIMULATED hosts can be made from these profiles\n\n${table(['PROFILE', 'GPUS', 'GPU', 'DRIVER', 'MEMORY REPAIR', 'WHAT IT IS'], rows)}\n\n` +
    `or from a profile file of your own, with GPUs of these models\n\n${table(['MODEL', 'GPU', 'ARCHITECTURE', 'MEMORY'], kinds)}\n`
  );
}

export function machineText(file: string, state: MachineState): string {
  const clients = state.clients.map((client) => `${client.pid} ${client.name}`).join(', ');
  const parts = [
    `SIMULATED host ${file}\n${state.profile}, driver ${state.driverVersion}${state.driverLoaded ? '' : ' (NOT LOADED)'}, machine time ${state.time}\nClients: ${clients === '' ? 'none' : clients}`,
    table(
      ['GPU', 'NAME, PCI, UUID', 'ECC', 'PERSISTENCE', 'PAGES\nS/D', 'ROWS\nC/U', 'PENDING', 'ERRORS C/U\nVOLATILE', 'ERRORS C/U\nAGGREGATE'],
      state.gpus.map((gpu) => [
        `${gpu.index}${gpu.lost ? '\nLOST' : ''}`,
        `${gpu.name}  ${gpu.pciBusId}\n${gpu.uuid}`,
        gpu.ecc.current === gpu.ecc.pending ? onOff(gpu.ecc.current) : `${onOff(gpu.ecc.current)}>${onOff(gpu.ecc.pending)}`,
        onOff(gpu.persistence),
        pagesOf(gpu),
        `${gpu.remappedRows.correctable}/${gpu.remappedRows.uncorrectable}`,
        gpu.pageRetirementPending ? 'page' : gpu.remappedRows.pending ? 'row' : 'no',
        `${gpu.errorCounts.volatileCorrected}/${gpu.errorCounts.volatileUncorrected}`,
        `${gpu.errorCounts.aggregateCorrected}/${gpu.errorCounts.aggregateUncorrected}`,
      ]),
    ),
  ];
  if (state.fabricManager !== null) parts.push(fabricManagerText(state.fabricManager));
  const pages = state.gpus.flatMap((gpu) => gpu.retiredPages.map((page) => [String(gpu.index), page.address, page.cause, page.retiredAt, page.pending ? 'pending' : 'excluded']));
  if (pages.length > 0) parts.push(table(['GPU', 'PAGE', 'CAUSE', 'RETIRED AT', 'STATE'], pages));
  parts.push(state.faults.length === 0 ? 'Faults: none' : `Faults\n${state.faults.map((fault) => `  ${faultText(fault)}`).join('\n')}`);
  return `${parts.join('\n\n')}\n`;
}

export function fabricManagerText({ state, mode, version, endedFor, partitions }: MachineFabricManager): string {
  const active = partitions.filter((partition) => partition.active).map(({ id }) => id);
  const reason = endedFor === null || state === 'up' ? '' : ` (${endedFor})`;
  return `Fabric Manager ${version}: ${state}${reason}, mode ${mode}, active partitions: ${active.length === 0 ? 'none' : active.join(', ')}`;
}

function pagesOf(gpu: MachineGpu): string {
  const double = gpu.retiredPages.filter((page) => page.cause === 'double-bit-ecc').length;
  return `${gpu.retiredPages.length - double}/${double}`;
}

function faultText(fault: MachineState['faults'][number]): string {
  const { kind, ...rest } = fault;
  const details = Object.entries(rest).filter(([, value]) => value !== null && value !== undefined).map(([name, value]) => `${name} ${String(value)}`);
  return [kind, ...details].join('  ');
}

function onOff(value: boolean): string {
  return value ? 'on' : 'off';
}
