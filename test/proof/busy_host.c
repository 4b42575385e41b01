/* One of several processes that use a simulated host of 64 GPUs at the same time: random reads and changes through the public interface,
 * each answer looked at for halves of two changes. Arguments: seed, operations. Prints one line of JSON; exits 1 where anything was torn. */
#include <nvml.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GPUS = 64, NAME = 40 };

static nvmlDevice_t devices[GPUS];
static unsigned long long state;
static unsigned torn, strange, made;
static char first[160];

static unsigned any(unsigned below) {
  state = state * 6364136223846793005ull + 1442695040888963407ull;
  return (unsigned)(state >> 33) % below;
}

static void complain(unsigned *count, const char *what, int status) {
  if (torn + strange == 0) snprintf(first, sizeof first, "%s: %d", what, status);
  (*count)++;
}

/* What another process may have caused is no fault; `allowed` besides success. */
static int went(const char *what, nvmlReturn_t status, nvmlReturn_t allowed) {
  if (status != NVML_SUCCESS && status != allowed) complain(&strange, what, (int)status);
  made += status == NVML_SUCCESS;
  return status == NVML_SUCCESS;
}

/* A name of one letter: two of them mixed would show. */
static void write_name(nvmlDevice_t device) {
  nvmlHostname_v1_t name = {0};
  memset(name.value, 'a' + (int)any(26), NAME);
  went("set hostname", nvmlDeviceSetHostname_v1(device, &name), NVML_SUCCESS);
}

static void read_name(nvmlDevice_t device) {
  nvmlHostname_v1_t name = {0};
  if (!went("hostname", nvmlDeviceGetHostname_v1(device, &name), NVML_SUCCESS) || name.value[0] == 0) return;
  if (strlen(name.value) != NAME || strspn(name.value, (char[]){name.value[0], 0}) != NAME) complain(&torn, name.value, 0);
}

static void limit(nvmlDevice_t device) {
  unsigned value, least, most;
  went("set limit", nvmlDeviceSetPowerManagementLimit(device, 200000 + 1000 * any(500)), NVML_SUCCESS);
  if (went("limit", nvmlDeviceGetPowerManagementLimit(device, &value), NVML_SUCCESS) && went("limits", nvmlDeviceGetPowerManagementLimitConstraints(device, &least, &most), NVML_SUCCESS) &&
      (value < least || value > most || value % 1000 != 0))
    complain(&torn, "a power limit that nobody set", (int)value);
}

static void memory(nvmlDevice_t device) {
  nvmlMemory_v2_t memory = {.version = nvmlMemory_v2};
  if (went("memory", nvmlDeviceGetMemoryInfo_v2(device, &memory), NVML_SUCCESS) && memory.used + memory.free + memory.reserved != memory.total)
    complain(&torn, "memory that does not add up", 0);
}

static void ecc(nvmlDevice_t device) {
  nvmlEnableState_t current, pending;
  went("set ecc", nvmlDeviceSetEccMode(device, any(2) ? NVML_FEATURE_ENABLED : NVML_FEATURE_DISABLED), NVML_SUCCESS);
  if (went("ecc", nvmlDeviceGetEccMode(device, &current, &pending), NVML_SUCCESS) && ((unsigned)current > 1 || (unsigned)pending > 1)) complain(&torn, "an ECC mode", (int)pending);
}

static void identity(nvmlDevice_t device) {
  nvmlPciInfo_t pci;
  char text[NVML_DEVICE_PCI_BUS_ID_BUFFER_SIZE];
  if (!went("pci", nvmlDeviceGetPciInfo_v3(device, &pci), NVML_SUCCESS)) return;
  snprintf(text, sizeof text, "%08X:%02X:%02X.0", pci.domain, pci.bus, pci.device);
  if (strcmp(text, pci.busId) != 0) complain(&torn, pci.busId, 0);
}

/* Instances come and go under both processes' hands. */
static void partition(nvmlDevice_t device) {
  static const unsigned PROFILES[] = {0, 9, 14, 19};
  nvmlGpuInstance_t made_here, there[8];
  unsigned count = 0, profile = PROFILES[any(4)];
  nvmlReturn_t status = nvmlDeviceCreateGpuInstance(device, profile, &made_here);
  if (status == NVML_ERROR_NOT_SUPPORTED) return; /* MIG is off on this one */
  went("create instance", status, NVML_ERROR_INSUFFICIENT_RESOURCES);
  if (!went("instances", nvmlDeviceGetGpuInstances(device, profile, there, &count), NVML_SUCCESS)) return;
  if (count > 8) complain(&torn, "more instances than fit", (int)count);
  if (count > 0 && count <= 8) {
    nvmlGpuInstanceInfo_t info;
    if (went("instance", nvmlGpuInstanceGetInfo(there[0], &info), NVML_ERROR_INVALID_ARGUMENT) && info.profileId != profile) complain(&torn, "an instance of another profile", (int)info.profileId);
    went("destroy instance", nvmlGpuInstanceDestroy(there[0]), NVML_ERROR_INVALID_ARGUMENT);
  }
}

int main(int count, char **arguments) {
  if (count != 3) return 2;
  const unsigned operations = (unsigned)strtoul(arguments[2], NULL, 10);
  state = strtoull(arguments[1], NULL, 10);
  if (nvmlInit_v2() != NVML_SUCCESS) return 3;
  for (unsigned i = 0; i < GPUS; i++)
    if (nvmlDeviceGetHandleByIndex_v2(i, &devices[i]) != NVML_SUCCESS) return 4;
  static void (*const OPERATIONS[])(nvmlDevice_t) = {write_name, read_name, limit, memory, ecc, identity, partition};
  for (unsigned i = 0; i < operations; i++) {
    OPERATIONS[any(sizeof OPERATIONS / sizeof *OPERATIONS)](devices[any(GPUS)]);
    /* Another client that comes and goes. */
    if (any(1000) == 0 && (nvmlInit_v2() != NVML_SUCCESS || nvmlShutdown() != NVML_SUCCESS)) return 5;
  }
  nvmlShutdown();
  printf("{\"operations\": %u, \"made\": %u, \"torn\": %u, \"strange\": %u, \"first\": \"%s\"}\n", operations, made, torn, strange, first);
  return torn + strange > 0;
}
