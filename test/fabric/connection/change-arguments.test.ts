import { describe, expect, it } from 'vitest';
import { checkedPartitionId, checkedPartitionIds, checkedVirtualFunctions } from '../../../lib/fabric/connection/change-arguments.ts';

const refused = (sentence: RegExp): unknown => expect.objectContaining({ code: 'INVALID_INPUT', message: expect.stringMatching(sentence) as string });

describe('what is refused before the library is called', () => {
  it.each([-1, 1.5, Number.NaN, 2 ** 32])('partition %s', (id) => expect(() => checkedPartitionId(id)).toThrow(refused(/no partition id/)));
  it('a list with an id twice, on which another client hangs', () => expect(() => checkedPartitionIds([1, 2, 1])).toThrow(refused(/partition 1: is given twice/)));
  it('more ids than the library has room for', () => expect(() => checkedPartitionIds(Array.from({ length: 65 }, (_, id) => id))).toThrow(refused(/65 partitions/)));
  it('not the empty list, which says that none is active', () => expect(checkedPartitionIds([])).toEqual([]));
  it('not a full list', () => expect(checkedPartitionIds(Array.from({ length: 64 }, (_, id) => id))).toHaveLength(64));

  it('no virtual function', () => expect(() => checkedVirtualFunctions([])).toThrow(refused(/the list is empty/)));
  it('more than a partition has GPUs', () => expect(() => checkedVirtualFunctions(Array.from({ length: 17 }, (_, bus) => `${bus.toString(16)}:00.4`))).toThrow(refused(/17 are more/)));
  it('one that is no address', () => expect(() => checkedVirtualFunctions(['vf0'])).toThrow(refused(/"vf0": is no PCI address/)));
  it('one twice, however it is written', () => expect(() => checkedVirtualFunctions(['3b:00.4', '0000:3B:00.4'])).toThrow(refused(/0000:3B:00\.4: is given twice/)));
  it('not those of several GPUs, in their order', () => {
    expect(checkedVirtualFunctions(['0000:86:00.4', '1:3b:00.5'])).toEqual([
      { domain: 0, bus: 0x86, device: 0, function: 4 },
      { domain: 1, bus: 0x3b, device: 0, function: 5 },
    ]);
  });
});
