/** `gpuwright doctor`: what gpuwright works with here, what is missing and how to mend it. */
import { verdict } from '../../../diagnosis/index.ts';
import { EXIT } from '../exit-code.ts';
import { exitCodeOfFailure } from '../failure.ts';
import type { TargetOptions } from '../host-look.ts';
import { exitCodeOfLook, machineFileOf, simulatedLine, withNvml } from '../host-look.ts';
import type { Ports, Screen } from '../ports.ts';
import { jsonText } from '../reading-json.ts';
import { wrap } from '../table.ts';
import type { Check, Reach } from './checks.ts';
import { checksOf } from './checks.ts';

/**
 * Resolves with the exit status: 3 when no GPU could be read, 1 when something needs mending or a GPU attention, else 0.
 * A missing part that another one replaces is only a note.
 */
export async function doctor(options: TargetOptions, ports: Ports): Promise<number> {
  const installation = await ports.installation();
  const machineFile = machineFileOf(options, ports);
  const reach = await reachOf(options, ports);
  const checks = checksOf(installation, reach);

  if (options.json === true) {
    ports.screen.out(jsonText({ schema: 1, host: machineFile === undefined ? 'real' : 'simulated', version: installation.version, checks }));
  } else {
    ports.screen.out(`${simulatedLine(machineFile)}gpuwright ${installation.version}\n\n${checks.map((check) => checkText(check, ports.screen)).join('\n')}\n`);
  }
  return exitCode(reach, checks);
}

async function reachOf(options: TargetOptions, ports: Ports): Promise<Reach> {
  const machineFile = machineFileOf(options, ports);
  try {
    return await withNvml(options, ports, async (nvml) => {
      const snapshot = await nvml.snapshot();
      const judged = snapshot.gpus.map((gpu) => ({ gpu, verdict: verdict(gpu) }));
      return { look: { machineFile, snapshot, judged }, libraryPath: nvml.libraryPath, backendName: nvml.backendName };
    });
  } catch (error) {
    // A wrong file name is no finding about this host.
    if (exitCodeOfFailure(error) === EXIT.usage) throw error;
    return { error, machineFile };
  }
}

function exitCode(reach: Reach, checks: readonly Check[]): number {
  if ('error' in reach) return EXIT.unreadable;
  const code = exitCodeOfLook(reach.look.judged);
  return code === EXIT.fine && checks.some((check) => check.state === 'problem') ? EXIT.attention : code;
}

/** A line of a list of places: of those where nothing is, the loader's words say less than we can. */
function shortened(place: string): string {
  if (place.includes(': there, but does not load: ')) return place;
  return place.replace(/: (cannot open shared object file|Error loading shared library .*): No such file or directory$/, ': no such file');
}

function checkText(check: Check, screen: Pick<Screen, 'columns'>): string {
  const state = { ok: 'ok     ', note: 'note   ', problem: 'PROBLEM' }[check.state];
  const indent = ' '.repeat(24);
  const [first = '', ...details] = check.found.split('\n');
  const lines = [wrap(`${state} ${check.id.padEnd(15)} ${first}`, screen.columns, indent)];
  for (const detail of details) lines.push(`${indent}${shortened(detail)}`);
  if (check.remedy !== undefined) lines.push(wrap(`${indent}to mend: ${check.remedy}`, screen.columns, indent));
  return lines.join('\n');
}
