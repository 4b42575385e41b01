/* nvmlDeviceGetFieldValues, by topics: each answers for the field ids that are of its part of the state. */
#ifndef GPUWRIGHT_NVML_FIELDS_H
#define GPUWRIGHT_NVML_FIELDS_H

#include "api.h"
#include "attributes.h"

/* A topic's answer for a field that is none of its. */
#define FIELD_OF_ANOTHER (-1)

/* Fills `field->valueType` and `field->value`; gives the field's own return code, or FIELD_OF_ANOTHER. */
typedef int field_answer(const struct call *call, nvmlFieldValue_t *field);
/* The same for clearing a counter. */
typedef int field_clear(struct call *call, const nvmlFieldValue_t *field);

#define FIELD_TOPICS(X) \
  X(board) X(pcie) X(memory) X(ecc) X(repair) X(thermal) X(power) X(clocks) X(load) X(modes) X(nvlink) X(fabric) X(mig) X(recovery)
#define DECLARE_FIELDS(topic)    \
  WEAK field_answer topic##_field; \
  WEAK field_clear topic##_field_clear;
FIELD_TOPICS(DECLARE_FIELDS)

static inline int put_field_uint(nvmlFieldValue_t *field, bool supported, unsigned value) {
  if (!supported) return NVML_ERROR_NOT_SUPPORTED;
  field->valueType = NVML_VALUE_TYPE_UNSIGNED_INT;
  field->value.uiVal = value;
  return NVML_SUCCESS;
}

static inline int put_field_u64(nvmlFieldValue_t *field, bool supported, unsigned long long value) {
  if (!supported) return NVML_ERROR_NOT_SUPPORTED;
  field->valueType = NVML_VALUE_TYPE_UNSIGNED_LONG_LONG;
  field->value.ullVal = value;
  return NVML_SUCCESS;
}

static inline int put_field_int(nvmlFieldValue_t *field, bool supported, int value) {
  if (!supported) return NVML_ERROR_NOT_SUPPORTED;
  field->valueType = NVML_VALUE_TYPE_SIGNED_INT;
  field->value.siVal = value;
  return NVML_SUCCESS;
}

/* An optional attribute: not supported where the product does not have it. */
static inline int put_field_optional(nvmlFieldValue_t *field, uint32_t value) { return put_field_uint(field, value != UNSUPPORTED_U32, value); }
static inline int put_field_optional_u64(nvmlFieldValue_t *field, uint64_t value) { return put_field_u64(field, value != UNSUPPORTED_U64, value); }

#endif
