import { fieldIds } from '../../../lib/abi/nvml/field-ids.ts';
import { oneGpu } from '../one-gpu.ts';
import { readField } from './field-values.ts';
import type { AnswerHost, AnswerTable } from './table.ts';
import { refused, set } from './table.ts';

const B200 = { profile: oneGpu('b200-sxm-180') } as const;
const FLOOR_PERCENT = 0, RAMP_UP = 1;

const parameter = (profileId: number, paramId: number, value: number) => ({ raw, device }: AnswerHost) =>
  raw.nvmlDevicePowerSmoothingUpdatePresetProfileParam({ device, profile: { profileId, paramId, value } });

/** A field of smoothing that follows an attribute. */
function follows(id: number, attribute: string, before: number, value: number | boolean) {
  return { ...B200, read: readField(id), before: { 'unsigned-int': before }, change: set({ [`power.smoothing.${attribute}`]: value }), after: { 'unsigned-int': Number(value) } };
}

const PRESET_FIELDS: readonly (readonly [id: number, override: number, attribute: string])[] = [
  [fieldIds.NVML_FI_PWR_SMOOTHING_PROFILE_PERCENT_TMP_FLOOR, fieldIds.NVML_FI_PWR_SMOOTHING_ADMIN_OVERRIDE_PERCENT_TMP_FLOOR, 'floor-percent'],
  [fieldIds.NVML_FI_PWR_SMOOTHING_PROFILE_RAMP_UP_RATE, fieldIds.NVML_FI_PWR_SMOOTHING_ADMIN_OVERRIDE_RAMP_UP_RATE, 'ramp-up-milliwatts-per-second'],
  [fieldIds.NVML_FI_PWR_SMOOTHING_PROFILE_RAMP_DOWN_RATE, fieldIds.NVML_FI_PWR_SMOOTHING_ADMIN_OVERRIDE_RAMP_DOWN_RATE, 'ramp-down-milliwatts-per-second'],
  [fieldIds.NVML_FI_PWR_SMOOTHING_PROFILE_RAMP_DOWN_HYST_VAL, fieldIds.NVML_FI_PWR_SMOOTHING_ADMIN_OVERRIDE_RAMP_DOWN_HYST_VAL, 'ramp-down-hysteresis-milliseconds'],
  [fieldIds.NVML_FI_PWR_SMOOTHING_PROFILE_SECONDARY_POWER_FLOOR, fieldIds.NVML_FI_PWR_SMOOTHING_ADMIN_OVERRIDE_SECONDARY_POWER_FLOOR, 'secondary-floor-watts'],
  [fieldIds.NVML_FI_PWR_SMOOTHING_PROFILE_PRIMARY_FLOOR_ACT_WIN_MULT, fieldIds.NVML_FI_PWR_SMOOTHING_ADMIN_OVERRIDE_PRIMARY_FLOOR_ACT_WIN_MULT, 'activation-windows'],
  [fieldIds.NVML_FI_PWR_SMOOTHING_PROFILE_PRIMARY_FLOOR_TAR_WIN_MULT, fieldIds.NVML_FI_PWR_SMOOTHING_ADMIN_OVERRIDE_PRIMARY_FLOOR_TAR_WIN_MULT, 'target-window-percent'],
  [fieldIds.NVML_FI_PWR_SMOOTHING_PROFILE_PRIMARY_FLOOR_ACT_OFFSET, fieldIds.NVML_FI_PWR_SMOOTHING_ADMIN_OVERRIDE_PRIMARY_FLOOR_ACT_OFFSET, 'activation-offset-watts'],
];
const NOT_SET = 0xffff_ffff;

export const powerSmoothingAnswers: AnswerTable = {
  nvmlDevicePowerSmoothingSetState: {
    ...B200,
    read: readField(fieldIds.NVML_FI_PWR_SMOOTHING_ENABLED),
    before: { 'unsigned-int': 0 },
    change: ({ raw, device }) => raw.nvmlDevicePowerSmoothingSetState({ device, state: { state: 'enabled' } }),
    after: { 'unsigned-int': 1 },
  },
  nvmlDevicePowerSmoothingActivatePresetProfile: [
    {
      ...B200,
      read: readField(fieldIds.NVML_FI_PWR_SMOOTHING_ACTIVE_PRESET_PROFILE),
      before: { 'unsigned-int': 0 },
      change: ({ raw, device }) => raw.nvmlDevicePowerSmoothingActivatePresetProfile({ device, profile: { profileId: 3, paramId: 0, value: 0 } }),
      after: { 'unsigned-int': 3 },
    },
    {
      ...B200,
      prepare: set({ 'power.smoothing.preset-count': 3 }),
      read: ({ raw, device }) => raw.nvmlDevicePowerSmoothingActivatePresetProfile({ device, profile: { profileId: 3, paramId: 0, value: 0 } }),
      before: refused('INVALID_ARGUMENT'),
      change: set({ 'power.smoothing.preset-count': 4 }),
      after: {},
    },
  ],
  nvmlDevicePowerSmoothingUpdatePresetProfileParam: [
    {
      ...B200,
      read: readField(fieldIds.NVML_FI_PWR_SMOOTHING_PROFILE_RAMP_UP_RATE, 2),
      before: { 'unsigned-int': 1_000_000 },
      change: parameter(2, RAMP_UP, 1.5),
      after: { 'unsigned-int': 1_500 },
    },
    { ...B200, read: parameter(1, FLOOR_PERCENT, 95), before: refused('INVALID_ARGUMENT'), change: set({ 'power.smoothing.maximum-floor-percent': 95 }), after: {} },
  ],
  nvmlDeviceGetFieldValues: [
    follows(fieldIds.NVML_FI_PWR_SMOOTHING_ENABLED, 'enabled', 0, true),
    follows(fieldIds.NVML_FI_PWR_SMOOTHING_PRIV_LVL, 'privilege-level', 2, 1),
    follows(fieldIds.NVML_FI_PWR_SMOOTHING_IMM_RAMP_DOWN_ENABLED, 'immediate-ramp-down', 0, true),
    follows(fieldIds.NVML_FI_PWR_SMOOTHING_MAX_PERCENT_TMP_FLOOR_SETTING, 'maximum-floor-percent', 90, 80),
    follows(fieldIds.NVML_FI_PWR_SMOOTHING_MIN_PERCENT_TMP_FLOOR_SETTING, 'minimum-floor-percent', 0, 10),
    follows(fieldIds.NVML_FI_PWR_SMOOTHING_HW_CIRCUITRY_PERCENT_LIFETIME_REMAINING, 'lifetime-percent', 100, 99),
    follows(fieldIds.NVML_FI_PWR_SMOOTHING_MAX_NUM_PRESET_PROFILES, 'preset-count', 5, 4),
    follows(fieldIds.NVML_FI_PWR_SMOOTHING_ACTIVE_PRESET_PROFILE, 'active-preset', 0, 4),
    follows(fieldIds.NVML_FI_PWR_SMOOTHING_PRIMARY_POWER_FLOOR, 'primary-floor-watts', 0, 300),
    follows(fieldIds.NVML_FI_PWR_SMOOTHING_SECONDARY_POWER_FLOOR, 'secondary-floor-watts', 0, 200),
    follows(fieldIds.NVML_FI_PWR_SMOOTHING_MIN_PRIMARY_FLOOR_ACT_OFFSET, 'minimum-activation-offset-watts', 0, 20),
    follows(fieldIds.NVML_FI_PWR_SMOOTHING_MIN_PRIMARY_FLOOR_ACT_POINT, 'minimum-activation-point-watts', 0, 320),
    follows(fieldIds.NVML_FI_PWR_SMOOTHING_WINDOW_MULTIPLIER, 'window-milliseconds', 100, 50),
    follows(fieldIds.NVML_FI_PWR_SMOOTHING_DELAYED_PWR_SMOOTHING_SUPPORTED, 'delayed', 0, true),
    follows(fieldIds.NVML_FI_PWR_SMOOTHING_SOC_POWER_SMOOTHING_ENABLED, 'soc', 0, true),
    {
      ...B200,
      read: readField(fieldIds.NVML_FI_PWR_SMOOTHING_APPLIED_TMP_CEIL),
      before: { 'unsigned-int': 1000 },
      change: set({ 'power.limit-milliwatts': 800_000 }),
      after: { 'unsigned-int': 800 },
    },
    {
      ...B200,
      read: readField(fieldIds.NVML_FI_PWR_SMOOTHING_APPLIED_TMP_FLOOR),
      before: { 'unsigned-int': 0 },
      change: set({ 'power.smoothing.enabled': true, 'power.smoothing.active-preset': 3, 'power.limit-milliwatts': 800_000 }),
      after: { 'unsigned-int': 600 },
    },
    ...PRESET_FIELDS.flatMap(([id, override, attribute]) => [
      { ...B200, read: readField(id, 4), before: {}, change: set({ [`power.smoothing.preset.4.${attribute}`]: 7 }), after: { 'unsigned-int': 7 } },
      {
        ...B200,
        read: readField(override),
        before: { 'unsigned-int': NOT_SET },
        change: set({ [`power.smoothing.override.${attribute}`]: 8 }),
        after: { 'unsigned-int': 8 },
      },
    ]),
  ],
};
