/* GPU instances in their places, and compute instances within them. */
#include <string.h>
#include "attributes.h"
#include "machine.h"

static bool is_there(const struct gpu_instance *instance) { return instance->profile != UNSUPPORTED_U32; }
static bool is_within(const struct mig *mig, const struct mig_device *device, const struct gpu_instance *parent) {
  return device->compute.profile != UNSUPPORTED_U32 && &mig->gpu_instances[device->compute.gpu_instance] == parent;
}

static bool overlap(unsigned start, unsigned size, unsigned other_start, unsigned other_size) { return start < other_start + other_size && other_start < start + size; }

static bool place_is_free(const struct mig *mig, const struct gpu_profile *profile, unsigned start) {
  if (start % profile->memory_slices != 0 || start / profile->memory_slices >= profile->places) return false;
  for (int i = 0; i < GPU_INSTANCES_MAX; i++) {
    const struct gpu_instance *other = &mig->gpu_instances[i];
    if (is_there(other) && overlap(start, profile->memory_slices, other->start, gpu_profile_of(mig, other)->memory_slices)) return false;
  }
  return true;
}

unsigned gpu_instance_capacity(const struct mig *mig, const struct gpu_profile *profile) {
  unsigned of_profile = 0, places = 0;
  for (int i = 0; i < GPU_INSTANCES_MAX; i++) of_profile += mig->gpu_instances[i].profile == profile->id;
  for (unsigned place = 0; place < profile->places; place++) places += place_is_free(mig, profile, place * profile->memory_slices);
  const unsigned left = of_profile < profile->instances ? profile->instances - of_profile : 0;
  return places < left ? places : left;
}

/* The order in which drivers are seen to fill a GPU, by the size of what is placed. */
static uint32_t first_place(const struct mig *mig, const struct gpu_profile *profile) {
  static const struct {
    unsigned count, starts[8];
  } ORDER[] = {[1] = {8, {6, 4, 5, 0, 1, 2, 3, 7}}, [2] = {4, {4, 0, 2, 6}}, [4] = {2, {4, 0}}, [8] = {1, {0}}};
  for (unsigned i = 0; i < ORDER[profile->memory_slices].count; i++)
    if (place_is_free(mig, profile, ORDER[profile->memory_slices].starts[i])) return ORDER[profile->memory_slices].starts[i];
  return MIG_ANYWHERE;
}

static bool put_gpu_instance(struct mig *mig, struct gpu_instance *instance, const struct gpu_profile *profile, uint32_t start, uint64_t serial, uint64_t used_bytes) {
  if (gpu_instance_capacity(mig, profile) == 0) return false;
  if (start == MIG_ANYWHERE) start = first_place(mig, profile);
  if (start == MIG_ANYWHERE || !place_is_free(mig, profile, start)) return false;
  instance->start = start;
  instance->used_bytes = used_bytes;
  instance->serial = serial ? serial : ++mig->last_serial;
  instance->profile = profile->id;
  return true;
}

struct gpu_instance *gpu_instance_create(struct mig *mig, const struct gpu_profile *profile, uint32_t start) {
  for (int i = 0; i < GPU_INSTANCES_MAX; i++)
    if (!is_there(&mig->gpu_instances[i])) return put_gpu_instance(mig, &mig->gpu_instances[i], profile, start, 0, 0) ? &mig->gpu_instances[i] : NULL;
  return NULL;
}

static bool slices_are_free(const struct mig *mig, const struct gpu_instance *parent, const struct compute_profile *profile, unsigned start) {
  const struct gpu_profile *room = gpu_profile_of(mig, parent);
  if (start % profile->step != 0 || start + profile->slices > room->slices) return false;
  for (int i = 0; i < MIG_DEVICES_MAX; i++) {
    struct compute_profile other;
    const struct compute_instance *compute = &mig->devices[i].compute;
    if (!is_within(mig, &mig->devices[i], parent) || !compute_profile_of(mig, room, compute->profile, &other)) continue;
    if (overlap(start, profile->slices, compute->start, other.slices)) return false;
  }
  return true;
}

unsigned compute_instance_capacity(const struct mig *mig, const struct gpu_instance *parent, uint32_t kind) {
  struct compute_profile profile;
  unsigned count = 0;
  if (!compute_profile_of(mig, gpu_profile_of(mig, parent), kind, &profile)) return 0;
  for (unsigned place = 0; place < profile.instances; place++) count += slices_are_free(mig, parent, &profile, place * profile.step);
  return count;
}

static uint32_t first_slices(const struct mig *mig, const struct gpu_instance *parent, const struct compute_profile *profile) {
  const unsigned last = gpu_profile_of(mig, parent)->slices - 1;
  /* Where the last slice has no neighbour it is taken first, so that pairs stay whole. */
  if (profile->slices == 1 && last % 2 == 0 && slices_are_free(mig, parent, profile, last)) return last;
  for (unsigned place = 0; place < profile->instances; place++)
    if (slices_are_free(mig, parent, profile, place * profile->step)) return place * profile->step;
  return MIG_ANYWHERE;
}

static uint32_t lowest_free_id(const struct mig *mig, const struct gpu_instance *parent) {
  for (uint32_t id = 0;; id++) {
    bool taken = false;
    for (int i = 0; i < MIG_DEVICES_MAX; i++) taken = taken || (is_within(mig, &mig->devices[i], parent) && mig->devices[i].compute.id == id);
    if (!taken) return id;
  }
}

/* `before`: what the instance was, if it was already. */
static bool put_compute_instance(struct mig *mig, struct mig_device *device, struct gpu_instance *parent, uint32_t kind, uint32_t start, const struct compute_instance *before) {
  struct compute_profile profile;
  if (!compute_profile_of(mig, gpu_profile_of(mig, parent), kind, &profile)) return false;
  if (start == MIG_ANYWHERE) start = first_slices(mig, parent, &profile);
  if (start == MIG_ANYWHERE || !slices_are_free(mig, parent, &profile, start)) return false;
  struct compute_instance *compute = &device->compute;
  compute->gpu_instance = (uint32_t)(parent - mig->gpu_instances);
  compute->id = before && before->serial ? before->id : lowest_free_id(mig, parent);
  compute->start = start;
  compute->serial = before && before->serial ? before->serial : ++mig->last_serial;
  compute->profile = kind;
  return true;
}

struct mig_device *compute_instance_create(struct mig *mig, struct gpu_instance *parent, uint32_t kind, uint32_t start) {
  for (int i = 0; i < MIG_DEVICES_MAX; i++)
    if (mig->devices[i].compute.profile == UNSUPPORTED_U32) return put_compute_instance(mig, &mig->devices[i], parent, kind, start, NULL) ? &mig->devices[i] : NULL;
  return NULL;
}

static void clear_gpu_instance(struct gpu_instance *instance) {
  instance->profile = UNSUPPORTED_U32;
  instance->start = MIG_ANYWHERE;
  instance->used_bytes = 0;
}

void compute_instance_destroy(struct mig_device *device) {
  device->compute.profile = UNSUPPORTED_U32;
  device->compute.start = MIG_ANYWHERE;
  device->compute.gpu_instance = 0;
}

bool gpu_instance_destroy(struct mig *mig, struct gpu_instance *instance) {
  for (int i = 0; i < MIG_DEVICES_MAX; i++)
    if (is_within(mig, &mig->devices[i], instance)) return false;
  clear_gpu_instance(instance);
  return true;
}

void mig_destroy_all(struct mig *mig) {
  for (int i = 0; i < MIG_DEVICES_MAX; i++) compute_instance_destroy(&mig->devices[i]);
  for (int i = 0; i < GPU_INSTANCES_MAX; i++) clear_gpu_instance(&mig->gpu_instances[i]);
}

bool mig_settle(struct mig *mig) {
  const struct mig listed = *mig;
  bool all = true;
  mig_destroy_all(mig);
  /* Those with a place first, so that none of the others takes it. */
  for (int i = 0; i < 2 * GPU_INSTANCES_MAX; i++) {
    const struct gpu_instance *was = &listed.gpu_instances[i % GPU_INSTANCES_MAX];
    const struct gpu_profile *profile = gpu_profile_by_id(mig, was->profile);
    if (!is_there(was) || (was->start == MIG_ANYWHERE) != (i >= GPU_INSTANCES_MAX)) continue;
    all = mig->mode == 1 && profile && put_gpu_instance(mig, &mig->gpu_instances[i % GPU_INSTANCES_MAX], profile, was->start, was->serial, was->used_bytes) && all;
  }
  for (int i = 0; i < MIG_DEVICES_MAX; i++) {
    const struct compute_instance *was = &listed.devices[i].compute;
    if (was->profile == UNSUPPORTED_U32) continue;
    all = was->gpu_instance < GPU_INSTANCES_MAX && is_there(&mig->gpu_instances[was->gpu_instance]) &&
          put_compute_instance(mig, &mig->devices[i], &mig->gpu_instances[was->gpu_instance], was->profile, was->start, was) && all;
  }
  return all;
}

const struct gpu_profile *gpu_profile_of(const struct mig *mig, const struct gpu_instance *instance) { return gpu_profile_by_id(mig, instance->profile); }

const struct gpu_instance *mig_parent(const struct mig *mig, const struct compute_instance *compute) { return &mig->gpu_instances[compute->gpu_instance]; }

/* Places of one size are numbered in a row, after those of all larger sizes: 0 is the whole GPU, 1 and 2 its halves. */
uint32_t gpu_instance_id(const struct mig *mig, const struct gpu_instance *instance) {
  const unsigned size = gpu_profile_of(mig, instance)->memory_slices;
  return mig_memory_slices(mig) / size - 1 + instance->start / size;
}

struct gpu_instance *gpu_instance_of(struct gpu *gpu, uint64_t serial) {
  for (int i = 0; i < GPU_INSTANCES_MAX; i++)
    if (is_there(&gpu->mig.gpu_instances[i]) && gpu->mig.gpu_instances[i].serial == serial) return &gpu->mig.gpu_instances[i];
  return NULL;
}

struct mig_device *mig_device_of(struct gpu *gpu, uint64_t serial) {
  for (int i = 0; i < MIG_DEVICES_MAX; i++)
    if (gpu->mig.devices[i].compute.profile != UNSUPPORTED_U32 && gpu->mig.devices[i].compute.serial == serial) return &gpu->mig.devices[i];
  return NULL;
}

struct compute_instance *compute_instance_of(struct gpu *gpu, uint64_t serial) {
  struct mig_device *device = mig_device_of(gpu, serial);
  return device ? &device->compute : NULL;
}
