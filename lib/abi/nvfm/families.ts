/** What Fabric Manager takes in several forms, newest first. */
import type { Family } from '../versions.ts';
import { functionVersion } from '../versions.ts';
import { nvfmFunctions as c } from './functions.ts';

/** Where the daemon is. */
export interface FmAddress {
  /** `host:port`, a path, or `cid:port`, as `type` says. */
  readonly address: string;
  readonly type: 'inet' | 'unix' | 'vsock';
  /** 0 is refused. */
  readonly timeoutMs: number;
}

/**
 * All versions are one symbol: on -6 go on with the next. The last does not know vsock, for which there is no older form; what it gets
 * then is taken for a host.
 */
const connect: Family<FmAddress, bigint> = c.fmConnect.versions.map((descriptor) =>
  functionVersion(
    descriptor,
    ({ pFmHandle }) => pFmHandle,
    ({ address, type, timeoutMs }: FmAddress) => {
      const known = 'addressType' in descriptor.parameters.connectParams.type.fields;
      return { connectParams: { addressInfo: address, timeoutMs, addressIsUnixSocket: type === 'unix' ? 1 : 0, ...(known ? { addressType: type } : {}) } };
    },
  ),
);

/** For `pickVersion`. */
export const fmFamilies = { connect } as const;
