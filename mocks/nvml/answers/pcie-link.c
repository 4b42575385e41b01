/* The link, what moves over it, and the window into its memory. */
#include "mig.h"
#include "put.h"

ANSWER(nvmlDeviceGetCurrPcieLinkGeneration, unsigned int *currLinkGen) { return put_u32(currLinkGen, call->gpu->pcie.generation); }
ANSWER(nvmlDeviceGetMaxPcieLinkGeneration, unsigned int *maxLinkGen) { return put_u32(maxLinkGen, call->gpu->pcie.maximum_generation); }
ANSWER(nvmlDeviceGetGpuMaxPcieLinkGeneration, unsigned int *maxLinkGenDevice) { return put_u32(maxLinkGenDevice, call->gpu->pcie.gpu_maximum_generation); }
ANSWER(nvmlDeviceGetCurrPcieLinkWidth, unsigned int *currLinkWidth) { return put_u32(currLinkWidth, call->gpu->pcie.width); }
ANSWER(nvmlDeviceGetMaxPcieLinkWidth, unsigned int *maxLinkWidth) { return put_u32(maxLinkWidth, call->gpu->pcie.maximum_width); }
ANSWER(nvmlDeviceGetPcieReplayCounter, unsigned int *value) { return put_u32(value, call->gpu->pcie.counters[PCIE_REPLAYS]); }

/* NVML numbers the speeds as PCI Express its generations. */
ANSWER(nvmlDeviceGetPcieLinkMaxSpeed, unsigned int *maxSpeed) { return put_u32(maxSpeed, call->gpu->pcie.maximum_generation); }

ANSWER(nvmlDeviceGetPcieSpeed, unsigned int *pcieSpeed) {
  if (call->gpu->pcie.generation == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  *pcieSpeed = pcie_lane_megabits(call->gpu->pcie.generation);
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetPcieThroughput, nvmlPcieUtilCounter_t counter, unsigned int *value) {
  if ((unsigned)counter >= NVML_PCIE_UTIL_COUNT) return NVML_ERROR_INVALID_ARGUMENT;
  return put_u32(value, pcie_throughput(call->machine, call->gpu, counter == NVML_PCIE_UTIL_TX_BYTES ? PCIE_TX : PCIE_RX));
}

ANSWER(nvmlDeviceGetIrqNum, unsigned int *irqNum) {
  *irqNum = call->gpu->pcie.irq;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetBusType, nvmlBusType_t *type) {
  *type = call->gpu->pcie.bus_type;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetBAR1MemoryInfo, nvmlBAR1Memory_t *bar1Memory) {
  const uint64_t total = call->gpu->pcie.bar1_total_bytes, used = call->gpu->pcie.bar1_used_bytes;
  if (total == UNSUPPORTED_U64) return NVML_ERROR_NOT_SUPPORTED;
  if (call->mig_device) return mig_put_bar1(call, bar1Memory);
  *bar1Memory = (nvmlBAR1Memory_t){.bar1Total = total, .bar1Free = total - used, .bar1Used = used};
  return NVML_SUCCESS;
}
