/* Confidential computing of the host and of each GPU. */
#include <string.h>
#include "put.h"

/* Some GPU of the host is new enough for what is asked of the host. */
static bool is_served(const struct call *call) {
  for (uint32_t i = 0; i < call->machine->gpu_count; i++)
    if (!call->machine->gpus[i].removed && call->machine->gpus[i].board.architecture >= call->facts->architecture) return true;
  return false;
}

ANSWER(nvmlSystemGetConfComputeCapabilities, nvmlConfComputeSystemCaps_t *capabilities) {
  static const unsigned CPUS[] = {NVML_CC_SYSTEM_CPU_CAPS_NONE, NVML_CC_SYSTEM_CPU_CAPS_AMD_SEV, NVML_CC_SYSTEM_CPU_CAPS_INTEL_TDX, NVML_CC_SYSTEM_CPU_CAPS_AMD_SEV_SNP,
                                  NVML_CC_SYSTEM_CPU_CAPS_AMD_SNP_VTOM};
  if (!is_served(call)) return NVML_ERROR_NOT_SUPPORTED;
  capabilities->cpuCaps = CPUS[call->machine->cc.cpu];
  capabilities->gpusCaps = NVML_CC_SYSTEM_GPUS_CC_NOT_CAPABLE;
  for (uint32_t i = 0; i < call->machine->gpu_count; i++)
    if (!call->machine->gpus[i].removed && call->machine->gpus[i].cc.capable) capabilities->gpusCaps = NVML_CC_SYSTEM_GPUS_CC_CAPABLE;
  return NVML_SUCCESS;
}

static unsigned environment_of(const struct cc *cc) {
  static const unsigned ENVIRONMENTS[] = {NVML_CC_SYSTEM_ENVIRONMENT_UNAVAILABLE, NVML_CC_SYSTEM_ENVIRONMENT_SIM, NVML_CC_SYSTEM_ENVIRONMENT_PROD};
  return ENVIRONMENTS[cc->environment];
}

ANSWER(nvmlSystemGetConfComputeState, nvmlConfComputeSystemState_t *state) {
  const struct cc *cc = &call->machine->cc;
  if (!is_served(call)) return NVML_ERROR_NOT_SUPPORTED;
  *state = (nvmlConfComputeSystemState_t){.environment = environment_of(cc), .ccFeature = cc->feature, .devToolsMode = cc->devtools};
  return NVML_SUCCESS;
}

ANSWER(nvmlSystemGetConfComputeSettings, nvmlSystemConfComputeSettings_v1_t *settings) {
  static const unsigned MULTI_GPU[] = {NVML_CC_SYSTEM_MULTIGPU_NONE, NVML_CC_SYSTEM_MULTIGPU_PROTECTED_PCIE, NVML_CC_SYSTEM_MULTIGPU_NVLE};
  const struct cc *cc = &call->machine->cc;
  if (!is_served(call)) return NVML_ERROR_NOT_SUPPORTED;
  settings->environment = environment_of(cc);
  settings->ccFeature = cc->feature;
  settings->devToolsMode = cc->devtools;
  settings->multiGpuMode = MULTI_GPU[cc->multi_gpu];
  return NVML_SUCCESS;
}

ANSWER(nvmlSystemGetConfComputeGpusReadyState, unsigned int *isAcceptingWork) {
  if (!is_served(call)) return NVML_ERROR_NOT_SUPPORTED;
  *isAcceptingWork = call->machine->cc.accepting_work ? NVML_CC_ACCEPTING_CLIENT_REQUESTS_TRUE : NVML_CC_ACCEPTING_CLIENT_REQUESTS_FALSE;
  return NVML_SUCCESS;
}

ANSWER(nvmlSystemSetConfComputeGpusReadyState, unsigned int isAcceptingWork) {
  if (isAcceptingWork > NVML_CC_ACCEPTING_CLIENT_REQUESTS_TRUE) return NVML_ERROR_INVALID_ARGUMENT;
  if (!is_served(call) || !call->machine->cc.feature) return NVML_ERROR_NOT_SUPPORTED;
  call->machine->cc.accepting_work = isAcceptingWork == NVML_CC_ACCEPTING_CLIENT_REQUESTS_TRUE;
  return NVML_SUCCESS;
}

ANSWER(nvmlSystemGetConfComputeKeyRotationThresholdInfo, nvmlConfComputeGetKeyRotationThresholdInfo_v1_t *pKeyRotationThrInfo) {
  if (!is_served(call) || !call->machine->cc.feature) return NVML_ERROR_NOT_SUPPORTED;
  pKeyRotationThrInfo->attackerAdvantage = call->machine->cc.attacker_advantage;
  return NVML_SUCCESS;
}

/* Only before work is let in. */
ANSWER(nvmlSystemSetConfComputeKeyRotationThresholdInfo, const nvmlConfComputeSetKeyRotationThresholdInfo_v1_t *pKeyRotationThrInfo) {
  const unsigned long long most = pKeyRotationThrInfo->maxAttackerAdvantage;
  if (most < NVML_CC_KEY_ROTATION_THRESHOLD_ATTACKER_ADVANTAGE_MIN || most > NVML_CC_KEY_ROTATION_THRESHOLD_ATTACKER_ADVANTAGE_MAX) return NVML_ERROR_INVALID_ARGUMENT;
  if (!is_served(call) || !call->machine->cc.feature) return NVML_ERROR_NOT_SUPPORTED;
  if (call->machine->cc.accepting_work) return NVML_ERROR_INVALID_STATE;
  call->machine->cc.attacker_advantage = most;
  return NVML_SUCCESS;
}

/* This GPU computes confidentially now. */
static bool is_confidential(const struct call *call) { return call->machine->cc.feature && call->gpu->cc.capable; }

static unsigned long long protected_kib(const struct call *call) {
  return is_confidential(call) ? call->gpu->memory.total_bytes / 1024 - call->gpu->cc.unprotected_kib : 0;
}

ANSWER(nvmlDeviceGetConfComputeMemSizeInfo, nvmlConfComputeMemSizeInfo_t *memInfo) {
  *memInfo = (nvmlConfComputeMemSizeInfo_t){.protectedMemSizeKib = protected_kib(call), .unprotectedMemSizeKib = is_confidential(call) ? call->gpu->cc.unprotected_kib : 0};
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceSetConfComputeUnprotectedMemSize, unsigned long long sizeKiB) {
  if (!is_confidential(call)) return NVML_ERROR_NOT_SUPPORTED;
  if (sizeKiB > (call->gpu->memory.total_bytes - call->gpu->cc.protected_used_bytes) / 1024) return NVML_ERROR_INVALID_ARGUMENT;
  call->gpu->cc.unprotected_kib = sizeKiB;
  return NVML_SUCCESS;
}

/* Boards without confidential computing, or with it off, tell zeros. */
ANSWER(nvmlDeviceGetConfComputeProtectedMemoryUsage, nvmlMemory_t *memory) {
  const unsigned long long total = protected_kib(call) * 1024, used = is_confidential(call) ? call->gpu->cc.protected_used_bytes : 0;
  *memory = (nvmlMemory_t){.total = total, .used = used, .free = total - used};
  return NVML_SUCCESS;
}

/* Bytes that nobody takes for a certificate, the same each time for the same GPU, purpose and nonce. */
static void fill(unsigned char *out, size_t bytes, const char *what, const char *uuid, const unsigned char *nonce, size_t nonce_bytes) {
  uint64_t state = 14695981039346656037u;
  for (const char *at = what; *at; at++) state = (state ^ (unsigned char)*at) * 1099511628211u;
  for (const char *at = uuid; *at; at++) state = (state ^ (unsigned char)*at) * 1099511628211u;
  for (size_t i = 0; i < nonce_bytes; i++) state = (state ^ nonce[i]) * 1099511628211u;
  for (size_t i = 0; i < bytes; i++) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    out[i] = (unsigned char)(state >> 56);
  }
}

ANSWER(nvmlDeviceGetConfComputeGpuCertificate, nvmlConfComputeGpuCertificate_t *gpuCert) {
  enum { CHAIN_BYTES = 3072, ATTESTATION_CHAIN_BYTES = 4096 };
  if (!is_confidential(call)) return NVML_ERROR_NOT_SUPPORTED;
  memset(gpuCert, 0, sizeof *gpuCert);
  gpuCert->certChainSize = CHAIN_BYTES;
  gpuCert->attestationCertChainSize = ATTESTATION_CHAIN_BYTES;
  fill(gpuCert->certChain, CHAIN_BYTES, "certificates (SIMULATED)", call->gpu->board.uuid, NULL, 0);
  fill(gpuCert->attestationCertChain, ATTESTATION_CHAIN_BYTES, "attestation certificates (SIMULATED)", call->gpu->board.uuid, NULL, 0);
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetConfComputeGpuAttestationReport, nvmlConfComputeGpuAttestationReport_t *gpuAtstReport) {
  enum { REPORT_BYTES = 4096, CEC_REPORT_BYTES = 2048 };
  nvmlConfComputeGpuAttestationReport_t *report = gpuAtstReport;
  unsigned char nonce[sizeof report->nonce];
  if (!is_confidential(call)) return NVML_ERROR_NOT_SUPPORTED;
  memcpy(nonce, report->nonce, sizeof nonce);
  memset(report, 0, sizeof *report);
  memcpy(report->nonce, nonce, sizeof nonce);
  report->attestationReportSize = REPORT_BYTES;
  fill(report->attestationReport, REPORT_BYTES, "report (SIMULATED)", call->gpu->board.uuid, nonce, sizeof nonce);
  report->isCecAttestationReportPresent = call->gpu->cc.cec_report ? NVML_CC_CEC_ATTESTATION_REPORT_PRESENT : NVML_CC_CEC_ATTESTATION_REPORT_NOT_PRESENT;
  if (!call->gpu->cc.cec_report) return NVML_SUCCESS;
  report->cecAttestationReportSize = CEC_REPORT_BYTES;
  fill(report->cecAttestationReport, CEC_REPORT_BYTES, "CEC report (SIMULATED)", call->gpu->board.uuid, nonce, sizeof nonce);
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetDramEncryptionMode, nvmlDramEncryptionInfo_v1_t *current, nvmlDramEncryptionInfo_v1_t *pending) {
  const nvmlReturn_t status = put_switch(&current->encryptionState, call->gpu->cc.dram_encryption);
  return status == NVML_SUCCESS ? put_switch(&pending->encryptionState, call->gpu->cc.dram_encryption_pending) : status;
}

ANSWER(nvmlDeviceSetDramEncryptionMode, const nvmlDramEncryptionInfo_v1_t *dramEncryption) {
  if ((unsigned)dramEncryption->encryptionState > NVML_FEATURE_ENABLED) return NVML_ERROR_INVALID_ARGUMENT;
  if (call->gpu->cc.dram_encryption == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  call->gpu->cc.dram_encryption_pending = dramEncryption->encryptionState == NVML_FEATURE_ENABLED;
  return NVML_SUCCESS;
}
