#ifndef GPUWRIGHT_COMMANDS_H
#define GPUWRIGHT_COMMANDS_H

#include "arguments.h"

/* `inject …`: one fault. */
bool command_inject(struct machine *machine, struct arguments *arguments, struct failure *failure);
/* `single-bit-ecc`, `double-bit-ecc`, `sram-ecc`, `poison`. */
bool is_memory_fault(const char *kind);
bool inject_memory_fault(struct machine *machine, const char *kind, struct arguments *arguments, struct failure *failure);
bool command_clear(struct machine *machine, struct arguments *arguments, struct failure *failure);
bool command_advance(struct machine *machine, struct arguments *arguments, struct failure *failure);
/* `process …` but for `list`, which is shown. */
bool command_process(struct machine *machine, const char *what, struct arguments *arguments, struct failure *failure);
bool command_set(struct machine *machine, struct arguments *arguments, struct failure *failure);
bool command_vgpu(struct machine *machine, struct arguments *arguments, struct failure *failure);
/* Of one GPU, or GPU_ANY: of the host and all of them. */
void show_attributes(const struct machine *machine, int gpu);
/* Takes `--gpu N`; without it `*out` is GPU_ANY and, if `required`, the command is refused. */
bool take_gpu(const struct machine *machine, struct arguments *arguments, bool required, int *out, struct failure *failure);

/* Of the state alone: a copy has no lock. NULL where there is no memory. */
struct machine *machine_copy(const struct machine *machine, struct failure *failure);
void machine_free_copy(struct machine *copy);

#endif
