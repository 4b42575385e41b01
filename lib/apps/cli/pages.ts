/** `gpuwright pages [--gpu ID] [--format table|json|csv|xml]`. */
import { GpuwrightError } from '../../errors.ts';
import { parentOf, processName } from '../../host/device-holders.ts';
import { findGpu } from './gpu-id.ts';
import { holdersOf } from './holders.ts';
import type { TargetOptions } from './host-look.ts';
import { exitCodeOfLook, look, machineState, simulatedLine } from './host-look.ts';
import { pagesJson } from './pages-json.ts';
import { pagesText } from './pages-view.ts';
import type { Ports } from './ports.ts';
import { jsonText } from './reading-json.ts';

export type PagesFormat = 'table' | 'json' | 'csv' | 'xml';

export interface PagesOptions extends TargetOptions {
  readonly gpu?: string;
  readonly format?: PagesFormat;
}

/** Resolves with the exit status. */
export async function pages(options: PagesOptions, ports: Ports): Promise<number> {
  if (options.json === true && options.format !== undefined && options.format !== 'json') {
    throw new GpuwrightError('INVALID_INPUT', `pages: --json and --format ${options.format} contradict each other: give one of them`);
  }
  const seen = await look(options, ports);
  const judged = options.gpu === undefined ? seen.judged : [findGpu(seen.judged, options.gpu)];
  const gpus = judged.map((one) => one.gpu);
  const { screen } = ports;

  switch (options.json === true ? 'json' : (options.format ?? 'table')) {
    case 'json':
      screen.out(jsonText(pagesJson(gpus)));
      break;
    case 'csv':
      // CSV has no place for a remark.
      screen.err(simulatedLine(seen.machineFile));
      screen.out((await import('./pages-export.ts')).pagesCsv(gpus));
      break;
    case 'xml':
      screen.out((await import('./pages-export.ts')).pagesXml(gpus, { takenAt: seen.snapshot.takenAt, driverVersion: seen.snapshot.driverVersion, machineFile: seen.machineFile }));
      break;
    case 'table': {
      const machine = await machineState(seen.machineFile, ports);
      const devices = ports.deviceHolders();
      const sources = { machine, devices, nameOf: (pid: number) => processName(pid), isOurs: (pid: number) => pid === process.pid || parentOf(pid) === process.pid };
      const heldBy = { holders: (gpu: (typeof gpus)[number]) => holdersOf(gpu, sources), hiddenProcesses: devices.hiddenProcesses };
      screen.out(pagesText(seen, judged, heldBy, screen));
    }
  }
  return exitCodeOfLook(judged);
}
