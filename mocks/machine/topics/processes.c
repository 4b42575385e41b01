#include <string.h>
#include "attributes.h"
#include "machine.h"

const char *const PROCESS_KIND_WORDS[] = {[PROCESS_COMPUTE] = "compute", [PROCESS_GRAPHICS] = "graphics", [PROCESS_MPS] = "mps", [PROCESS_KINDS] = NULL};

const struct process *process_next(const struct machine *machine, const struct gpu *gpu, const struct process *process) {
  const struct process *const end = machine->processes.entries + PROCESSES_MAX;
  for (process = process ? process + 1 : machine->processes.entries; process < end; process++)
    if (process->pid != 0 && (!gpu || gpu == &machine->gpus[process->gpu])) return process;
  return NULL;
}

static struct process *entry_of(struct machine *machine, uint32_t pid, int gpu) {
  for (struct process *process = machine->processes.entries; process < machine->processes.entries + PROCESSES_MAX; process++)
    if (process->pid == pid && (gpu == GPU_ANY || process->gpu == (uint32_t)gpu)) return process;
  return NULL;
}

struct process *process_find(struct machine *machine, uint32_t pid, int gpu) { return pid == 0 ? NULL : entry_of(machine, pid, gpu); }

uint64_t processes_memory(const struct machine *machine, const struct gpu *gpu) {
  uint64_t bytes = 0;
  FOR_PROCESSES(process, machine, gpu) bytes += process->memory_bytes;
  return bytes;
}

uint64_t processes_memory_within(const struct machine *machine, const struct gpu *gpu, uint32_t gpu_instance) {
  uint64_t bytes = 0;
  FOR_PROCESSES(process, machine, gpu)
    if (process->gpu_instance == gpu_instance) bytes += process->memory_bytes;
  return bytes;
}

bool process_runs_on(const struct process *process, const struct gpu *gpu, const struct mig_device *device) {
  const struct compute_instance *compute = &device->compute;
  return process->compute_instance == compute->id && process->gpu_instance == gpu_instance_id(&gpu->mig, mig_parent(&gpu->mig, compute));
}

bool processes_run_on(const struct machine *machine, const struct gpu *gpu, const struct mig_device *device) {
  FOR_PROCESSES(process, machine, gpu)
    if (process_runs_on(process, gpu, device)) return true;
  return false;
}

/* Where a process is under MIG; NULL: there is no such instance. */
static const struct mig_device *device_of(const struct gpu *gpu, const struct process *process) {
  for (unsigned i = 0; i < MIG_DEVICES_MAX; i++)
    if (gpu->mig.devices[i].compute.profile != UNSUPPORTED_U32 && process_runs_on(process, gpu, &gpu->mig.devices[i])) return &gpu->mig.devices[i];
  return NULL;
}

/* What nobody has taken, of the GPU or of the process's GPU instance. */
static uint64_t memory_left(const struct machine *machine, const struct process *process) {
  const struct gpu *gpu = &machine->gpus[process->gpu];
  const struct mig_device *device = gpu->mig.mode == 1 ? device_of(gpu, process) : NULL;
  const struct gpu_instance *instance = device ? mig_parent(&gpu->mig, &device->compute) : NULL;
  const uint64_t total = instance ? (uint64_t)gpu_profile_of(&gpu->mig, instance)->memory_megabytes << 20 : gpu->memory.total_bytes - gpu->memory.reserved_bytes;
  const uint64_t taken = instance ? instance->used_bytes + processes_memory_within(machine, gpu, process->gpu_instance) : gpu->memory.used_bytes + processes_memory(machine, gpu);
  return taken < total ? total - taken : 0;
}

/* `before`: what it has of the memory already. */
static bool fits(const struct machine *machine, const struct process *process, uint64_t before, struct failure *failure) {
  const uint64_t left = memory_left(machine, process) + before;
  if (process->memory_bytes > left)
    return refuse(failure, "INVALID_INPUT", "--memory: GPU %u has %llu bytes left there: give the process no more than that", process->gpu, (unsigned long long)left);
  return process->protected_bytes <= process->memory_bytes ||
         refuse(failure, "INVALID_INPUT", "--protected: is more than the memory of the process: give part of its %llu bytes", (unsigned long long)process->memory_bytes);
}

static bool may_start(struct machine *machine, const struct process *process, struct failure *failure) {
  const struct gpu *gpu = &machine->gpus[process->gpu];
  const struct process *elsewhere = process_find(machine, process->pid, GPU_ANY);
  if (!machine->driver_loaded)
    return refuse(failure, "DRIVER_NOT_LOADED", "process: nothing runs without the driver: load it with `gpuwright simulate reload-driver`");
  if (gpu->lost) return refuse(failure, "GPU_IS_LOST", "process: GPU %u has fallen off the bus: only `gpuwright simulate reboot` brings it back", process->gpu);
  if (gpu->removed) return refuse(failure, "INVALID_INPUT", "process: GPU %u is removed from the driver: bring it back first", process->gpu);
  if (gpu->mig.mode == 1 && !device_of(gpu, process))
    return refuse(failure, "INVALID_INPUT", "process: GPU %u is partitioned and has no such compute instance: give --gpu-instance and --compute-instance of one", process->gpu);
  if (gpu->mig.mode != 1 && (process->gpu_instance != NO_INSTANCE || process->compute_instance != NO_INSTANCE))
    return refuse(failure, "INVALID_INPUT", "process: GPU %u is not partitioned: leave --gpu-instance and --compute-instance out", process->gpu);
  if (process_find(machine, process->pid, (int)process->gpu))
    return refuse(failure, "INVALID_INPUT", "process: %u runs on GPU %u already: change it there, or give another pid", process->pid, process->gpu);
  if (elsewhere && strcmp(elsewhere->name, process->name) != 0)
    return refuse(failure, "INVALID_INPUT", "process: %u is \"%s\" already: give the same name, or another pid", process->pid, elsewhere->name);
  return fits(machine, process, 0, failure);
}

bool process_add(struct machine *machine, const struct process *process, struct failure *failure) {
  struct process *free = entry_of(machine, 0, GPU_ANY);
  if (!may_start(machine, process, failure)) return false;
  if (!free) return refuse(failure, "INVALID_INPUT", "process: the machine already has %d of them: remove some first", PROCESSES_MAX);
  /* Like a client, it finds a GPU taken up that the driver had let go of. */
  if (clients_sweep(machine) == 0) gpus_reattach(machine);
  struct process started = *process;
  started.pid = 0;
  started.started_ns = machine_now_ns(machine);
  *free = started;
  free->pid = process->pid; /* last: it makes the entry taken */
  accounting_begin(machine, &machine->gpus[free->gpu], free);
  return true;
}

bool process_change(struct machine *machine, struct process *process, const struct process *changed, struct failure *failure) {
  struct gpu *gpu = &machine->gpus[process->gpu];
  if (!fits(machine, changed, process->memory_bytes, failure)) return false;
  accounting_settle(machine, gpu, process);
  *process = *changed;
  accounting_settle(machine, gpu, process);
  return true;
}

static void end(struct machine *machine, struct process *process) {
  struct gpu *gpu = &machine->gpus[process->gpu];
  accounting_end(machine, gpu, process);
  sessions_end(gpu, process->pid);
  memset(process, 0, sizeof *process);
  machine->last_client_left_ns = machine_now_ns(machine);
}

unsigned process_remove(struct machine *machine, uint32_t pid, int gpu) {
  unsigned ended = 0;
  for (struct process *process = process_find(machine, pid, gpu); process; process = process_find(machine, pid, gpu), ended++) end(machine, process);
  return ended;
}

/* A process that is killed for one GPU's sake is gone from all. */
void processes_kill(struct machine *machine, const struct gpu *gpu) {
  for (const struct process *process = process_next(machine, gpu, NULL); process; process = process_next(machine, gpu, NULL)) process_remove(machine, process->pid, GPU_ANY);
}

static void driver_loaded(struct machine *machine, struct gpu *gpu) { processes_kill(machine, gpu); }

static void repair(struct machine *machine, struct gpu *gpu) {
  (void)gpu;
  for (struct process *process = machine->processes.entries; process < machine->processes.entries + PROCESSES_MAX; process++) {
    process->name[sizeof process->name - 1] = 0;
    if (process->gpu >= machine->gpu_count || process->kind >= PROCESS_KINDS) memset(process, 0, sizeof *process);
  }
}

const struct topic processes_topic = {.name = "processes", .of_machine = true, .offset = offsetof(struct machine, processes), .driver_loaded = driver_loaded, .repair = repair};
