import { S_CLASS } from '../hosts/index.ts';
import type { AnswerHost, AnswerTable } from './table.ts';
import { refused, setHost } from './table.ts';

const unitOf = ({ raw }: AnswerHost): bigint => raw.nvmlUnitGetHandleByIndex({ index: 0 }).unit;
const profile = S_CLASS;

export const unitsAnswers: AnswerTable = {
  nvmlUnitGetCount: [
    { profile, read: ({ raw }) => raw.nvmlUnitGetCount({}), before: { unitCount: 1 }, change: ({ machine }) => machine.inject({ kind: 'driver-not-loaded' }), after: refused('DRIVER_NOT_LOADED') },
    { read: ({ raw }) => raw.nvmlUnitGetCount({}), before: { unitCount: 0 }, change: ({ machine }) => machine.inject({ kind: 'driver-not-loaded' }), after: refused('DRIVER_NOT_LOADED') },
  ],
  nvmlUnitGetHandleByIndex: {
    profile,
    read: ({ raw }) => [0, 1].map((index) => {
      try {
        return typeof raw.nvmlUnitGetHandleByIndex({ index }).unit;
      } catch (error) {
        return (error as { code: string }).code;
      }
    }),
    before: ['bigint', 'INVALID_ARGUMENT'],
    change: ({ machine }) => machine.inject({ kind: 'driver-not-loaded' }),
    after: ['DRIVER_NOT_LOADED', 'DRIVER_NOT_LOADED'],
  },
  nvmlUnitGetUnitInfo: {
    profile,
    read: (host) => host.raw.nvmlUnitGetUnitInfo({ unit: unitOf(host) }),
    before: { info: { name: 'S4', id: '920-20804-0001-000', serial: '0320410054321', firmwareVersion: '6.2' } },
    change: setHost({ 'units.0.firmware': '6.3' }),
    after: { info: { serial: '0320410054321', firmwareVersion: '6.3' } },
  },
  nvmlUnitGetLedState: {
    profile,
    read: (host) => host.raw.nvmlUnitGetLedState({ unit: unitOf(host) }),
    before: { state: { color: { name: 'green' }, cause: '' } },
    change: setHost({ 'units.0.led': 'amber', 'units.0.led-cause': 'fan failure' }),
    after: { state: { color: { name: 'amber' }, cause: 'fan failure' } },
  },
  nvmlUnitSetLedState: [
    {
      profile,
      read: (host) => host.raw.nvmlUnitGetLedState({ unit: unitOf(host) }),
      before: { state: { color: { name: 'green' } } },
      change: (host) => host.raw.nvmlUnitSetLedState({ unit: unitOf(host), color: 'amber' }),
      after: { state: { color: { name: 'amber' } } },
    },
    {
      profile,
      read: (host) => host.raw.nvmlUnitSetLedState({ unit: unitOf(host), color: 2 as never }),
      before: refused('INVALID_ARGUMENT'),
      change: setHost({ 'host.permissions': 'user' }),
      after: refused('NO_PERMISSION'),
    },
  ],
  nvmlUnitGetPsuInfo: [
    {
      profile,
      read: (host) => host.raw.nvmlUnitGetPsuInfo({ unit: unitOf(host) }),
      before: { psu: { state: 'Normal', current: 48, voltage: 12, power: 590 } },
      change: setHost({ 'units.0.psu.watts': 610, 'units.0.psu.state': 'Abnormal' }),
      after: { psu: { state: 'Abnormal', current: 48, voltage: 12, power: 610 } },
    },
    { profile, read: (host) => host.raw.nvmlUnitGetPsuInfo({ unit: unitOf(host) }), before: {}, change: setHost({ 'units.0.psu.state': '' }), after: refused('NOT_SUPPORTED') },
  ],
  nvmlUnitGetTemperature: [
    ...[22, 38, 41].map((temp, type) => ({
      profile,
      read: (host: AnswerHost) => host.raw.nvmlUnitGetTemperature({ unit: unitOf(host), type }),
      before: { temp },
      change: setHost({ [`units.0.${['intake', 'exhaust', 'board'][type]}-celsius`]: temp + 20 }),
      after: { temp: temp + 20 },
    })),
    { profile, read: (host) => host.raw.nvmlUnitGetTemperature({ unit: unitOf(host), type: 2 }), before: {}, change: setHost({ 'units.0.board-celsius': null }), after: refused('NOT_SUPPORTED') },
    {
      profile,
      read: (host) => host.raw.nvmlUnitGetTemperature({ unit: unitOf(host), type: 3 }),
      before: refused('INVALID_ARGUMENT'),
      change: ({ machine }) => machine.inject({ kind: 'fail', returnCode: 999, function: 'nvmlUnitGetTemperature' }),
      after: refused('VENDOR_ERROR'),
    },
  ],
  nvmlUnitGetFanSpeedInfo: {
    profile,
    read: (host) => {
      const { count, fans } = host.raw.nvmlUnitGetFanSpeedInfo({ unit: unitOf(host) }).fanSpeeds;
      return fans.slice(0, count).map(({ speed, state }) => [speed, state.name]);
    },
    before: [[4800, 'normal'], [4780, 'normal']],
    change: setHost({ 'units.0.fan.1.speed-rpm': 0, 'units.0.fan.1.failed': true }),
    after: [[4800, 'normal'], [0, 'failed']],
  },
  nvmlUnitGetDevices: {
    profile,
    read: (host) => host.raw.nvmlUnitGetDevices({ unit: unitOf(host) }).devices.map((device) => [host.device, host.other].indexOf(device)),
    before: [0, 1],
    change: setHost({ 'units.0.first-gpu': 1, 'units.0.gpu-count': 1 }),
    after: [1],
  },
};
