import { readMember } from '../../../lib/abi/index.ts';
import { fieldValueUnion } from '../../../lib/abi/nvml/structs/telemetry.ts';
import type { MachineSettings } from '../../../mocks/control/index.ts';
import type { AnswerRow, AnswerTable } from './table.ts';
import { refusedUntilLost, set } from './table.ts';

const read = (type: number, lastSeenTimeStamp = 0n): AnswerRow['read'] => ({ raw, device }) => {
  const { samples, ...rest } = raw.nvmlDeviceGetSamples({ device, type, lastSeenTimeStamp });
  return { ...rest, values: samples.map(({ sampleValue }) => readMember(fieldValueUnion, sampleValue, 'uiVal')) };
};

/** All of the buffer shows `value`, as an unsigned int. */
function full(value: number): unknown {
  return { sampleValType: { value: 1 }, sampleCount: 120, values: Array(120).fill(value) };
}

function follows(type: number, before: number, change: MachineSettings, after: number): AnswerRow {
  return { read: read(type), before: full(before), change: set(change), after: full(after) };
}

export const samplesAnswers: AnswerTable = {
  nvmlDeviceGetSamples: [
    { prepare: set({ 'power.usage-milliwatts': 61_000 }), ...follows(0, 61_000, { 'power.usage-milliwatts': 250_000 }, 250_000) },
    follows(1, 0, { 'load.gpu-percent': 91 }, 91),
    follows(2, 0, { 'load.memory-percent': 52 }, 52),
    follows(3, 0, { 'load.encoder-percent': 13 }, 13),
    follows(4, 0, { 'load.decoder-percent': 14 }, 14),
    follows(5, 210, { 'clocks.sm-mhz': 1410 }, 1410),
    { prepare: set({ 'clocks.memory-mhz': 1593 }), ...follows(6, 1593, { 'clocks.memory-mhz': 1512 }, 1512) },
    follows(8, 0, { 'load.jpeg-percent': 18 }, 18),
    follows(9, 0, { 'load.ofa-percent': 19 }, 19),
    // No module with a CPU on it; nothing newer than the end of time; no such sampling.
    { read: read(7), ...refusedUntilLost('NOT_SUPPORTED') },
    { read: read(1, 0xffff_ffff_ffff_ffffn), ...refusedUntilLost('NOT_FOUND') },
    { read: read(10), ...refusedUntilLost('INVALID_ARGUMENT') },
  ],
};
