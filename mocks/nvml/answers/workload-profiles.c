/* Workload power profiles. NVML has room for 255 of them, a machine for the first few. */
#include "put.h"

static nvmlMask255_t mask_of(uint32_t profiles) { return (nvmlMask255_t){.mask = {profiles}}; }

/* False: it names profiles that no machine has. */
static bool profiles_of(const nvmlMask255_t *mask, uint32_t *profiles) {
  *profiles = mask->mask[0];
  for (unsigned i = 1; i < sizeof mask->mask / sizeof *mask->mask; i++)
    if (mask->mask[i] != 0) return false;
  return true;
}

ANSWER(nvmlDeviceWorkloadPowerProfileGetProfilesInfo, nvmlWorkloadPowerProfileProfilesInfo_v1_t *profilesInfo) {
  const uint32_t known = workload_profiles_known(call->gpu);
  if (known == 0) return NVML_ERROR_NOT_SUPPORTED;
  profilesInfo->perfProfilesMask = mask_of(known);
  for (unsigned i = 0; i < sizeof profilesInfo->perfProfile / sizeof *profilesInfo->perfProfile; i++) {
    nvmlWorkloadPowerProfileInfo_v1_t *info = &profilesInfo->perfProfile[i];
    *info = (nvmlWorkloadPowerProfileInfo_v1_t){.version = nvmlWorkloadPowerProfileInfo_v1};
    if (i >= WORKLOAD_PROFILES_MAX || !(known >> i & 1)) continue;
    info->profileId = i;
    info->priority = call->gpu->power.workload_profiles[i].priority;
    info->conflictingMask = mask_of(call->gpu->power.workload_profiles[i].conflicts);
  }
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceWorkloadPowerProfileGetCurrentProfiles, nvmlWorkloadPowerProfileCurrentProfiles_v1_t *currentProfiles) {
  const uint32_t known = workload_profiles_known(call->gpu);
  if (known == 0) return NVML_ERROR_NOT_SUPPORTED;
  currentProfiles->perfProfilesMask = mask_of(known);
  currentProfiles->requestedProfilesMask = mask_of(call->gpu->power.requested_profiles);
  currentProfiles->enforcedProfilesMask = mask_of(workload_profiles_enforced(call->gpu));
  return NVML_SUCCESS;
}

static nvmlReturn_t update(struct call *call, nvmlPowerProfileOperation_t operation, const nvmlMask255_t *mask) {
  const uint32_t before = call->gpu->power.requested_profiles;
  uint32_t profiles;
  if (workload_profiles_known(call->gpu) == 0) return NVML_ERROR_NOT_SUPPORTED;
  if (!profiles_of(mask, &profiles) || (profiles & ~workload_profiles_known(call->gpu))) return NVML_ERROR_INVALID_ARGUMENT;
  switch (operation) {
    case NVML_POWER_PROFILE_OPERATION_CLEAR: return put_setting(workload_profiles_request(call->gpu, before & ~profiles));
    case NVML_POWER_PROFILE_OPERATION_SET: return put_setting(workload_profiles_request(call->gpu, before | profiles));
    case NVML_POWER_PROFILE_OPERATION_SET_AND_OVERWRITE: return put_setting(workload_profiles_request(call->gpu, profiles));
    default: return NVML_ERROR_INVALID_ARGUMENT;
  }
}

ANSWER(nvmlDeviceWorkloadPowerProfileSetRequestedProfiles, const nvmlWorkloadPowerProfileRequestedProfiles_v1_t *requestedProfiles) {
  return update(call, NVML_POWER_PROFILE_OPERATION_SET, &requestedProfiles->requestedProfilesMask);
}

ANSWER(nvmlDeviceWorkloadPowerProfileClearRequestedProfiles, const nvmlWorkloadPowerProfileRequestedProfiles_v1_t *requestedProfiles) {
  return update(call, NVML_POWER_PROFILE_OPERATION_CLEAR, &requestedProfiles->requestedProfilesMask);
}

ANSWER(nvmlDeviceWorkloadPowerProfileUpdateProfiles_v1, const nvmlWorkloadPowerProfileUpdateProfiles_v1_t *updateProfiles) {
  return update(call, updateProfiles->operation, &updateProfiles->updateProfilesMask);
}
