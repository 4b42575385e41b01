/** NVML's enums: thermal. Numbers: header 13.3.29, held to the measured ones by test/abi. */
import { enumeration } from '../../enumeration.ts';

export const thermalTarget = enumeration(
  'nvmlThermalTarget_t',
  'NVML_THERMAL_TARGET_',
  { none: 0, gpu: 1, memory: 2, 'power-supply': 4, board: 8, 'vcd-board': 9, 'vcd-inlet': 10, 'vcd-outlet': 11, all: 15, unknown: -1 },
  { signed: true },
);

export const thermalController = enumeration(
  'nvmlThermalController_t',
  'NVML_THERMAL_CONTROLLER_',
  { none: 0, 'gpu-internal': 1, adm1032: 2, adt7461: 3, max6649: 4, max1617: 5, lm99: 6, lm89: 7, lm64: 8, g781: 9, adt7473: 10, sbmax6649: 11, vbiosevt: 12,
    os: 13, 'nvsyscon-canoas': 14, 'nvsyscon-e551': 15, max6649r: 16, adt7473s: 17, unknown: -1 },
  { signed: true },
);

export const coolerControl = enumeration(
  'nvmlCoolerControl_t',
  'NVML_THERMAL_COOLER_SIGNAL_',
  { none: 0, toggle: 1, variable: 2 },
  { sentinels: { NVML_THERMAL_COOLER_SIGNAL_COUNT: 3 } },
);

export const coolerTarget = enumeration(
  'nvmlCoolerTarget_t',
  'NVML_THERMAL_COOLER_TARGET_',
  { none: 1, gpu: 2, memory: 4, 'power-supply': 8, 'gpu-related': 14 },
);

export const temperatureThreshold = enumeration(
  'nvmlTemperatureThresholds_t',
  'NVML_TEMPERATURE_THRESHOLD_',
  { shutdown: 0, slowdown: 1, 'mem-max': 2, 'gpu-max': 3, 'acoustic-min': 4, 'acoustic-curr': 5, 'acoustic-max': 6, 'gps-curr': 7 },
  { sentinels: { NVML_TEMPERATURE_THRESHOLD_COUNT: 8 } },
);

export const temperatureSensor = enumeration('nvmlTemperatureSensors_t', 'NVML_TEMPERATURE_', { gpu: 0 }, { sentinels: { NVML_TEMPERATURE_COUNT: 1 } });

export const fanState = enumeration('nvmlFanState_t', 'NVML_FAN_', { normal: 0, failed: 1 });

export const ledColor = enumeration('nvmlLedColor_t', 'NVML_LED_COLOR_', { green: 0, amber: 1 });

export const fanControlPolicy = enumeration(
  'nvmlFanControlPolicy_t',
  'NVML_FAN_POLICY_',
  { 'temperature-continous-sw': 0, manual: 1 },
  { macros: 'unsigned int' },
);
