/** Virtual machines with GPUs and switches of their own (section 6.1, tables 1 to 3; B200 from release 2.3 of the guide). */
import type { PlatformId } from '../platforms/index.ts';

export interface PassthroughRow {
  readonly gpus: number;
  readonly switches: number;
  readonly linksPerGpu: number;
  /** Enabled at each of the guest's switches; several kinds of switches: with their number. */
  readonly linksPerSwitch: number | readonly { readonly switches: number; readonly links: number }[];
  /** So many such guests at once, by the number of baseboards. Null: there is never such a number of baseboards. */
  readonly guests: readonly [oneBaseboard: number, twoBaseboards: number | null];
  readonly constraint?: string;
  readonly notes?: readonly string[];
}

const perBaseboard = (sets: string): string => `${sets} from each baseboard`;
const WITHOUT_LINKS = 'the NVLinks of the GPU must be disabled';

const H100: readonly PassthroughRow[] = [
  { gpus: 8, switches: 4, linksPerGpu: 18, linksPerSwitch: [{ switches: 2, links: 32 }, { switches: 2, links: 40 }], guests: [1, null] },
  { gpus: 1, switches: 0, linksPerGpu: 0, linksPerSwitch: 0, guests: [8, null], constraint: WITHOUT_LINKS },
];

export const PASSTHROUGH: Readonly<Record<PlatformId, readonly PassthroughRow[]>> = {
  hgx2: [
    { gpus: 16, switches: 12, linksPerGpu: 6, linksPerSwitch: 16, guests: [0, 1] },
    { gpus: 8, switches: 6, linksPerGpu: 6, linksPerSwitch: 8, guests: [1, 2], constraint: perBaseboard('one set of eight GPUs') },
    { gpus: 4, switches: 3, linksPerGpu: 3, linksPerSwitch: 4, guests: [2, 4], constraint: perBaseboard('two sets of four GPUs') },
    { gpus: 2, switches: 1, linksPerGpu: 1, linksPerSwitch: 2, guests: [4, 8], constraint: perBaseboard('four sets of two GPUs') },
    { gpus: 1, switches: 0, linksPerGpu: 0, linksPerSwitch: 0, guests: [8, 16] },
  ],
  hgxA100: [
    { gpus: 16, switches: 12, linksPerGpu: 12, linksPerSwitch: 32, guests: [0, 1] },
    { gpus: 8, switches: 6, linksPerGpu: 12, linksPerSwitch: 16, guests: [1, 2], constraint: perBaseboard('one set of eight GPUs') },
    {
      gpus: 4,
      switches: 3,
      linksPerGpu: 6,
      linksPerSwitch: 6,
      guests: [2, 4],
      constraint: perBaseboard('two sets of four GPUs'),
      notes: ['four GPUs with six links over three switches make eight links at each; the guide prints six'],
    },
    { gpus: 2, switches: 1, linksPerGpu: 2, linksPerSwitch: 4, guests: [4, 8], constraint: perBaseboard('four sets of two GPUs') },
    { gpus: 1, switches: 0, linksPerGpu: 0, linksPerSwitch: 0, guests: [8, 16] },
  ],
  hgxH100: H100,
  hgxH800: H100.map((row) => (row.gpus === 8 ? { ...row, linksPerGpu: 8, linksPerSwitch: 16, notes: ['the links at each switch are counted from the wiring'] } : row)),
  hgxB200: [
    { gpus: 8, switches: 2, linksPerGpu: 18, linksPerSwitch: 72, guests: [1, null], constraint: 'the functions of the bridge devices go into the guest, not the switches behind them' },
    { gpus: 1, switches: 0, linksPerGpu: 0, linksPerSwitch: 0, guests: [8, null], constraint: WITHOUT_LINKS },
  ],
};

/** Of the rules for a number of GPUs, by that number. */
export const PASSTHROUGH_SECTIONS: Readonly<Record<number, string>> = { 16: '6.2', 8: '6.3', 4: '6.4', 2: '6.5', 1: '6.6' };

export const PASSTHROUGH_REQUIREMENTS: readonly string[] = [
  'the hypervisor keeps which NVLinks are blocked at each GPU and switch',
  'the hypervisor filters the MMIO of switches',
  'the hypervisor decides which device reaches which (IOMMU)',
  'a guest with several GPUs runs driver and Fabric Manager itself',
  'a Windows guest can have one GPU',
  'errors of switches are seen by the guest',
];
