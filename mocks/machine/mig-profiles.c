/* What a GPU can be cut into. */
#include <stdio.h>
#include <string.h>
#include "attributes.h"
#include "machine.h"

const struct gpu_profile *gpu_profile_by_id(const struct mig *mig, uint32_t id) {
  for (int i = 0; i < MIG_PROFILES_MAX && id != UNSUPPORTED_U32; i++)
    if (mig->profiles[i].id == id) return &mig->profiles[i];
  return NULL;
}

const struct gpu_profile *gpu_profile_by_kind(const struct mig *mig, uint32_t kind) {
  for (int i = 0; i < MIG_PROFILES_MAX; i++)
    if (mig->profiles[i].id != UNSUPPORTED_U32 && mig->profiles[i].kind == kind) return &mig->profiles[i];
  return NULL;
}

unsigned mig_memory_slices(const struct mig *mig) {
  unsigned most = 0;
  for (int i = 0; i < MIG_PROFILES_MAX; i++)
    if (mig->profiles[i].id != UNSUPPORTED_U32 && mig->profiles[i].memory_slices > most) most = mig->profiles[i].memory_slices;
  return most;
}

unsigned mig_compute_slices(const struct mig *mig) {
  unsigned most = 0;
  for (int i = 0; i < MIG_PROFILES_MAX; i++)
    if (mig->profiles[i].id != UNSUPPORTED_U32 && mig->profiles[i].slices > most) most = mig->profiles[i].slices;
  return most;
}

static unsigned multiprocessors_of_slice(const struct mig *mig, const struct gpu_profile *profile) {
  const struct gpu_profile *one = gpu_profile_by_kind(mig, GPU_1_SLICE);
  return one ? one->multiprocessors : profile->multiprocessors / profile->slices;
}

bool compute_profile_of(const struct mig *mig, const struct gpu_profile *profile, uint32_t kind, struct compute_profile *out) {
  static const unsigned SLICES[COMPUTE_PROFILE_KINDS] = {[COMPUTE_1_SLICE] = 1, [COMPUTE_2_SLICE] = 2, [COMPUTE_3_SLICE] = 3, [COMPUTE_4_SLICE] = 4,
                                                         [COMPUTE_7_SLICE] = 7, [COMPUTE_8_SLICE] = 8, [COMPUTE_6_SLICE] = 6, [COMPUTE_1_SLICE_REV1] = 1};
  const unsigned slices = kind < COMPUTE_PROFILE_KINDS ? SLICES[kind] : 0, each = multiprocessors_of_slice(mig, profile);
  /* Where one slice comes with more multiprocessors than usual, this kind has them all, and the plain one has the usual number. */
  const bool wide = profile->slices == 1 && profile->multiprocessors > each;
  if (slices == 0 || slices > profile->slices || (kind == COMPUTE_1_SLICE_REV1 && !wide)) return false;
  if (slices == 3 && profile->slices == 4) return false;
  const bool whole = slices == profile->slices && (!wide || kind == COMPUTE_1_SLICE_REV1);
  *out = (struct compute_profile){.slices = slices, .step = 1, .multiprocessors = whole ? profile->multiprocessors : slices * each};
  while (out->step < slices) out->step *= 2;
  out->instances = (profile->slices - slices) / out->step + 1;
  if (whole) snprintf(out->name, sizeof out->name, "%s", profile->name);
  else snprintf(out->name, sizeof out->name, "%uc.%s", slices, profile->name);
  return true;
}
