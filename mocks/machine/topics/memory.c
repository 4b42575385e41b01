#include "attributes.h"
#include "machine.h"

static const char *const REPAIRS[] = {"none", "page-retirement", "row-remapping", NULL};

static const struct attribute ATTRIBUTES[] = {
  {.name = "total-bytes", .kind = ATTRIBUTE_U64, .fixed = true, ATTRIBUTE_AT(struct memory, total_bytes)},
  {.name = "reserved-bytes", .kind = ATTRIBUTE_U64, .fixed = true, ATTRIBUTE_AT(struct memory, reserved_bytes)},
  {.name = "used-bytes", .kind = ATTRIBUTE_U64, ATTRIBUTE_AT(struct memory, used_bytes)},
  {.name = "repair", .kind = ATTRIBUTE_CHOICE, .choices = REPAIRS, .fixed = true, ATTRIBUTE_AT(struct memory, repair)},
  {.name = "banks", .kind = ATTRIBUTE_U32, .fixed = true, ATTRIBUTE_AT(struct memory, banks)},
  {.name = "row-bytes", .kind = ATTRIBUTE_U32, .fixed = true, ATTRIBUTE_AT(struct memory, row_bytes)},
};

bool gpu_retires_pages(const struct gpu *gpu) { return gpu->memory.repair == REPAIR_PAGE_RETIREMENT; }
bool gpu_remaps_rows(const struct gpu *gpu) { return gpu->memory.repair == REPAIR_ROW_REMAPPING; }

static bool check(const struct machine *machine, const struct gpu *gpu, unsigned index, struct failure *failure) {
  (void)machine;
  const struct memory *memory = &gpu->memory;
  if (memory->total_bytes < PAGE_BYTES) return refuse(failure, "INVALID_INPUT", "gpu.%u.memory.total-bytes: is less than a page of %d: give the size of the memory", index, PAGE_BYTES);
  if (memory->reserved_bytes + memory->used_bytes > memory->total_bytes)
    return refuse(failure, "INVALID_INPUT", "gpu.%u.memory: uses more than it has: lower used-bytes or reserved-bytes", index);
  if (gpu_remaps_rows(gpu) && (memory->banks == 0 || memory->row_bytes == 0))
    return refuse(failure, "INVALID_INPUT", "gpu.%u.memory: remaps rows but has no banks or row-bytes: give both", index);
  return true;
}

const struct topic memory_topic = {
    .name = "memory", .offset = offsetof(struct gpu, memory), .attributes = ATTRIBUTES, .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES, .check = check};
