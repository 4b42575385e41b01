#include "handles.h"
#include "instance.h"
#include "put.h"

ANSWER(nvmlUnitGetCount, unsigned int *unitCount) {
  *unitCount = call->machine->units.count;
  return NVML_SUCCESS;
}

ANSWER(nvmlUnitGetHandleByIndex, unsigned int index, nvmlUnit_t *unit) {
  struct handle *handle = unit_of(call->machine, index) ? handle_of(OPERAND_UNIT, GPU_ANY, false, index) : NULL;
  if (!handle) return NVML_ERROR_INVALID_ARGUMENT;
  *unit = (nvmlUnit_t)handle;
  return NVML_SUCCESS;
}

ANSWER(nvmlUnitGetUnitInfo, nvmlUnitInfo_t *info) {
  put_text(info->name, sizeof info->name, call->unit->name);
  put_text(info->id, sizeof info->id, call->unit->id);
  put_text(info->serial, sizeof info->serial, call->unit->serial);
  put_text(info->firmwareVersion, sizeof info->firmwareVersion, call->unit->firmware);
  return NVML_SUCCESS;
}

ANSWER(nvmlUnitGetLedState, nvmlLedState_t *state) {
  state->color = call->unit->led == LED_AMBER ? NVML_LED_COLOR_AMBER : NVML_LED_COLOR_GREEN;
  return (nvmlReturn_t)put_text(state->cause, sizeof state->cause, call->unit->led == LED_AMBER ? call->unit->led_cause : "");
}

/* The LEDs of all units change together, as documented of those that there were. */
ANSWER(nvmlUnitSetLedState, nvmlLedColor_t color) {
  if ((unsigned)color > NVML_LED_COLOR_AMBER) return NVML_ERROR_INVALID_ARGUMENT;
  for (unsigned i = 0; i < call->machine->units.count; i++) {
    struct unit *unit = &call->machine->units.unit[i];
    unit->led = color == NVML_LED_COLOR_AMBER ? LED_AMBER : LED_GREEN;
    put_text(unit->led_cause, sizeof unit->led_cause, unit->led == LED_AMBER ? "set by an application (SIMULATED)" : "");
  }
  return NVML_SUCCESS;
}

ANSWER(nvmlUnitGetPsuInfo, nvmlPSUInfo_t *psu) {
  if (!call->unit->psu_state[0]) return NVML_ERROR_NOT_SUPPORTED;
  psu->current = call->unit->psu_amperes;
  psu->voltage = call->unit->psu_volts;
  psu->power = call->unit->psu_watts;
  return (nvmlReturn_t)put_text(psu->state, sizeof psu->state, call->unit->psu_state);
}

ANSWER(nvmlUnitGetTemperature, unsigned int type, unsigned int *temp) {
  return type < UNIT_TEMPERATURES ? put_u32(temp, call->unit->celsius[type]) : NVML_ERROR_INVALID_ARGUMENT;
}

ANSWER(nvmlUnitGetFanSpeedInfo, nvmlUnitFanSpeeds_t *fanSpeeds) {
  if (call->unit->fan_count == 0) return NVML_ERROR_NOT_SUPPORTED;
  *fanSpeeds = (nvmlUnitFanSpeeds_t){.count = call->unit->fan_count};
  for (unsigned i = 0; i < call->unit->fan_count; i++) {
    fanSpeeds->fans[i].speed = call->unit->fan[i].speed_rpm;
    fanSpeeds->fans[i].state = call->unit->fan[i].failed ? NVML_FAN_FAILED : NVML_FAN_NORMAL;
  }
  return NVML_SUCCESS;
}

ANSWER(nvmlUnitGetDevices, unsigned int *deviceCount, nvmlDevice_t *devices) {
  const unsigned room = *deviceCount, first = call->unit->first_gpu, end = first + call->unit->gpu_count;
  *deviceCount = 0;
  for (unsigned gpu = first; gpu < end; gpu++) *deviceCount += instance_sees(call->machine, gpu);
  if (*deviceCount > room) return NVML_ERROR_INSUFFICIENT_SIZE;
  for (unsigned gpu = first, at = 0; gpu < end; gpu++)
    if (instance_sees(call->machine, gpu)) devices[at++] = (nvmlDevice_t)handle_of_gpu(gpu);
  return NVML_SUCCESS;
}
