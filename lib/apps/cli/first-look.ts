/** What `npm start` shows. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isGpuwrightError } from '../../errors.ts';
import { isLibraryAbsent } from '../../library/locate.ts';
import { describeFailure } from './failure.ts';
import type { Ports } from './ports.ts';
import { quoteIfNeeded } from './shell-quote.ts';
import { status } from './status.ts';

const PROFILE = 'tesla-v100-8';
const PAGE_BYTES = 65_536n;

/** Never rejects. Nobody needs its result but the reader of the screen. */
export async function showFirstLook(ports: Ports): Promise<void> {
  const { screen } = ports;
  try {
    await status({}, ports);
  } catch (error) {
    if (!isLibraryAbsent(error)) {
      screen.out(`The GPUs of this host could not be read.\n\n${describeFailure(error).message}\n\nMore: npx gpuwright doctor\n`);
      return;
    }
    await showSimulated(error, ports);
  }
}

async function showSimulated(absence: unknown, ports: Ports): Promise<void> {
  const { screen } = ports;
  screen.out('SIMULATED, because this host has no NVIDIA library: no libnvidia-ml in any place where a driver installs it\n\n');
  try {
    const file = join(mkdtempSync(join(tmpdir(), 'gpuwright-')), 'host.machine');
    await makeSomethingToSee(file, ports);
    await status({ machine: file }, ports);
    const name = quoteIfNeeded(file);
    screen.out(
      `\nTry: npx gpuwright pages --machine ${name}\n` +
        `     npx gpuwright simulate reset ${name} --gpu 3\n` +
        `     npx gpuwright status --machine ${name} --watch\n`,
    );
  } catch (error) {
    const { message } = describeFailure(error);
    if (isGpuwrightError(error) && error.code === 'MOCKS_UNAVAILABLE') {
      screen.out(`There is nothing to simulate with either: ${message}\n\nWhat was looked for:\n${describeFailure(absence).message}\n`);
    } else {
      screen.out(`The simulated host could not be shown: ${message}\n`);
    }
  }
}

/** One GPU whose page waits, one whose page is long excluded, the rest healthy. */
async function makeSomethingToSee(file: string, ports: Ports): Promise<void> {
  const machine = await ports.createMachine(file, { profile: PROFILE });
  await machine.inject({ kind: 'single-bit-ecc', gpu: 5, address: 18n * PAGE_BYTES + 0x40n });
  await machine.inject({ kind: 'single-bit-ecc', gpu: 5, address: 18n * PAGE_BYTES + 0x40n });
  await machine.reloadDriver();
  await machine.advance(3600);
  await machine.inject({ kind: 'double-bit-ecc', gpu: 3, address: 5n * PAGE_BYTES + 0x3040n });
}
