#include "attributes.h"
#include "machine.h"

bool power_has_smoothing(const struct gpu *gpu) { return gpu->power.smoothing.enabled != UNSUPPORTED_U32; }

uint32_t smoothing_value(const struct gpu *gpu, enum smoothing_parameter parameter) {
  const struct power_smoothing *smoothing = &gpu->power.smoothing;
  const uint32_t override = smoothing->overrides.values[parameter];
  return override != UNSUPPORTED_U32 ? override : smoothing->presets[smoothing->active].values[parameter];
}

uint32_t smoothing_applied_ceiling_watts(const struct gpu *gpu) {
  const uint32_t limit = power_enforced_limit(gpu);
  return limit == UNSUPPORTED_U32 ? 0 : limit / 1000;
}

uint32_t smoothing_applied_floor_watts(const struct gpu *gpu) {
  if (gpu->power.smoothing.enabled != 1) return 0;
  return (uint32_t)((uint64_t)smoothing_applied_ceiling_watts(gpu) * smoothing_value(gpu, SMOOTHING_FLOOR_PERCENT) / 100);
}

enum setting smoothing_enable(struct gpu *gpu, bool on) {
  if (!power_has_smoothing(gpu)) return SETTING_NOT_THERE;
  gpu->power.smoothing.enabled = on;
  return SETTING_TAKEN;
}

enum setting smoothing_activate(struct gpu *gpu, uint32_t preset) {
  if (!power_has_smoothing(gpu)) return SETTING_NOT_THERE;
  if (preset >= gpu->power.smoothing.preset_count) return SETTING_OUT_OF_RANGE;
  gpu->power.smoothing.active = preset;
  return SETTING_TAKEN;
}

enum setting smoothing_set(struct gpu *gpu, uint32_t preset, enum smoothing_parameter parameter, uint32_t value) {
  struct power_smoothing *smoothing = &gpu->power.smoothing;
  if (!power_has_smoothing(gpu)) return SETTING_NOT_THERE;
  if (preset >= smoothing->preset_count || parameter >= SMOOTHING_PARAMETERS) return SETTING_OUT_OF_RANGE;
  if (parameter == SMOOTHING_FLOOR_PERCENT && (value < smoothing->minimum_floor_percent || value > smoothing->maximum_floor_percent)) return SETTING_OUT_OF_RANGE;
  smoothing->presets[preset].values[parameter] = value;
  return SETTING_TAKEN;
}
