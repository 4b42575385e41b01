import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { captureMachine, profiles } from '../../../mocks/control/index.ts';
import type { Machine, ProfileDocument } from '../../../mocks/control/index.ts';
import { host } from '../simulated-host.ts';

const folder = mkdtempSync(join(tmpdir(), 'gpuwright-capture-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function remade(profile: ProfileDocument): Promise<Machine> {
  const file = join(folder, 'captured.json');
  writeFileSync(file, JSON.stringify(profile));
  return await host(file);
}

const valuesOf = async (machine: Machine) => Object.fromEntries((await machine.attributes()).map(({ name, value }) => [name, value]));

describe('a captured machine', () => {
  it.each(profiles().map(({ name }) => name))('%s makes an equal one', async (name) => {
    const machine = await host(name, { attributes: { 'host.permissions': 'user' } });
    await machine.set(0, { 'load.pattern': 'training', 'load.seed': 2n ** 63n, 'thermal.gpu-celsius': 66, 'board.name': 'One = of "its" kind' });
    const profile = await captureMachine(machine);
    const copy = await remade(profile);
    expect(await valuesOf(copy)).toEqual(await valuesOf(machine));
    const [shown, shownCopy] = [await machine.show(), await copy.show()];
    expect({ profile: shownCopy.profile, driver: shownCopy.driverVersion }).toEqual({ profile: shown.profile, driver: shown.driverVersion });
    expect(shownCopy.gpus.map(({ pciBusId }) => pciBusId)).toEqual(shown.gpus.map(({ pciBusId }) => pciBusId));
  });

  it('keeps an ECC mode that waits for a reset', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    await machine.set(0, { ecc: false });
    const copy = await remade(await captureMachine(machine));
    expect((await copy.show()).gpus[0]?.ecc).toEqual({ current: true, pending: false });
  });

  it('without what is unique is like it in all else, and no two that are made from it share a UUID', async () => {
    const machine = await host('hgx-a100-8', { gpus: 2 });
    const profile = await captureMachine(machine, { anonymous: true });
    const { gpus } = await machine.show();
    for (const { uuid, serial } of gpus) expect(JSON.stringify(profile)).not.toMatch(new RegExp(`${uuid}|${serial}`));
    const [one, other] = [await remade(profile), await remade(profile)];
    const unique = /\.(uuid|serial|pdi|hostname)$/;
    const alike = async (of: Machine) => Object.entries(await valuesOf(of)).filter(([name]) => !unique.test(name));
    expect(await alike(one)).toEqual(await alike(machine));
    expect((await one.show()).gpus[0]?.uuid).not.toBe((await other.show()).gpus[0]?.uuid);
  });

  it('says what the product does not have, and numbers as numbers', async () => {
    const { gpus, driver } = await captureMachine(await host('rtx-3090-2', { gpus: 1 }));
    expect(driver).toBe('550.120');
    expect(gpus).toMatchObject([{ pci: '0000:01:00.0', attributes: { board: { serial: null }, ecc: { current: null }, modes: { persistence: true }, memory: { 'total-bytes': 25_769_803_776 } } }]);
  });
});
