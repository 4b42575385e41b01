/* What the answers about MIG have in common, and which functions serve a MIG device. */
#ifndef GPUWRIGHT_NVML_MIG_H
#define GPUWRIGHT_NVML_MIG_H

#include "api.h"

/* Given a MIG device, the other functions answer that they do not support one. */
bool mig_serves(const char *function);

/* Profiles, if they can be asked for now; else the return code. */
int mig_can_tell(const struct call *call);
/* The same for instances: the mode is on. */
int mig_is_on(const struct call *call);
/* For what the documentation keeps for privileged users although it changes nothing. */
int mig_permits(const struct call *call);
/* A profile of the product that its driver knows; NULL: none. */
const struct gpu_profile *mig_known_by_id(const struct call *call, unsigned id);
/* How many kinds of profiles the driver has a number for. */
unsigned mig_gpu_kinds(const struct call *call);
unsigned mig_compute_kinds(const struct call *call);

/* Gives a handle out. */
nvmlReturn_t mig_put_device(const struct call *call, const struct mig_device *migDevice, nvmlDevice_t *out);
nvmlReturn_t mig_put_gpu_instance(const struct call *call, const struct gpu_instance *instance, nvmlGpuInstance_t *out);
nvmlReturn_t mig_put_compute_instance(const struct call *call, const struct compute_instance *instance, nvmlComputeInstance_t *out);
nvmlDevice_t mig_parent_device(const struct call *call);
/* Its handles name nothing from now on. */
void mig_forget_gpu_instance(const struct call *call, const struct gpu_instance *instance);
void mig_forget_compute_instance(const struct call *call, const struct compute_instance *instance);

/* "MIG 3g.40gb" */
enum { MIG_NAME_BYTES = 48 };
void mig_profile_name(const char *profile, char out[MIG_NAME_BYTES]);
/* What a MIG device answers of itself, for functions that serve whole GPUs too. Its memory is the GPU instance's, whose compute
 * instances share it. */
nvmlReturn_t mig_put_name(const struct call *call, char *name, unsigned int length);
nvmlReturn_t mig_put_uuid(const struct call *call, char *uuid, unsigned int length);
nvmlReturn_t mig_put_memory(const struct call *call, nvmlMemory_t *memory);
nvmlReturn_t mig_put_memory_v2(const struct call *call, nvmlMemory_v2_t *memory);
nvmlReturn_t mig_put_bar1(const struct call *call, nvmlBAR1Memory_t *memory);

#endif
