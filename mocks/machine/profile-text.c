#include "profile-text.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum kind { TEXT, U32, U64, SWITCH };
struct key {
  const char *name;
  enum kind kind;
  size_t offset, size;
};

#define FIELD(type, key, kind, field) {key, kind, offsetof(struct type, field), sizeof(((struct type *)0)->field)}

static const struct key MACHINE_KEYS[] = {
    FIELD(machine, "profile", TEXT, profile),    FIELD(machine, "driver", TEXT, driver_version), FIELD(machine, "nvml", TEXT, nvml_version),
    FIELD(machine, "branch", U32, driver_branch), FIELD(machine, "cuda", U32, cuda_version),      FIELD(machine, "gpus", U32, gpu_count),
};

static const struct key GPU_KEYS[] = {
    FIELD(gpu, "name", TEXT, name),
    FIELD(gpu, "uuid", TEXT, uuid),
    FIELD(gpu, "serial", TEXT, serial),
    FIELD(gpu, "board-part", TEXT, board_part),
    FIELD(gpu, "architecture", TEXT, architecture),
    FIELD(gpu, "pci-domain", U32, domain),
    FIELD(gpu, "pci-bus", U32, bus),
    FIELD(gpu, "pci-device", U32, device),
    FIELD(gpu, "pci-function", U32, function),
    FIELD(gpu, "device-id", U32, device_id),
    FIELD(gpu, "subsystem-id", U32, subsystem_id),
    FIELD(gpu, "board-id", U32, board_id),
    FIELD(gpu, "module-id", U32, module_id),
    FIELD(gpu, "minor-number", U32, minor_number),
    FIELD(gpu, "row-remapping", SWITCH, row_remapping),
    FIELD(gpu, "banks", U32, banks),
    FIELD(gpu, "row-bytes", U32, row_bytes),
    FIELD(gpu, "memory-bytes", U64, memory_bytes),
    FIELD(gpu, "reserved-bytes", U64, reserved_bytes),
    FIELD(gpu, "used-bytes", U64, used_bytes),
    FIELD(gpu, "temperature-celsius", U32, temperature_celsius),
    FIELD(gpu, "power-milliwatts", U32, power_milliwatts),
    FIELD(gpu, "gpu-percent", U32, gpu_percent),
    FIELD(gpu, "memory-percent", U32, memory_percent),
    FIELD(gpu, "graphics-mhz", U32, clock_mhz[CLOCK_OF_GRAPHICS]),
    FIELD(gpu, "sm-mhz", U32, clock_mhz[CLOCK_OF_SM]),
    FIELD(gpu, "memory-mhz", U32, clock_mhz[CLOCK_OF_MEMORY]),
    FIELD(gpu, "video-mhz", U32, clock_mhz[CLOCK_OF_VIDEO]),
    FIELD(gpu, "max-graphics-mhz", U32, max_clock_mhz[CLOCK_OF_GRAPHICS]),
    FIELD(gpu, "max-sm-mhz", U32, max_clock_mhz[CLOCK_OF_SM]),
    FIELD(gpu, "max-memory-mhz", U32, max_clock_mhz[CLOCK_OF_MEMORY]),
    FIELD(gpu, "max-video-mhz", U32, max_clock_mhz[CLOCK_OF_VIDEO]),
    FIELD(gpu, "ecc", SWITCH, ecc_current),
    FIELD(gpu, "persistence", SWITCH, persistence),
};

static const struct key *find(const struct key *keys, size_t count, const char *name) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(keys[i].name, name) == 0) return &keys[i];
  return NULL;
}

static bool store(const struct key *key, void *object, const char *full, const char *value, struct failure *failure) {
  char *place = (char *)object + key->offset, *end;
  if (key->kind == TEXT) {
    if (strlen(value) >= key->size) return refuse(failure, "INVALID_INPUT", "%s: \"%s\" is longer than %zu characters: shorten it", full, value, key->size - 1);
    memset(place, 0, key->size);
    memcpy(place, value, strlen(value));
    return true;
  }
  if (key->kind == SWITCH) {
    if (strcmp(value, "on") != 0 && strcmp(value, "off") != 0) return refuse(failure, "INVALID_INPUT", "%s: \"%s\" is neither on nor off: write one of them", full, value);
    *(uint32_t *)(void *)place = value[1] == 'n';
    return true;
  }
  errno = 0;
  unsigned long long number = strtoull(value, &end, 0);
  if (value[0] < '0' || value[0] > '9' || *end != 0 || errno != 0 || (key->kind == U32 && number > UINT32_MAX))
    return refuse(failure, "INVALID_INPUT", "%s: \"%s\" is not a whole number in range: write one", full, value);
  if (key->kind == U32) *(uint32_t *)(void *)place = (uint32_t)number;
  else *(uint64_t *)(void *)place = number;
  return true;
}

static bool read_line(struct machine *machine, char *line, struct failure *failure) {
  char *value = strchr(line, '=');
  if (!value) return refuse(failure, "INVALID_INPUT", "profile: the line \"%s\" has no `=`: write key=value", line);
  *value++ = 0;
  const struct key *key = find(MACHINE_KEYS, sizeof MACHINE_KEYS / sizeof *MACHINE_KEYS, line);
  if (key) return store(key, machine, line, value, failure);
  unsigned index;
  int used = 0;
  if (sscanf(line, "gpu.%2u.%n", &index, &used) == 1 && used > 0 && index < GPU_MAX &&
      (key = find(GPU_KEYS, sizeof GPU_KEYS / sizeof *GPU_KEYS, line + used)) != NULL)
    return store(key, &machine->gpus[index], line, value, failure);
  return refuse(failure, "INVALID_INPUT", "profile: \"%s\" is not a key that this version knows: check its spelling", line);
}

static bool check_gpu(const struct machine *machine, uint32_t index, struct failure *failure) {
  const struct gpu *gpu = &machine->gpus[index];
  if (!gpu->name[0] || !gpu->uuid[0] || !gpu->architecture[0] || gpu->memory_bytes < PAGE_BYTES)
    return refuse(failure, "INVALID_INPUT", "profile: gpu.%u lacks its name, uuid, architecture or memory-bytes: give all of them", index);
  if (gpu->reserved_bytes + gpu->used_bytes > gpu->memory_bytes)
    return refuse(failure, "INVALID_INPUT", "profile: gpu.%u uses more memory than it has: lower used-bytes or reserved-bytes", index);
  if (gpu->domain > 0xffff || gpu->bus > 0xff || gpu->device > 0x1f || gpu->function > 7)
    return refuse(failure, "INVALID_INPUT", "profile: the PCI address of gpu.%u is out of range: ffff:ff:1f.7 is the highest", index);
  if (gpu->row_remapping && (gpu->banks == 0 || gpu->row_bytes == 0))
    return refuse(failure, "INVALID_INPUT", "profile: gpu.%u remaps rows but has no banks or row-bytes: give both", index);
  for (uint32_t other = 0; other < index; other++) {
    const struct gpu *before = &machine->gpus[other];
    if (strcmp(before->uuid, gpu->uuid) == 0) return refuse(failure, "INVALID_INPUT", "profile: gpu.%u and gpu.%u have the same uuid: make them differ", other, index);
    if (before->domain == gpu->domain && before->bus == gpu->bus && before->device == gpu->device && before->function == gpu->function)
      return refuse(failure, "INVALID_INPUT", "profile: gpu.%u and gpu.%u have the same PCI address: make them differ", other, index);
  }
  return true;
}

bool profile_read(FILE *input, struct machine *machine, struct failure *failure) {
  char line[1024];
  while (fgets(line, sizeof line, input)) {
    line[strcspn(line, "\n")] = 0;
    if (line[0] != 0 && !read_line(machine, line, failure)) return false;
  }
  if (machine->gpu_count < 1 || machine->gpu_count > GPU_MAX)
    return refuse(failure, "INVALID_INPUT", "gpus: %u is out of range: a machine has 1 to %d GPUs", machine->gpu_count, GPU_MAX);
  if (!machine->profile[0] || !machine->driver_version[0] || machine->driver_branch == 0)
    return refuse(failure, "INVALID_INPUT", "profile: profile, driver or branch is missing: give all of them");
  for (uint32_t i = 0; i < machine->gpu_count; i++)
    if (!check_gpu(machine, i, failure)) return false;
  return true;
}
