/**
 * Which partitions disappear or lose bandwidth when Fabric Manager starts on hardware with failures. Pure. Only what the guide says is
 * predicted; what it leaves open is said to be open.
 */
import { GpuwrightError } from '../../errors.ts';
import { MODEL_NAMES } from '../deployment/model.ts';
import { checkPhysicalId, endOfPort, portOfLink } from '../links/wiring.ts';
import type { Baseboard, PlatformId, Trays } from '../platforms/index.ts';
import { allTrays, BASEBOARDS, checkTrays, spansTrays, trayOf } from '../platforms/index.ts';
import type { Behaviour, FailureItem } from './behaviours.ts';
import { BEHAVIOURS } from './behaviours.ts';
import { Damage } from './damage.ts';
import type { DegradedCase, DegradedPrediction, Failure } from './prediction.ts';

interface Switch {
  readonly tray: 1 | 2;
  readonly nvSwitch: number;
}

interface AccessFailure extends Switch {
  readonly physicalId: number;
}

/** Refuses (`INVALID_INPUT`) failures of parts that the system does not have. */
export function predictDegraded(degraded: DegradedCase): DegradedPrediction {
  const board = BASEBOARDS[degraded.platform];
  const trays = degraded.trays ?? allTrays(board);
  checkTrays(board, trays);
  const damage = new Damage(board, trays, degraded.model === 'shared' || degraded.model === 'vgpu');
  const failures = degraded.failures.map((failure) => checked(board, trays, failure));

  const access = failures.flatMap((failure) => (failure.kind === 'access-link' ? [{ physicalId: failure.physicalId, ...switchOf(board, failure) }] : []));
  const trunks = distinct(failures.flatMap((failure) => (failure.kind === 'trunk-link' ? [failure] : [])));
  const switches = distinct(failures.flatMap((failure) => (failure.kind === 'nvswitch' ? [failure] : [])));
  const gpus = new Set(failures.flatMap((failure) => (failure.kind === 'gpu' ? [failure.physicalId] : [])));
  if (access.length > 0) accessLinks(damage, degraded, access);
  if (trunks.length > 0) trunkLinks(damage, degraded, trunks);
  if (switches.length > 0) failedSwitches(damage, degraded, switches);
  for (const gpu of gpus) failedGpu(damage, gpu);
  return damage.result();
}

function accessLinks(damage: Damage, degraded: DegradedCase, failures: readonly AccessFailure[]): void {
  const behaviour = behaviourFor(damage, degraded, 'ACCESS_LINK_FAILURE_MODE');
  const { effect, section } = behaviour ?? {};
  const gpus = [...new Set(failures.map(({ physicalId }) => physicalId))];
  if (effect === 'gpu-without-nvlink') for (const gpu of gpus) damage.withoutNvLink(gpu);
  if (effect === 'partitions-of-gpu-removed') for (const gpu of gpus) damage.each(({ physicalIds }) => physicalIds.includes(gpu), 'gone', `GPU ${gpu} has a failed link (section ${section})`);
  if (effect === 'links-reported-inactive') {
    for (const gpu of gpus) damage.each(({ physicalIds, linksPerGpu }) => linksPerGpu > 0 && physicalIds.includes(gpu), 'reduced', `links of GPU ${gpu} are inactive (section ${section})`);
    damage.open('how much bandwidth GPUs with inactive links have is not documented', false);
  }
  if (effect !== 'switch-pair-disabled') return;
  // A GPU that fails at several switches is taken out instead of all those switches; that is said of a fabric without partitions.
  const several = gpus.filter((gpu) => distinct(failures.filter(({ physicalId }) => physicalId === gpu)).length > 1);
  if (several.length > 0 && damage.partitioned) damage.open(`GPU ${several.join(', ')} has failed links at more than one switch: what becomes of its partitions is not documented`, true);
  for (const gpu of several) if (!damage.partitioned) damage.withoutNvLink(gpu);
  for (const one of distinct(failures.filter(({ physicalId }) => !several.includes(physicalId)))) disable(damage, one, behaviour);
}

function trunkLinks(damage: Damage, degraded: DegradedCase, switches: readonly Switch[]): void {
  let behaviour = behaviourFor(damage, degraded, 'TRUNK_LINK_FAILURE_MODE');
  if (behaviour?.effect === 'switch-pair-disabled') {
    const [one, ...others] = switches;
    const pairUnknown = switches.length === 2 && switches[0]?.tray !== switches[1]?.tray;
    if (pairUnknown) {
      damage.open('trunk failures at a switch of each baseboard: whether the two are peers is not documented, and so whether one pair is disabled or the fallback is taken', true);
      return;
    }
    if (one && others.length === 0) return disable(damage, one, behaviour);
    behaviour = behaviourFor(damage, degraded, 'TRUNK_LINK_FAILURE_MODE', true);
  }
  if (behaviour?.effect === 'fabric-manager-ends') damage.fabricDown(`links between the baseboards have failed (section ${behaviour.section})`);
  if (behaviour?.effect === 'partitions-over-trunk-removed') damage.each((partition) => spansTrays(damage.board, partition), 'gone', `links between the baseboards have failed (section ${behaviour.section})`);
}

function failedSwitches(damage: Damage, degraded: DegradedCase, switches: readonly Switch[]): void {
  let behaviour = behaviourFor(damage, degraded, 'NVSWITCH_FAILURE_MODE');
  const [one, ...others] = switches;
  if (behaviour?.effect === 'switch-pair-disabled') {
    if (one && others.length === 0) return disable(damage, one, behaviour);
    behaviour = behaviourFor(damage, degraded, 'NVSWITCH_FAILURE_MODE', true);
  }
  const name = switches.map(({ tray, nvSwitch }) => `${nvSwitch} of baseboard ${tray}`).join(', ');
  if (behaviour?.effect === 'fabric-manager-ends') damage.fabricDown(`switch ${name} has failed (section ${behaviour.section})`);
  if (behaviour?.effect === 'partitions-of-switch-removed') {
    for (const { tray } of switches) {
      damage.each(({ physicalIds }) => physicalIds.length > 1 && physicalIds.some((id) => trayOf(damage.board, id) === tray), 'gone', `switch ${name} has failed (section ${behaviour.section})`);
    }
    if (damage.trays.length > 1) damage.state({ what: 'the partition of all GPUs is not named there; it needs the switch as well', section: behaviour.section, basis: 'inferred' });
  }
}

function failedGpu(damage: Damage, gpu: number): void {
  if (!damage.partitioned) {
    damage.withoutNvLink(gpu);
    damage.state({ what: `GPU ${gpu} is left out, the others are one fabric`, section: '9.5.1', basis: 'documented' });
    return;
  }
  // Section 11.3.2 against 9.5.2: from H100 on the list is always whole.
  const listed = damage.board.listsUnhealthyPartitions === true;
  const section = listed ? '11.3.2' : '9.5.2';
  damage.each(({ physicalIds }) => physicalIds.includes(gpu), listed ? 'listed' : 'gone', `GPU ${gpu} has failed (section ${section})`);
  damage.state({ what: listed ? `partitions with GPU ${gpu} stay in the list and are not to be used` : `partitions with GPU ${gpu} are not in the list`, section, basis: 'documented' });
}

function disable(damage: Damage, one: Switch, behaviour: Behaviour | undefined): void {
  if (!behaviour) return;
  damage.disablePair(one, `switch ${one.nvSwitch} of baseboard ${one.tray}${damage.trays.length > 1 ? ' and its peer are' : ' is'} disabled (section ${behaviour.section})`);
  if (behaviour.bandwidthByAnalogy) damage.state({ what: 'the bandwidth of 5/6 is told for failed links between baseboards and taken over', section: '9.3.3', basis: 'inferred' });
}

/** The row for this case, said aloud; undefined where none tells, which then is said as well. */
function behaviourFor(damage: Damage, { platform, model, policy }: DegradedCase, item: FailureItem, fallback = false): Behaviour | undefined {
  const { name } = damage.board;
  const { generation, inferred } = generationOf(platform);
  const value = fallback ? 0 : policy[item];
  const row = BEHAVIOURS.find((one) => one.item === item && one.generation === generation && (one.value === 'ignored' || one.value === value) && one.models.includes(model));
  if (row?.effect && row.effect !== 'not-supported') {
    const unlimited = platform === 'hgx2' && row.value === 0 && (model === 'bare-metal' || model === 'full-passthrough') && item !== 'TRUNK_LINK_FAILURE_MODE';
    if (platform !== 'hgx2' || unlimited) {
      const because = platform === 'hgxH800' ? `; told of H100, whose generation ${name} is` : unlimited ? '; told without naming a platform' : '';
      damage.state({ what: `${item}=${row.value === 'ignored' ? `${value} (ignored)` : value}${fallback ? ' (fallback)' : ''}: ${row.effect.replaceAll('-', ' ')}${because}`, section: row.section, basis: inferred ? 'inferred' : 'documented' });
      return row;
    }
  }
  const why = row?.effect === 'not-supported' && platform !== 'hgx2' ? `is not supported with ${MODEL_NAMES[model]} (section ${row.section}), and what happens then is not documented` : `on ${name} with ${MODEL_NAMES[model]} is not documented`;
  damage.open(`${item}=${value} ${why}`, true);
  return undefined;
}

/** Whose rows apply. Of HGX-2 nothing is said but what names no platform, which A100's rows have. */
function generationOf(platform: PlatformId): { readonly generation: Behaviour['generation'] | null; readonly inferred: boolean } {
  switch (platform) {
    case 'hgxA100':
      return { generation: 'hgxA100', inferred: false };
    case 'hgxH100':
      return { generation: 'hgxH100', inferred: false };
    case 'hgxH800':
      return { generation: 'hgxH100', inferred: true };
    case 'hgx2':
      return { generation: 'hgxA100', inferred: true };
    case 'hgxB200':
      return { generation: null, inferred: true };
  }
}

type CheckedFailure = Exclude<Failure, { readonly kind: 'access-port' }>;

function checked(board: Baseboard, trays: Trays, failure: Failure): CheckedFailure {
  const present = (tray: 1 | 2): void => {
    if (!trays.includes(tray)) throw new GpuwrightError('INVALID_INPUT', `${failure.kind} on baseboard ${tray}: the system has baseboard ${trays.join(' and ')}: name one of its parts`);
  };
  switch (failure.kind) {
    case 'access-port': {
      present(failure.port.tray);
      const end = endOfPort(board, failure.port);
      if (end.kind !== 'gpu') throw new GpuwrightError('INVALID_INPUT', `port ${failure.port.port} of switch ${failure.port.nvSwitch}: no GPU is behind it (${end.kind}): name a port with a GPU`);
      return { kind: 'access-link', physicalId: end.physicalId, gpuLink: end.gpuLink };
    }
    case 'access-link':
      present(portOfLink(board, failure).tray);
      return failure;
    case 'gpu':
      checkPhysicalId(board, failure.physicalId);
      present(trayOf(board, failure.physicalId));
      return failure;
    case 'trunk-link':
    case 'nvswitch':
      if (failure.kind === 'trunk-link' && trays.length < 2) throw new GpuwrightError('INVALID_INPUT', `trunk-link: a system with one baseboard of ${board.name} has no links to another: leave this failure out`);
      present(failure.tray);
      endOfPort(board, { tray: failure.tray, nvSwitch: failure.nvSwitch, port: board.firstPort });
      return failure;
  }
}

function switchOf(board: Baseboard, failure: { readonly physicalId: number; readonly gpuLink: number }): Switch {
  const { tray, nvSwitch } = portOfLink(board, failure);
  return { tray, nvSwitch };
}

function distinct(switches: readonly Switch[]): Switch[] {
  return [...new Map(switches.map(({ tray, nvSwitch }) => [`${tray}:${nvSwitch}`, { tray, nvSwitch }])).values()];
}
