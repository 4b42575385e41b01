/* The prologue of every function, in this order: initialised? operands? outputs? versions? faults? GPU there? right architecture?
 * permitted? Then the machine is locked and the answer is worked out. The entry points are generated (nvml-entries.inc); what a function
 * answers is written by hand, in a file of its group:
 *
 *   ANSWER(nvmlDeviceGetBoardId, unsigned int *boardId) {
 *     *boardId = call->gpu->board_id;
 *     return NVML_SUCCESS;
 *   }
 *
 * Operands (device, gpuInstance, vgpuInstance, …) are not among its parameters: they stand in `call`, looked up.
 */
#ifndef GPUWRIGHT_NVML_CALL_H
#define GPUWRIGHT_NVML_CALL_H

#include <stddef.h>
#include "machine.h"

enum operand_kind { OPERAND_NONE, OPERAND_DEVICE, OPERAND_GPU_INSTANCE, OPERAND_COMPUTE_INSTANCE, OPERAND_UNIT, OPERAND_EVENT_SET, OPERAND_GPM_SAMPLE, OPERAND_VGPU, OPERAND_VGPU_TYPE };

struct operand {
  enum operand_kind kind;
  uintptr_t word; /* the handle, or the number */
};

enum output_kind {
  OUTPUT_NONE,
  OUTPUT_NEEDED,  /* must not be NULL and is not filled with a pattern */
  OUTPUT_PLAIN,   /* `bytes` of it */
  OUTPUT_COUNTED, /* `*count` elements of `bytes`; may be NULL only if there are none */
  OUTPUT_ROOMY,   /* the same, but nobody says how much room there is; NULL asks for the count */
  OUTPUT_SIZED,   /* `length` elements of `bytes` */
  OUTPUT_LIST     /* a struct that points to elements of `bytes` */
};

struct output {
  enum output_kind kind;
  unsigned number; /* of the parameter, from 0: gives each output its own pattern */
  void *at;
  size_t bytes;
  unsigned *count;
  long long length;
  size_t pointer_at, capacity_at, count_at, struct_bytes;
};

struct version_check {
  unsigned given;
  unsigned accepted[3]; /* 0: none */
};

struct facts {
  const char *function;
  unsigned architecture; /* rank of the oldest that has it */
  bool root;
};

struct call {
  const struct facts *facts;
  struct machine *machine; /* locked while an answer is worked out, unless the answer let go of it */
  struct gpu *gpu;         /* NULL for library-wide calls */
  struct gpu *other_gpu;   /* the second device operand */
  struct mig_device *mig_device; /* the device operand is a MIG device; `gpu` is its parent */
  struct gpu_instance *gpu_instance;
  struct compute_instance *compute_instance;
  struct unit *unit;
  struct vgpu *vgpu;
  struct vgpu_type *vgpu_type;
  struct event_set *event_set;
  struct gpm_sample *gpm_sample;
  int status;
  bool locked;
};

/* True: the machine is locked, go on and end with leave(). False: answer call->status. */
bool enter(struct call *call, const struct facts *facts, const struct operand *operands, size_t operand_count, const struct output *outputs, size_t output_count,
           const struct version_check *versions, size_t version_count);
/* For looking up a handle: `gpu` was found by identity, which never changes; it may be GPU_ANY. */
bool enter_lookup(struct call *call, const struct facts *facts, int gpu, const struct output *outputs, size_t output_count);
int leave(struct call *call, int status);
/* An answer that waits lets go of the machine first. */
void call_unlock(struct call *call);
/* And takes it again, if nobody keeps it for too long. */
bool call_lock(struct call *call);

/* Serves the faults without holding the lock: 0, or the code of a failing fault. */
int call_meet_faults(struct machine *machine, const char *function, int gpu);

/* A text into a caller's buffer, the terminating NUL included. */
int put_text(char *buffer, unsigned length, const char *text);

#endif
