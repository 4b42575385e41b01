/* Every name of the interface. Weak: what cannot be asked this way (init, looking handles up, waiting) has an entry of its own. */
#include <stddef.h>
#include "api.h"
#include "nvml-answers.h"

#define ENTRY __attribute__((weak, visibility("default")))

#define FACTS(name, rank, needs_root) static const struct facts facts = {.function = #name, .architecture = (rank), .root = (needs_root)}

#define OPERANDS(...) const struct operand operands[] = {__VA_ARGS__}
#define NO_OPERAND {0}
#define OPERAND(of, value) {.kind = (of), .word = (uintptr_t)(value)}
#define DEVICE(value) OPERAND(OPERAND_DEVICE, value)
#define GPU_INSTANCE(value) OPERAND(OPERAND_GPU_INSTANCE, value)
#define COMPUTE_INSTANCE(value) OPERAND(OPERAND_COMPUTE_INSTANCE, value)
#define UNIT(value) OPERAND(OPERAND_UNIT, value)
#define EVENT_SET(value) OPERAND(OPERAND_EVENT_SET, value)
#define GPM_SAMPLE(value) OPERAND(OPERAND_GPM_SAMPLE, value)
#define VGPU(value) OPERAND(OPERAND_VGPU, value)
#define VGPU_TYPE(value) OPERAND(OPERAND_VGPU_TYPE, value)

#define OUTPUTS(...) const struct output outputs[] = {__VA_ARGS__}
#define NO_OUTPUT {0}
#define NEEDED(pointer) {.kind = OUTPUT_NEEDED, .at = (void *)(uintptr_t)(pointer)}
#define OUT(nth, pointer) {.kind = OUTPUT_PLAIN, .number = (nth), .at = (pointer), .bytes = sizeof *(pointer)}
#define OUT_MAYBE(nth, pointer) {.kind = (pointer) ? OUTPUT_PLAIN : OUTPUT_NONE, .number = (nth), .at = (pointer), .bytes = sizeof *(pointer)}
#define OUT_BYTES(nth, pointer, length) {.kind = OUTPUT_PLAIN, .number = (nth), .at = (pointer), .bytes = (length)}
#define OUT_COUNTED(nth, pointer, each, capacity) {.kind = OUTPUT_COUNTED, .number = (nth), .at = (pointer), .bytes = (each), .count = (capacity)}
#define OUT_ASKED(nth, pointer, each, capacity) {.kind = OUTPUT_ASKED, .number = (nth), .at = (pointer), .bytes = (each), .count = (capacity)}
#define OUT_ROOMY(nth, pointer, each, capacity) {.kind = OUTPUT_ROOMY, .number = (nth), .at = (pointer), .bytes = (each), .count = (capacity)}
#define OUT_SIZED(nth, pointer, each, elements) {.kind = OUTPUT_SIZED, .number = (nth), .at = (pointer), .bytes = (each), .length = (elements)}
/* A struct in one of several versions is as long as its version word says; the prologue has looked at that before anything is filled. */
#define VERSION_BYTES(pointer) ((pointer) ? (pointer)->version & 0xffffffu : 0)
#define OUT_LIST(nth, pointer, length, elements, capacity, count_offset, each) \
  {.kind = OUTPUT_LIST, .number = (nth), .at = (pointer), .bytes = (each), .pointer_at = (elements), .capacity_at = (capacity), .count_at = (count_offset), .struct_bytes = (length)}

#define VERSIONS(...) const struct version_check versions[] = {__VA_ARGS__}
#define NO_VERSION {0}
/* Through a pointer that may be NULL: that is refused before versions are looked at. */
#define VERSION(word, ...) {.given = (word), .accepted = {__VA_ARGS__}}

#define COUNT_OF(list) (sizeof(list) / sizeof *(list))
#define ANSWER_WITH(answer, ...)                                                                                                                        \
  if (!enter(&call, &facts, operands, COUNT_OF(operands), outputs, COUNT_OF(outputs), versions, COUNT_OF(versions))) return (nvmlReturn_t)call.status; \
  return (nvmlReturn_t)leave(&call, answer ? (int)answer(__VA_ARGS__) : NVML_ERROR_NOT_SUPPORTED)

#include "nvml-entries.inc"
