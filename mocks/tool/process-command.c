/* `process …`: simulated processes start, change, end and are shown. */
#include <stdio.h>
#include <string.h>
#include "commands.h"
#include "show.h"

static bool take_u64(struct arguments *arguments, const char *name, uint64_t most, uint64_t *out, struct failure *failure) {
  bool given;
  return take_number(arguments, name, 0, most, out, &given, failure);
}

static bool take_u32(struct arguments *arguments, const char *name, uint32_t most, uint32_t *out, struct failure *failure) {
  uint64_t number = *out;
  if (!take_u64(arguments, name, most, &number, failure)) return false;
  *out = (uint32_t)number;
  return true;
}

static bool take_pid(struct arguments *arguments, uint32_t *out, struct failure *failure) {
  uint64_t pid = 0;
  bool given;
  if (!take_number(arguments, "--pid", 1, INT32_MAX, &pid, &given, failure)) return false;
  *out = (uint32_t)pid;
  return pid != 0 || refuse(failure, "INVALID_INPUT", "--pid: missing: give the number of the process, 1 to %d", INT32_MAX);
}

static bool take_usage(struct arguments *arguments, struct process *process, struct failure *failure) {
  return take_u64(arguments, "--memory", UINT64_MAX, &process->memory_bytes, failure) &&
         take_u64(arguments, "--protected", UINT64_MAX, &process->protected_bytes, failure) &&
         take_u32(arguments, "--sm-percent", 100, &process->sm_percent, failure) &&
         take_u32(arguments, "--memory-percent", 100, &process->memory_percent, failure) &&
         take_u32(arguments, "--encoder-percent", 100, &process->encoder_percent, failure) &&
         take_u32(arguments, "--decoder-percent", 100, &process->decoder_percent, failure) &&
         take_u32(arguments, "--jpeg-percent", 100, &process->jpeg_percent, failure) &&
         take_u32(arguments, "--ofa-percent", 100, &process->ofa_percent, failure) && nothing_left(arguments, failure);
}

static bool take_name(struct arguments *arguments, struct process *process, struct failure *failure) {
  failure->code = NULL;
  const char *name = take_option(arguments, "--name", failure);
  if (failure->code) return false;
  if (!name || !name[0]) return refuse(failure, "INVALID_INPUT", "--name: missing: say what the process is called, such as python3");
  if (strlen(name) >= sizeof process->name) return refuse(failure, "INVALID_INPUT", "--name: is longer than %zu characters: shorten it", sizeof process->name - 1);
  memcpy(process->name, name, strlen(name) + 1);
  return true;
}

static bool take_kind(struct arguments *arguments, struct process *process, struct failure *failure) {
  failure->code = NULL;
  const char *kind = take_option(arguments, "--kind", failure);
  if (failure->code) return false;
  for (uint32_t i = 0; kind && i < PROCESS_KINDS; i++) {
    if (strcmp(PROCESS_KIND_WORDS[i], kind) != 0) continue;
    process->kind = i;
    return true;
  }
  return !kind || refuse(failure, "INVALID_INPUT", "--kind: \"%s\" is not a kind of process: choose compute, graphics or mps", kind);
}

static bool add(struct machine *machine, struct arguments *arguments, struct failure *failure) {
  struct process process = {.gpu_instance = NO_INSTANCE, .compute_instance = NO_INSTANCE};
  int gpu;
  if (!take_gpu(machine, arguments, true, &gpu, failure) || !take_pid(arguments, &process.pid, failure) || !take_name(arguments, &process, failure) ||
      !take_kind(arguments, &process, failure) || !take_u32(arguments, "--gpu-instance", NO_INSTANCE - 1, &process.gpu_instance, failure) ||
      !take_u32(arguments, "--compute-instance", NO_INSTANCE - 1, &process.compute_instance, failure))
    return false;
  process.gpu = (uint32_t)gpu;
  return take_usage(arguments, &process, failure) && process_add(machine, &process, failure);
}

static bool set(struct machine *machine, struct arguments *arguments, struct failure *failure) {
  uint32_t pid;
  int gpu;
  if (!take_gpu(machine, arguments, true, &gpu, failure) || !take_pid(arguments, &pid, failure)) return false;
  struct process *process = process_find(machine, pid, gpu);
  if (!process) return refuse(failure, "INVALID_INPUT", "process: %u does not run on GPU %d: `process list` shows who does", pid, gpu);
  struct process changed = *process;
  return take_usage(arguments, &changed, failure) && process_change(machine, process, &changed, failure);
}

static bool end(struct machine *machine, struct arguments *arguments, struct failure *failure) {
  uint32_t pid;
  int gpu;
  if (!take_gpu(machine, arguments, false, &gpu, failure) || !take_pid(arguments, &pid, failure) || !nothing_left(arguments, failure)) return false;
  return process_remove(machine, pid, gpu) > 0 || refuse(failure, "INVALID_INPUT", "process: no simulated process %u runs there: `process list` shows who does", pid);
}

bool command_process(struct machine *machine, const char *what, struct arguments *arguments, struct failure *failure) {
  if (strcmp(what, "add") == 0) return add(machine, arguments, failure);
  if (strcmp(what, "set") == 0) return set(machine, arguments, failure);
  if (strcmp(what, "remove") == 0) return end(machine, arguments, failure);
  return refuse(failure, "INVALID_INPUT", "process: \"%s\" is not something to do with processes: choose add, set, remove or list", what);
}

static void show_instance(FILE *output, const char *key, uint32_t id) {
  if (id == NO_INSTANCE) fprintf(output, "\"%s\":null,", key);
  else fprintf(output, "\"%s\":%u,", key, id);
}

void show_processes(FILE *output, const struct machine *machine) {
  const char *separator = "";
  fputc('[', output);
  FOR_PROCESSES(process, machine, NULL) {
    fprintf(output, "%s{\"pid\":%u,\"gpu\":%u,\"name\":", separator, process->pid, process->gpu);
    show_text(output, process->name);
    fprintf(output, ",\"kind\":\"%s\",", PROCESS_KIND_WORDS[process->kind]);
    show_instance(output, "gpuInstance", process->gpu_instance);
    show_instance(output, "computeInstance", process->compute_instance);
    fprintf(output, "\"memoryBytes\":%llu,\"protectedBytes\":%llu,", (unsigned long long)process->memory_bytes, (unsigned long long)process->protected_bytes);
    fprintf(output, "\"smPercent\":%u,\"memoryPercent\":%u,\"encoderPercent\":%u,\"decoderPercent\":%u,\"jpegPercent\":%u,\"ofaPercent\":%u,\"startedAt\":", process->sm_percent,
            process->memory_percent, process->encoder_percent, process->decoder_percent, process->jpeg_percent, process->ofa_percent);
    show_time(output, process->started_ns);
    fputc('}', output);
    separator = ",\n";
  }
  fputs("]\n", output);
}
