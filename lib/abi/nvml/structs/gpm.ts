/** NVML's structs: gpm. Names are C's; sizes and offsets are held to the measured ones by test/abi. */
import { array, f64, foreignText, handleField, inlineStruct, plainVersion, struct, u32 } from '../../layout.ts';
import * as e from '../enums/index.ts';

export const gpmMetric = struct('nvmlGpmMetric_t', {
  metricId: u32,
  nvmlReturn: e.returnCode,
  value: f64,
  metricInfo: inlineStruct({ shortName: foreignText, longName: foreignText, unit: foreignText }),
});

export const gpmMetricsGet = struct('nvmlGpmMetricsGet_t', {
  version: plainVersion(1),
  numMetrics: u32,
  sample1: handleField('nvmlGpmSample_t'),
  sample2: handleField('nvmlGpmSample_t'),
  metrics: array(gpmMetric, 333),
});

export const gpmSupport = struct('nvmlGpmSupport_t', { version: plainVersion(1), isSupportedDevice: u32 });
