/* Answers that are one attribute: not supported where the product does not have it. */
#ifndef GPUWRIGHT_NVML_PUT_H
#define GPUWRIGHT_NVML_PUT_H

#include "api.h"
#include "attributes.h"
#include "setting.h"

static inline nvmlReturn_t put_u32(unsigned int *out, uint32_t value) {
  if (value == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  *out = value;
  return NVML_SUCCESS;
}

static inline nvmlReturn_t put_u64(unsigned long long *out, uint64_t value) {
  if (value == UNSUPPORTED_U64) return NVML_ERROR_NOT_SUPPORTED;
  *out = value;
  return NVML_SUCCESS;
}

static inline nvmlReturn_t put_i32(int *out, int32_t value) {
  if (value == UNSUPPORTED_I32) return NVML_ERROR_NOT_SUPPORTED;
  *out = value;
  return NVML_SUCCESS;
}

/* A switch of the machine as NVML tells it. */
static inline nvmlReturn_t put_switch(nvmlEnableState_t *out, uint32_t value) {
  if (value == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  *out = value ? NVML_FEATURE_ENABLED : NVML_FEATURE_DISABLED;
  return NVML_SUCCESS;
}

static inline nvmlReturn_t put_optional_text(char *buffer, unsigned length, const char *text) {
  return text[0] ? (nvmlReturn_t)put_text(buffer, length, text) : NVML_ERROR_NOT_SUPPORTED;
}

/* What became of a wish to set something. */
static inline nvmlReturn_t put_setting(enum setting setting) {
  return setting == SETTING_TAKEN ? NVML_SUCCESS : setting == SETTING_NOT_THERE ? NVML_ERROR_NOT_SUPPORTED : NVML_ERROR_INVALID_ARGUMENT;
}

#endif
