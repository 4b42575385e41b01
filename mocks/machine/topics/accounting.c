#include <string.h>
#include "attributes.h"
#include "machine.h"

static const struct attribute ATTRIBUTES[] = {
    {.name = "mode", .kind = ATTRIBUTE_SWITCH, .optional = true, ATTRIBUTE_AT(struct accounting, mode)},
};

static bool is_on(const struct gpu *gpu) { return gpu->accounting.mode == 1; }

static struct accounted *latest(struct gpu *gpu, uint32_t pid) {
  for (uint32_t i = gpu->accounting.count; i > 0; i--)
    if (gpu->accounting.entries[i - 1].pid == pid) return &gpu->accounting.entries[i - 1];
  return NULL;
}

static void forget_all(struct gpu *gpu) { gpu->accounting.count = 0; }

void accounting_set_mode(struct gpu *gpu, bool on) {
  gpu->accounting.mode = on;
  if (!on) forget_all(gpu);
}

void accounting_stop(struct gpu *gpu) {
  if (gpu->accounting.mode != UNSUPPORTED_U32) accounting_set_mode(gpu, false);
}

void accounting_begin(const struct machine *machine, struct gpu *gpu, const struct process *process) {
  struct accounting *accounting = &gpu->accounting;
  if (!is_on(gpu)) return;
  if (accounting->count == ACCOUNTED_MAX) memmove(accounting->entries, accounting->entries + 1, sizeof *accounting->entries * --accounting->count);
  accounting->entries[accounting->count] = (struct accounted){.pid = process->pid, .running = 1, .started_ns = process->started_ns};
  accounting->count++;
  accounting_settle(machine, gpu, process);
}

void accounting_settle(const struct machine *machine, struct gpu *gpu, const struct process *process) {
  const int64_t period_ns = 1000000000;
  struct accounted *accounted = latest(gpu, process->pid);
  if (!accounted || !accounted->running) return;
  const int64_t due = (machine_now_ns(machine) - accounted->started_ns) / period_ns + 1;
  const int64_t missing = due - (int64_t)accounted->samples;
  if (missing > 0) { /* unless the real clock was set back */
    accounted->samples += (uint64_t)missing;
    accounted->sum_sm_percent += (uint64_t)missing * process->sm_percent;
    accounted->sum_memory_percent += (uint64_t)missing * process->memory_percent;
  }
  if (process->memory_bytes > accounted->most_memory_bytes) accounted->most_memory_bytes = process->memory_bytes;
}

void accounting_end(const struct machine *machine, struct gpu *gpu, const struct process *process) {
  struct accounted *accounted = latest(gpu, process->pid);
  if (!accounted || !accounted->running) return;
  accounting_settle(machine, gpu, process);
  accounted->running = 0;
  accounted->ended_ns = machine_now_ns(machine);
}

const struct accounted *accounting_of(struct machine *machine, struct gpu *gpu, uint32_t pid) {
  const struct process *process = process_find(machine, pid, (int)(gpu - machine->gpus));
  if (process) accounting_settle(machine, gpu, process);
  return latest(gpu, pid);
}

void accounting_forget_ended(struct gpu *gpu) {
  struct accounting *accounting = &gpu->accounting;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < accounting->count; i++)
    if (accounting->entries[i].running) accounting->entries[kept++] = accounting->entries[i];
  accounting->count = kept;
}

/* The mode lives in the driver, and goes with it. */
static void lose(struct machine *machine, struct gpu *gpu) {
  (void)machine;
  accounting_stop(gpu);
}

static void repair(struct machine *machine, struct gpu *gpu) {
  (void)machine;
  if (gpu->accounting.count > ACCOUNTED_MAX) forget_all(gpu);
}

static void was_set(struct machine *machine, struct gpu *gpu, const struct attribute *attribute) {
  (void)machine;
  (void)attribute;
  if (!is_on(gpu)) forget_all(gpu);
}

static bool check(const struct machine *machine, const struct gpu *gpu, unsigned index, struct failure *failure) {
  (void)machine;
  return !is_on(gpu) || gpu->mig.mode != 1 || refuse(failure, "INVALID_INPUT", "gpu.%u.accounting.mode: a partitioned GPU has no accounting: leave it off", index);
}

const struct topic accounting_topic = {.name = "accounting",
                                       .offset = offsetof(struct gpu, accounting),
                                       .attributes = ATTRIBUTES,
                                       .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES,
                                       .driver_loaded = lose,
                                       .gpu_reset = lose,
                                       .repair = repair,
                                       .was_set = was_set,
                                       .check = check};
