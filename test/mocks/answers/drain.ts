import type { AnswerHost, AnswerRow, AnswerTable } from './table.ts';
import { refused, set, setHost } from './table.ts';

const place = { domain: 0, bus: 0x07, device: 0 };
const named = { busId: '00000000:07:00.0' };

const modify = (newState: 'disabled' | 'enabled', pciInfo: object = place) => ({ raw }: AnswerHost) => raw.nvmlDeviceModifyDrainState({ pciInfo, newState });
const query = (pciInfo: object = place) => ({ raw }: AnswerHost) => raw.nvmlDeviceQueryDrainState({ pciInfo });
const count = ({ raw }: AnswerHost) => raw.nvmlDeviceGetCount_v2({});
const unpersistent = set({ 'modes.persistence': false });

/** The first GPU draining, and nobody else there. */
const drained = async (host: AnswerHost): Promise<void> => {
  await unpersistent(host);
  modify('enabled')(host);
};
const remove = ({ raw }: AnswerHost) => raw.nvmlDeviceRemoveGpu_v2({ pciInfo: place, gpuState: 'remove', linkState: 'shut-down' });

const removal = (removes: (host: AnswerHost) => unknown): readonly AnswerRow[] => [
  { prepare: drained, read: count, before: { deviceCount: 2 }, change: removes, after: { deviceCount: 1 } },
  // Persistence mode is a use of the GPU, and what is not draining may be used by somebody who comes right now.
  { prepare: unpersistent, read: removes, before: refused('IN_USE'), change: (host) => set({ 'drain.draining': true, 'modes.persistence': true })(host).then(() => setHost({ 'host.permissions': 'user' })(host)), after: refused('NO_PERMISSION') },
];

export const drainAnswers: AnswerTable = {
  nvmlDeviceModifyDrainState: [
    { prepare: unpersistent, read: query(), before: { currentState: { name: 'disabled' } }, change: modify('enabled', named), after: { currentState: { name: 'enabled' } } },
    { prepare: drained, read: query(), before: { currentState: { name: 'enabled' } }, change: modify('disabled'), after: { currentState: { name: 'disabled' } } },
    { read: modify('enabled'), before: refused('IN_USE'), change: unpersistent, after: {} },
    { prepare: unpersistent, read: modify('enabled', { domain: 1, bus: 7, device: 0 }), before: refused('INVALID_ARGUMENT'), change: setHost({ 'host.permissions': 'user' }), after: refused('NO_PERMISSION') },
  ],
  nvmlDeviceQueryDrainState: [
    { read: query(named), before: { currentState: { name: 'disabled' } }, change: set({ 'drain.draining': true }), after: { currentState: { name: 'enabled' } } },
    // The text is what counts where there is one.
    { prepare: drained, read: query({ ...place, busId: '0000:0F:00.0' }), before: { currentState: { name: 'disabled' } }, change: ({ machine }) => machine.set(1, { 'drain.draining': true }), after: { currentState: { name: 'enabled' } } },
  ],
  nvmlDeviceRemoveGpu_v2: [...removal(remove)],
  nvmlDeviceRemoveGpu: [...removal(({ raw }) => raw.nvmlDeviceRemoveGpu({ pciInfo: place }))],
  nvmlDeviceDiscoverGpus: {
    prepare: (host) => drained(host).then(() => remove(host)),
    read: count,
    before: { deviceCount: 1 },
    change: ({ raw }) => raw.nvmlDeviceDiscoverGpus({ pciInfo: {} }),
    after: { deviceCount: 2 },
  },
  nvmlGetExcludedDeviceCount: {
    read: ({ raw }) => raw.nvmlGetExcludedDeviceCount({}),
    before: { deviceCount: 0 },
    change: (host) => host.without(async () => {
      await host.set({ 'drain.excluded': true });
      await host.machine.reloadDriver();
    }),
    after: { deviceCount: 1 },
  },
  nvmlGetExcludedDeviceInfoByIndex: {
    read: ({ raw }) => raw.nvmlGetExcludedDeviceInfoByIndex({ index: 0 }),
    before: refused('INVALID_ARGUMENT'),
    change: (host) => host.without(async () => {
      await host.set({ 'drain.excluded': true, 'board.uuid': 'GPU-11111111-2222-3333-4444-555555555555' });
      await host.machine.reloadDriver();
    }),
    after: { info: { uuid: 'GPU-11111111-2222-3333-4444-555555555555', pciInfo: { busId: '00000000:07:00.0', domain: 0, bus: 7 } } },
  },
};
