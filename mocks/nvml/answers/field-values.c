/* Field values: each topic answers for its own ids. */
#include "fields.h"

static int answer(struct call *call, nvmlFieldValue_t *field) {
#define ASK(topic)                                              \
  if (topic##_field) {                                          \
    const int status = topic##_field(call, field);              \
    if (status != FIELD_OF_ANOTHER) return status;              \
  }
  FIELD_TOPICS(ASK)
  return NVML_ERROR_NOT_SUPPORTED;
}

static int clear(struct call *call, const nvmlFieldValue_t *field) {
#define CLEAR(topic)                                            \
  if (topic##_field_clear) {                                    \
    const int status = topic##_field_clear(call, field);        \
    if (status != FIELD_OF_ANOTHER) return status;              \
  }
  FIELD_TOPICS(CLEAR)
  return NVML_ERROR_NOT_SUPPORTED;
}

ANSWER(nvmlDeviceGetFieldValues, int valuesCount, nvmlFieldValue_t *values) {
  if (valuesCount == 0) return NVML_ERROR_INVALID_ARGUMENT;
  for (int i = 0; i < valuesCount; i++) {
    values[i].timestamp = machine_now_ns(call->machine) / 1000;
    values[i].latencyUsec = 0;
    values[i].value.ullVal = 0;
    values[i].nvmlReturn = (nvmlReturn_t)answer(call, &values[i]);
  }
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceClearFieldValues, int valuesCount, nvmlFieldValue_t *values) {
  if (valuesCount == 0) return NVML_ERROR_INVALID_ARGUMENT;
  for (int i = 0; i < valuesCount; i++) values[i].nvmlReturn = (nvmlReturn_t)clear(call, &values[i]);
  return NVML_SUCCESS;
}
