import { describe, expect, it } from 'vitest';
import { fmReturnCodes } from '../../../lib/abi/nvfm/return-codes.ts';
import { changeError, fabricError } from '../../../lib/fabric/connection/status.ts';
import { GpuwrightError } from '../../../lib/errors.ts';

describe('answers of Fabric Manager', () => {
  const errors = fmReturnCodes.filter(({ number }) => number !== 0).map(({ number, name }) => [name, number] as const);

  it.each(errors)('%s (%i) is an error with cause and recovery', (_, status) => {
    const error = fabricError('fmActivateFabricPartition', status);
    expect(error).toMatchObject({ status, call: 'fmActivateFabricPartition' });
    expect(error.message).toMatch(/^fmActivateFabricPartition: .{8,} \(status -\d+\): .{8,}$/);
    expect(error.message).not.toMatch(/does not know/);
  });

  it('a number that nobody has heard of keeps it', () => expect(fabricError('fmConnect', -4711)).toMatchObject({ code: 'VENDOR_ERROR', status: -4711 }));

  // Fabric Manager User Guide, table 13.2.
  it.each([
    ['fmActivateFabricPartition', -1, 'INVALID_ARGUMENT'],
    ['fmGetSupportedFabricPartitions', -3, 'NOT_SUPPORTED'],
    ['fmGetSupportedFabricPartitions', -8, 'FABRIC_NOT_READY'],
    ['fmGetSupportedFabricPartitions', -4, 'UNINITIALIZED'],
    ['fmDeactivateFabricPartition', -4, 'PARTITION_NOT_ACTIVE'],
    ['fmDeactivateFabricPartition', -18, 'PARTITION_NOT_ACTIVE'],
    ['fmActivateFabricPartition', -7, 'IN_USE'],
    ['fmActivateFabricPartition', -17, 'IN_USE'],
    ['fmConnect', -6, 'VERSION_MISMATCH'],
    ['fmConnect', -9, 'FABRIC_UNREACHABLE'],
  ])('%s: %i is %s', (call, status, code) => expect(fabricError(call, status).code).toBe(code));

  it.each([-2, -5, -9])('after %i a change may have been made or not', (status) => {
    expect(changeError(fabricError('fmActivateFabricPartition', status))).toMatchObject({ code: 'OUTCOME_UNKNOWN', status });
  });
  it.each(['DEVICE_UNRESPONSIVE', 'HELPER_CRASHED'] as const)('so it may after %s', (code) => {
    const error = new GpuwrightError(code, 'fmActivateFabricPartition: nothing came', { call: 'fmActivateFabricPartition' });
    expect(changeError(error)).toMatchObject({ code: 'OUTCOME_UNKNOWN', call: 'fmActivateFabricPartition', cause: error });
  });
  it.each([-1, -3, -4, -6, -7, -8, -10, -17])('after %i it was not made', (status) => {
    const error = fabricError('fmActivateFabricPartition', status);
    expect(changeError(error)).toBe(error);
  });
});
