import { describe, expect, it } from 'vitest';
import type { Backend } from '../../lib/backend/backend.ts';
import { selectBackend, type BackendChoice, type BackendSources } from '../../lib/backend/select.ts';
import { GpuwrightError } from '../../lib/errors.ts';

const fake = (name: string, lanes: boolean): Backend => ({ name, capabilities: { sync: true, lanes }, open: () => Promise.reject(new Error('not here')), close: async () => {} });
const fails = (message: string) => () => {
  throw new GpuwrightError('ADDON_UNAVAILABLE', message);
};

const all: BackendSources = {
  addon: () => fake('addon', true),
  koffi: () => fake('koffi', false),
  helperProcess: (inner) => fake(`helper-process(${inner})`, true),
};
const withoutAddon = { ...all, addon: fails('native addon: not built: build it') };

const chosen = async (choice: BackendChoice, environment: NodeJS.ProcessEnv = {}, sources = all): Promise<string> => (await selectBackend(choice, environment, sources)).name;

describe('selectBackend', () => {
  it.each<[string, BackendChoice, NodeJS.ProcessEnv, BackendSources, string]>([
    ['nothing asked for', {}, {}, all, 'addon'],
    ['an empty variable', {}, { GPUWRIGHT_BACKEND: '' }, all, 'addon'],
    ['auto', { backend: 'auto' }, {}, all, 'addon'],
    ['the variable', {}, { GPUWRIGHT_BACKEND: 'koffi' }, all, 'helper-process(koffi)'],
    ['the option over the variable', { backend: 'addon' }, { GPUWRIGHT_BACKEND: 'koffi' }, all, 'addon'],
    ['isolation', { isolation: 'helper-process' }, {}, all, 'helper-process(addon)'],
    ['koffi, which has lanes only in a helper', { backend: 'koffi' }, {}, all, 'helper-process(koffi)'],
    ['koffi in process by express wish', { backend: 'koffi', isolation: 'in-process' }, {}, all, 'koffi'],
    ['no addon', {}, {}, withoutAddon, 'helper-process(koffi)'],
    ['no addon, in process', { isolation: 'in-process' }, {}, withoutAddon, 'koffi'],
    ['no addon, isolated', { isolation: 'helper-process' }, {}, withoutAddon, 'helper-process(koffi)'],
  ])('%s', async (_, choice, environment, sources, name) => {
    expect(await chosen(choice, environment, sources)).toBe(name);
  });

  it('names every backend that was tried, and why it failed', async () => {
    const sources = { ...withoutAddon, koffi: fails('koffi: no binary: install it') };
    await expect(chosen({}, {}, sources)).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringMatching(/native addon: not built: build it[^]*koffi: no binary: install it/),
    });
  });

  it('does not replace a backend that was asked for by name', async () => {
    await expect(chosen({ backend: 'addon' }, {}, withoutAddon)).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE', message: expect.stringContaining('not built') });
  });

  it.each<[string, BackendChoice, NodeJS.ProcessEnv, RegExp]>([
    ['a backend', { backend: 'cuda' as never }, {}, /backend "cuda".*addon, koffi or auto/],
    ['the variable', {}, { GPUWRIGHT_BACKEND: 'Addon' }, /GPUWRIGHT_BACKEND "Addon".*addon, koffi or auto/],
    ['an isolation', { isolation: 'none' as never }, {}, /isolation "none".*in-process.*helper-process/],
  ])('refuses %s that does not exist', async (_, choice, environment, message) => {
    await expect(chosen(choice, environment)).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(message) });
  });

  it('selects what is built here', async () => {
    const backend = await selectBackend({}, {});
    expect(backend.name).toBe('addon');
    await backend.close();
  });
});
