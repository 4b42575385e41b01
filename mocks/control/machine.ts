/** One machine file and the library folder beside it. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { GpuwrightError } from '../../lib/errors.ts';
import { settingWords } from './attributes.ts';
import { absentIn, firstDrivers, parseDriverVersion } from './driver-version.ts';
import { withoutSymbols } from './elf.ts';
import { configurationText, fabricManagerFunctions } from './fabric-manager.ts';
import { faultArguments } from './fault-arguments.ts';
import { processArguments, usageArguments, wholeNumber } from './process-arguments.ts';
import { withLibrariesFirst } from './search-path.ts';
import { fileReason } from './text-file.ts';
import { runTool } from './tool.ts';
import type { Mocks } from './tool.ts';
import type {
  FabricManagerAction, Fault, FaultKind, Machine, MachineAttribute, MachineFabricManager, MachineProcess, MachineReadings, MachineSettings, MachineState, ProcessUsage, SimulatedProcess, VgpuWish,
} from './types.ts';

const NVML_LIBRARY = 'libnvidia-ml.so.1';
/** Real drivers install it too, and some bindings open nothing else. */
const NVML_DEVELOPMENT_NAME = 'libnvidia-ml.so';
const NVFM_LIBRARY = 'libnvfm.so.1';
const CONFIGURATION = 'fabricmanager.cfg';

function gpuArguments(gpu: number | undefined): string[] {
  if (gpu === undefined) return [];
  if (!Number.isSafeInteger(gpu) || gpu < 0) throw new GpuwrightError('INVALID_INPUT', `gpu: ${gpu} is not an index: give a whole number from 0`);
  return ['--gpu', String(gpu)];
}

/** Each with its value, where there is one. */
function optionWords(options: Readonly<Record<string, string | number | undefined>>): string[] {
  return Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, String(value)]));
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

export class MachineFile implements Machine {
  readonly file: string;
  readonly libraryDirectory: string;
  readonly nvmlLibrary: string;
  readonly nvfmLibrary: string;
  readonly #root: string;
  readonly #mocks: Mocks;

  constructor(file: string, root: string, mocks: Mocks) {
    if (file === '') throw new GpuwrightError('INVALID_INPUT', 'machine file: the path is empty: name a file');
    this.file = resolve(file);
    this.libraryDirectory = `${this.file}.lib`;
    this.nvmlLibrary = join(this.libraryDirectory, NVML_LIBRARY);
    this.nvfmLibrary = join(this.libraryDirectory, NVFM_LIBRARY);
    this.#root = root;
    this.#mocks = mocks;
  }

  /** `text`: what `gpuwright-machine create` reads. */
  async create(text: string, force: boolean): Promise<void> {
    if (!existsSync(dirname(this.file))) throw new GpuwrightError('INVALID_INPUT', `${this.file}: its folder does not exist: create the folder first`);
    await this.#run(['create', ...(force ? ['--force'] : [])], text);
    try {
      await this.refreshLibrary(true);
    } catch (error) {
      await rm(this.file, { force: true });
      throw error;
    }
  }

  async show(): Promise<MachineState> {
    return JSON.parse(await this.#run(['show'])) as MachineState;
  }

  async kernelLog(): Promise<string[]> {
    return (await this.#run(['kernel-log'])).split('\n').filter((line) => line !== '');
  }

  async inject(fault: Fault): Promise<void> {
    if (fault.kind === 'absent' || ('function' in fault && fault.function !== undefined)) this.#checkFunction(fault.function as string);
    await this.#run(['inject', ...faultArguments(fault)]);
    if (fault.kind === 'absent') await this.refreshLibrary();
  }

  async clear(filter: { readonly kind?: FaultKind; readonly gpu?: number } = {}): Promise<number> {
    const { kind, gpu } = filter;
    const mayAppear = kind === undefined || kind === 'absent';
    const isLacking = mayAppear && (await this.show()).faults.some((fault) => fault.kind === 'absent');
    const output = await this.#run(['clear', ...(kind === undefined ? [] : [kind]), ...gpuArguments(gpu)]);
    if (isLacking) await this.refreshLibrary();
    return (JSON.parse(output) as { cleared: number }).cleared;
  }

  async set(gpu: number, settings: MachineSettings): Promise<void> {
    await this.#run(['set', ...gpuArguments(gpu), ...settingWords('set: ', settings)]);
  }

  async setHost(settings: MachineSettings): Promise<void> {
    await this.#run(['set', ...settingWords('set: ', settings)]);
  }

  async attributes(gpu?: number): Promise<readonly MachineAttribute[]> {
    return JSON.parse(await this.#run(['attributes', ...gpuArguments(gpu)])) as MachineAttribute[];
  }

  async addProcess(process: SimulatedProcess): Promise<void> {
    await this.#run(['process', 'add', ...processArguments(process)]);
  }

  async setProcess(gpu: number, pid: number, usage: ProcessUsage): Promise<void> {
    await this.#run(['process', 'set', ...gpuArguments(gpu), '--pid', wholeNumber('pid', pid), ...usageArguments(usage)]);
  }

  async removeProcess(pid: number, options: { readonly gpu?: number } = {}): Promise<void> {
    await this.#run(['process', 'remove', '--pid', wholeNumber('pid', pid), ...gpuArguments(options.gpu)]);
  }

  async processes(): Promise<readonly MachineProcess[]> {
    return JSON.parse(await this.#run(['process', 'list'])) as MachineProcess[];
  }

  async reloadDriver(options: { readonly force?: boolean } = {}): Promise<void> {
    await this.#run(['reload-driver', ...(options.force ? ['--force'] : [])]);
  }

  async reset(gpu: number, options: { readonly force?: boolean } = {}): Promise<void> {
    await this.#run(['reset', ...gpuArguments(gpu), ...(options.force ? ['--force'] : [])]);
  }

  async reboot(): Promise<void> {
    await this.#run(['reboot']);
  }

  async addVgpu({ gpu, type, vm, vmId, uuid, placement, gpuInstance }: VgpuWish): Promise<number> {
    const options = { type, vm, 'vm-id': vmId, uuid, placement, 'gpu-instance': gpuInstance };
    return (JSON.parse(await this.#run(['vgpu', 'add', ...gpuArguments(gpu), ...optionWords(options)])) as { id: number }).id;
  }

  async removeVgpu(id: number): Promise<void> {
    await this.#run(['vgpu', 'remove', ...optionWords({ id })]);
  }

  async fabricManager(action: FabricManagerAction, options: { readonly restart?: boolean } = {}): Promise<MachineFabricManager> {
    return JSON.parse(await this.#run(['fabric-manager', action, ...(options.restart === true ? ['--restart'] : [])])) as MachineFabricManager;
  }

  async readings(gpu?: number): Promise<MachineReadings> {
    return JSON.parse(await this.#run(['readings', ...gpuArguments(gpu)])) as MachineReadings;
  }

  async advance(seconds: number): Promise<void> {
    const milliseconds = Math.round(seconds * 1000);
    if (!Number.isSafeInteger(milliseconds) || milliseconds < 0) throw new GpuwrightError('INVALID_INPUT', `seconds: ${seconds} is not a number from 0: the machine's clock only goes forward`);
    await this.#run(['advance', '--ms', String(milliseconds)]);
  }

  async setClock(time: Date): Promise<boolean> {
    const milliseconds = time.getTime();
    if (!(milliseconds >= 0)) throw new GpuwrightError('INVALID_INPUT', 'time: is not a date from 1970 on: give one');
    return (JSON.parse(await this.#run(['advance', '--to', String(milliseconds)])) as { moved: boolean }).moved;
  }

  async freezeClock(frozen = true): Promise<void> {
    await this.setHost({ 'host.clock-frozen': frozen });
  }

  environment(base: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
    return withLibrariesFirst(this.libraryDirectory, base);
  }

  /** This machine's own copies of the libraries: without what its driver version lacks and its faults make absent. */
  async refreshLibrary(anew = false): Promise<void> {
    const state = await this.show();
    const faulty = state.faults.flatMap(({ kind, ...fault }) => (kind === 'absent' ? [String(fault['function'])] : []));
    const absent = new Set([...absentIn(parseDriverVersion(state.driverVersion), firstDrivers(this.#root)), ...faulty]);
    await this.#replace(this.nvmlLibrary, withoutSymbols(await readFile(this.#mocks.nvmlTemplate), absent, this.#mocks.nvmlTemplate));
    await symlink(NVML_LIBRARY, join(this.libraryDirectory, NVML_DEVELOPMENT_NAME)).catch(unlessThere);
    if (state.fabricManager === null) return;
    await this.#replace(this.nvfmLibrary, withoutSymbols(await readFile(this.#mocks.nvfmTemplate), new Set(faulty), this.#mocks.nvfmTemplate));
    const configuration = join(this.libraryDirectory, CONFIGURATION);
    // What lies there when a machine is made is that of one which this replaces.
    if (anew || !existsSync(configuration)) await writeFile(configuration, configurationText(await this.attributes(), join(this.libraryDirectory, 'fabricmanager.state')));
  }

  /** New file, then rename: a loaded copy stays as it is. */
  async #replace(path: string, library: Uint8Array): Promise<void> {
    const temporary = `${path}.new-${randomBytes(6).toString('hex')}`;
    try {
      await mkdir(this.libraryDirectory, { recursive: true });
      await writeFile(temporary, library, { flag: 'wx' });
      await chmod(temporary, 0o755);
      await rename(temporary, path);
    } catch (cause) {
      await rm(temporary, { force: true }).catch(() => {});
      throw new GpuwrightError('MACHINE_INVALID', `${path}: cannot be written (${fileReason(cause)}): make room for the folder ${this.libraryDirectory}, and see that it may be written`, { cause });
    }
  }

  #checkFunction(name: string): void {
    if (!firstDrivers(this.#root).has(name) && !fabricManagerFunctions(this.#root).includes(name)) {
      throw new GpuwrightError('INVALID_INPUT', `function: "${name}" is not a function of libnvidia-ml or libnvfm: check its spelling and version suffix, such as nvmlInit_v2`);
    }
  }

  #run(words: readonly string[], input?: string): Promise<string> {
    const [command, ...rest] = words as [string, ...string[]];
    return runTool(this.#mocks, [this.file, command, ...rest], input);
  }
}
