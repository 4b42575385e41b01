/* What each NVLink is, does and counts. */
#include "links.h"

/* From here on a link's errors are told by field values alone. */
enum { GENERATION_WITHOUT_ERROR_COUNTERS = 5, GENERATION_WITH_ECC = 3 };

ANSWER(nvmlDeviceGetNvLinkState, unsigned int link, nvmlEnableState_t *isActive) {
  struct nvlink_link *found;
  const nvmlReturn_t status = find_link(call, link, &found);
  if (status == NVML_SUCCESS) *isActive = nvlink_is_up(found) ? NVML_FEATURE_ENABLED : NVML_FEATURE_DISABLED;
  return status;
}

ANSWER(nvmlDeviceGetNvLinkVersion, unsigned int link, unsigned int *version) {
  struct nvlink_link *found;
  const nvmlReturn_t status = find_link(call, link, &found);
  if (status == NVML_SUCCESS) *version = call->gpu->nvlink.version;
  return status;
}

ANSWER(nvmlDeviceGetNvLinkCapability, unsigned int link, nvmlNvLinkCapability_t capability, unsigned int *capResult) {
  struct nvlink_link *found;
  const nvmlReturn_t status = find_link(call, link, &found);
  if (status != NVML_SUCCESS) return status;
  if ((unsigned)capability >= NVML_NVLINK_CAP_COUNT) return NVML_ERROR_INVALID_ARGUMENT;
  *capResult = call->gpu->nvlink.capabilities[capability];
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetNvLinkErrorCounter, unsigned int link, nvmlNvLinkErrorCounter_t counter, unsigned long long *counterValue) {
  static const enum nvlink_counter COUNTERS[] = {[NVML_NVLINK_ERROR_DL_REPLAY] = NVLINK_REPLAYS,
                                                 [NVML_NVLINK_ERROR_DL_RECOVERY] = NVLINK_RECOVERIES,
                                                 [NVML_NVLINK_ERROR_DL_CRC_FLIT] = NVLINK_CRC_FLITS,
                                                 [NVML_NVLINK_ERROR_DL_CRC_DATA] = NVLINK_CRC_DATA,
                                                 [NVML_NVLINK_ERROR_DL_ECC_DATA] = NVLINK_ECC_DATA};
  struct nvlink_link *found;
  const unsigned generation = nvlink_generation(call->gpu);
  const nvmlReturn_t status = find_link(call, link, &found);
  if (status != NVML_SUCCESS) return status;
  if ((unsigned)counter >= NVML_NVLINK_ERROR_COUNT) return NVML_ERROR_INVALID_ARGUMENT;
  if (generation >= GENERATION_WITHOUT_ERROR_COUNTERS || (counter == NVML_NVLINK_ERROR_DL_ECC_DATA && generation < GENERATION_WITH_ECC)) return NVML_ERROR_NOT_SUPPORTED;
  *counterValue = found->counters[COUNTERS[counter]];
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceResetNvLinkErrorCounters, unsigned int link) {
  struct nvlink_link *found;
  const nvmlReturn_t status = find_link(call, link, &found);
  if (status == NVML_SUCCESS) nvlink_clear_errors(found);
  return status;
}

ANSWER(nvmlDeviceGetNvLinkInfo, nvmlNvLinkInfo_v2_t *info) {
  const struct nvlink *nvlink = &call->gpu->nvlink;
  if (nvlink_generation(call->gpu) == 0) return NVML_ERROR_NOT_SUPPORTED;
  info->isNvleEnabled = nvlink->encrypted;
  if (info->version == nvmlNvLinkInfo_v1) return NVML_SUCCESS;
  unsigned count = 0;
  for (unsigned i = 0; i < NVLINK_FIRMWARES; i++) {
    const struct nvlink_firmware *firmware = &nvlink->firmware[i];
    if (firmware->type == 0) continue;
    info->firmwareInfo.firmwareVersion[count++] =
        (nvmlNvlinkFirmwareVersion_t){.ucodeType = (unsigned char)firmware->type, .major = firmware->major, .minor = firmware->minor, .subMinor = firmware->sub_minor};
  }
  info->firmwareInfo.numValidEntries = count;
  return NVML_SUCCESS;
}
