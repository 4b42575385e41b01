/* Loads, resets and boots. */
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include "attributes.h"
#include "machine.h"

/* Text that grows up to its end: what does not fit is counted. */
struct names {
  char text[768];
  size_t used;
  unsigned more;
};

static void name_user(struct names *names, const char *kind, uint32_t id, const char *name) {
  const size_t room = sizeof names->text - names->used;
  if (strlen(name) + 48 > room) names->more++;
  else names->used += (size_t)snprintf(names->text + names->used, room, "%s%s%u (%s)", names->used ? ", " : "", kind, id, name);
}

/* Named once, however many GPUs it uses. */
static bool named_before(const struct machine *machine, const struct gpu *gpu, const struct process *process) {
  FOR_PROCESSES(other, machine, gpu)
    if (other->pid == process->pid) return other != process;
  return false;
}

static bool is_used(struct machine *machine, const struct gpu *gpu) {
  return clients_sweep(machine) > 0 || process_next(machine, gpu, NULL) || vgpus_run_on(machine, gpu);
}

/* Nobody uses the GPU, or the driver with NULL: "1234 (python3), vGPU 3251634200 (desktop-7) and 3 more". Clients attach to all GPUs. */
static bool nobody_holds(struct machine *machine, const struct gpu *gpu, const char *what, bool force, struct failure *failure) {
  struct names names = {.used = 0};
  if (force || !is_used(machine, gpu)) return true;
  for (int i = 0; i < CLIENTS_MAX; i++)
    if (machine->clients[i].pid != 0) name_user(&names, "", machine->clients[i].pid, machine->clients[i].name);
  FOR_PROCESSES(process, machine, gpu)
    if (!named_before(machine, gpu, process)) name_user(&names, "", process->pid, process->name);
  FOR_VGPUS(vgpu, machine)
    if (!gpu || &machine->gpus[vgpu->gpu] == gpu) name_user(&names, "vGPU ", vgpu->id, vgpu->vm_name);
  if (names.more) snprintf(names.text + names.used, sizeof names.text - names.used, " and %u more", names.more);
  return refuse(failure, "MACHINE_BUSY", "%s: in use by %s: end them, or repeat with --force", what, names.text);
}

static void load_driver(struct machine *machine) {
  machine->driver_loaded = 1;
  machine->driver_generation++;
  clients_forget_all(machine);
  for (uint32_t i = 0; i < machine->gpu_count; i++) {
    pages_exclude(&machine->gpus[i]);
    gpu_leave_out_or_not(machine, &machine->gpus[i]);
  }
  topics_driver_loaded(machine);
  events_wake(machine);
  log_line(machine, "NVRM: driver %s loaded (SIMULATED)", machine->driver_version);
}

bool machine_reload_driver(struct machine *machine, bool force, struct failure *failure) {
  if (!nobody_holds(machine, NULL, "reload-driver", force, failure)) return false;
  load_driver(machine);
  return true;
}

static void take_up_after_reset(struct machine *machine, struct gpu *gpu) {
  pages_exclude(gpu);
  rows_remap(gpu);
  gpu->uncontained = 0;
  topics_gpu_reset(machine, gpu);
  events_wake(machine);
}

bool machine_reset_gpu(struct machine *machine, unsigned index, bool force, struct failure *failure) {
  struct gpu *gpu = &machine->gpus[index];
  if (!machine->driver_loaded) return refuse(failure, "DRIVER_NOT_LOADED", "reset: the driver is not loaded: load it with `gpuwright simulate reload-driver`");
  if (gpu->removed) return refuse(failure, "INVALID_INPUT", "reset: the driver has let go of GPU %u: have it discovered, or reboot the host", index);
  if (gpu->lost) return refuse(failure, "GPU_IS_LOST", "reset: GPU %u has fallen off the bus: only `gpuwright simulate reboot` brings it back", index);
  if (!nobody_holds(machine, gpu, "reset", force, failure)) return false;
  processes_kill(machine, gpu);
  gpu->generation++;
  take_up_after_reset(machine, gpu);
  log_line(machine, "NVRM: GPU %04x:%02x:%02x.%u reset (SIMULATED)", gpu->pcie.domain, gpu->pcie.bus, gpu->pcie.device, gpu->pcie.function);
  return true;
}

void machine_reboot(struct machine *machine) {
  machine->log_written = 0;
  machine->boot_ns = machine_now_ns(machine);
  random_uuid(machine->boot_id);
  log_line(machine, "Linux booted on the simulated host %s (SIMULATED)", machine->profile);
  for (uint32_t i = 0; i < machine->gpu_count; i++) {
    machine->gpus[i].lost = 0;
    machine->gpus[i].removed = 0;
    take_up_after_reset(machine, &machine->gpus[i]);
  }
  load_driver(machine);
  fabric_manager_boot(machine);
}

void gpus_reattach(struct machine *machine) {
  const int64_t now = machine_now_ns(machine), patience = (int64_t)REATTACH_SECONDS * 1000000000;
  for (uint32_t i = 0; i < machine->gpu_count; i++) {
    struct gpu *gpu = &machine->gpus[i];
    const int64_t free_since = gpu->modes.persistence_off_ns > machine->last_client_left_ns ? gpu->modes.persistence_off_ns : machine->last_client_left_ns;
    const bool used = process_next(machine, gpu, NULL) || vgpus_run_on(machine, gpu);
    if (!gpu->removed && !gpu->drain.draining && !gpu->modes.persistence && !used && now - free_since >= patience) {
      pages_exclude(gpu);
      topics_attached(machine, gpu);
    }
  }
}

bool gpu_needs_reset(const struct gpu *gpu) { return gpu->uncontained || pages_pending(gpu) || rows_pending(gpu); }

void random_uuid(char out[37]) {
  unsigned char bytes[16] = {0};
  if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) bytes[0] = 1;
  bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
  bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
  snprintf(out, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6],
           bytes[7], bytes[8], bytes[9], bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]);
}
