/* The simulated host: what can be done to it. It knows no vendor ABI.
 * Unless a function says otherwise, it expects that the caller holds the machine's lock. */
#ifndef GPUWRIGHT_MACHINE_H
#define GPUWRIGHT_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include "state.h"

/* Why something was refused: a stable code and one sentence. */
struct failure {
  const char *code;
  char message[1024];
};
/* Fills `failure` and returns false, so that callers can return it. */
bool refuse(struct failure *failure, const char *code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* file.c — without the lock */
struct machine *machine_open(const char *path, struct failure *failure);
void machine_close(struct machine *machine);
/* Whether `path` still is the file that `machine` was opened from (a forced create replaces it). */
bool machine_is_current(const struct machine *machine, const char *path);

/* lock.c — 0, or ETIMEDOUT when a live owner does not let go; repairs after a dead one */
int machine_lock(struct machine *machine);
void machine_unlock(struct machine *machine);
void machine_lock_initialise(struct machine *machine);
uint32_t machine_lock_abi(void);
bool host_boot_id(char out[40]);

/* repair.c — makes every count and flag lawful again after a writer died half way */
void machine_repair(struct machine *machine);

/* clock.c */
int64_t machine_now_ns(const struct machine *machine);
bool machine_advance(struct machine *machine, int64_t milliseconds, struct failure *failure);
/* Stands still where `clock_frozen` says so, runs on from there where it does not. */
void machine_clock_settle(struct machine *machine);

/* kernel-log.c */
void log_line(struct machine *machine, const char *format, ...) __attribute__((format(printf, 2, 3)));
void log_xid(struct machine *machine, const struct gpu *gpu, unsigned xid, const char *format, ...) __attribute__((format(printf, 4, 5)));
uint64_t log_first(const struct machine *machine);

/* process.c — without the lock */
struct process_identity {
  uint32_t pid;
  uint64_t start_time, stack_base;
  char name[64];
};
bool process_identify(uint32_t pid, struct process_identity *out);

/* clients.c */
/* `gpus`: it takes up the GPUs too, as clients_take_up_gpus does later. */
bool clients_attach(struct machine *machine, const struct process_identity *process, bool gpus);
void clients_take_up_gpus(struct machine *machine, const struct process_identity *process);
void clients_detach(struct machine *machine, const struct process_identity *process);
/* Forgets dead processes; gives how many clients are left. */
unsigned clients_sweep(struct machine *machine);
void clients_forget_all(struct machine *machine);

/* memory-errors.c */
enum detection { DETECTED, ECC_IS_OFF, GPU_LOST_NOTHING_SEEN, DRIVER_NOT_LOADED_NOTHING_SEEN };
enum detection ecc_single_bit(struct machine *machine, struct gpu *gpu, uint64_t address);
enum detection ecc_double_bit(struct machine *machine, struct gpu *gpu, uint64_t address);
/* In a place other than DRAM that the product counts; `where` is for the kernel log. */
enum detection ecc_on_chip(struct machine *machine, struct gpu *gpu, enum error_kind error, enum ecc_place place, const char *where);
/* `place`: ECC_SRAM (corrected), ECC_SRAM_PARITY or ECC_SRAM_SEC_DED. */
enum detection ecc_in_sram(struct machine *machine, struct gpu *gpu, enum ecc_place place, enum sram_bucket bucket, const struct sram_error *cell);
/* Somebody used data that an earlier error had spoilt. */
enum detection poison_consumed(struct machine *machine, struct gpu *gpu, bool fatal);

/* error-addresses.c — NULL when the log is full and the address is new */
struct error_address *error_address_of(struct gpu *gpu, uint64_t address);

/* page-retirement.c */
bool page_is_retired(const struct gpu *gpu, uint64_t address);
void page_retire(struct machine *machine, struct gpu *gpu, uint64_t address, enum retirement_cause cause);
bool pages_pending(const struct gpu *gpu);
void pages_exclude(struct gpu *gpu);

/* row-remapping.c */
struct row_histogram {
  uint32_t max, high, partial, low, none;
};
void row_correctable(struct machine *machine, struct gpu *gpu, uint64_t address);
void row_uncorrectable(struct machine *machine, struct gpu *gpu, uint64_t address);
unsigned rows_count(const struct gpu *gpu, bool uncorrectable);
bool rows_pending(const struct gpu *gpu);
void rows_remap(struct gpu *gpu);
struct row_histogram rows_histogram(const struct gpu *gpu);

/* faults.c */
enum fault_action { PROCEED, DO_HANG, DO_SLOW, DO_FAIL, DO_CRASH, DO_PATTERN };
struct fault_decision {
  enum fault_action action;
  int return_code;
  unsigned milliseconds;
};
/* What a call of `function` on `gpu` (or GPU_ANY) meets. Counts down `times`. `slept`: its slow faults have been served. */
struct fault_decision faults_meet(struct machine *machine, const char *function, int gpu, bool slept);
bool faults_add(struct machine *machine, const struct fault *fault, struct failure *failure);
const char *fault_name(uint32_t kind);
void gpu_fall_off_the_bus(struct machine *machine, struct gpu *gpu);
void driver_vanish(struct machine *machine);
/* `kind` NULL: all; `gpu` GPU_ANY: all. Gives how many were cleared. */
unsigned faults_clear(struct machine *machine, const char *kind, int gpu);

/* lifecycle.c */
/* It is switched on before it lies in its file: what its profile says of pending and volatile things stands. */
static inline bool machine_is_new(const struct machine *machine) { return machine->host_inode == 0; }
bool machine_reload_driver(struct machine *machine, bool force, struct failure *failure);
bool machine_reset_gpu(struct machine *machine, unsigned gpu, bool force, struct failure *failure);
void machine_reboot(struct machine *machine);
/* Without persistence mode: the GPU was let go of and is taken up again by the client that attaches now. */
void gpus_reattach(struct machine *machine);
/* topics/modes.c */
void gpu_set_persistence(struct machine *machine, struct gpu *gpu, bool on);
/* A reset would cure something. */
bool gpu_needs_reset(const struct gpu *gpu);
void random_uuid(char out[37]);

#endif
