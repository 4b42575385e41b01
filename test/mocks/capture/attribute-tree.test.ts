import { describe, expect, it } from 'vitest';
import { treeOf, valueOf } from '../../../mocks/control/capture/attribute-tree.ts';
import { attributeLines } from '../../../mocks/control/attributes.ts';

describe('attributes as a tree', () => {
  it('nests names, and makes lists of numbers from 0 on', () => {
    expect(treeOf([['a.b-c', 1], ['a.d.0.x', 2], ['a.d.1.x', 3], ['a.e.0', 'p'], ['f.3.y', null]])).toEqual({ a: { 'b-c': 1, 'd': [{ x: 2 }, { x: 3 }], 'e': ['p'] }, f: { 3: { y: null } } });
  });

  it.each([
    [[['sensor', 1], ['sensor.0.x', 2], ['sensor.1.x', 3]]],
    [[['a.b', 1], ['a.b.c', 2], ['a.b.c.d', 3]]],
    [[['a.10.x', 1], ['a.2.x', true], ['b', null]]],
  ] as [string, number | boolean | null][][][])('loses no name: %j', (values) => {
    const lines = attributeLines('x', treeOf(values));
    expect(lines.sort()).toEqual(values.map(([name, value]) => `${name}=${value === null ? 'unsupported' : value === true ? 'on' : String(value)}`).sort());
  });

  it.each([
    ['unsupported', 'number', true, null],
    ['unsupported', 'text', false, 'unsupported'],
    ['on', 'switch', false, true],
    ['70', 'number', false, 70],
    ['-5', 'signed number', false, -5],
    ['18446744073709551615', 'number', false, '18446744073709551615'],
    ['70', 'text', false, '70'],
    ['', 'text', false, ''],
  ] as const)('"%s" as a %s (optional: %s) is %j', (value, kind, optional, expected) => {
    expect(valueOf({ value, kind, optional })).toBe(expected);
  });
});
