#include "cc.h"
#include "attributes.h"
#include "machine.h"

enum { STANDARD_ATTACKER_ADVANTAGE = 60 };

static const char *const CPUS[] = {"none", "amd-sev", "intel-tdx", "amd-sev-snp", "amd-snp-vtom", NULL};
static const char *const ENVIRONMENTS[] = {"unavailable", "simulation", "production", NULL};
static const char *const MULTI_GPU[] = {"none", "protected-pcie", "nvlink-encryption", NULL};

static const struct attribute ATTRIBUTES[] = {
    {.name = "cpu", .kind = ATTRIBUTE_CHOICE, .choices = CPUS, ATTRIBUTE_AT(struct cc, cpu)},
    {.name = "environment", .kind = ATTRIBUTE_CHOICE, .choices = ENVIRONMENTS, ATTRIBUTE_AT(struct cc, environment)},
    {.name = "feature", .kind = ATTRIBUTE_SWITCH, ATTRIBUTE_AT(struct cc, feature)},
    {.name = "devtools", .kind = ATTRIBUTE_SWITCH, ATTRIBUTE_AT(struct cc, devtools)},
    {.name = "multi-gpu", .kind = ATTRIBUTE_CHOICE, .choices = MULTI_GPU, ATTRIBUTE_AT(struct cc, multi_gpu)},
    {.name = "accepting-work", .kind = ATTRIBUTE_SWITCH, ATTRIBUTE_AT(struct cc, accepting_work)},
    {.name = "attacker-advantage", .kind = ATTRIBUTE_U64, ATTRIBUTE_AT(struct cc, attacker_advantage)},
};

static void made(struct machine *machine, struct gpu *gpu) {
  (void)gpu;
  if (machine->cc.attacker_advantage == 0) machine->cc.attacker_advantage = STANDARD_ATTACKER_ADVANTAGE;
}

/* Nobody has let work in yet. */
static void driver_loaded(struct machine *machine, struct gpu *gpu) {
  (void)gpu;
  if (!machine_is_new(machine)) machine->cc.accepting_work = 0;
}

const struct topic cc_topic = {.name = "cc",
                               .of_machine = true,
                               .offset = offsetof(struct machine, cc),
                               .attributes = ATTRIBUTES,
                               .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES,
                               .made = made,
                               .driver_loaded = driver_loaded};

static const struct attribute GPU_ATTRIBUTES[] = {
    {.name = "capable", .kind = ATTRIBUTE_SWITCH, .fixed = true, ATTRIBUTE_AT(struct gpu_cc, capable)},
    {.name = "cec-report", .kind = ATTRIBUTE_SWITCH, ATTRIBUTE_AT(struct gpu_cc, cec_report)},
    {.name = "dram-encryption", .kind = ATTRIBUTE_SWITCH, .optional = true, .fixed = true, ATTRIBUTE_AT(struct gpu_cc, dram_encryption)},
    {.name = "dram-encryption-pending", .kind = ATTRIBUTE_SWITCH, .optional = true, ATTRIBUTE_AT(struct gpu_cc, dram_encryption_pending)},
    {.name = "unprotected-kib", .kind = ATTRIBUTE_U64, ATTRIBUTE_AT(struct gpu_cc, unprotected_kib)},
    {.name = "protected-used-bytes", .kind = ATTRIBUTE_U64, ATTRIBUTE_AT(struct gpu_cc, protected_used_bytes)},
};

static void gpu_made(struct machine *machine, struct gpu *gpu) {
  (void)machine;
  if (gpu->cc.dram_encryption_pending == UNSUPPORTED_U32) gpu->cc.dram_encryption_pending = gpu->cc.dram_encryption;
}

static void gpu_reset(struct machine *machine, struct gpu *gpu) {
  if (!machine_is_new(machine) && gpu->cc.dram_encryption_pending != UNSUPPORTED_U32) gpu->cc.dram_encryption = gpu->cc.dram_encryption_pending;
}

static bool gpu_check(const struct machine *machine, const struct gpu *gpu, unsigned index, struct failure *failure) {
  (void)machine;
  const uint64_t kib = gpu->memory.total_bytes / 1024;
  if (gpu->cc.unprotected_kib > kib)
    return refuse(failure, "INVALID_INPUT", "gpu.%u.cc.unprotected-kib: is more than the memory has: give at most %llu", index, (unsigned long long)kib);
  if (gpu->cc.protected_used_bytes > (kib - gpu->cc.unprotected_kib) * 1024)
    return refuse(failure, "INVALID_INPUT", "gpu.%u.cc.protected-used-bytes: is more than the protected memory has: lower it, or unprotected-kib", index);
  if (gpu->cc.dram_encryption == UNSUPPORTED_U32 && gpu->cc.dram_encryption_pending != UNSUPPORTED_U32)
    return refuse(failure, "INVALID_INPUT", "gpu.%u.cc.dram-encryption-pending: this product does not encrypt its memory: leave it unsupported", index);
  return true;
}

const struct topic gpu_cc_topic = {.name = "cc",
                                   .offset = offsetof(struct gpu, cc),
                                   .attributes = GPU_ATTRIBUTES,
                                   .attribute_count = sizeof GPU_ATTRIBUTES / sizeof *GPU_ATTRIBUTES,
                                   .made = gpu_made,
                                   .gpu_reset = gpu_reset,
                                   .check = gpu_check};
