/** `simulate capture`: a host, simulated or live, as a profile file. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { captureMachine } from '../../../../mocks/control/capture/capture.ts';
import { Observer } from '../../../../mocks/control/capture/observe.ts';
import { record } from '../../../../mocks/control/capture/record.ts';
import type { Observation, ObservedValues, ProfileDocument } from '../../../../mocks/control/capture/types.ts';
import { fileReason } from '../../../../mocks/control/text-file.ts';
import { GpuwrightError } from '../../../errors.ts';
import { EXIT } from '../exit-code.ts';
import type { TargetOptions } from '../host-look.ts';
import { withNvml } from '../host-look.ts';
import type { Ports } from '../ports.ts';
import { jsonText } from '../reading-json.ts';
import { quoteIfNeeded } from '../shell-quote.ts';
import type { NotRead } from './live/live-gpu.ts';
import { LiveHost } from './live/live-host.ts';

export interface CaptureOptions extends TargetOptions {
  readonly anonymous?: boolean;
  readonly force?: boolean;
  readonly duration?: number;
  readonly interval?: number;
}

interface Captured {
  readonly profile: ProfileDocument;
  readonly notRead: readonly NotRead[];
}

/** Exits 1 where something that should be there could not be read. */
export async function capture(out: string, options: CaptureOptions, ports: Ports): Promise<number> {
  if (options.force !== true && existsSync(out)) throw new GpuwrightError('INVALID_INPUT', `${out}: exists already: choose another name, or replace it with --force`);
  if (options.interval !== undefined && options.duration === undefined) throw new GpuwrightError('INVALID_INPUT', 'capture: --interval without --duration: say for how long as well');
  const { profile, notRead } = options.machine === undefined ? await fromLiveHost(options, ports) : await fromMachine(options.machine, options, ports);
  await writeWhole(out, `${JSON.stringify(profile, null, 2)}\n`);
  tell(out, options, { profile, notRead }, ports);
  return notRead.length === 0 ? EXIT.fine : EXIT.attention;
}

async function fromMachine(file: string, options: CaptureOptions, ports: Ports): Promise<Captured> {
  const machine = await ports.openMachine(file);
  const profile = await captureMachine(machine, { anonymous: options.anonymous === true });
  const observer = new Observer(machine);
  return { profile: { ...profile, ...(await observed(() => observer.look(), options, ports)) }, notRead: [] };
}

async function fromLiveHost(options: CaptureOptions, ports: Ports): Promise<Captured> {
  return await withNvml(options, ports, async (nvml) => {
    const host = await LiveHost.of(nvml);
    const { profile, notRead } = await host.capture(await ports.models(), { anonymous: options.anonymous === true, time: ports.now() });
    if (profile.gpus.length === 0) throw nothingToCapture(notRead);
    return { profile: { ...profile, ...(await observed(() => host.look(), options, ports)) }, notRead };
  });
}

async function observed(look: () => Promise<ObservedValues[]>, { duration, interval = 1000 }: CaptureOptions, ports: Ports): Promise<{ observations?: Observation[] }> {
  if (duration === undefined) return {};
  return { observations: await record(look, { durationMs: duration, intervalMs: interval, signal: ports.stopSignal() }) };
}

/** Nobody ever sees half a file. */
async function writeWhole(out: string, text: string): Promise<void> {
  const temporary = `${out}.new-${process.pid}`;
  try {
    await writeFile(temporary, text, { flag: 'wx' });
    await rename(temporary, out);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new GpuwrightError('INVALID_INPUT', `${out}: cannot be written (${fileReason(cause)}): choose another place`, { cause });
  }
}

function tell(out: string, options: CaptureOptions, { profile, notRead }: Captured, { screen }: Ports): void {
  const gpus = profile.gpus.length;
  const observations = profile.observations?.length;
  if (options.json === true) {
    screen.out(jsonText({ schema: 1, file: out, driverVersion: profile.driver, gpus, observations: observations ?? 0, notRead }));
    return;
  }
  const name = quoteIfNeeded(out);
  screen.out(
    `${out}: ${gpus} GPU${gpus === 1 ? '' : 's'}, driver ${profile.driver}${observations === undefined ? '' : `, ${observations} observation${observations === 1 ? '' : 's'}`}\n` +
      `Make a simulated host of it with: gpuwright simulate create FILE --profile ${name.includes('/') || name.endsWith('.json') ? name : `./${name}`}\n` +
      (observations === undefined ? '' : `Play what was seen with: gpuwright simulate replay FILE ${name}\n`),
  );
  for (const line of notReadLines(notRead)) screen.err(`${line}\n`);
}

/** One line for all attributes of a GPU that could not be read for one reason, however long that took. */
function notReadLines(notRead: readonly NotRead[]): string[] {
  const lines = new Map<string, { readonly gpu: number; readonly attributes: string[]; readonly message: string }>();
  for (const { gpu, attributes, message } of notRead) {
    // `nvmlDeviceGetName: not permitted …`: the reason is what follows the function.
    const reason = message.replace(/^nvml\w+: /, '').replace(/\d+ ms/g, '');
    const line = lines.get(`${gpu} ${reason}`);
    if (line === undefined) lines.set(`${gpu} ${reason}`, { gpu, attributes: [...attributes], message });
    else line.attributes.push(...attributes);
  }
  return [...lines.values()].map(({ gpu, attributes, message }) => `GPU ${gpu}: ${attributesText(attributes)} not captured: ${message}`);
}

const MOST_NAMES = 5;

function attributesText(names: readonly string[]): string {
  return names.length > MOST_NAMES ? `${names.slice(0, MOST_NAMES - 1).join(', ')} and ${names.length - MOST_NAMES + 1} more` : names.join(', ');
}

function nothingToCapture(notRead: readonly NotRead[]): GpuwrightError {
  const [first] = notRead;
  return first === undefined
    ? new GpuwrightError('GPU_NOT_FOUND', 'capture: the driver tells of no GPU: there is nothing to capture')
    : new GpuwrightError('DEVICE_UNRESPONSIVE', `capture: no GPU tells what it is: ${first.message}`);
}
