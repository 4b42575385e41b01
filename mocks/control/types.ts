/**
 * A simulated host as TypeScript sees it: what it is made from, what it shows, what can be done to it.
 */

export type MemoryRepair = 'none' | 'page-retirement' | 'row-remapping';

export interface ProfileSummary {
  /** `tesla-v100-8` */
  readonly name: string;
  readonly description: string;
  readonly gpuName: string;
  readonly gpus: number;
  readonly driver: string;
  /** Page retirement before Ampere, row remapping from Ampere on, none on cards without ECC; on a mixed host the newest. */
  readonly memoryRepair: MemoryRepair;
}

/** A kind of GPU that the GPUs of a profile can be: `"model": "a100-sxm4-80"`. */
export interface ModelSummary {
  readonly name: string;
  readonly gpuName: string;
  readonly architecture: string;
  readonly memoryBytes: number;
}

/** FABRIC_MODE 0, 1 and 2. */
export type FabricMode = 'bare-metal' | 'shared' | 'vgpu';

export interface CreateOptions {
  /** The name of a profile, or the path of a `.json` file that holds one. */
  readonly profile: string;
  /** 1 to 64; default the profile's. */
  readonly gpus?: number;
  /** `535.129.03`; default the profile's. Decides which symbols the mock library exports. */
  readonly driver?: string;
  /** Replace an existing machine (by rename). Without it an existing file is refused. */
  readonly force?: boolean;
  /** Same seed, same UUIDs and serial numbers. Default: random, so that no two machines share a UUID. */
  readonly seed?: string;
  /** What Fabric Manager was started for, on a host with NVSwitches. Default `bare-metal`. */
  readonly fabricMode?: FabricMode;
  /** Attributes by their full names over what the profile says, also those that are fixed later: `{ 'gpu.*.load.pattern': 'training' }`. */
  readonly attributes?: MachineSettings;
}

/** What a fault covers. */
export interface FaultScope {
  /** One GPU; absent: see `scope`. */
  readonly gpu?: number;
  /** `gpu`: calls on that GPU (default when `gpu` is given). `driver`: every call, as if under the driver's lock, `nvmlInit_v2` included. */
  readonly scope?: 'gpu' | 'driver';
  /** Only this C function. */
  readonly function?: string;
}

/** Memories on the chip whose errors a product may count. */
export type OnChipMemory = 'l1-cache' | 'l2-cache' | 'register-file' | 'texture-memory' | 'texture-shared' | 'cbu' | 'sram';

/** An error in SRAM; the numbers name the cell, as the GPU tells it. */
export interface SramError {
  readonly gpu: number;
  /** How it was noticed. Default `sec-ded`. */
  readonly error?: 'corrected' | 'parity' | 'sec-ded';
  /** Which part of the GPU counts it. Default `other`. */
  readonly bucket?: 'l2' | 'sm' | 'pcie' | 'mcu' | 'other';
  readonly unit?: number;
  readonly location?: number;
  readonly sublocation?: number;
  readonly extlocation?: number;
  readonly address?: number;
}

export type CperSeverity = 'recoverable' | 'fatal' | 'corrected' | 'informational';

export type Fault =
  | { readonly kind: 'single-bit-ecc' | 'double-bit-ecc'; readonly gpu: number; /** In device memory. */ readonly address: bigint }
  | { readonly kind: 'single-bit-ecc' | 'double-bit-ecc'; readonly gpu: number; readonly location: OnChipMemory }
  | ({ readonly kind: 'sram-ecc' } & SramError)
  /** Data that an earlier error had spoilt was used. `fatal`: it was not contained, the GPU needs a reset. */
  | { readonly kind: 'poison'; readonly gpu: number; readonly fatal?: boolean }
  /** An error record of the firmware; `xid`: what it is about. */
  | { readonly kind: 'cper'; readonly gpu: number; /** Default `recoverable`. */ readonly severity?: CperSeverity; readonly xid?: number }
  | { readonly kind: 'xid'; readonly gpu: number; readonly xid: number }
  | { readonly kind: 'gpu-lost'; readonly gpu: number }
  | { readonly kind: 'driver-not-loaded' }
  | ({ readonly kind: 'hang' } & FaultScope)
  | ({ readonly kind: 'slow'; readonly milliseconds: number } & FaultScope)
  | ({ readonly kind: 'fail'; /** Fabric Manager's are negative. */ readonly returnCode: number; /** Default: until cleared. */ readonly times?: number } & FaultScope)
  | ({ readonly kind: 'crash' } & FaultScope)
  | ({ readonly kind: 'pattern' } & FaultScope)
  /** From the next load of the library. */
  | { readonly kind: 'absent'; readonly function: string };

export type FaultKind = Fault['kind'];

export interface MachineClient {
  readonly pid: number;
  readonly name: string;
}

export interface MachinePage {
  readonly address: string;
  readonly cause: 'double-bit-ecc' | 'multiple-single-bit-ecc';
  readonly retiredAt: string;
  readonly pending: boolean;
}

export interface MachineGpu {
  readonly index: number;
  readonly name: string;
  readonly uuid: string;
  readonly pciBusId: string;
  readonly serial: string;
  readonly lost: boolean;
  readonly ecc: { readonly current: boolean; readonly pending: boolean };
  readonly persistence: boolean;
  readonly retiredPages: readonly MachinePage[];
  readonly pageRetirementPending: boolean;
  readonly remappedRows: { readonly correctable: number; readonly uncorrectable: number; readonly pending: boolean; readonly failureOccurred: boolean };
  readonly errorCounts: {
    readonly volatileCorrected: number;
    readonly volatileUncorrected: number;
    readonly aggregateCorrected: number;
    readonly aggregateUncorrected: number;
  };
  readonly errorAddresses: number;
}

export interface MachineFabricPartition {
  readonly id: number;
  readonly moduleIds: readonly number[];
  /** The daemon knows it as active. */
  readonly active: boolean;
  /** Its traffic flows, also while no daemon runs. */
  readonly routed: boolean;
  /** The daemon lists it. */
  readonly supported: boolean;
  /** With which it was activated: `0000:1b:00.4,0000:43:00.4`. */
  readonly virtualFunctions: string;
}

export interface MachineFabricManager {
  readonly platform: 'hgx-2' | 'hgx-a100' | 'hgx-h100' | 'hgx-b200';
  /** `waiting`: for the set of active partitions; `resident`: it failed, but stays. */
  readonly state: 'stopped' | 'failed' | 'starting' | 'waiting' | 'up' | 'resident';
  readonly since: string;
  readonly mode: FabricMode;
  /** It was started in restart mode. */
  readonly restarted: boolean;
  readonly version: string;
  /** Why the last daemon ended or failed. */
  readonly endedFor: string | null;
  readonly partitions: readonly MachineFabricPartition[];
}

/** As systemd would, or with SIGKILL. */
export type FabricManagerAction = 'start' | 'stop' | 'restart' | 'kill';

export interface MachineState {
  readonly schema: 1;
  readonly simulated: true;
  readonly profile: string;
  readonly driverVersion: string;
  readonly driverLoaded: boolean;
  /** The machine's clock. */
  readonly time: string;
  readonly bootId: string;
  readonly clients: readonly MachineClient[];
  readonly gpus: readonly MachineGpu[];
  readonly faults: readonly (Record<string, unknown> & { readonly kind: string })[];
  /** `null` on a host without NVSwitches. */
  readonly fabricManager: MachineFabricManager | null;
}

export type MachineSettings = Readonly<Record<string, string | number | bigint | boolean | null | undefined>>;

export interface MachineAttribute {
  /** In full: `gpu.3.thermal.gpu-celsius`. */
  readonly name: string;
  /** As text: `70`, `on`, `unsupported`. */
  readonly value: string;
  readonly kind: 'text' | 'number' | 'signed number' | 'switch' | 'choice';
  readonly choices?: readonly string[];
  /** It may be `unsupported`. */
  readonly optional: boolean;
  /** Set when the machine was made, never after. */
  readonly fixed: boolean;
}

/** What moves by itself, as a client would read it now: as it was set, or as a load pattern moves it. */
export interface MachineReading {
  readonly index: number;
  readonly gpuPercent: number;
  readonly memoryPercent: number;
  readonly encoderPercent: number;
  readonly decoderPercent: number;
  readonly jpegPercent: number;
  readonly ofaPercent: number;
  readonly clocksMhz: { readonly graphics: number; readonly sm: number; readonly memory: number; readonly video: number };
  readonly powerMilliwatts: number;
  readonly gpuCelsius: number;
  readonly usedBytes: number;
  /** Since the driver was loaded. */
  readonly energyMillijoules: number;
}

export interface MachineReadings {
  /** The machine's clock. */
  readonly time: string;
  readonly gpus: readonly MachineReading[];
}

/** What a process makes of a GPU. */
export interface ProcessUsage {
  readonly memoryBytes?: number | bigint;
  /** Part of the memory, under confidential computing. */
  readonly protectedBytes?: number | bigint;
  readonly smPercent?: number;
  /** Of the time in which memory was read or written. */
  readonly memoryPercent?: number;
  readonly encoderPercent?: number;
  readonly decoderPercent?: number;
  readonly jpegPercent?: number;
  readonly ofaPercent?: number;
}

export type ProcessKind = 'compute' | 'graphics' | 'mps';

/** A process to simulate on one GPU; for several GPUs, add it to each. */
export interface SimulatedProcess extends ProcessUsage {
  readonly gpu: number;
  readonly pid: number;
  readonly name: string;
  /** Default: `compute`. */
  readonly kind?: ProcessKind;
  /** Under MIG: where it runs. */
  readonly gpuInstance?: number;
  readonly computeInstance?: number;
}

export interface MachineProcess extends Required<ProcessUsage> {
  readonly pid: number;
  readonly gpu: number;
  readonly name: string;
  readonly kind: ProcessKind;
  readonly gpuInstance: number | null;
  readonly computeInstance: number | null;
  readonly memoryBytes: number;
  readonly protectedBytes: number;
  readonly startedAt: string;
}

/** A VM that starts with a vGPU. */
export interface VgpuWish {
  readonly gpu: number;
  /** vGPU type id, one that the GPU can make now. */
  readonly type: number;
  /** The VM's name and id; default: a UUID that follows from the GPU's. */
  readonly vm?: string;
  readonly vmId?: string;
  readonly uuid?: string;
  /** Default: the first that is free. */
  readonly placement?: number;
  readonly gpuInstance?: number;
}

/** One machine file. Nothing here attaches to the simulated driver as a client. Methods reject with `GpuwrightError`. */
export interface Machine {
  readonly file: string;
  /** `FILE.lib`, to be put first in LD_LIBRARY_PATH. */
  readonly libraryDirectory: string;
  /** This machine's own `libnvidia-ml.so.1`. */
  readonly nvmlLibrary: string;
  /** This machine's own `libnvfm.so.1`; there only where there are NVSwitches. */
  readonly nvfmLibrary: string;
  show(): Promise<MachineState>;
  /** Lines as dmesg would have them, oldest first. */
  kernelLog(): Promise<string[]>;
  inject(fault: Fault): Promise<void>;
  /** Clears faults (of one kind, of one GPU); resolves with how many. */
  clear(filter?: { readonly kind?: FaultKind; readonly gpu?: number }): Promise<number>;
  /**
   * Settings of a GPU: `ecc` and `persistence`, or any of its attributes by name: `{ 'thermal.gpu-celsius': 70 }`. `null`: the product does
   * not have it. All of them or none.
   */
  set(gpu: number, settings: MachineSettings): Promise<void>;
  /** Attributes of the host, or of GPUs by their full names: `{ 'host.permissions': 'user', 'gpu.3.load.gpu-percent': 90, 'gpu.*.load.pattern': 'idle' }`. */
  setHost(settings: MachineSettings): Promise<void>;
  /** Everything that `set` and `setHost` know, with its value now; of one GPU, or of the whole host. */
  attributes(gpu?: number): Promise<readonly MachineAttribute[]>;
  /** Starts a simulated process, whose memory counts as used. Like a client, it keeps the GPU and the driver busy. */
  addProcess(process: SimulatedProcess): Promise<void>;
  /** It uses more or less of a GPU from now on. */
  setProcess(gpu: number, pid: number, usage: ProcessUsage): Promise<void>;
  /** Ends it, on one GPU or everywhere; its accounting stays. */
  removeProcess(pid: number, options?: { readonly gpu?: number }): Promise<void>;
  /** The simulated ones; real ones are `clients` of `show()`. */
  processes(): Promise<readonly MachineProcess[]>;
  /**
   * Refused with `MACHINE_BUSY`, naming clients and simulated processes, while there are any; `force` does it: clients' handles answer
   * GPU_IS_LOST, simulated processes end.
   */
  reloadDriver(options?: { readonly force?: boolean }): Promise<void>;
  reset(gpu: number, options?: { readonly force?: boolean }): Promise<void>;
  reboot(): Promise<void>;
  /** Starts a VM with a vGPU; resolves with the vGPU's id. */
  addVgpu(wish: VgpuWish): Promise<number>;
  removeVgpu(id: number): Promise<void>;
  /**
   * Starts or ends Fabric Manager; its fabricmanager.cfg in `libraryDirectory` is read at the start. `restart`: in restart mode. Resolves
   * with what became of it: a start that fails is no error of this call.
   */
  fabricManager(action: FabricManagerAction, options?: { readonly restart?: boolean }): Promise<MachineFabricManager>;
  /** What moves by itself, of one GPU or of all. */
  readings(gpu?: number): Promise<MachineReadings>;
  /** Moves the machine's clock forward, by whole milliseconds. */
  advance(seconds: number): Promise<void>;
  /** Moves it forward to that time. False where it is there or past it already: it never goes back. */
  setClock(time: Date): Promise<boolean>;
  /** From now on it stands still, and only `advance` and `setClock` move it; `false`: it runs on from where it stands. */
  freezeClock(frozen?: boolean): Promise<void>;
  /** Environment for a program that shall run on this machine: `base` with LD_LIBRARY_PATH starting with `libraryDirectory`. */
  environment(base?: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
}
