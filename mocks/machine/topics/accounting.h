/* Accounting: what processes used, also after they ended. */
#ifndef GPUWRIGHT_TOPIC_ACCOUNTING_H
#define GPUWRIGHT_TOPIC_ACCOUNTING_H

#include <stdbool.h>
#include <stdint.h>

struct machine;
struct gpu;
struct process;

enum { ACCOUNTED_MAX = 128 };

/* One process. Its utilization is sampled once a second, first when it starts. */
struct accounted {
  uint32_t pid;
  uint32_t running;
  uint64_t most_memory_bytes;
  uint64_t samples, sum_sm_percent, sum_memory_percent;
  int64_t started_ns, ended_ns;
};

struct accounting {
  uint32_t mode;
  uint32_t count;
  struct accounted entries[ACCOUNTED_MAX]; /* oldest first; a new one drops the oldest when there is no room */
};

extern const struct topic accounting_topic;

void accounting_set_mode(struct gpu *gpu, bool on);
/* Off, where the product has it at all. */
void accounting_stop(struct gpu *gpu);
/* Only who starts while accounting is on is accounted for. */
void accounting_begin(const struct machine *machine, struct gpu *gpu, const struct process *process);
/* Counts what it used up to now. */
void accounting_settle(const struct machine *machine, struct gpu *gpu, const struct process *process);
void accounting_end(const struct machine *machine, struct gpu *gpu, const struct process *process);
/* The latest of that pid, counted up to now; NULL: none. */
const struct accounted *accounting_of(struct machine *machine, struct gpu *gpu, uint32_t pid);
void accounting_forget_ended(struct gpu *gpu);

#endif
