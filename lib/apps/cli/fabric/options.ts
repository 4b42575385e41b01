/** Which Fabric Manager is meant, and whose records. */
import type { ConnectOptions } from '../../../fabric/index.ts';
import { DEFAULT_FOLDER } from '../../../fabric/default-folder.ts';
import type { TargetOptions } from '../host-look.ts';
import { machineFileOf } from '../host-look.ts';
import type { Ports } from '../ports.ts';

export interface FabricOptions extends TargetOptions {
  readonly address?: string;
  readonly unixSocket?: string;
  readonly vsock?: string;
  /** The folder of the ledger. */
  readonly state?: string;
}

/** Options of what changes partitions. */
export interface ChangeOptions extends FabricOptions {
  readonly yes?: boolean;
}

/** Options of what gives GPUs to somebody. */
export interface GivingOptions extends ChangeOptions {
  readonly vf?: readonly string[];
  readonly acceptUnknownHealth?: boolean;
  readonly moduleMap?: string;
}

/** Records of simulated hosts stay beside their machines: they must never be taken for those of this host. */
export function stateFolderOf(options: FabricOptions, ports: Ports): string {
  const machine = machineFileOf(options, ports);
  return options.state ?? (machine === undefined ? DEFAULT_FOLDER : `${machine}.fabric`);
}

export function connectOptionsOf(options: FabricOptions): ConnectOptions {
  const { address, unixSocket, vsock, timeout, backend, isolation } = options;
  return {
    ...(address !== undefined && { address }),
    ...(unixSocket !== undefined && { unixSocket }),
    ...(vsock !== undefined && { vsock }),
    ...(timeout !== undefined && { deadlineMs: timeout, changeDeadlineMs: timeout }),
    ...(backend !== undefined && { backend }),
    ...(isolation !== undefined && { isolation }),
  };
}
