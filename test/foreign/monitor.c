/* A monitor as others write it: plain NVML calls against the public names, no knowledge of the simulator. It asks each GPU all it can,
 * changes a few settings, and prints one line of JSON: which functions answered, which did not, and some of what they said. */
#include <nvml.h>
#include <stdio.h>
#include <string.h>

static char answered[16384], refused[16384];
static int first_value = 1;

/* JSON strings, with commas between them. */
static void list(char *room, size_t size, const char *function, int status) {
  char entry[128];
  snprintf(entry, sizeof entry, status == 0 ? "%s\"%s\"" : "%s\"%s %d\"", room[0] ? ", " : "", function, status);
  strncat(room, entry, size - strlen(room) - 1);
}

static int heard(const char *function, nvmlReturn_t status) {
  list(status == NVML_SUCCESS ? answered : refused, sizeof answered, function, (int)status);
  return status == NVML_SUCCESS;
}

static void number(const char *name, unsigned long long value) { printf("%s\"%s\": %llu", first_value ? "" : ", ", name, value), first_value = 0; }
static void text(const char *name, const char *value) { printf("%s\"%s\": \"%s\"", first_value ? "" : ", ", name, value), first_value = 0; }

#define ASK(function, ...) heard(#function, function(__VA_ARGS__))
/* One number of the GPU, told under a name. */
#define U32(name, function, ...)                                                \
  do {                                                                          \
    unsigned value = 0;                                                         \
    if (ASK(function, device, ##__VA_ARGS__, &value)) number(name, value);      \
  } while (0)
#define U64(name, function, ...)                                                \
  do {                                                                          \
    unsigned long long value = 0;                                               \
    if (ASK(function, device, ##__VA_ARGS__, &value)) number(name, value);      \
  } while (0)
#define INT(name, function, ...)                                                \
  do {                                                                          \
    int value = 0;                                                              \
    if (ASK(function, device, ##__VA_ARGS__, &value)) number(name, (unsigned)value); \
  } while (0)
#define ENUM(type, name, function, ...)                                         \
  do {                                                                          \
    type value = (type)0;                                                       \
    if (ASK(function, device, ##__VA_ARGS__, &value)) number(name, (unsigned long long)value); \
  } while (0)
#define TEXT(name, function, bytes, ...)                                        \
  do {                                                                          \
    char value[bytes] = "";                                                     \
    if (ASK(function, device, ##__VA_ARGS__, value, sizeof value)) text(name, value); \
  } while (0)

static void identity(nvmlDevice_t device) {
  nvmlPciInfo_t pci;
  TEXT("name", nvmlDeviceGetName, 96);
  TEXT("uuid", nvmlDeviceGetUUID, 96);
  TEXT("serial", nvmlDeviceGetSerial, 30);
  TEXT("part", nvmlDeviceGetBoardPartNumber, 80);
  TEXT("vbios", nvmlDeviceGetVbiosVersion, 32);
  TEXT("inforom image", nvmlDeviceGetInforomImageVersion, 16);
  TEXT("inforom ecc", nvmlDeviceGetInforomVersion, 16, NVML_INFOROM_ECC);
  U32("inforom checksum", nvmlDeviceGetInforomConfigurationChecksum);
  U32("index", nvmlDeviceGetIndex);
  U32("minor", nvmlDeviceGetMinorNumber);
  U32("board", nvmlDeviceGetBoardId);
  U32("module", nvmlDeviceGetModuleId);
  U32("multi gpu", nvmlDeviceGetMultiGpuBoard);
  U32("cores", nvmlDeviceGetNumGpuCores);
  U32("bus width", nvmlDeviceGetMemoryBusWidth);
  ENUM(nvmlBrandType_t, "brand", nvmlDeviceGetBrand);
  U32("architecture", nvmlDeviceGetArchitecture);
  U32("irq", nvmlDeviceGetIrqNum);
  if (ASK(nvmlDeviceGetPciInfo_v3, device, &pci)) text("pci", pci.busId);
  {
    int major, minor;
    if (ASK(nvmlDeviceGetCudaComputeCapability, device, &major, &minor)) number("compute capability", (unsigned)(10 * major + minor));
  }
  {
    nvmlDevice_t same;
    if (ASK(nvmlDeviceGetHandleByPciBusId_v2, pci.busId, &same)) number("same by address", same == device);
  }
  {
    char uuid[96];
    nvmlDevice_t same;
    nvmlDeviceGetUUID(device, uuid, sizeof uuid);
    if (ASK(nvmlDeviceGetHandleByUUID, uuid, &same)) number("same by uuid", same == device);
  }
  ASK(nvmlDeviceValidateInforom, device);
}

static void pcie(nvmlDevice_t device) {
  U32("link generation", nvmlDeviceGetCurrPcieLinkGeneration);
  U32("link width", nvmlDeviceGetCurrPcieLinkWidth);
  U32("max link generation", nvmlDeviceGetMaxPcieLinkGeneration);
  U32("gpu max link generation", nvmlDeviceGetGpuMaxPcieLinkGeneration);
  U32("max link width", nvmlDeviceGetMaxPcieLinkWidth);
  U32("replays", nvmlDeviceGetPcieReplayCounter);
  U32("pcie speed", nvmlDeviceGetPcieSpeed);
  U32("pcie max speed", nvmlDeviceGetPcieLinkMaxSpeed);
  U32("sent", nvmlDeviceGetPcieThroughput, NVML_PCIE_UTIL_TX_BYTES);
  U32("bus type", nvmlDeviceGetBusType);
  {
    nvmlBAR1Memory_t memory;
    if (ASK(nvmlDeviceGetBAR1MemoryInfo, device, &memory)) number("bar1", memory.bar1Total);
  }
}

static void memory(nvmlDevice_t device) {
  nvmlMemory_t plain;
  nvmlMemory_v2_t better = {.version = nvmlMemory_v2};
  nvmlUtilization_t utilization;
  nvmlEnableState_t current, pending;
  if (ASK(nvmlDeviceGetMemoryInfo, device, &plain)) number("memory", plain.total), number("memory adds up", plain.used + plain.free == plain.total);
  if (ASK(nvmlDeviceGetMemoryInfo_v2, device, &better)) number("reserved", better.reserved);
  if (ASK(nvmlDeviceGetUtilizationRates, device, &utilization)) number("gpu percent", utilization.gpu);
  if (ASK(nvmlDeviceGetEccMode, device, &current, &pending)) number("ecc", current), number("ecc pending", pending);
  ENUM(nvmlEnableState_t, "default ecc", nvmlDeviceGetDefaultEccMode);
  U64("corrected", nvmlDeviceGetTotalEccErrors, NVML_MEMORY_ERROR_TYPE_CORRECTED, NVML_VOLATILE_ECC);
  U64("uncorrected", nvmlDeviceGetTotalEccErrors, NVML_MEMORY_ERROR_TYPE_UNCORRECTED, NVML_VOLATILE_ECC);
  U64("uncorrected in dram", nvmlDeviceGetMemoryErrorCounter, NVML_MEMORY_ERROR_TYPE_UNCORRECTED, NVML_AGGREGATE_ECC, NVML_MEMORY_LOCATION_DRAM);
  {
    nvmlEccErrorCounts_t counts;
    if (ASK(nvmlDeviceGetDetailedEccErrors, device, NVML_MEMORY_ERROR_TYPE_UNCORRECTED, NVML_AGGREGATE_ECC, &counts)) number("detailed dram", counts.deviceMemory);
  }
  {
    unsigned corrected, uncorrected, waiting, failed;
    if (ASK(nvmlDeviceGetRemappedRows, device, &corrected, &uncorrected, &waiting, &failed)) number("remapped", uncorrected), number("remapping pending", waiting);
  }
  {
    nvmlRowRemapperHistogramValues_t banks;
    if (ASK(nvmlDeviceGetRowRemapperHistogram, device, &banks)) number("banks at most", banks.max);
  }
  {
    nvmlEccSramErrorStatus_v1_t sram = {.version = nvmlEccSramErrorStatus_v1};
    if (ASK(nvmlDeviceGetSramEccErrorStatus, device, &sram)) number("sram threshold", sram.bThresholdExceeded);
  }
  {
    nvmlRepairStatus_v1_t repair = {.version = nvmlRepairStatus_v1};
    if (ASK(nvmlDeviceGetRepairStatus, device, &repair)) number("channel repair", repair.bChannelRepairPending);
  }
}

static void clocks(nvmlDevice_t device) {
  unsigned list[512], count = 512, memory_clock = 0;
  U32("graphics clock", nvmlDeviceGetClockInfo, NVML_CLOCK_GRAPHICS);
  U32("max sm clock", nvmlDeviceGetMaxClockInfo, NVML_CLOCK_SM);
  U32("customer boost", nvmlDeviceGetMaxCustomerBoostClock, NVML_CLOCK_GRAPHICS);
  U32("application clock", nvmlDeviceGetApplicationsClock, NVML_CLOCK_MEM);
  U32("default application clock", nvmlDeviceGetDefaultApplicationsClock, NVML_CLOCK_MEM);
  U32("clock by id", nvmlDeviceGetClock, NVML_CLOCK_SM, NVML_CLOCK_ID_CURRENT);
  if (ASK(nvmlDeviceGetSupportedMemoryClocks, device, &count, list)) memory_clock = list[0], number("memory clocks", count);
  count = 512;
  if (ASK(nvmlDeviceGetSupportedGraphicsClocks, device, memory_clock, &count, list)) number("graphics clocks", count);
  ENUM(nvmlPstates_t, "pstate", nvmlDeviceGetPerformanceState);
  ENUM(nvmlPstates_t, "power state", nvmlDeviceGetPowerState);
  U64("clock reasons", nvmlDeviceGetCurrentClocksEventReasons);
  U64("throttle reasons", nvmlDeviceGetCurrentClocksThrottleReasons);
  U64("possible reasons", nvmlDeviceGetSupportedClocksEventReasons);
  {
    nvmlEnableState_t on, standard;
    ASK(nvmlDeviceGetAutoBoostedClocksEnabled, device, &on, &standard);
  }
  {
    unsigned sm, mem;
    if (ASK(nvmlDeviceGetMinMaxClockOfPState, device, NVML_CLOCK_SM, NVML_PSTATE_0, &sm, &mem)) number("pstate max", mem);
  }
  {
    nvmlPstates_t states[16];
    ASK(nvmlDeviceGetSupportedPerformanceStates, device, states, sizeof states);
  }
  ASK(nvmlDeviceSetGpuLockedClocks, device, 300, 900);
  ASK(nvmlDeviceResetGpuLockedClocks, device);
  ASK(nvmlDeviceSetMemoryLockedClocks, device, memory_clock, memory_clock);
  ASK(nvmlDeviceResetMemoryLockedClocks, device);
  ASK(nvmlDeviceResetApplicationsClocks, device);
}

static void power_and_heat(nvmlDevice_t device) {
  unsigned least, most;
  U32("milliwatts", nvmlDeviceGetPowerUsage);
  U32("limit", nvmlDeviceGetPowerManagementLimit);
  U32("default limit", nvmlDeviceGetPowerManagementDefaultLimit);
  U32("enforced limit", nvmlDeviceGetEnforcedPowerLimit);
  ENUM(nvmlEnableState_t, "power management", nvmlDeviceGetPowerManagementMode);
  U64("millijoules", nvmlDeviceGetTotalEnergyConsumption);
  if (ASK(nvmlDeviceGetPowerManagementLimitConstraints, device, &least, &most)) {
    ASK(nvmlDeviceSetPowerManagementLimit, device, least);
    U32("limit as set", nvmlDeviceGetPowerManagementLimit);
    number("least limit", least);
    nvmlDeviceSetPowerManagementLimit(device, most);
  }
  U32("celsius", nvmlDeviceGetTemperature, NVML_TEMPERATURE_GPU);
  {
    nvmlTemperature_v1_t better = {.version = nvmlTemperature_v1, .sensorType = NVML_TEMPERATURE_GPU};
    if (ASK(nvmlDeviceGetTemperatureV, device, &better)) number("celsius too", (unsigned)better.temperature);
  }
  U32("slowdown", nvmlDeviceGetTemperatureThreshold, NVML_TEMPERATURE_THRESHOLD_SLOWDOWN);
  U32("shutdown", nvmlDeviceGetTemperatureThreshold, NVML_TEMPERATURE_THRESHOLD_SHUTDOWN);
  {
    nvmlMarginTemperature_v1_t margin = {.version = nvmlMarginTemperature_v1};
    if (ASK(nvmlDeviceGetMarginTemperature, device, &margin)) number("margin", (unsigned)margin.marginTemperature);
  }
  {
    nvmlGpuThermalSettings_t sensors;
    ASK(nvmlDeviceGetThermalSettings, device, 15, &sensors);
  }
}

static void modes(nvmlDevice_t device) {
  ENUM(nvmlEnableState_t, "persistence", nvmlDeviceGetPersistenceMode);
  ASK(nvmlDeviceSetPersistenceMode, device, NVML_FEATURE_ENABLED);
  ENUM(nvmlEnableState_t, "persistence set", nvmlDeviceGetPersistenceMode);
  ENUM(nvmlComputeMode_t, "compute mode", nvmlDeviceGetComputeMode);
  ASK(nvmlDeviceSetComputeMode, device, NVML_COMPUTEMODE_EXCLUSIVE_PROCESS);
  ENUM(nvmlComputeMode_t, "compute mode set", nvmlDeviceGetComputeMode);
  ENUM(nvmlEnableState_t, "restriction", nvmlDeviceGetAPIRestriction, NVML_RESTRICTED_API_SET_APPLICATION_CLOCKS);
  ENUM(nvmlEnableState_t, "display mode", nvmlDeviceGetDisplayMode);
  ENUM(nvmlEnableState_t, "display active", nvmlDeviceGetDisplayActive);
  {
    char version[NVML_GSP_FIRMWARE_VERSION_BUF_SIZE] = "";
    if (ASK(nvmlDeviceGetGspFirmwareVersion, device, version)) text("gsp", version);
  }
  ASK(nvmlDeviceSetEccMode, device, NVML_FEATURE_DISABLED);
  {
    nvmlEnableState_t current, pending;
    if (ASK(nvmlDeviceGetEccMode, device, &current, &pending)) number("ecc after", current), number("ecc pending after", pending);
  }
  ASK(nvmlDeviceClearEccErrorCounts, device, NVML_VOLATILE_ECC);
}

static void processes(nvmlDevice_t device) {
  unsigned count = 64, pids[64];
  nvmlProcessInfo_t list[64];
  char name[256];
  if (ASK(nvmlDeviceGetComputeRunningProcesses_v3, device, &count, list)) {
    number("processes", count);
    if (count > 0) number("pid", list[0].pid), number("process bytes", list[0].usedGpuMemory);
    if (count > 0 && ASK(nvmlSystemGetProcessName, list[0].pid, name, sizeof name)) text("process", name);
  }
  count = 64;
  ASK(nvmlDeviceGetGraphicsRunningProcesses_v3, device, &count, list);
  count = 64;
  ASK(nvmlDeviceGetMPSComputeRunningProcesses_v3, device, &count, list);
  ASK(nvmlDeviceSetAccountingMode, device, NVML_FEATURE_ENABLED);
  ENUM(nvmlEnableState_t, "accounting", nvmlDeviceGetAccountingMode);
  U32("accounting room", nvmlDeviceGetAccountingBufferSize);
  count = 64;
  if (ASK(nvmlDeviceGetAccountingPids, device, &count, pids)) number("accounted", count);
  {
    nvmlProcessUtilizationSample_t samples[64];
    count = 64;
    nvmlDeviceGetProcessUtilization(device, samples, &count, 0);
  }
  {
    unsigned percent, microseconds;
    if (ASK(nvmlDeviceGetEncoderUtilization, device, &percent, &microseconds)) number("encoder", percent);
    if (ASK(nvmlDeviceGetDecoderUtilization, device, &percent, &microseconds)) number("decoder", percent);
  }
}

static void links(nvmlDevice_t device) {
  unsigned active = 0;
  for (unsigned link = 0; link < NVML_NVLINK_MAX_LINKS; link++) {
    nvmlEnableState_t on = NVML_FEATURE_DISABLED;
    if (nvmlDeviceGetNvLinkState(device, link, &on) != NVML_SUCCESS || on != NVML_FEATURE_ENABLED) continue;
    active++;
  }
  number("links", active);
  if (active > 0) {
    nvmlPciInfo_t remote;
    nvmlIntNvLinkDeviceType_t type;
    nvmlEnableState_t on;
    ASK(nvmlDeviceGetNvLinkState, device, 0, &on);
    U32("link version", nvmlDeviceGetNvLinkVersion, 0);
    if (ASK(nvmlDeviceGetNvLinkRemotePciInfo_v2, device, 0, &remote)) text("remote", remote.busId);
    if (ASK(nvmlDeviceGetNvLinkRemoteDeviceType, device, 0, &type)) number("remote type", type);
    U64("link replays", nvmlDeviceGetNvLinkErrorCounter, 0, NVML_NVLINK_ERROR_DL_REPLAY);
    U32("link p2p", nvmlDeviceGetNvLinkCapability, 0, NVML_NVLINK_CAP_P2P_SUPPORTED);
    ASK(nvmlDeviceResetNvLinkErrorCounters, device, 0);
  }
  {
    nvmlGpuFabricInfo_v3_t fabric = {.version = nvmlGpuFabricInfo_v3};
    if (ASK(nvmlDeviceGetGpuFabricInfoV, device, &fabric)) number("fabric", fabric.state), number("clique", fabric.cliqueId);
  }
  {
    nvmlDevice_t other;
    nvmlGpuTopologyLevel_t level;
    nvmlGpuP2PStatus_t status;
    if (nvmlDeviceGetHandleByIndex_v2(1, &other) == NVML_SUCCESS && other != device) {
      if (ASK(nvmlDeviceGetTopologyCommonAncestor, device, other, &level)) number("ancestor", level);
      if (ASK(nvmlDeviceGetP2PStatus, device, other, NVML_P2P_CAPS_INDEX_NVLINK, &status)) number("p2p", status);
    }
  }
  {
    unsigned long set[4];
    ASK(nvmlDeviceGetCpuAffinity, device, 4, set);
    ASK(nvmlDeviceGetMemoryAffinity, device, 4, set, NVML_AFFINITY_SCOPE_NODE);
  }
}

static void fields(nvmlDevice_t device) {
  nvmlFieldValue_t values[3] = {{.fieldId = NVML_FI_DEV_ECC_DBE_VOL_TOTAL}, {.fieldId = NVML_FI_DEV_GET_GPU_RECOVERY_ACTION}, {.fieldId = 4711}};
  if (!ASK(nvmlDeviceGetFieldValues, device, 3, values)) return;
  number("field", values[0].nvmlReturn == NVML_SUCCESS ? values[0].value.ullVal : 999);
  number("recovery", values[1].nvmlReturn == NVML_SUCCESS ? values[1].value.uiVal : 999);
  number("unknown field", values[2].nvmlReturn);
}

static void samples_and_metrics(nvmlDevice_t device) {
  nvmlSample_t samples[512];
  nvmlValueType_t type;
  unsigned count = 512;
  nvmlGpmSupport_t support = {.version = NVML_GPM_SUPPORT_VERSION};
  if (ASK(nvmlDeviceGetSamples, device, NVML_GPU_UTILIZATION_SAMPLES, 0, &type, &count, samples)) number("samples", count > 0);
  if (ASK(nvmlGpmQueryDeviceSupport, device, &support)) number("gpm", support.isSupportedDevice);
  if (support.isSupportedDevice) {
    nvmlGpmSample_t before, after;
    ASK(nvmlGpmSampleAlloc, &before);
    nvmlGpmSampleAlloc(&after);
    ASK(nvmlGpmSampleGet, device, before);
    nvmlGpmSampleGet(device, after);
    ASK(nvmlGpmSampleFree, before);
    nvmlGpmSampleFree(after);
  }
}

static void events(nvmlDevice_t device) {
  nvmlEventSet_t set;
  unsigned long long types = 0;
  nvmlEventData_t event;
  U64("event types", nvmlDeviceGetSupportedEventTypes);
  nvmlDeviceGetSupportedEventTypes(device, &types);
  if (!ASK(nvmlEventSetCreate, &set)) return;
  ASK(nvmlDeviceRegisterEvents, device, types, set);
  number("no event", nvmlEventSetWait_v2(set, &event, 1) == NVML_ERROR_TIMEOUT);
  ASK(nvmlEventSetFree, set);
}

static void partitions(nvmlDevice_t device) {
  unsigned current, pending, most;
  if (ASK(nvmlDeviceGetMigMode, device, &current, &pending)) number("mig", current);
  if (ASK(nvmlDeviceGetMaxMigDeviceCount, device, &most)) number("mig devices", most);
}

static void host(void) {
  char version[96];
  int cuda;
  unsigned count;
  nvmlConfComputeSystemState_t state;
  if (ASK(nvmlSystemGetDriverVersion, version, sizeof version)) text("driver", version);
  if (ASK(nvmlSystemGetNVMLVersion, version, sizeof version)) text("nvml", version);
  if (ASK(nvmlSystemGetCudaDriverVersion_v2, &cuda)) number("cuda", (unsigned)cuda);
  if (ASK(nvmlDeviceGetCount_v2, &count)) number("gpus", count);
  if (ASK(nvmlUnitGetCount, &count)) number("units", count);
  if (ASK(nvmlGetExcludedDeviceCount, &count)) number("excluded", count);
  if (ASK(nvmlSystemGetConfComputeState, &state)) number("confidential", state.ccFeature);
  text("message", nvmlErrorString(NVML_ERROR_GPU_IS_LOST));
}

int main(void) {
  nvmlDevice_t device;
  nvmlReturn_t status = nvmlInit_v2();
  if (status != NVML_SUCCESS) {
    printf("{\"init\": %d}\n", (int)status);
    return 1;
  }
  printf("{\"told\": {");
  host();
  if (heard("nvmlDeviceGetHandleByIndex_v2", nvmlDeviceGetHandleByIndex_v2(0, &device))) {
    identity(device);
    pcie(device);
    memory(device);
    clocks(device);
    power_and_heat(device);
    modes(device);
    processes(device);
    links(device);
    fields(device);
    samples_and_metrics(device);
    events(device);
    partitions(device);
  }
  heard("nvmlShutdown", nvmlShutdown());
  printf("}, \"answered\": [%s], \"refused\": [%s]}\n", answered, refused);
  return 0;
}
