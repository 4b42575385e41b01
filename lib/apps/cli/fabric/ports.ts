/** What the fabric commands need of the world besides what all commands need. */
import type { ConnectOptions, DaemonFacts, FabricManager } from '../../../fabric/index.ts';

/** A connection to Fabric Manager as far as the commands need it. */
export type FabricPort = Pick<
  FabricManager,
  'libraryPath' | 'backendName' | 'partitions' | 'partitionList' | 'unsupportedPartitions' | 'failedDevices' | 'activate' | 'deactivate' | 'restoreActivated' | 'close'
>;

/** The daemon as its service manager, its process and its configuration tell. */
export interface Daemon extends DaemonFacts {
  /** `active (running)`; on a simulated host the machine's word. */
  readonly state: string;
  readonly since: Date | null;
  /** Why it ended; null while it runs or where nobody can tell. */
  readonly endedFor: string | null;
  /** That its service manager made by itself; null: not counted. */
  readonly restarts: number | null;
  /** FABRIC_MODE as it was started or is configured; null: not known. */
  readonly mode: 'bare-metal' | 'shared' | 'vgpu' | null;
}

export interface FabricPorts {
  /** `machine`: the machine file of a simulated host, whose library is taken. */
  connect(machine: string | undefined, options: ConnectOptions): Promise<FabricPort>;
  /** Null: nobody here can tell. */
  daemon(machine: string | undefined, deadlineMs: number): Promise<Daemon | null>;
  /** Of the kernel driver; null: not known. */
  driverVersion(machine: string | undefined): Promise<string | null>;
  /** PCI addresses of the GPUs that the host has, whichever driver has them. */
  presentGpus(machine: string | undefined): Promise<readonly string[]>;
  /** The text of `nvidia-smi -q`; empty where there is none to ask. */
  nvidiaSmi(deadlineMs: number): Promise<string>;
  /** The text of a file; `-` is the standard input. */
  readText(file: string): Promise<string>;
  /** Somebody sits there who can be asked. */
  readonly canAsk: boolean;
  /** False too where the answer is Ctrl-C. */
  confirm(question: string): Promise<boolean>;
}
