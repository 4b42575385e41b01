/* What the vendor's own command-line tools ask for beside the public interface: a table of functions without names. Only what such
 * tools were seen to need is answered; every other slot says success and leaves nothing behind that a tool could stumble over.
 * Facts: NVIDIA/k8s-test-infra (mocknvml), observed with tools of driver 440 and 470. */
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>
#include "api.h"
#include "handles.h"

NVML_API nvmlReturn_t nvmlInternalGetExportTable(const void **table, const unsigned char *id);

enum {
  SLOTS = 256, /* word 0 is the size in bytes, which tools want to exceed 0x288 */
  SLOT_HANDLE_BY_INDEX = 81,
  SLOT_COMPUTE_PROCESSES = 213,
  SLOT_GRAPHICS_PROCESSES = 214,
  SLOT_MPS_PROCESSES = 215,
  SLOT_MAX_PCIE_GENERATION = 230,
};

/* 6c3efec4-8fc9-4e6c-a327-ee696e12f7c4, as bytes in memory: the first three groups are little-endian numbers, or all as written. */
static const unsigned char ID_AS_WRITTEN[16] = {0x6c, 0x3e, 0xfe, 0xc4, 0x8f, 0xc9, 0x4e, 0x6c, 0xa3, 0x27, 0xee, 0x69, 0x6e, 0x12, 0xf7, 0xc4};
static const unsigned char ID_AS_NUMBERS[16] = {0xc4, 0xfe, 0x3e, 0x6c, 0xc9, 0x8f, 0x6c, 0x4e, 0xa3, 0x27, 0xee, 0x69, 0x6e, 0x12, 0xf7, 0xc4};

typedef uintptr_t word;

static bool is_device(word candidate) { return handle_known(OPERAND_DEVICE, (const void *)candidate) != NULL; }

/* Nobody knows whether an argument of an unknown function is a pointer, so the kernel is asked to write. */
static void zero_if_writable(word target) {
  unsigned zero = 0;
  const struct iovec from = {.iov_base = &zero, .iov_len = sizeof zero}, to = {.iov_base = (void *)target, .iov_len = sizeof zero};
  if (target != 0 && target % sizeof zero == 0) (void)!process_vm_writev(getpid(), &from, 1, &to, 1, 0);
}

/* A count that is left untouched is an array that nobody filled. */
static nvmlReturn_t nothing(word first, word second) {
  if (is_device(first)) zero_if_writable(second);
  return NVML_SUCCESS;
}

static nvmlReturn_t handle_by_index(unsigned index, nvmlDevice_t *device, unsigned kind) {
  return kind == 0x22 ? nvmlDeviceGetHandleByIndex_v2(index, device) : nothing(index, (word)device);
}

struct named_process {
  uint32_t pid;
  uint32_t padding;
  uint64_t used_memory;
  uint32_t gpu_instance, compute_instance;
  uint64_t protected_memory;
  char name[4096];
};
_Static_assert(sizeof(struct named_process) == 4128, "the stride of the tools' entries");

typedef nvmlReturn_t (*process_list)(nvmlDevice_t device, unsigned *count, nvmlProcessInfo_v2_t *infos);

enum { MOST_PROCESSES = 1024 };

static nvmlReturn_t named_processes(process_list list, nvmlDevice_t device, unsigned *count, struct named_process *entries) {
  nvmlProcessInfo_v2_t infos[MOST_PROCESSES];
  unsigned found = MOST_PROCESSES;
  if (!is_device((word)device) || count == NULL) return NVML_ERROR_INVALID_ARGUMENT;
  const nvmlReturn_t status = list(device, &found, infos);
  const unsigned room = *count;
  *count = status == NVML_SUCCESS ? found : 0;
  if (status == NVML_ERROR_NOT_SUPPORTED) return NVML_SUCCESS;
  if (status != NVML_SUCCESS) return status;
  if (found > room) return NVML_ERROR_INSUFFICIENT_SIZE;
  for (unsigned i = 0; i < found; i++) {
    entries[i] = (struct named_process){
        .pid = infos[i].pid, .used_memory = infos[i].usedGpuMemory, .gpu_instance = infos[i].gpuInstanceId, .compute_instance = infos[i].computeInstanceId};
    /* A row without a name is dropped. */
    if (nvmlSystemGetProcessName(infos[i].pid, entries[i].name, sizeof entries[i].name) != NVML_SUCCESS || entries[i].name[0] == 0) strcpy(entries[i].name, "unknown");
  }
  return NVML_SUCCESS;
}

static nvmlReturn_t compute_processes(nvmlDevice_t device, unsigned *count, struct named_process *entries) {
  return named_processes(nvmlDeviceGetComputeRunningProcesses_v3, device, count, entries);
}

static nvmlReturn_t graphics_processes(nvmlDevice_t device, unsigned *count, struct named_process *entries) {
  return named_processes(nvmlDeviceGetGraphicsRunningProcesses_v3, device, count, entries);
}

static nvmlReturn_t mps_processes(nvmlDevice_t device, unsigned *count, struct named_process *entries) {
  return named_processes(nvmlDeviceGetMPSComputeRunningProcesses_v3, device, count, entries);
}

static const void *const *export_table(void) {
  static const void *table[SLOTS];
  if (table[0] == NULL) {
    for (int slot = 1; slot < SLOTS; slot++) table[slot] = (const void *)nothing;
    table[SLOT_HANDLE_BY_INDEX] = (const void *)handle_by_index;
    table[SLOT_COMPUTE_PROCESSES] = (const void *)compute_processes;
    table[SLOT_GRAPHICS_PROCESSES] = (const void *)graphics_processes;
    table[SLOT_MPS_PROCESSES] = (const void *)mps_processes;
    table[SLOT_MAX_PCIE_GENERATION] = (const void *)nvmlDeviceGetMaxPcieLinkGeneration;
    __atomic_store_n(&table[0], (const void *)(word)sizeof table, __ATOMIC_RELEASE);
  }
  return table;
}

nvmlReturn_t nvmlInternalGetExportTable(const void **table, const unsigned char *id) {
  if (table == NULL || id == NULL) return NVML_ERROR_INVALID_ARGUMENT;
  if (memcmp(id, ID_AS_WRITTEN, sizeof ID_AS_WRITTEN) != 0 && memcmp(id, ID_AS_NUMBERS, sizeof ID_AS_NUMBERS) != 0) return NVML_ERROR_NOT_SUPPORTED;
  *table = export_table();
  return NVML_SUCCESS;
}
