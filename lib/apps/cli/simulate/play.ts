/** `simulate play`: a scenario on a machine. */
import { durationText } from '../../../../mocks/control/duration.ts';
import { countOccurrences } from '../../../../mocks/control/scenario/timeline.ts';
import { EXIT } from '../exit-code.ts';
import type { Ports } from '../ports.ts';
import { jsonLine } from '../reading-json.ts';
import type { JsonOption } from './actions.ts';
import type { SpeedOptions } from './speed.ts';
import { speedOf } from './speed.ts';

/** Exits 0 when all of it was played, 1 when a signal came first. */
export async function play(file: string, scenarioFile: string, options: SpeedOptions & JsonOption, ports: Ports): Promise<number> {
  const { screen } = ports;
  const speed = speedOf(options);
  const scenario = await ports.readScenario(scenarioFile);
  const machine = await ports.openMachine(file);
  const signal = ports.stopSignal();
  const all = countOccurrences(scenario.steps);
  const json = options.json === true;
  let played = 0;
  if (!json) screen.out(`SIMULATED host ${machine.file}: ${scenario.description ?? scenarioFile}: ${actions(all)}, Ctrl-C stops\n`);
  for await (const { atMs, done, action, place } of ports.playScenario(machine, scenario, { speed, signal })) {
    played += 1;
    if (json) screen.out(jsonLine({ schema: 1, simulated: true, file: machine.file, atMs, done, action, line: place.line, column: place.column }));
    else screen.out(`${durationText(atMs).padStart(10)}  ${done}\n`);
  }
  if (!json) screen.out(played === all ? `Played: ${actions(all)}\n` : `Stopped: ${played} of ${actions(all)} played\n`);
  return played === all ? EXIT.fine : EXIT.attention;
}

function actions(count: number): string {
  return `${count} action${count === 1 ? '' : 's'}`;
}
