/** From a profile to the lines that `gpuwright-machine create` reads. */
import { createHash } from 'node:crypto';
import type { DriverVersion } from './driver-version.ts';
import { addressOf } from './pci-address.ts';
import type { Profile } from './profile.ts';

/** `nvmlDevice…ModuleId` is not supported on boards without one. */
const NO_MODULE_ID = 0xffff_ffff;

function digest(seed: string, index: number, what: string): string {
  return createHash('sha256').update(`${seed}/${index}/${what}`).digest('hex');
}

function uuidOf(seed: string, index: number): string {
  const hex = digest(seed, index, 'uuid');
  return `GPU-${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** Thirteen digits, as on the vendor's boards. */
function serialOf(seed: string, index: number): string {
  return (BigInt(`0x${digest(seed, index, 'serial').slice(0, 16)}`) % 10n ** 13n).toString().padStart(13, '0');
}

function onOff(value: boolean): string {
  return value ? 'on' : 'off';
}

function gpuLines(profile: Profile, seed: string, index: number): string[] {
  const { gpu } = profile;
  const board = Math.floor(index / profile.pciAddresses.length);
  const place = index % profile.pciAddresses.length;
  const address = addressOf(profile.pciAddresses, index);
  const moduleId = profile.moduleIds?.[place];
  const values: Record<string, string | number> = {
    name: gpu.name,
    uuid: uuidOf(seed, index),
    serial: serialOf(seed, index),
    'board-part': gpu.boardPartNumber,
    architecture: gpu.architecture,
    'pci-domain': address.domain,
    'pci-bus': address.bus,
    'pci-device': address.device,
    'pci-function': address.function,
    'device-id': gpu.pciDeviceId,
    'subsystem-id': gpu.pciSubSystemId,
    'board-id': ((address.domain << 16) | (address.bus << 8) | address.device) >>> 0,
    'module-id': moduleId === undefined ? NO_MODULE_ID : moduleId + board * profile.pciAddresses.length,
    'minor-number': index,
    'row-remapping': onOff(profile.memoryRepair === 'row-remapping'),
    banks: profile.rowRemapper?.banks ?? 0,
    'row-bytes': profile.rowRemapper?.rowBytes ?? 0,
    'memory-bytes': gpu.memoryBytes,
    'reserved-bytes': gpu.reservedBytes,
    'used-bytes': gpu.usedBytes,
    // No two GPUs of a real host read alike.
    'temperature-celsius': gpu.temperatureCelsius + ((index * 3) % 7),
    'power-milliwatts': gpu.powerMilliwatts + ((index * 731) % 3000),
    'gpu-percent': 0,
    'memory-percent': 0,
    'graphics-mhz': gpu.clocksMegahertz.graphics,
    'sm-mhz': gpu.clocksMegahertz.sm,
    'memory-mhz': gpu.clocksMegahertz.memory,
    'video-mhz': gpu.clocksMegahertz.video,
    'max-graphics-mhz': gpu.maxClocksMegahertz.graphics,
    'max-sm-mhz': gpu.maxClocksMegahertz.sm,
    'max-memory-mhz': gpu.maxClocksMegahertz.memory,
    'max-video-mhz': gpu.maxClocksMegahertz.video,
    ecc: onOff(gpu.ecc),
    persistence: onOff(gpu.persistence),
  };
  return Object.entries(values).map(([key, value]) => `gpu.${index}.${key}=${value}`);
}

export function expandProfile(profile: Profile, gpus: number, driver: DriverVersion, seed: string): string {
  const lines = [
    `profile=${profile.name}`,
    `driver=${driver.text}`,
    `nvml=${Math.floor(driver.cuda / 1000)}.${driver.text}`,
    `branch=${driver.branch}`,
    `cuda=${driver.cuda}`,
    `gpus=${gpus}`,
  ];
  for (let index = 0; index < gpus; index++) lines.push(...gpuLines(profile, seed, index));
  return `${lines.join('\n')}\n`;
}
