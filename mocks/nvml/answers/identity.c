/* Who a GPU is. */
#include "api.h"
#include "attributes.h"
#include "mig.h"

ANSWER(nvmlDeviceGetName, char *name, unsigned int length) {
  if (call->mig_device) return mig_put_name(call, name, length);
  return put_text(name, length, call->gpu->board.name);
}

ANSWER(nvmlDeviceGetUUID, char *uuid, unsigned int length) {
  if (call->mig_device) return mig_put_uuid(call, uuid, length);
  return put_text(uuid, length, call->gpu->board.uuid);
}

ANSWER(nvmlDeviceGetSerial, char *serial, unsigned int length) {
  return call->gpu->board.serial[0] ? put_text(serial, length, call->gpu->board.serial) : NVML_ERROR_NOT_SUPPORTED;
}

ANSWER(nvmlDeviceGetBoardPartNumber, char *partNumber, unsigned int length) {
  return call->gpu->board.part_number[0] ? put_text(partNumber, length, call->gpu->board.part_number) : NVML_ERROR_NOT_SUPPORTED;
}

ANSWER(nvmlDeviceGetBoardId, unsigned int *boardId) {
  *boardId = call->gpu->board.board_id;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetModuleId, unsigned int *moduleId) {
  if (call->gpu->board.module_id == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  *moduleId = call->gpu->board.module_id;
  return NVML_SUCCESS;
}
