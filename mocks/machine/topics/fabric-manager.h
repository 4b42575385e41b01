/* Fabric Manager: the daemon that cuts a board with NVSwitches into partitions, and what the switches are routed for.
 * The daemon's knowledge ends with the daemon; routes are hardware's and stay. */
#ifndef GPUWRIGHT_TOPIC_FABRIC_MANAGER_H
#define GPUWRIGHT_TOPIC_FABRIC_MANAGER_H

#include <stdbool.h>
#include <stdint.h>

struct failure;
struct gpu;
struct machine;

enum {
  FM_PARTITIONS = 64,
  FM_GPUS = 16, /* of one partition */
  FM_SWITCHES = 12,
  FM_PATH_BYTES = 264
};

/* Which board. From the third generation on every partition is listed, whatever is broken, and GPUs are told by module id alone. */
enum fm_platform { FM_HGX_2, FM_HGX_A100, FM_HGX_H100, FM_HGX_B200 };
enum fm_mode { FM_BARE_METAL, FM_SHARED, FM_VGPU };
/* RESIDENT: initialisation failed, but the daemon was told to stay. */
enum fm_state { FM_STOPPED, FM_FAILED, FM_STARTING, FM_WAITING, FM_UP, FM_RESIDENT };
/* How it treats who talks to it. */
enum fm_manners { FM_ANSWERS, FM_IS_SILENT, FM_CLOSES, FM_CLASHES };
/* What becomes of the next request that would change something. */
enum fm_next { FM_NEXT_SERVED, FM_NEXT_DIES_BEFORE, FM_NEXT_DIES_AFTER, FM_NEXT_TIMES_OUT_UNDONE, FM_NEXT_TIMES_OUT_DONE };

struct fm_partition {
  uint32_t id, links; /* links: of each GPU, when nothing is broken */
  char gpus[48];      /* module ids, as a list */
  uint32_t active;    /* the daemon knows it as active */
  uint32_t routed;    /* its traffic flows */
  uint32_t unsupported; /* the daemon left it out when it started, for what was broken then */
  char functions[FM_GPUS * 16]; /* virtual functions that it was activated with, in the order of its GPUs */
};

/* What fabricmanager.cfg says, as far as it matters here. */
struct fm_configuration {
  uint32_t mode, restart; /* enum fm_mode; FABRIC_MODE_RESTART */
  uint32_t port;
  char interface[48];
  char socket[FM_PATH_BYTES]; /* instead of interface and port */
  char state_file[FM_PATH_BYTES];
  uint32_t access_mode, trunk_mode, switch_mode; /* *_FAILURE_MODE */
  uint32_t stay_resident;
};

struct fm_switch {
  uint32_t failed;
  uint32_t trunk_failed; /* ports to its peer on the other baseboard that do not train */
};

struct fabric_manager {
  uint32_t platform; /* enum fm_platform; UNSUPPORTED_U32: no NVSwitches */
  uint32_t state;    /* enum fm_state */
  uint32_t restarted; /* the running daemon was started in restart mode */
  char why[96];      /* the last daemon ended, or failed */
  char version[32];  /* of the daemon; the driver's unless it is set */
  uint32_t library;  /* generation of libnvfm, as its place among the choices */
  struct fm_configuration config; /* as the running daemon read it */
  char vsock[32];    /* `cid:port` that it listens on besides */
  uint32_t manners, next; /* enum fm_manners, enum fm_next */
  uint32_t dying_crashes; /* a client whose request was outstanding when the daemon dies, dies too */
  uint32_t field_codes;   /* answers with the newer codes for clashes */
  uint32_t told_partitions, told_count, told_gpus; /* a list that is cut short, or lies; UNSUPPORTED_U32: it does not */
  uint32_t start_ms, window_ms, silence_ms;
  int64_t since_ns;  /* of the state */
  uint32_t runs;     /* rises when a daemon starts or ends: connections of before are void */
  uint32_t state_file_due; /* it came up, and the file is not written yet */
  struct fm_switch switches[FM_SWITCHES];
  struct fm_partition partitions[FM_PARTITIONS];
};

extern const struct topic fabric_manager_topic;

/* What a request comes to. The daemon is asked with the machine locked. */
enum fm_outcome {
  FM_DONE,
  FM_BAD_PARAMETER,
  FM_FAILS,
  FM_NOT_IN_THIS_MODE,
  FM_NOT_ACTIVE,
  FM_TIMED_OUT,
  FM_CLASH,
  FM_TAKEN,
  FM_NOT_READY,
  FM_GONE /* the daemon died of it */
};

struct fm_function {
  uint32_t domain, bus, device, function;
};

/* fabric-daemon.c */
bool fabric_manager_exists(const struct machine *machine);
/* Moves it on to where its time has brought it. Cheap where nothing is due. */
void fabric_manager_settle(struct machine *machine);
/* `restart`: --restart on its command line. False where it ends at once. */
bool fabric_manager_start(struct machine *machine, const struct fm_configuration *config, bool restart, struct failure *failure);
void fabric_manager_end(struct machine *machine, const char *why);
void fabric_manager_fail(struct machine *machine, const char *why);
/* The host has booted, and the service with it. */
void fabric_manager_boot(struct machine *machine);
/* Somebody may connect. */
bool fabric_manager_listens(const struct machine *machine);
/* A GPU lost its registration; it gets it from a daemon that runs. */
void fabric_manager_register_anew(struct machine *machine, struct gpu *gpu);

/* fabric-degraded.c — what the daemon finds broken when it starts. False: it cannot go on. */
bool fabric_take_stock(struct machine *machine);
unsigned fabric_links_available(const struct machine *machine, const struct gpu *gpu, const struct fm_partition *partition);
bool fabric_lists_everything(const struct machine *machine);
/* The switch has a port that leads nowhere; from the machine's links. */
struct fm_failed_ports {
  unsigned count;
  uint8_t ports[64];
};
struct fm_failed_ports fabric_failed_ports_of_gpu(const struct gpu *gpu);
/* Of the how-manieth switch. */
struct fm_failed_ports fabric_failed_ports_of_switch(const struct machine *machine, unsigned nvswitch);
/* Where it is on the PCI bus; false where it is no PCI device. */
bool fabric_switch_address(const struct machine *machine, unsigned nvswitch, struct fm_function *out);

/* fabric-partitions.c */
unsigned fabric_partition_count(const struct machine *machine);
struct fm_partition *fabric_partition_of(struct machine *machine, uint32_t id);
/* In ascending order of module ids. */
unsigned fabric_partition_gpus(const struct fm_partition *partition, uint32_t ids[FM_GPUS]);
struct gpu *fabric_gpu_of(struct machine *machine, uint32_t module_id);
/* The NVLinks of every GPU as modes and routes have them. */
void fabric_route(struct machine *machine);
enum fm_outcome fabric_may_list(struct machine *machine);
enum fm_outcome fabric_may_list_failed(struct machine *machine);
/* `functions` NULL: without virtual functions. */
enum fm_outcome fabric_activate(struct machine *machine, uint32_t id, const struct fm_function *functions, unsigned function_count);
enum fm_outcome fabric_deactivate(struct machine *machine, uint32_t id);
enum fm_outcome fabric_set_activated(struct machine *machine, const uint32_t *ids, uint32_t count);

/* fabric-state-file.c — what a daemon in restart mode must find */
bool fabric_state_file_write(const struct machine *machine);
/* NULL: it fits; else what is wrong with it. */
const char *fabric_state_file_check(const struct machine *machine, const char *path);

#endif
