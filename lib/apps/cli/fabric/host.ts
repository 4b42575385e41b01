/** Fabric Manager of one host with the records about it, opened for one command and let go after it. */
import { GpuwrightError, isGpuwrightError } from '../../../errors.ts';
import type { Liveness } from '../../../fabric/index.ts';
import { FabricLedger, ModuleIds, ModuleMap } from '../../../fabric/index.ts';
import { describeFailure } from '../failure.ts';
import { machineFileOf, simulatedLine } from '../host-look.ts';
import type { Ports } from '../ports.ts';
import { quoteIfNeeded } from '../shell-quote.ts';
import { FabricConnection } from './connection.ts';
import { memberHealth } from './health-gate.ts';
import { readModuleMap } from './module-map-file.ts';
import { NvmlView } from './nvml-view.ts';
import type { GivingOptions } from './options.ts';
import { connectOptionsOf, stateFolderOf } from './options.ts';
import type { FabricPorts } from './ports.ts';

/** For what is asked besides Fabric Manager itself, unless --timeout says otherwise. */
const ASIDE_MS = 10_000;

export interface LedgerWishes {
  readonly isAlive?: (owner: string) => Liveness;
}

export class FabricHost {
  /** Undefined: a real host. */
  readonly machineFile: string | undefined;
  readonly stateFolder: string;
  readonly fabric: FabricConnection;
  readonly nvml: NvmlView;
  readonly ports: FabricPorts;
  /** For questions to others than Fabric Manager. */
  readonly asideMs: number;
  readonly #options: GivingOptions;
  readonly #ports: Ports;
  #modules: Promise<ModuleMap> | undefined;
  #refusedUnknown = false;

  constructor(options: GivingOptions, ports: Ports, fabricPorts: FabricPorts) {
    this.#options = options;
    this.#ports = ports;
    this.ports = fabricPorts;
    this.asideMs = options.timeout ?? ASIDE_MS;
    this.machineFile = machineFileOf(options, ports);
    this.stateFolder = stateFolderOf(options, ports);
    this.nvml = new NvmlView(options, ports);
    this.fabric = new FabricConnection(() => fabricPorts.connect(this.machineFile, connectOptionsOf(options)));
  }

  /** First line of what people read about a simulated host. */
  get headline(): string {
    return simulatedLine(this.machineFile);
  }

  /** What a command that is recommended needs to mean the same host. */
  get targetWords(): string {
    return this.machineFile === undefined ? '' : ` --machine ${quoteIfNeeded(this.machineFile)}`;
  }

  get kind(): 'real' | 'simulated' {
    return this.machineFile === undefined ? 'real' : 'simulated';
  }

  ledger({ isAlive }: LedgerWishes = {}): FabricLedger {
    return new FabricLedger({
      control: this.fabric,
      folder: this.stateFolder,
      moduleIds: { known: () => this.modules() },
      memberHealth: (physicalId) => memberHealth(physicalId, { modules: () => this.modules(), nvml: this.nvml, acceptUnknown: this.#options.acceptUnknownHealth === true, onUnknown: () => (this.#refusedUnknown = true) }),
      ...(isAlive !== undefined && { isAlive }),
    });
  }

  /** Which GPU sits in which module. Rejects with `MODULE_ID_UNKNOWN` where those who should know contradict each other. */
  modules(): Promise<ModuleMap> {
    this.#modules ??= this.#learnModules();
    return this.#modules;
  }

  /** The same for showing only: what is not known is left out, and why is told. */
  async modulesForShow(): Promise<ModuleMap> {
    try {
      return await this.modules();
    } catch (error) {
      this.#ports.screen.err(`gpuwright: ${describeFailure(error).message}\n`);
      return new ModuleMap([]);
    }
  }

  /** What was wrong is said, and null stands for it. */
  async aside<T>(question: Promise<T | null>): Promise<T | null> {
    try {
      return await question;
    } catch (error) {
      this.#ports.screen.err(`gpuwright: ${describeFailure(error).message}\n`);
      return null;
    }
  }

  /** Told once, not for each GPU. */
  withHint(error: unknown): unknown {
    if (!this.#refusedUnknown || !isGpuwrightError(error) || error.code !== 'NO_PARTITION') return error;
    return new GpuwrightError(error.code, `${error.message}; --accept-unknown-health takes GPUs whose health cannot be read`, { cause: error });
  }

  async #learnModules(): Promise<ModuleMap> {
    const { moduleMap } = this.#options;
    const { machineFile: machine } = this;
    return await new ModuleIds({
      folder: this.stateFolder,
      nvml: () => this.nvml.moduleReadings(),
      present: () => this.ports.presentGpus(machine),
      // A simulated host has no nvidia-smi.
      ...(machine === undefined && { nvidiaSmi: () => this.ports.nvidiaSmi(this.asideMs) }),
      ...(moduleMap !== undefined && { given: readModuleMap(moduleMap, await this.ports.readText(moduleMap)) }),
    }).known();
  }
}

/** Opens, uses and lets go. */
export async function withFabric<T>(options: GivingOptions, ports: Ports, use: (host: FabricHost) => Promise<T>): Promise<T> {
  const host = new FabricHost(options, ports, await ports.fabric());
  try {
    return await use(host);
  } catch (error) {
    throw host.withHint(error);
  } finally {
    await host.fabric.close();
  }
}
