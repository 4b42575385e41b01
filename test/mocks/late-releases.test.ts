import { describe, expect, it } from 'vitest';
import { Client } from './client.ts';
import { host } from './simulated-host.ts';

const SUCCESS = 0, INVALID_ARGUMENT = 2;
const RESET_STATUS = 226, SHUTDOWN_MARGIN = 193;

const clientOf = async (driver: string) => Client.initialised((await host('hgx-h100-8', { driver, gpus: 1 })).nvmlLibrary, 1);

/** Status of a field, which stands in the value's eighth word. */
async function fieldStatus(client: Client, id: number): Promise<number> {
  const { out } = await client.call('nvmlDeviceGetFieldValues', { handle: 0 }, { i32: 1 }, { buffer: 40, u32: [id] });
  return Buffer.from(out?.[0] as string, 'hex').readInt32LE(28);
}

describe('late releases of a driver branch have what its first ones had not', () => {
  it.each([
    ['450.80.02', '450.248.02', 'nvmlDeviceGetComputeRunningProcesses_v2', 'nvmlDeviceGetMPSComputeRunningProcesses_v2'],
    ['535.129.03', '535.261.03', 'nvmlDeviceGetSramEccErrorStatus', 'nvmlDeviceGetMarginTemperature'],
    ['535.129.03', '535.261.03', 'nvmlDeviceGetLastBBXFlushTime', 'nvmlDeviceGetRepairStatus'],
  ])('functions: %s, %s', async (early, late, added, still) => {
    const has = async (driver: string, name: string) => (await (await clientOf(driver)).call(name, null, null, null, null)).absent === undefined;
    expect([await has(early, added), await has(late, added), await has(late, still)]).toEqual([false, true, false]);
  });

  it.each([
    ['525.60.13', '525.147.05', SHUTDOWN_MARGIN],
    ['535.129.03', '535.261.03', RESET_STATUS],
    ['550.54.15', '550.163.01', RESET_STATUS],
  ])('fields: %s, %s', async (early, late, field) => {
    expect([await fieldStatus(await clientOf(early), field), await fieldStatus(await clientOf(late), field)]).toEqual([INVALID_ARGUMENT, SUCCESS]);
  });
});
