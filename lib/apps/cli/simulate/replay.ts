/** `simulate replay`: what was observed of a host, on a machine. */
import type { Observation } from '../../../../mocks/control/capture/types.ts';
import { durationText } from '../../../../mocks/control/duration.ts';
import { readRecording, replay } from '../../../../mocks/control/capture/replay.ts';
import { EXIT } from '../exit-code.ts';
import type { Ports } from '../ports.ts';
import { jsonLine } from '../reading-json.ts';
import type { JsonOption } from './actions.ts';
import type { SpeedOptions } from './speed.ts';
import { speedOf } from './speed.ts';

/** Exits 0 when all of it was played, 1 when a signal came first. */
export async function replayRecording(file: string, recordingFile: string, options: SpeedOptions & JsonOption, ports: Ports): Promise<number> {
  const { screen } = ports;
  const speed = speedOf(options);
  const recording = readRecording(recordingFile);
  const machine = await ports.openMachine(file);
  const signal = ports.stopSignal();
  const all = recording.observations.length;
  const json = options.json === true;
  let played = 0;
  for await (const observation of replay(machine, recording, { speed, signal })) {
    if (!json && played === 0) screen.out(`SIMULATED host ${machine.file}: ${recordingFile}: ${observations(all)}, Ctrl-C stops\n`);
    played += 1;
    screen.out(json ? jsonLine({ schema: 1, simulated: true, file: machine.file, atMs: observation.atMs, gpus: observation.gpus }) : `${durationText(observation.atMs).padStart(10)}  ${summary(observation)}\n`);
  }
  if (!json) screen.out(played === all ? `Played: ${observations(all)}\n` : `Stopped: ${played} of ${observations(all)} played\n`);
  return played === all ? EXIT.fine : EXIT.attention;
}

function observations(count: number): string {
  return `${count} observation${count === 1 ? '' : 's'}`;
}

/** All GPUs in one line. */
function summary({ gpus }: Observation): string {
  const numbers = (name: string) => gpus.map((gpu) => gpu[name]).filter((value) => typeof value === 'number');
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const [busy, power, celsius] = [numbers('load.gpu-percent'), numbers('power.usage-milliwatts'), numbers('thermal.gpu-celsius')];
  const parts = [
    ...(busy.length > 0 ? [`${Math.round(sum(busy) / busy.length)} % busy`] : []),
    ...(power.length > 0 ? [`${Math.round(sum(power) / 1000)} W`] : []),
    ...(celsius.length > 0 ? [`up to ${Math.max(...celsius)} °C`] : []),
  ];
  return `${gpus.length} GPU${gpus.length === 1 ? '' : 's'}: ${parts.join(', ') || 'nothing that moves'}`;
}
