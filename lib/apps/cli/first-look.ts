/** What `npm start` shows. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isLibraryAbsent } from '../../library/locate.ts';
import { describeFailure, withoutPlaces } from './failure.ts';
import type { Ports } from './ports.ts';
import { quoteIfNeeded } from './shell-quote.ts';
import { status } from './status.ts';

const PROFILE = 'tesla-v100-8';
const PAGE_BYTES = 65_536n;
const PENDING_GPU = 3;
const HISTORY_GPU = 5;

/**
 * Never rejects. Nobody needs its result but the reader of the screen.
 * @param makeFolder where the simulated host is to live
 */
export async function showFirstLook(ports: Ports, makeFolder: () => string = temporaryFolder): Promise<void> {
  const { screen } = ports;
  try {
    await status({}, ports);
  } catch (error) {
    if (isLibraryAbsent(error)) await showSimulated(ports, makeFolder);
    else screen.out(`The GPUs of this host could not be read.\n\n${withoutPlaces(describeFailure(error).message)}\n\nMore: npx gpuwright doctor\n`);
  }
}

async function showSimulated(ports: Ports, makeFolder: () => string): Promise<void> {
  const { screen } = ports;
  const none = 'this host has no NVIDIA library (no libnvidia-ml in any place where a driver installs it)';
  try {
    const file = join(makeFolder(), 'host.machine');
    await makeSomethingToSee(file, ports);
    screen.out(`SIMULATED, because ${none}\n\n`);
    await status({ machine: file }, ports);
    const name = quoteIfNeeded(file);
    screen.out(
      `\nTry: npx gpuwright pages --machine ${name}\n` +
        `     npx gpuwright simulate reset ${name} --gpu ${PENDING_GPU}\n` +
        `     npx gpuwright status --machine ${name} --watch\n`,
    );
  } catch (error) {
    screen.out(`There are no GPUs to show: ${none}, and a simulated host could not be made either.\n\n${describeFailure(error).message}\n`);
  }
}

function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'gpuwright-'));
}

/** One GPU whose page waits, one whose page is long excluded, the rest healthy. */
async function makeSomethingToSee(file: string, ports: Ports): Promise<void> {
  const machine = await ports.createMachine(file, { profile: PROFILE });
  await machine.inject({ kind: 'single-bit-ecc', gpu: HISTORY_GPU, address: 18n * PAGE_BYTES + 0x40n });
  await machine.inject({ kind: 'single-bit-ecc', gpu: HISTORY_GPU, address: 18n * PAGE_BYTES + 0x40n });
  await machine.reloadDriver();
  await machine.advance(3600);
  await machine.inject({ kind: 'double-bit-ecc', gpu: PENDING_GPU, address: 5n * PAGE_BYTES + 0x3040n });
}
