/**
 * The options of the kernel module that keep a GPU or a switch out of the fabric (sections 9.6.1.5 and 9.6.2.2), as text. The list is
 * always the whole one: of two lines with the same option the kernel takes one.
 */
import { GpuwrightError } from '../../errors.ts';
import type { PlatformId } from '../platforms/index.ts';
import { BASEBOARDS } from '../platforms/index.ts';

export const GPU_OPTION = 'NVreg_ExcludedGpus';
export const NVSWITCH_OPTION = 'NvSwitchExcludelist';
/** Names of before; the driver prefers the new ones. */
const OLD_NAMES: Readonly<Record<string, string>> = { NVreg_GpuBlacklist: GPU_OPTION, NvSwitchBlacklist: NVSWITCH_OPTION };

export const MODULE_OPTIONS_PATH = '/etc/modprobe.d/nvidia.conf';

/** The text of a file in a modprobe.d folder. */
export interface ModuleOptionsFile {
  readonly path: string;
  readonly text: string;
}

export interface ExclusionLine {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
  readonly option: typeof GPU_OPTION | typeof NVSWITCH_OPTION;
  readonly uuids: readonly string[];
}

export interface ExclusionPlan {
  /** Where `lines` go. */
  readonly path: string;
  /** None: nothing is excluded any more. */
  readonly lines: readonly string[];
  /** Lines of before that set the same options: their parts with these options must go. */
  readonly superseded: readonly ExclusionLine[];
  readonly takesEffect: string;
  readonly notes: readonly string[];
  readonly section: string;
}

/** Every line that excludes something, in the order of files and lines. */
export function exclusionLines(files: readonly ModuleOptionsFile[]): ExclusionLine[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const [command, module, ...options] = line.trim().split(/\s+/);
      if (command !== 'options' || module !== 'nvidia') return [];
      return options.flatMap((setting) => {
        const [name = '', value = ''] = setting.split('=', 2);
        const option = OLD_NAMES[name] ?? name;
        if (option !== GPU_OPTION && option !== NVSWITCH_OPTION) return [];
        return [{ path, line: index + 1, text: line, option, uuids: value.replaceAll('"', '').split(',').filter((uuid) => uuid !== '') }] satisfies ExclusionLine[];
      });
    }),
  );
}

/**
 * The lines that exclude exactly these GPUs and switches, all others being taken back. Nothing is written. Refuses (`INVALID_INPUT`)
 * what is no UUID, and switches (`NOT_SUPPORTED`) where the driver does not have them.
 */
export function planExclusion(wanted: { readonly gpus: readonly string[]; readonly nvSwitches: readonly string[]; readonly platform?: PlatformId }, existing: readonly ModuleOptionsFile[] = []): ExclusionPlan {
  const { gpus, nvSwitches, platform } = wanted;
  for (const uuid of gpus) {
    if (!/^GPU-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(uuid)) throw new GpuwrightError('INVALID_INPUT', `"${uuid}": is no UUID of a GPU: give one such as GPU-00000000-0000-0000-0000-000000000000`);
  }
  for (const uuid of nvSwitches) {
    if (!/^[A-Za-z0-9]+(-[A-Za-z0-9]+)+$/.test(uuid)) throw new GpuwrightError('INVALID_INPUT', `"${uuid}": is no UUID of a switch: take it from the log of Fabric Manager`);
  }
  const board = platform && BASEBOARDS[platform];
  if (nvSwitches.length > 0 && board?.switchesOnPcie === false) throw new GpuwrightError('NOT_SUPPORTED', `${board.name}: its switches are not devices of the driver and cannot be excluded: leave them out`);
  const lines = [
    ...(gpus.length > 0 ? [`options nvidia ${GPU_OPTION}=${[...new Set(gpus)].join(',')}`] : []),
    ...(nvSwitches.length > 0 ? [`options nvidia ${NVSWITCH_OPTION}=${[...new Set(nvSwitches)].join(',')}`] : []),
  ];
  return {
    path: MODULE_OPTIONS_PATH,
    lines,
    superseded: exclusionLines(existing),
    takesEffect: 'when the driver is loaded anew; the guide asks for a reboot',
    notes: [
      ...(gpus.length > 0 ? ['a GPU is excluded wherever it is plugged in, and its replacement is not'] : []),
      ...(nvSwitches.length > 0 && platform !== 'hgxA100' ? [`excluding a switch is described for HGX A100 alone${board?.nvSwitchGeneration === 3 ? `; without all four switches Fabric Manager does not start on ${board.name}` : ''}`] : []),
      ...(nvSwitches.length > 0 && platform === 'hgxA100' ? ['with two baseboards the peer of the switch is excluded too, as NVSWITCH_FAILURE_MODE decides (section 9.6.2.1)'] : []),
    ],
    section: '9.6',
  };
}
