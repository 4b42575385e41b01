/* Licenses: of a vGPU's guest, and of the features of a GPU itself. */
#include <string.h>
#include <time.h>
#include "vgpu.h"

/* Both kinds of expiry have the same fields, in structs of their own. */
#define PUT_EXPIRY(out, expiry)                            \
  do {                                                     \
    struct tm utc = {.tm_year = -1900, .tm_mon = -1};      \
    const time_t when = (time_t)(expiry)->unix_seconds;    \
    if ((expiry)->status == NVML_GRID_LICENSE_EXPIRY_VALID) gmtime_r(&when, &utc); \
    (out)->year = (unsigned)(utc.tm_year + 1900);          \
    (out)->month = (unsigned short)(utc.tm_mon + 1);       \
    (out)->day = (unsigned short)utc.tm_mday;              \
    (out)->hour = (unsigned short)utc.tm_hour;             \
    (out)->min = (unsigned short)utc.tm_min;               \
    (out)->sec = (unsigned short)utc.tm_sec;               \
    (out)->status = (unsigned char)(expiry)->status;       \
  } while (0)

static bool is_licensed(const struct vgpu *vgpu) { return vgpu->license_state == NVML_GRID_LICENSE_STATE_LICENSED; }

ANSWER(nvmlVgpuInstanceGetLicenseStatus, unsigned int *licensed) {
  *licensed = is_licensed(call->vgpu);
  return NVML_SUCCESS;
}

ANSWER(nvmlVgpuInstanceGetLicenseInfo_v2, nvmlVgpuLicenseInfo_t *licenseInfo) {
  if (!call->vgpu->guest_driver[0]) return NVML_ERROR_DRIVER_NOT_LOADED;
  *licenseInfo = (nvmlVgpuLicenseInfo_t){.isLicensed = is_licensed(call->vgpu), .currentState = call->vgpu->license_state};
  PUT_EXPIRY(&licenseInfo->licenseExpiry, &call->vgpu->license_expiry);
  return NVML_SUCCESS;
}

ANSWER(nvmlVgpuInstanceGetLicenseInfo, nvmlVgpuLicenseInfo_before_510_t *licenseInfo) {
  if (!call->vgpu->guest_driver[0]) return NVML_ERROR_DRIVER_NOT_LOADED;
  *licenseInfo = (nvmlVgpuLicenseInfo_before_510_t){.isLicensed = is_licensed(call->vgpu)};
  PUT_EXPIRY(&licenseInfo->licenseExpiry, &call->vgpu->license_expiry);
  return NVML_SUCCESS;
}

/* Every age of the struct has the fields of the one before it and more. */
#define PUT_FEATURES(out, put_more)                                                                      \
  do {                                                                                                   \
    memset((out), 0, sizeof *(out));                                                                     \
    for (unsigned i = 0; i < LICENSABLE_FEATURES_MAX; i++) {                                             \
      const struct licensable_feature *feature = &call->gpu->vgpu.features[i];                           \
      if (!feature->code) continue;                                                                      \
      __typeof__(&(out)->gridLicensableFeatures[0]) to = &(out)->gridLicensableFeatures[(out)->licensableFeaturesCount++]; \
      to->featureCode = (nvmlGridLicenseFeatureCode_t)feature->code;                                     \
      to->featureState = feature->state;                                                                 \
      put_text(to->licenseInfo, sizeof to->licenseInfo, feature->license);                               \
      put_more                                                                                           \
    }                                                                                                    \
    (out)->isGridLicenseSupported = (out)->licensableFeaturesCount > 0;                                  \
  } while (0)
#define PUT_PRODUCT put_text(to->productName, sizeof to->productName, feature->product);
#define PUT_ENABLED to->featureEnabled = feature->enabled;

ANSWER(nvmlDeviceGetGridLicensableFeatures, nvmlGridLicensableFeatures_v1_t *pGridLicensableFeatures) {
  PUT_FEATURES(pGridLicensableFeatures, );
  return NVML_SUCCESS;
}
ANSWER(nvmlDeviceGetGridLicensableFeatures_v2, nvmlGridLicensableFeatures_v2_t *pGridLicensableFeatures) {
  PUT_FEATURES(pGridLicensableFeatures, PUT_PRODUCT);
  return NVML_SUCCESS;
}
ANSWER(nvmlDeviceGetGridLicensableFeatures_v3, nvmlGridLicensableFeatures_before_470_t *pGridLicensableFeatures) {
  PUT_FEATURES(pGridLicensableFeatures, PUT_PRODUCT PUT_ENABLED);
  return NVML_SUCCESS;
}
ANSWER(nvmlDeviceGetGridLicensableFeatures_v4, nvmlGridLicensableFeatures_t *pGridLicensableFeatures) {
  PUT_FEATURES(pGridLicensableFeatures, PUT_PRODUCT PUT_ENABLED PUT_EXPIRY(&to->licenseExpiry, &feature->expiry););
  return NVML_SUCCESS;
}
