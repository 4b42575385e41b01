/** `gpuwright status [--watch]`. */
import { EXIT, exitCodeOfError } from './exit-code.ts';
import { describeFailure, failureJson } from './failure.ts';
import type { TargetOptions } from './host-look.ts';
import { exitCodeOfLook, look, machineFileOf, simulatedLine } from './host-look.ts';
import type { Ports } from './ports.ts';
import { jsonLine, jsonText } from './reading-json.ts';
import { statusJson, statusText } from './status-view.ts';

export interface StatusOptions extends TargetOptions {
  readonly watch?: boolean;
  /** Milliseconds between two looks. */
  readonly interval?: number;
}

const DEFAULT_INTERVAL_MS = 2000;

/** Resolves with the exit status. */
export async function status(options: StatusOptions, ports: Ports): Promise<number> {
  if (options.watch === true) return watch(options, ports);
  const seen = await look(options, ports);
  ports.screen.out(options.json === true ? jsonText(statusJson(seen)) : statusText(seen, ports.screen));
  return exitCodeOfLook(seen.judged);
}

/**
 * Looks again and again until SIGINT or SIGTERM; the exit status is that of the last look. On a terminal it redraws in place, else it
 * prints one block after the other, with --json one line per look. Between two looks the library is let go, so that watching never
 * stands in the way of a reset or a driver reload; a look that fails is shown and tried again.
 */
async function watch(options: StatusOptions, ports: Ports): Promise<number> {
  const { screen } = ports;
  const stop = ports.stopSignal();
  const live = screen.isTerminal && options.json !== true ? ports.liveScreen() : undefined;
  let code: number | undefined;
  while (!stop.aborted) {
    const seen = await Promise.race([lookOnce(options, ports), aborted(stop)]);
    if (seen === 'stopped') break;
    // A wrong file name will not mend itself.
    if (code === undefined && seen.code === EXIT.usage && seen.error !== undefined) throw seen.error;
    code = seen.code;
    if (live !== undefined) live.show(seen.text);
    else screen.out(options.json === true ? seen.text : `${seen.text}\n`);
    await ports.sleep(options.interval ?? DEFAULT_INTERVAL_MS, stop);
  }
  live?.done();
  return code ?? EXIT.fine;
}

interface OneLook {
  readonly text: string;
  readonly code: number;
  readonly error?: unknown;
}

async function lookOnce(options: StatusOptions, ports: Ports): Promise<OneLook> {
  const stamp = `${ports.now().toISOString()}  (Ctrl-C stops)\n`;
  try {
    const seen = await look(options, ports);
    const text = options.json === true ? jsonLine(statusJson(seen)) : `${stamp}${statusText(seen, ports.screen)}`;
    return { text, code: exitCodeOfLook(seen.judged) };
  } catch (error) {
    const { code, message } = describeFailure(error);
    const text = options.json === true ? jsonLine(failureJson(error)) : `${stamp}${simulatedLine(machineFileOf(options, ports))}gpuwright: ${message}\n`;
    return { text, code: exitCodeOfError(code), error };
  }
}

function aborted(signal: AbortSignal): Promise<'stopped'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('stopped');
    else signal.addEventListener('abort', () => resolve('stopped'), { once: true });
  });
}
