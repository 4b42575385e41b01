/* What the vendor's own command-line tools ask for beside the public interface: a table of functions without names. Only what such
 * tools were seen to need is answered; every other slot says success and leaves nothing behind that a tool could stumble over.
 * Facts: NVIDIA/k8s-test-infra (mocknvml), and tools of drivers 440 to 555 observed from outside. */
#include <pthread.h>
#include <string.h>
#include "tool-slots.h"

NVML_API nvmlReturn_t nvmlInternalGetExportTable(const void **table, const unsigned char *id);

enum { SLOTS = 256, NEWEST_BRANCH = 10000 }; /* word 0 is the size in bytes, which tools want to exceed 0x288 */

/* 6c3efec4-8fc9-4e6c-a327-ee696e12f7c4, as bytes in memory: the first three groups are little-endian numbers, or all as written. */
static const unsigned char ID_AS_WRITTEN[16] = {0x6c, 0x3e, 0xfe, 0xc4, 0x8f, 0xc9, 0x4e, 0x6c, 0xa3, 0x27, 0xee, 0x69, 0x6e, 0x12, 0xf7, 0xc4};
static const unsigned char ID_AS_NUMBERS[16] = {0xc4, 0xfe, 0x3e, 0x6c, 0xc9, 0x8f, 0x6c, 0x4e, 0xa3, 0x27, 0xee, 0x69, 0x6e, 0x12, 0xf7, 0xc4};

/* A tool is made for one driver, and some numbers mean something else in another. */
static const struct {
  unsigned slot, from_branch, to_branch;
  const void *function;
} KNOWN[] = {
    {23, 0, NEWEST_BRANCH, (const void *)tool_common_ancestor},
    {72, 0, NEWEST_BRANCH, (const void *)tool_is_watched},
    {81, 0, NEWEST_BRANCH, (const void *)tool_handle_by_index},
    {168, 0, NEWEST_BRANCH, (const void *)tool_reset},
    {207, 0, 529, (const void *)tool_module_id},
    {209, 0, NEWEST_BRANCH, (const void *)tool_voltage},
    {211, 0, 470, (const void *)tool_gsp_version},
    {213, 0, NEWEST_BRANCH, (const void *)tool_compute_processes},
    {214, 0, NEWEST_BRANCH, (const void *)tool_mps_processes},
    {215, 0, NEWEST_BRANCH, (const void *)tool_graphics_processes},
    {230, 0, NEWEST_BRANCH, (const void *)nvmlDeviceGetMaxPcieLinkGeneration},
    {237, 0, 529, (const void *)tool_margin},
    {240, 535, NEWEST_BRANCH, (const void *)tool_margin},
    {241, 535, 549, (const void *)tool_numa_node},
};

static const void *slots[SLOTS];

static void fill_slots(void) {
  const unsigned branch = tool_branch();
  slots[0] = (const void *)(word)sizeof slots;
  for (int slot = 1; slot < SLOTS; slot++) slots[slot] = (const void *)tool_nothing;
  for (unsigned i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++)
    if (branch >= KNOWN[i].from_branch && branch <= KNOWN[i].to_branch) slots[KNOWN[i].slot] = KNOWN[i].function;
}

nvmlReturn_t nvmlInternalGetExportTable(const void **table, const unsigned char *id) {
  if (table == NULL || id == NULL) return NVML_ERROR_INVALID_ARGUMENT;
  if (memcmp(id, ID_AS_WRITTEN, sizeof ID_AS_WRITTEN) != 0 && memcmp(id, ID_AS_NUMBERS, sizeof ID_AS_NUMBERS) != 0) return NVML_ERROR_NOT_SUPPORTED;
  static pthread_once_t filled = PTHREAD_ONCE_INIT;
  pthread_once(&filled, fill_slots);
  *table = slots;
  return NVML_SUCCESS;
}
