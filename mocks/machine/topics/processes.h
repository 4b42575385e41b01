/* The processes that run on the GPUs, as far as they are simulated: real ones are clients of the driver. */
#ifndef GPUWRIGHT_TOPIC_PROCESSES_H
#define GPUWRIGHT_TOPIC_PROCESSES_H

#include <stdbool.h>
#include <stdint.h>

struct machine;
struct gpu;
struct failure;
struct mig_device;

enum { PROCESSES_MAX = 512 };
enum process_kind { PROCESS_COMPUTE, PROCESS_GRAPHICS, PROCESS_MPS, PROCESS_KINDS };
#define NO_INSTANCE UINT32_MAX /* outside MIG */

/* A process on one GPU; who uses several has an entry for each. */
struct process {
  uint32_t pid; /* 0: free */
  uint32_t gpu;
  uint32_t kind;
  uint32_t gpu_instance, compute_instance;
  uint32_t sm_percent, memory_percent, encoder_percent, decoder_percent, jpeg_percent, ofa_percent;
  uint64_t memory_bytes, protected_bytes; /* of the memory, so much is protected by confidential computing */
  int64_t started_ns;
  char name[128];
};

struct process_table {
  struct process entries[PROCESSES_MAX];
};

extern const struct topic processes_topic;

/* NULL at the end. */
extern const char *const PROCESS_KIND_WORDS[];

/* Starts it now; the first of its pid names it on every GPU. */
bool process_add(struct machine *machine, const struct process *process, struct failure *failure);
/* `changed`: the same process, which from now on uses more or less. */
bool process_change(struct machine *machine, struct process *process, const struct process *changed, struct failure *failure);
/* Ends it on one GPU, or everywhere (GPU_ANY); gives on how many GPUs it ran. */
unsigned process_remove(struct machine *machine, uint32_t pid, int gpu);
/* NULL: it does not run there; on any GPU with GPU_ANY. */
struct process *process_find(struct machine *machine, uint32_t pid, int gpu);

/* The next process of a GPU, or of all with NULL, after `process` (NULL: the first). */
const struct process *process_next(const struct machine *machine, const struct gpu *gpu, const struct process *process);
#define FOR_PROCESSES(each, machine, gpu) for (const struct process *each = process_next(machine, gpu, NULL); each; each = process_next(machine, gpu, each))

/* What they use of a GPU's memory together; and of a GPU instance's. */
uint64_t processes_memory(const struct machine *machine, const struct gpu *gpu);
uint64_t processes_memory_within(const struct machine *machine, const struct gpu *gpu, uint32_t gpu_instance);
/* Somebody runs on the MIG device. */
bool processes_run_on(const struct machine *machine, const struct gpu *gpu, const struct mig_device *device);
bool process_runs_on(const struct process *process, const struct gpu *gpu, const struct mig_device *device);
/* Somebody killed them: those of a GPU, or all with NULL. */
void processes_kill(struct machine *machine, const struct gpu *gpu);

#endif
