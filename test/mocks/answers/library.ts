import type { AnswerHost, AnswerRow, AnswerTable } from './table.ts';
import { refused, setHost } from './table.ts';
import { S_CLASS } from '../hosts/index.ts';

const loseDriver = ({ machine }: AnswerHost) => machine.inject({ kind: 'driver-not-loaded' });
const loses = (read: AnswerRow['read'], before: unknown): AnswerRow => ({ read, before, change: loseDriver, after: refused('DRIVER_NOT_LOADED') });

/** The records from the beginning on, by what each is about. */
function records(uuid = ''): (host: AnswerHost) => unknown {
  return ({ raw }) => {
    const { cper } = raw.nvmlSystemGetCPER_v1({ cper: { cursor: { cperTypeMask: 1, uuid, handle: 0n } } });
    return { bytes: cper.bufferSize, signature: Buffer.from(cper.buffer.slice(0, 4)).toString('latin1') };
  };
}

export const libraryAnswers: AnswerTable = {
  nvmlInit: [loses(({ raw }) => raw.nvmlInit({}), {})],
  nvmlInit_v2: [loses(({ raw }) => raw.nvmlInit_v2({}), {})],
  nvmlInitWithFlags: [loses(({ raw }) => raw.nvmlInitWithFlags({ flags: 1 }), {})],
  nvmlShutdown: {
    read: ({ machine }) => machine.show().then(({ clients }) => ({ clients: clients.length })),
    before: { clients: 1 },
    change: ({ raw }) => raw.nvmlShutdown({}),
    after: { clients: 0 },
  },
  nvmlSystemGetDriverVersion: [loses(({ raw }) => raw.nvmlSystemGetDriverVersion({}), { version: '610.43.02' })],
  nvmlSystemGetNVMLVersion: [loses(({ raw }) => raw.nvmlSystemGetNVMLVersion({}), { version: '13.610.43.02' })],
  nvmlSystemGetCudaDriverVersion: [loses(({ raw }) => raw.nvmlSystemGetCudaDriverVersion({}), { cudaDriverVersion: 13030 })],
  nvmlSystemGetCudaDriverVersion_v2: [loses(({ raw }) => raw.nvmlSystemGetCudaDriverVersion_v2({}), { cudaDriverVersion: 13030 })],
  nvmlSystemGetDriverBranch: [
    loses(({ raw }) => raw.nvmlSystemGetDriverBranch({ branchInfo: {} }), { branchInfo: { branch: 'r610_00' } }),
    { ...loses(({ raw }) => raw.nvmlSystemGetDriverBranch({ branchInfo: {} }), { branchInfo: { branch: 'r575_00' } }), profile: 'hgx-h100-8', options: { driver: '575.57.08' } },
  ],
  nvmlSystemGetHicVersion: [
    loses(({ raw }) => raw.nvmlSystemGetHicVersion({}), { hwbcCount: 0 }),
    {
      profile: S_CLASS,
      read: ({ raw }) => raw.nvmlSystemGetHicVersion({}),
      before: { hwbcCount: 1, hwbcEntries: [{ hwbcId: 1, firmwareVersion: '97.18.12.00.01' }] },
      change: setHost({ 'units.hic.0.firmware': '97.18.13.00.01' }),
      after: { hwbcEntries: [{ firmwareVersion: '97.18.13.00.01' }] },
    },
  ],
  nvmlSystemGetCPER_v1: [
    {
      read: records(),
      before: { bytes: 0, signature: '' },
      change: ({ machine }) => machine.inject({ kind: 'cper', gpu: 0, severity: 'fatal', xid: 79 }),
      after: { bytes: 232, signature: 'CPER' },
    },
    { read: records('GPU-00000000-0000-0000-0000-000000000000'), before: refused('INVALID_ARGUMENT'), change: setHost({ 'host.permissions': 'user' }), after: refused('NO_PERMISSION') },
  ],
};
