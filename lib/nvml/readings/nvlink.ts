/** NVLink, as one GPU sees its links. */
import { decodeEnum } from '../../abi/enumeration.ts';
import type { ValueOf } from '../../abi/layout.ts';
import { nvlinkVersion } from '../../abi/nvml/enums/nvlink.ts';
import { families } from '../../abi/nvml/families.ts';
import { nvmlFunctions as c } from '../../abi/nvml/functions.ts';
import type { OpenEnum } from '../../abi/open-enum.ts';
import { GpuwrightError } from '../../errors.ts';
import type { LibraryCall } from '../../library/library-call.ts';
import { familyCall, functionCall } from '../../library/library-call.ts';
import type { CallResult } from '../../library/opened-library.ts';
import type { Reading } from '../../telemetry/reading.ts';
import type { Ask } from './ask.ts';
import { reading } from './ask.ts';
import { isUnsupported } from '../field.ts';
import { canonicalPci } from '../identity.ts';
import { flag } from '../plausible.ts';

/** Counters of one link since they were last reset; which of them a generation has differs. */
export interface NvLinkErrors {
  readonly replay: Reading<bigint>;
  readonly recovery: Reading<bigint>;
  readonly crcFlit: Reading<bigint>;
  readonly crcData: Reading<bigint>;
  readonly eccData: Reading<bigint>;
}

export interface NvLink {
  readonly link: number;
  /** nvmlDeviceGetNvLinkState; a link that sleeps counts as active. */
  readonly active: Reading<boolean>;
  /** nvmlDeviceGetNvLinkVersion: `v4-0`, or the driver's number of a generation that this version has not heard of. */
  readonly version: Reading<ValueOf<typeof nvlinkVersion>>;
  readonly remoteType: Reading<OpenEnum<'gpu' | 'ibmnpu' | 'switch' | 'unknown'>>;
  /** `00000000:3B:00.0`; a failed reading where the link is down. */
  readonly remotePciBusId: Reading<string>;
  readonly errors: NvLinkErrors;
}

/** NVML_NVLINK_MAX_LINKS of the newest header. An older driver refuses numbers that it does not know, which costs nothing. */
const MAX_LINKS = 36;
const ERRORS = ['replay', 'recovery', 'crc-flit', 'crc-data', 'ecc-data'] as const;

function detailsOf(device: bigint, link: number): readonly LibraryCall<unknown>[] {
  return [
    functionCall(c.nvmlDeviceGetNvLinkVersion, { device, link }),
    functionCall(c.nvmlDeviceGetNvLinkRemoteDeviceType, { device, link }),
    familyCall(families.remoteNvLinkPci, { device, link }),
    ...ERRORS.map((counter) => functionCall(c.nvmlDeviceGetNvLinkErrorCounter, { device, link, counter })),
  ];
}

const DETAILS = detailsOf(0n, 0).length;

/** All links of a GPU. Throws `NOT_SUPPORTED` for a GPU without NVLink. */
export async function readNvLinks(ask: Ask): Promise<readonly NvLink[]> {
  const states = await ask((device) => Array.from({ length: MAX_LINKS }, (_, link) => functionCall(c.nvmlDeviceGetNvLinkState, { device, link })));
  const there = states.flatMap((state, link) => (state.ok || (!isUnsupported(state.error) && state.error.code !== 'INVALID_ARGUMENT') ? [{ link, state }] : []));
  if (there.length === 0) throw states.map((state) => (state.ok ? undefined : state.error)).find(isUnsupported) ?? new GpuwrightError('NOT_SUPPORTED', 'nvmlDeviceGetNvLinkState: this GPU has no NVLink: nothing to mend', { call: 'nvmlDeviceGetNvLinkState' });
  const details = (await ask((device) => there.flatMap(({ link }) => detailsOf(device, link)))) as readonly CallResult<unknown>[];
  return there.map(({ link, state }, place) => {
    const [version, type, pci, ...errors] = details.slice(place * DETAILS, (place + 1) * DETAILS) as [
      CallResult<{ readonly version: number }>, CallResult<{ readonly pNvLinkDeviceType: OpenEnum<'gpu' | 'ibmnpu' | 'switch' | 'unknown'> }>,
      CallResult<{ readonly busId: string; readonly busIdLegacy: string }>, ...CallResult<{ readonly counterValue: bigint }>[],
    ];
    const [replay, recovery, crcFlit, crcData, eccData] = errors.map((result) => reading(result, ({ counterValue }) => counterValue)) as [Reading<bigint>, Reading<bigint>, Reading<bigint>, Reading<bigint>, Reading<bigint>];
    return {
      link,
      active: reading(state, ({ isActive }) => flag('nvmlDeviceGetNvLinkState', 'the link state', isActive)),
      version: reading(version, (outputs) => decodeEnum(nvlinkVersion, outputs.version)),
      remoteType: reading(type, (outputs) => outputs.pNvLinkDeviceType),
      remotePciBusId: reading(pci, ({ busId, busIdLegacy }) => canonicalPci(busId === '' ? busIdLegacy : busId)),
      errors: { replay, recovery, crcFlit, crcData, eccData },
    };
  });
}
