/** The fabric commands' way to the real world. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { openMachine } from '../../../../mocks/control/index.ts';
import { GpuwrightError } from '../../../errors.ts';
import { FabricManager } from '../../../fabric/index.ts';
import { presentGpus } from '../../../fabric/module-ids/present-gpus.ts';
import { runProgram } from '../../../host/run-program.ts';
import { realDaemon, simulatedDaemon } from './daemon.ts';
import type { FabricPorts } from './ports.ts';

export function realFabricPorts(): FabricPorts {
  return {
    connect: async (machine, options) => {
      if (machine === undefined) return await FabricManager.connect(options);
      const { nvfmLibrary } = await openMachine(machine);
      if (!existsSync(nvfmLibrary)) {
        throw new GpuwrightError('LIBRARY_NOT_FOUND', `${machine}: this simulated host has no NVSwitches, and so no Fabric Manager: make one of an HGX profile (\`gpuwright simulate profiles\`) with --fabric-mode shared`);
      }
      return await FabricManager.connect({ ...options, library: nvfmLibrary });
    },
    daemon: async (machine, deadlineMs) => (machine === undefined ? await realDaemon(deadlineMs) : simulatedDaemon((await (await openMachine(machine)).show()).fabricManager)),
    driverVersion: async (machine) => (machine === undefined ? await kernelDriverVersion() : (await (await openMachine(machine)).show()).driverVersion),
    // A simulated host has no sysfs: its file is the hardware.
    presentGpus: async (machine) => (machine === undefined ? await presentGpus() : (await (await openMachine(machine)).show()).gpus.map((gpu) => gpu.pciBusId)),
    nvidiaSmi: async (deadlineMs) => {
      // Without it, or when it fails, it has told nothing: then others must know.
      const answer = await runProgram('nvidia-smi', ['-q'], { deadlineMs }).catch(() => undefined);
      return answer?.exitCode === 0 ? answer.stdout : '';
    },
    readText: async (file) => {
      try {
        return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
      } catch (cause) {
        throw new GpuwrightError('INVALID_INPUT', `${file}: cannot be read (${(cause as NodeJS.ErrnoException).code ?? String(cause)}): give the path of a file that is there`, { cause });
      }
    },
    canAsk: process.stdin.isTTY === true && process.stderr.isTTY === true,
    confirm,
  };
}

/** As /proc/driver/nvidia/version tells it: without NVML, which would hold the driver. */
async function kernelDriverVersion(): Promise<string | null> {
  const told = await readFile('/proc/driver/nvidia/version', 'utf8').catch(() => '');
  return /^NVRM version:.*?\s(\d+\.\d+(?:\.\d+)*)\s/m.exec(told)?.[1] ?? null;
}

async function confirm(question: string): Promise<boolean> {
  const { default: ask } = await import('@inquirer/confirm');
  try {
    // Not on stdout, which is the result's.
    return await ask({ message: question, default: false }, { output: process.stderr });
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError') return false;
    throw error;
  }
}
