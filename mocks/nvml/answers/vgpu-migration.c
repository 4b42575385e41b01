/* Moving VMs between hosts: what a vGPU and a GPU say of themselves, and whether they go together. */
#include <stdio.h>
#include <string.h>
#include "vgpu.h"

enum { METADATA_VERSION = 2, METADATA_REVISION = 1 };

/* What only this library reads again. */
struct opaque {
  char series[16];
  uint32_t type_id; /* 0 for a GPU */
};

ANSWER(nvmlVgpuInstanceGetMetadata, nvmlVgpuMetadata_t *vgpuMetadata, unsigned int *bufferSize) {
  const struct vgpu *vgpu = call->vgpu;
  const struct vgpu_type *type = vgpu_its_type(call->machine, vgpu);
  struct opaque opaque = {.type_id = vgpu->type_id};
  if (!vgpu_has_room(bufferSize, offsetof(nvmlVgpuMetadata_t, opaqueData) + sizeof opaque)) return NVML_ERROR_INSUFFICIENT_SIZE;
  memset(vgpuMetadata, 0, offsetof(nvmlVgpuMetadata_t, opaqueData));
  vgpuMetadata->version = METADATA_VERSION;
  vgpuMetadata->revision = METADATA_REVISION;
  vgpuMetadata->guestInfoState = vgpu->guest_driver[0] ? NVML_VGPU_INSTANCE_GUEST_INFO_STATE_INITIALIZED : NVML_VGPU_INSTANCE_GUEST_INFO_STATE_UNINITIALIZED;
  put_text(vgpuMetadata->guestDriverVersion, sizeof vgpuMetadata->guestDriverVersion, vgpu->guest_driver);
  put_text(vgpuMetadata->hostDriverVersion, sizeof vgpuMetadata->hostDriverVersion, call->machine->driver_version);
  vgpuMetadata->vgpuVirtualizationCaps = NVML_VGPU_VIRTUALIZATION_CAP_MIGRATION_YES;
  vgpuMetadata->guestVgpuVersion = vgpu->version;
  vgpuMetadata->opaqueDataSize = sizeof opaque;
  if (type) memcpy(opaque.series, type->series, sizeof opaque.series);
  memcpy((char *)vgpuMetadata + offsetof(nvmlVgpuMetadata_t, opaqueData), &opaque, sizeof opaque);
  return NVML_SUCCESS;
}

static nvmlVgpuVersion_t range(const struct vgpu_versions *versions) { return (nvmlVgpuVersion_t){.minVersion = versions->least, .maxVersion = versions->most}; }

ANSWER(nvmlDeviceGetVgpuMetadata, nvmlVgpuPgpuMetadata_t *pgpuMetadata, unsigned int *bufferSize) {
  struct opaque opaque = {.type_id = 0};
  if (!vgpu_is_host(call)) return NVML_ERROR_NOT_SUPPORTED;
  if (!vgpu_has_room(bufferSize, offsetof(nvmlVgpuPgpuMetadata_t, opaqueData) + sizeof opaque)) return NVML_ERROR_INSUFFICIENT_SIZE;
  memset(pgpuMetadata, 0, offsetof(nvmlVgpuPgpuMetadata_t, opaqueData));
  pgpuMetadata->version = METADATA_VERSION;
  pgpuMetadata->revision = METADATA_REVISION;
  put_text(pgpuMetadata->hostDriverVersion, sizeof pgpuMetadata->hostDriverVersion, call->machine->driver_version);
  pgpuMetadata->pgpuVirtualizationCaps = NVML_VGPU_PGPU_VIRTUALIZATION_CAP_MIGRATION_YES;
  pgpuMetadata->hostSupportedVgpuRange = range(&call->machine->vgpus.allowed);
  pgpuMetadata->opaqueDataSize = sizeof opaque;
  memcpy(opaque.series, call->gpu->vgpu.series, sizeof opaque.series);
  memcpy((char *)pgpuMetadata + offsetof(nvmlVgpuPgpuMetadata_t, opaqueData), &opaque, sizeof opaque);
  return NVML_SUCCESS;
}

/* The same for two hosts whose GPUs suit the same vGPUs. */
ANSWER(nvmlDeviceGetPgpuMetadataString, char *pgpuMetadata, unsigned int *bufferSize) {
  char text[192];
  if (!vgpu_is_host(call)) return NVML_ERROR_NOT_SUPPORTED;
  snprintf(text, sizeof text, "%u.%u:%s:%s:%x-%x", METADATA_VERSION, METADATA_REVISION, call->gpu->vgpu.series, call->machine->driver_version, call->machine->vgpus.allowed.least,
           call->machine->vgpus.allowed.most);
  return vgpu_put_counted_text(pgpuMetadata, bufferSize, text);
}

static nvmlVgpuPgpuCompatibility_t none(nvmlVgpuPgpuCompatibilityLimitCode_t limit) {
  return (nvmlVgpuPgpuCompatibility_t){.vgpuVmCompatibility = NVML_VGPU_VM_COMPATIBILITY_NONE, .compatibilityLimitCode = limit};
}

static nvmlVgpuPgpuCompatibility_t compatibility(const nvmlVgpuMetadata_t *vgpu, const nvmlVgpuPgpuMetadata_t *pgpu, bool same_series) {
  enum { ANYHOW = NVML_VGPU_VM_COMPATIBILITY_COLD | NVML_VGPU_VM_COMPATIBILITY_HIBERNATE | NVML_VGPU_VM_COMPATIBILITY_SLEEP | NVML_VGPU_VM_COMPATIBILITY_LIVE };
  if (!same_series) return none(NVML_VGPU_COMPATIBILITY_LIMIT_GPU);
  if (vgpu->guestInfoState == NVML_VGPU_INSTANCE_GUEST_INFO_STATE_UNINITIALIZED)
    return (nvmlVgpuPgpuCompatibility_t){.vgpuVmCompatibility = NVML_VGPU_VM_COMPATIBILITY_COLD, .compatibilityLimitCode = NVML_VGPU_COMPATIBILITY_LIMIT_GUEST_DRIVER};
  if (vgpu->guestVgpuVersion < pgpu->hostSupportedVgpuRange.minVersion) return none(NVML_VGPU_COMPATIBILITY_LIMIT_GUEST_DRIVER);
  if (vgpu->guestVgpuVersion > pgpu->hostSupportedVgpuRange.maxVersion) return none(NVML_VGPU_COMPATIBILITY_LIMIT_HOST_DRIVER);
  return (nvmlVgpuPgpuCompatibility_t){.vgpuVmCompatibility = (nvmlVgpuVmCompatibility_t)ANYHOW, .compatibilityLimitCode = NVML_VGPU_COMPATIBILITY_LIMIT_NONE};
}

ANSWER(nvmlGetVgpuCompatibility, const nvmlVgpuMetadata_t *vgpuMetadata, const nvmlVgpuPgpuMetadata_t *pgpuMetadata, nvmlVgpuPgpuCompatibility_t *compatibilityInfo) {
  struct opaque vgpu, pgpu;
  (void)call;
  if (vgpuMetadata->version != METADATA_VERSION || pgpuMetadata->version != METADATA_VERSION) return NVML_ERROR_INVALID_ARGUMENT;
  if (vgpuMetadata->opaqueDataSize != sizeof vgpu || pgpuMetadata->opaqueDataSize != sizeof pgpu) return NVML_ERROR_INVALID_ARGUMENT;
  memcpy(&vgpu, (const char *)vgpuMetadata + offsetof(nvmlVgpuMetadata_t, opaqueData), sizeof vgpu);
  memcpy(&pgpu, (const char *)pgpuMetadata + offsetof(nvmlVgpuPgpuMetadata_t, opaqueData), sizeof pgpu);
  *compatibilityInfo = compatibility(vgpuMetadata, pgpuMetadata, memcmp(vgpu.series, pgpu.series, sizeof vgpu.series) == 0);
  return NVML_SUCCESS;
}

ANSWER(nvmlGetVgpuVersion, nvmlVgpuVersion_t *supported, nvmlVgpuVersion_t *current) {
  if (!machine_hosts_vgpus(call->machine)) return NVML_ERROR_NOT_SUPPORTED;
  *supported = range(&call->machine->vgpus.supported);
  *current = range(&call->machine->vgpus.allowed);
  return NVML_SUCCESS;
}

ANSWER(nvmlSetVgpuVersion, const nvmlVgpuVersion_t *vgpuVersion) {
  struct vgpus *vgpus = &call->machine->vgpus;
  if (!machine_hosts_vgpus(call->machine)) return NVML_ERROR_NOT_SUPPORTED;
  if (vgpus->running[0].type_id != 0) return NVML_ERROR_IN_USE;
  if (vgpuVersion->minVersion > vgpuVersion->maxVersion || vgpuVersion->minVersion < vgpus->supported.least || vgpuVersion->maxVersion > vgpus->supported.most)
    return NVML_ERROR_INVALID_ARGUMENT;
  vgpus->allowed = (struct vgpu_versions){.least = vgpuVersion->minVersion, .most = vgpuVersion->maxVersion};
  return NVML_SUCCESS;
}
