/* What a machine is made of, by name: `gpu.3.thermal.gpu-celsius`. One table a topic; profiles, `set`, `show` and `capture` all go
 * through these tables, so that a fact of the state is named once. */
#ifndef GPUWRIGHT_ATTRIBUTES_H
#define GPUWRIGHT_ATTRIBUTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct machine;
struct gpu;
struct failure;

enum attribute_kind { ATTRIBUTE_TEXT, ATTRIBUTE_U32, ATTRIBUTE_U64, ATTRIBUTE_I32, ATTRIBUTE_SWITCH, ATTRIBUTE_CHOICE };

/* Where a value is optional, this stands for "the product does not have it". */
#define UNSUPPORTED_U32 UINT32_MAX
#define UNSUPPORTED_U64 UINT64_MAX
#define UNSUPPORTED_I32 INT32_MIN

struct attribute {
  const char *name; /* `fan.#.speed-percent`: each # is an index */
  enum attribute_kind kind;
  size_t offset, size;            /* in the topic's struct, of the first element */
  unsigned counts[2];             /* how many elements each # has */
  size_t strides[2];              /* bytes from one to the next */
  uint64_t most;                  /* of a number; 0: whatever fits */
  const char *const *choices;     /* of a choice, NULL at the end: its number is its place */
  bool optional;                  /* may be `unsupported` */
  bool fixed;                     /* set when the machine is made, never after */
};

#define ATTRIBUTE_AT(of, field) .offset = offsetof(of, field), .size = sizeof(((of *)0)->field)
/* `field` of the first element of `array`, which has `count` elements. */
#define ATTRIBUTE_EACH(of, array, field)                                                                                         \
  .offset = offsetof(of, array[0] field), .size = sizeof(((of *)0)->array[0] field), .counts = {sizeof(((of *)0)->array) / sizeof(((of *)0)->array[0])}, \
  .strides = {sizeof(((of *)0)->array[0])}

/* A topic's part of the state: of each GPU, or of the machine. */
struct topic {
  const char *name;
  bool of_machine;
  size_t offset; /* in struct gpu or struct machine */
  const struct attribute *attributes;
  size_t attribute_count;
  /* Each may be NULL; `gpu` is NULL for a topic of the machine. */
  void (*made)(struct machine *machine, struct gpu *gpu);        /* after a profile was read: what follows from it */
  void (*driver_loaded)(struct machine *machine, struct gpu *gpu); /* it took the GPU up */
  void (*gpu_reset)(struct machine *machine, struct gpu *gpu);   /* by reset and reboot */
  void (*repair)(struct machine *machine, struct gpu *gpu);      /* after a writer died half way: counts and flags lawful again */
  /* Before an attribute of any topic is set on a machine that runs, or a call changes it: what grew with time until now is written down. */
  void (*settle)(struct machine *machine, struct gpu *gpu);
  /* After `attribute` was set by its name on a machine that runs. */
  void (*was_set)(struct machine *machine, struct gpu *gpu, const struct attribute *attribute);
  /* How many elements the list has that the attribute's first # runs over, where it may have fewer than there is room for. Those beyond are
   * not listed, and set only while a machine is made. */
  unsigned (*length)(const struct machine *machine, const struct gpu *gpu, const struct attribute *attribute);
  /* Refuses a profile that cannot be. */
  bool (*check)(const struct machine *machine, const struct gpu *gpu, unsigned index, struct failure *failure);
};
extern const struct topic *const TOPICS[];
extern const size_t TOPIC_COUNT;

/* Everything optional becomes unsupported, before a profile says otherwise. */
void attributes_clear(struct machine *machine);
/* The attributes as `from` has them, all else as it is. */
void attributes_copy(struct machine *to, const struct machine *from);
/* `name` in full, `gpu.3.thermal.gpu-celsius` or `cc.environment`; `gpu.*.…` is each GPU's. `making`: fixed ones too. */
bool attribute_set(struct machine *machine, const char *name, const char *value, bool making, struct failure *failure);

/* Calls `each` for every attribute with its full name and its value as text; `gpu` GPU_ANY: of the machine and of all GPUs. */
struct attribute_value {
  const char *name, *value;
  const struct attribute *attribute;
};
void attributes_each(const struct machine *machine, int gpu, void (*each)(const struct attribute_value *value, void *context), void *context);

void topics_made(struct machine *machine);
void topics_driver_loaded(struct machine *machine);
/* The driver took up one GPU anew that it had let go of. */
void topics_attached(struct machine *machine, struct gpu *gpu);
void topics_gpu_reset(struct machine *machine, struct gpu *gpu);
/* Of one GPU, or of the machine and all its GPUs where `gpu` is NULL. */
void topics_settle(struct machine *machine, struct gpu *gpu);
void topics_repair(struct machine *machine);
bool topics_check(const struct machine *machine, struct failure *failure);

#endif
