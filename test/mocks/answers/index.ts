/** All rows, by topic. */
import type { NvmlSymbol } from '../../../lib/abi/index.ts';
import { accountingAnswers } from './accounting.ts';
import { clocksReasonAnswers } from './clocks-reasons.ts';
import { clocksAnswers } from './clocks.ts';
import { confidentialComputingAnswers } from './confidential-computing.ts';
import { drainAnswers } from './drain.ts';
import { enumerationAnswers } from './enumeration.ts';
import { eventsAnswers } from './events.ts';
import { fabricAnswers } from './fabric.ts';
import { fanAnswers } from './fans.ts';
import { gpmAnswers } from './gpm.ts';
import { identityAnswers } from './identity.ts';
import { inforomAnswers } from './inforom.ts';
import { libraryAnswers } from './library.ts';
import { memoryHealthAnswers } from './memory-health.ts';
import { memoryAnswers } from './memory.ts';
import { migAnswers } from './mig.ts';
import { modesAnswers } from './modes.ts';
import { nvlinkFieldAnswers } from './nvlink-fields.ts';
import { nvlinkAnswers } from './nvlink.ts';
import { pcieAnswers } from './pcie.ts';
import { performanceStateAnswers } from './performance-states.ts';
import { powerSmoothingAnswers } from './power-smoothing.ts';
import { powerAnswers } from './power.ts';
import { processesAnswers } from './processes.ts';
import { samplesAnswers } from './samples.ts';
import { sessionsAnswers } from './sessions.ts';
import type { AnswerRow, AnswerTable } from './table.ts';
import { thermalAnswers } from './thermal.ts';
import { topologyAnswers } from './topology.ts';
import { unitsAnswers } from './units.ts';
import { vgpuGuestAnswers } from './vgpu-guests.ts';
import { vgpuInstanceAnswers } from './vgpu-instances.ts';
import { vgpuSchedulerAnswers } from './vgpu-scheduler.ts';
import { vgpuTypeAnswers } from './vgpu-types.ts';
import { workloadProfileAnswers } from './workload-profiles.ts';

export const answerTables: Readonly<Record<string, AnswerTable>> = {
  'clocks-reasons': clocksReasonAnswers,
  'confidential-computing': confidentialComputingAnswers,
  'memory-health': memoryHealthAnswers,
  'nvlink-fields': nvlinkFieldAnswers,
  'performance-states': performanceStateAnswers,
  'power-smoothing': powerSmoothingAnswers,
  'vgpu-guests': vgpuGuestAnswers,
  'vgpu-instances': vgpuInstanceAnswers,
  'vgpu-scheduler': vgpuSchedulerAnswers,
  'vgpu-types': vgpuTypeAnswers,
  'workload-profiles': workloadProfileAnswers,
  accounting: accountingAnswers,
  clocks: clocksAnswers,
  drain: drainAnswers,
  enumeration: enumerationAnswers,
  events: eventsAnswers,
  fabric: fabricAnswers,
  fans: fanAnswers,
  gpm: gpmAnswers,
  identity: identityAnswers,
  inforom: inforomAnswers,
  library: libraryAnswers,
  memory: memoryAnswers,
  mig: migAnswers,
  modes: modesAnswers,
  nvlink: nvlinkAnswers,
  pcie: pcieAnswers,
  power: powerAnswers,
  processes: processesAnswers,
  samples: samplesAnswers,
  sessions: sessionsAnswers,
  thermal: thermalAnswers,
  topology: topologyAnswers,
  units: unitsAnswers,
};

export interface NamedRow {
  readonly topic: string;
  readonly symbol: NvmlSymbol;
  readonly row: AnswerRow;
}

export const answerRows: readonly NamedRow[] = Object.entries(answerTables).flatMap(([topic, table]) =>
  Object.entries(table).flatMap(([symbol, rows]) => [rows].flat().map((row) => ({ topic, symbol: symbol as NvmlSymbol, row: row as AnswerRow }))),
);
