/** `gpuwright status --watch`. */
import { EXIT } from './exit-code.ts';
import { describeFailure, exitCodeOfFailure, failureJson, withoutPlaces } from './failure.ts';
import { exitCodeOfLook, inTime, lookThrough, machineFileOf, nvmlOptionsOf, simulatedLine } from './host-look.ts';
import type { NvmlPort, Ports } from './ports.ts';
import { jsonLine } from './reading-json.ts';
import type { StatusOptions } from './status.ts';
import { fittedStatusText, statusJson } from './status-view.ts';

const DEFAULT_INTERVAL_MS = 2000;
/** The time stamp above, and the cursor's line below. */
const OTHER_LINES = 2;

/**
 * Looks again and again until SIGINT or SIGTERM; the exit status is that of the last look. On a terminal it redraws in place, else it
 * prints one block after the other, with --json one line per look. A look that fails is shown, and tried again.
 */
export async function watch(options: StatusOptions, ports: Ports): Promise<number> {
  const { screen } = ports;
  const stop = ports.stopSignal();
  const stopped = aborted(stop);
  const live = screen.isTerminal && options.json !== true ? await ports.liveScreen() : undefined;
  const watcher = new Watcher(options, ports);
  let code: number | undefined;
  while (!stop.aborted) {
    const seen = await Promise.race([watcher.look(), stopped]);
    if (seen === 'stopped') break;
    // A wrong file name will not mend itself.
    if (code === undefined && seen.error !== undefined && seen.code === EXIT.usage) throw seen.error;
    code = seen.code;
    if (live !== undefined) live.show(seen.text);
    else screen.out(options.json === true ? seen.text : `${seen.text}\n`);
    await ports.sleep(options.interval ?? DEFAULT_INTERVAL_MS, stop);
  }
  live?.done();
  await watcher.end();
  return code ?? EXIT.fine;
}

interface OneLook {
  readonly text: string;
  readonly code: number;
  readonly error?: unknown;
}

/**
 * One library over many looks, so that values which no longer come back are shown as old ones. Between two looks everything is given
 * back: watching must never stand in the way of a reset or a driver reload.
 */
class Watcher {
  readonly #options: StatusOptions;
  readonly #ports: Ports;
  #nvml: NvmlPort | undefined;

  constructor(options: StatusOptions, ports: Ports) {
    this.#options = options;
    this.#ports = ports;
  }

  async look(): Promise<OneLook> {
    const { json } = this.#options;
    const stamp = `${this.#ports.now().toISOString()}  (Ctrl-C stops)\n`;
    try {
      const nvml = await this.#hold();
      const seen = await lookThrough(nvml, this.#options, this.#ports);
      await inTime(nvml.quiesce(), this.#ports);
      const text = json === true ? jsonLine(statusJson(seen)) : `${stamp}${fittedStatusText(seen, this.#ports.screen, this.#ports.screen.rows - OTHER_LINES)}`;
      return { text, code: exitCodeOfLook(seen.judged) };
    } catch (error) {
      const { message } = describeFailure(error);
      const host = simulatedLine(machineFileOf(this.#options, this.#ports));
      return { text: json === true ? jsonLine(failureJson(error)) : `${stamp}${host}gpuwright: ${withoutPlaces(message)}\n`, code: exitCodeOfFailure(error), error };
    }
  }

  async end(): Promise<void> {
    if (this.#nvml !== undefined) await inTime(this.#nvml.close(), this.#ports);
  }

  async #hold(): Promise<NvmlPort> {
    if (this.#nvml !== undefined) await this.#nvml.resume();
    this.#nvml ??= await this.#ports.openNvml(nvmlOptionsOf(this.#options, this.#ports));
    return this.#nvml;
  }
}

function aborted(signal: AbortSignal): Promise<'stopped'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('stopped');
    else signal.addEventListener('abort', () => resolve('stopped'), { once: true });
  });
}
