/* MIG devices: their order and their UUIDs. */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "attributes.h"
#include "machine.h"

enum { UUID_OF_ITS_OWN_BRANCH = 470 };

static bool is_there(const struct mig_device *device) { return device->compute.profile != UNSUPPORTED_U32; }

static unsigned rank(const struct mig *mig, const struct mig_device *device) { return gpu_instance_id(mig, mig_parent(mig, &device->compute)) * MIG_DEVICES_MAX + device->compute.id; }

/* By the ids of GPU instance and compute instance, without gaps. */
unsigned mig_device_index(const struct mig *mig, const struct mig_device *device) {
  unsigned before = 0;
  for (int i = 0; i < MIG_DEVICES_MAX; i++) before += is_there(&mig->devices[i]) && rank(mig, &mig->devices[i]) < rank(mig, device);
  return before;
}

const struct mig_device *mig_device_at(const struct mig *mig, unsigned index) {
  for (int i = 0; i < MIG_DEVICES_MAX; i++)
    if (is_there(&mig->devices[i]) && mig_device_index(mig, &mig->devices[i]) == index) return &mig->devices[i];
  return NULL;
}

/* FNV-1a, and a last stir so that ids next to each other look nothing alike. */
static uint64_t digest(const char *text, uint64_t hash) {
  for (; *text; text++) hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
  hash = (hash ^ (hash >> 32)) * 0x9e3779b97f4a7c15u;
  return hash ^ (hash >> 29);
}

/* The same for the same instance of the same GPU, whenever it is made. */
void mig_device_uuid(const struct machine *machine, const struct gpu *gpu, const struct mig_device *device, char out[MIG_UUID_BYTES]) {
  char path[96];
  snprintf(path, sizeof path, "%.47s/%u/%u", gpu->board.uuid, gpu_instance_id(&gpu->mig, mig_parent(&gpu->mig, &device->compute)), device->compute.id);
  if (machine->driver_branch < UUID_OF_ITS_OWN_BRANCH) {
    snprintf(out, MIG_UUID_BYTES, "MIG-%.59s", path);
    return;
  }
  const uint64_t high = digest(path, 0xcbf29ce484222325u), low = digest(path, high);
  snprintf(out, MIG_UUID_BYTES, "MIG-%08x-%04x-5%03x-%04x-%012llx", (unsigned)(high >> 32), (unsigned)(high >> 16) & 0xffff, (unsigned)high & 0xfff,
           ((unsigned)(low >> 48) & 0x3fff) | 0x8000, (unsigned long long)(low & 0xffffffffffff));
}

const struct mig_device *mig_device_by_uuid(const struct machine *machine, const struct gpu *gpu, const char *uuid) {
  for (int i = 0; i < MIG_DEVICES_MAX; i++) {
    char own[MIG_UUID_BYTES];
    if (!is_there(&gpu->mig.devices[i])) continue;
    mig_device_uuid(machine, gpu, &gpu->mig.devices[i], own);
    if (strcasecmp(own, uuid) == 0) return &gpu->mig.devices[i];
  }
  return NULL;
}
