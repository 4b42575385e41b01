/** Where Fabric Manager listens, in the words of its library. */
import type { FmAddress } from '../../abi/nvfm/families.ts';
import { FM_CMD_PORT_NUMBER, fmBufferSizes } from '../../abi/nvfm/constants.ts';
import { GpuwrightError } from '../../errors.ts';

/** At most one of the three; none is the local daemon on its usual port. */
export interface FabricAddress {
  /** `host` or `host:port`; a name or an IPv4 address. */
  readonly address?: string;
  /** A path: FM_CMD_UNIX_SOCKET_PATH of the daemon. */
  readonly unixSocket?: string;
  /** `cid:port`, for a daemon in a service VM; needs a library of 610 or later. */
  readonly vsock?: string;
  /** That the library may try to connect, a refused connection included; default 1000. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 1000;
const MOST_TIMEOUT_MS = 600_000;
const HOST = /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(?::(\d{1,5}))?$/;
const VSOCK = /^\d{1,10}:\d{1,10}$/;

function refuse(what: string, given: string, why: string): GpuwrightError {
  return new GpuwrightError('INVALID_INPUT', `${what} ${JSON.stringify(given)}: ${why}`);
}

/** Throws `INVALID_INPUT`: the library takes some malformed ones for others, and waits for them in vain. */
export function fabricAddress(options: FabricAddress): FmAddress {
  const { address, unixSocket, vsock, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const given = [address, unixSocket, vsock].filter((one) => one !== undefined);
  if (given.length > 1) throw new GpuwrightError('INVALID_INPUT', 'fabric manager: more than one address is given: choose one of address, unixSocket and vsock');
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > MOST_TIMEOUT_MS) throw refuse('timeoutMs', String(timeoutMs), `is no time to connect: give milliseconds from 1 to ${MOST_TIMEOUT_MS}`);
  if (unixSocket !== undefined) return { address: fitting('unixSocket', unixSocket), type: 'unix', timeoutMs };
  if (vsock !== undefined) {
    if (!VSOCK.test(vsock)) throw refuse('vsock', vsock, 'is no vsock address: write cid:port, such as 3:6666');
    return { address: vsock, type: 'vsock', timeoutMs };
  }
  const host = address ?? `127.0.0.1:${FM_CMD_PORT_NUMBER}`;
  const match = HOST.exec(host);
  if (match === null) throw refuse('address', host, 'is no host or host:port: give a name or an IPv4 address, such as 127.0.0.1:6666; the library understands no IPv6');
  const port = match[2] === undefined ? FM_CMD_PORT_NUMBER : Number(match[2]);
  if (port < 1 || port > 65_535) throw refuse('address', host, 'its port is not from 1 to 65535');
  return { address: fitting('address', host), type: 'inet', timeoutMs };
}

function fitting(what: string, text: string): string {
  const most = fmBufferSizes.FM_MAX_STR_LENGTH - 1;
  if (text === '') throw refuse(what, text, 'is empty');
  if (text.includes('\0')) throw refuse(what, text, 'has a NUL in it');
  if (Buffer.byteLength(text) > most) throw refuse(what, text, `is longer than the ${most} bytes that the library has room for`);
  return text;
}
