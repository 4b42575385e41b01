import { describe, expect, it } from 'vitest';
import type { FieldName } from '../../lib/abi/nvml/field-ids.ts';
import { fieldIdOf, fieldIds, fieldNameOf } from '../../lib/abi/nvml/field-ids.ts';
import { history } from './measured.ts';

const branches = history.headers.map(({ header, driverBranch }) => ({ header, branch: Number(driverBranch.slice(1)) }));
const names = Object.keys(fieldIds) as FieldName[];
const place = (header: string): number => branches.findIndex((one) => one.header === header);

/** What the measured history says: undefined before the header had the field. */
function measured(name: FieldName, header: string): number | undefined {
  const first = history.firstHeaderVersionOfFieldId[name];
  if (first === undefined) throw new Error(`${name} is not in the history`);
  if (place(header) < place(first)) return undefined;
  const changes = history.valueChanges[name];
  return changes === undefined ? fieldIds[name] : changes.findLast(([since]) => place(since) <= place(header))?.[1];
}

/** A driver of a branch has the newest of its headers. */
const newestOfBranch = branches.filter(({ header, branch }) => branches.findLast((one) => one.branch === branch)?.header === header);

describe('field ids', () => {
  it.each(branches)('are those of header $header under a driver of R$branch', ({ header, branch }) => {
    const newest = branches.findLast((one) => one.branch === branch)?.header ?? header;
    for (const name of names) {
      const id = measured(name, newest);
      if (id !== undefined) expect([name, fieldIdOf(name, branch)]).toEqual([name, id]);
    }
  });

  it('are told apart by their names in turn; some fields have two', () => {
    for (const { header, branch } of newestOfBranch) {
      for (const name of names) {
        const id = measured(name, header);
        if (id === undefined) continue;
        const told = fieldNameOf(id, branch);
        expect([branch, name, told === undefined ? undefined : measured(told, header)]).toEqual([branch, name, id]);
      }
    }
  });

  it('of a field that a driver does not have yet are never those of another field that it has', () => {
    for (const { header, branch } of newestOfBranch) {
      const taken = new Map(names.flatMap((name) => (measured(name, header) === undefined ? [] : [[measured(name, header), name]])));
      for (const name of names) {
        if (measured(name, header) !== undefined) continue;
        const id = fieldIdOf(name, branch);
        const other = id === undefined ? undefined : taken.get(id);
        // Two names of one field are no two fields.
        if (other === undefined || fieldIds[other] !== fieldIds[name]) expect([branch, name, other]).toEqual([branch, name, undefined]);
      }
    }
  });
});
