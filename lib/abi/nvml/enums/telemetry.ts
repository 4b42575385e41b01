/** NVML's enums: telemetry. Numbers: header 13.3.29, held to the measured ones by test/abi. */
import { enumeration } from '../../enumeration.ts';

export const samplingType = enumeration(
  'nvmlSamplingType_t',
  'NVML_',
  { 'total-power-samples': 0, 'gpu-utilization-samples': 1, 'memory-utilization-samples': 2, 'enc-utilization-samples': 3, 'dec-utilization-samples': 4,
    'processor-clk-samples': 5, 'memory-clk-samples': 6, 'module-power-samples': 7, 'jpg-utilization-samples': 8, 'ofa-utilization-samples': 9 },
  { sentinels: { NVML_SAMPLINGTYPE_COUNT: 10 } },
);

export const pcieUtilCounter = enumeration(
  'nvmlPcieUtilCounter_t',
  'NVML_PCIE_UTIL_',
  { 'tx-bytes': 0, 'rx-bytes': 1 },
  { sentinels: { NVML_PCIE_UTIL_COUNT: 2 } },
);

/** Which member of nvmlValue_t a field value is in. */
export const valueType = enumeration(
  'nvmlValueType_t',
  'NVML_VALUE_TYPE_',
  {
    double: 0,
    'unsigned-int': 1,
    'unsigned-long': 2,
    'unsigned-long-long': 3,
    'signed-long-long': 4,
    'signed-int': 5,
    'unsigned-short': 6,
  },
  { sentinels: { NVML_VALUE_TYPE_COUNT: 7 } },
);
