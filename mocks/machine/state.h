/* The simulated host as it lies in its file. Plain data: every process maps the same bytes, so no pointers.
 * A change of this layout needs a new MACHINE_FORMAT: an old file is then refused instead of misread. */
#ifndef GPUWRIGHT_STATE_H
#define GPUWRIGHT_STATE_H

#include <pthread.h>
#include <stdint.h>

struct topic;
struct machine;

#include "topics/accounting.h"
#include "topics/board.h"
#include "topics/cc.h"
#include "topics/clocks.h"
#include "topics/cper.h"
#include "topics/drain.h"
#include "topics/ecc.h"
#include "topics/events.h"
#include "topics/fabric.h"
#include "topics/fabric-manager.h"
#include "topics/load.h"
#include "topics/memory.h"
#include "topics/mig.h"
#include "topics/modes.h"
#include "topics/nvlink.h"
#include "topics/pcie.h"
#include "topics/power.h"
#include "topics/processes.h"
#include "topics/recovery.h"
#include "topics/repair.h"
#include "topics/sessions.h"
#include "topics/thermal.h"
#include "topics/topology.h"
#include "topics/units.h"
#include "topics/vgpu.h"
#include "topics/vgpus.h"

#define MACHINE_MAGIC "gpuwright machine"
#define MACHINE_FORMAT 3u

enum {
  GPU_MAX = 64,
  PAGE_BYTES = 65536,
  PAGES_MAX = 64,            /* retired pages of one GPU, both causes together */
  ERROR_ADDRESSES_MAX = 600, /* what the InfoROM keeps; further addresses are dropped */
  ROWS_MAX = 512,            /* remapped rows of one GPU */
  BANK_ROWS_MAX = 8,         /* remappings after uncorrectable errors in one bank */
  CLIENTS_MAX = 1024,
  FAULTS_MAX = 256,
  LOG_LINES = 2048,
  LOG_LINE_BYTES = 192,
  REATTACH_SECONDS = 5 /* without persistence mode the driver lets go of a GPU this long after the last client */
};

/* What the effective user of a process is, or that everybody is root, or that nobody is. */
enum permissions { PERMISSIONS_REAL, PERMISSIONS_ROOT, PERMISSIONS_USER };

enum retirement_cause { CAUSE_MULTIPLE_SINGLE_BIT = 0, CAUSE_DOUBLE_BIT = 1 };

struct retired_page {
  uint64_t address; /* first byte of the page */
  int64_t retired_at_ns;
  uint32_t cause;
  uint32_t pending; /* retired, but not yet excluded from use */
};

struct error_address {
  uint64_t address;
  uint32_t single_bit;
  uint32_t double_bit;
};

struct remapped_row {
  uint64_t row;
  uint32_t uncorrectable;
  uint32_t pending; /* the next GPU reset carries it out */
  uint32_t recorded; /* 1: told from an entry that was never written */
};

struct gpu {
  /* Each topic's part, told and set by the names in its table (attributes.h). */
  struct board board;
  struct pcie pcie;
  struct memory memory;
  struct ecc ecc;
  struct thermal thermal;
  struct power power;
  struct clocks clocks;
  struct load load;
  struct modes modes;
  struct nvlink nvlink;
  struct fabric fabric;
  struct topology topology;
  struct mig mig;
  struct accounting accounting;
  struct sessions sessions;
  struct vgpu_host vgpu;
  struct drain drain;
  struct repair repair;
  struct recovery recovery;
  struct gpu_cc cc;

  uint32_t lost;
  uint32_t removed; /* detached from the driver: not counted, and every handle of it is void */
  uint32_t uncontained; /* an uncontained error: every application is affected until a reset */
  uint32_t remap_failed;
  uint32_t generation; /* rises at each reset; handles of before are void */

  /* In each table the count is written after the entry, so that a writer killed in between loses one entry at most. */
  uint32_t page_count, address_count, row_count;
  struct retired_page pages[PAGES_MAX];
  struct error_address addresses[ERROR_ADDRESSES_MAX];
  struct remapped_row rows[ROWS_MAX];
};

/* One process. Start time and stack base tell it from a later process with its pid, and from itself after exec. */
struct client {
  uint32_t pid; /* 0: free slot */
  uint32_t instances; /* initialised libraries in that process */
  uint64_t start_time;
  uint64_t stack_base; /* 0: unknown */
  uint64_t attached;   /* the how-manieth that took up the GPUs; 0: it holds only the driver */
  char name[64];
};

enum fault_kind { FAULT_NONE, FAULT_HANG, FAULT_SLOW, FAULT_FAIL, FAULT_CRASH, FAULT_PATTERN, FAULT_ABSENT };
#define GPU_ANY (-1)
#define NOT_THE_DRIVER (-2) /* a call into another library: only faults of that very function concern it */

struct fault {
  uint32_t kind;
  int32_t gpu;      /* GPU_ANY: not bound to a GPU */
  uint32_t driver;  /* every call on the driver, init included */
  int32_t return_code;
  uint32_t limited; /* times_left counts */
  uint32_t times_left;
  uint32_t milliseconds;
  char function[96]; /* empty: every function */
};

struct machine {
  char magic[24];
  uint32_t format;
  uint32_t lock_abi; /* C library whose mutex layout this is, see lock.c */
  uint64_t bytes;    /* sizeof(struct machine) */
  char host_boot_id[40]; /* of the real kernel under which the mutex was initialised */
  uint64_t host_inode;   /* of the file; differs in a copy, whose mutex nobody owns */
  union {
    pthread_mutex_t mutex;
    char room[128];
  } lock;
  uint32_t repairs; /* how often a lock was taken over from a dead owner */

  char profile[64];
  char driver_version[32];
  char nvml_version[32];
  uint32_t driver_branch; /* 535 */
  uint32_t cuda_version;  /* 12020 */
  char boot_id[40];
  int64_t clock_offset_ns;
  uint32_t clock_frozen;   /* it stands still and is moved by hand only */
  int64_t clock_frozen_ns; /* where it stands; 0: it runs */
  int64_t boot_ns; /* machine time of the boot */

  struct process_table processes;
  struct vgpus vgpus;
  struct events events;
  struct units units;
  struct cc cc;
  struct cper cper;
  struct fabric_manager fabric_manager;
  uint32_t everybody_is; /* whom the library takes its caller for: enum permissions */

  uint32_t driver_loaded;
  uint32_t driver_generation; /* rises at each load; what was obtained before is void */
  int64_t last_client_left_ns; /* of those that had taken up the GPUs */
  uint64_t attachments;        /* ever */
  struct client clients[CLIENTS_MAX];
  uint32_t faults_end; /* none from here on, so that a call need not look at them all */
  struct fault faults[FAULTS_MAX];

  uint64_t log_written; /* lines ever written since boot; the last LOG_LINES are kept */
  char log[LOG_LINES][LOG_LINE_BYTES];

  uint32_t gpu_count;
  struct gpu gpus[GPU_MAX];
};

#endif
