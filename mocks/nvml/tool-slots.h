/* The functions without names that the vendor's command-line tools call: export-table.c says which stands where. What each does was
 * observed from outside, with the tools of drivers 450 to 555: from what they print when a slot answers this or that. */
#ifndef GPUWRIGHT_NVML_TOOL_SLOTS_H
#define GPUWRIGHT_NVML_TOOL_SLOTS_H

#include "api.h"

typedef uintptr_t word;

/* The driver branch of the machine; 0: there is none. */
unsigned tool_branch(void);

/* What a function of unknown meaning gives: success, and 0 where it may have been asked for a number. */
nvmlReturn_t tool_nothing(word first, word second);

nvmlReturn_t tool_handle_by_index(unsigned index, nvmlDevice_t *device, unsigned kind);
/* Of two PCI addresses, as text: how far apart. */
nvmlReturn_t tool_common_ancestor(const char *one, const char *other, unsigned *level);
/* Whether the GPU can be watched by `dmon` and `pmon`. */
nvmlReturn_t tool_is_watched(nvmlDevice_t device, unsigned *watched);
nvmlReturn_t tool_module_id(nvmlDevice_t device, unsigned *id);
nvmlReturn_t tool_voltage(nvmlDevice_t device, unsigned *microvolts);
nvmlReturn_t tool_gsp_version(nvmlDevice_t device, char *version);
nvmlReturn_t tool_margin(nvmlDevice_t device, int *celsius);
nvmlReturn_t tool_numa_node(nvmlDevice_t device, unsigned *node);

/* tool-processes.c. `count` is the room, then how many there are. */
nvmlReturn_t tool_compute_processes(nvmlDevice_t device, unsigned *count, void *entries);
nvmlReturn_t tool_graphics_processes(nvmlDevice_t device, unsigned *count, void *entries);
nvmlReturn_t tool_mps_processes(nvmlDevice_t device, unsigned *count, void *entries);

/* tool-reset.c: `nvidia-smi --gpu-reset`. */
nvmlReturn_t tool_reset(unsigned count, const nvmlDevice_t *devices);

#endif
