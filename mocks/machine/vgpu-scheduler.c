/* Who of a GPU's vGPUs runs when. */
#include "attributes.h"
#include "machine.h"

enum { NS_PER_SECOND = 1000000000, DEFAULT_FREQUENCY_HZ = 480, DEFAULT_TIMESLICE_NS = NS_PER_SECOND / DEFAULT_FREQUENCY_HZ, DEFAULT_AVERAGE_FACTOR = 33 };

struct vgpu_scheduler scheduler_default(void) {
  return (struct vgpu_scheduler){.policy = SCHEDULER_BEST_EFFORT, .arr = ARR_DISABLED, .timeslice_ns = DEFAULT_TIMESLICE_NS};
}

static bool is_between(uint32_t least, uint32_t value, uint32_t most) { return least <= value && value <= most; }

static bool set_round_robin(const struct vgpu_scheduler_limits *limits, const struct scheduler_wish *wish, struct vgpu_scheduler *scheduler) {
  const uint32_t frequency = wish->frequency_hz ? wish->frequency_hz : DEFAULT_FREQUENCY_HZ;
  const uint32_t factor = wish->average_factor ? wish->average_factor : DEFAULT_AVERAGE_FACTOR;
  if (!limits->arr || !is_between(limits->frequency_least_hz, frequency, limits->frequency_most_hz)) return false;
  if (!is_between(limits->average_factor_least, factor, limits->average_factor_most)) return false;
  *scheduler = (struct vgpu_scheduler){.policy = wish->policy, .arr = ARR_ENABLED, .average_factor = factor, .timeslice_ns = NS_PER_SECOND / frequency};
  return true;
}

static bool set_fixed_slices(const struct vgpu_scheduler_limits *limits, const struct scheduler_wish *wish, struct vgpu_scheduler *scheduler) {
  const uint32_t timeslice = wish->timeslice_ns ? wish->timeslice_ns : DEFAULT_TIMESLICE_NS;
  if (!is_between(limits->timeslice_least_ns, timeslice, limits->timeslice_most_ns)) return false;
  *scheduler = (struct vgpu_scheduler){.policy = wish->policy, .arr = ARR_DISABLED, .timeslice_ns = timeslice};
  return true;
}

bool scheduler_set(const struct vgpu_scheduler_limits *limits, const struct scheduler_wish *wish, struct vgpu_scheduler *scheduler) {
  if (!is_between(SCHEDULER_BEST_EFFORT, wish->policy, SCHEDULER_FIXED_SHARE) || wish->arr > ARR_ENABLED) return false;
  if (wish->policy == SCHEDULER_BEST_EFFORT) {
    if (wish->arr == ARR_ENABLED) return false;
    *scheduler = scheduler_default();
    return true;
  }
  const bool round_robin = wish->arr == ARR_ENABLED || (wish->arr == ARR_DEFAULT && limits->arr);
  return round_robin ? set_round_robin(limits, wish, scheduler) : set_fixed_slices(limits, wish, scheduler);
}

/* With best effort a vGPU runs as long as it has work; a share is used up whether it has or not. */
static uint64_t run_ns(const struct vgpu_scheduler *scheduler, const struct vgpu *vgpu) {
  if (scheduler->policy != SCHEDULER_BEST_EFFORT) return scheduler->timeslice_ns;
  return (uint64_t)scheduler->timeslice_ns * vgpu->busy.sm / 100;
}

unsigned scheduler_log(const struct machine *machine, const struct gpu *gpu, uint32_t gpu_instance_id, const struct vgpu_scheduler *scheduler, struct scheduler_entry *out, unsigned most) {
  const struct vgpu *vgpus[VGPUS_MAX];
  unsigned count = 0, written = 0;
  FOR_VGPUS_OF(vgpu, machine, gpu)
    if (vgpu->gpu_instance_id == gpu_instance_id) vgpus[count++] = vgpu;
  if (count == 0 || scheduler->timeslice_ns == 0) return 0;
  /* Slices are counted from the boot on, and the vGPUs that run now take turns in all of them: the log needs no memory. */
  const uint64_t slices = (uint64_t)(machine_now_ns(machine) - machine->boot_ns) / scheduler->timeslice_ns;
  for (uint64_t slice = slices > most ? slices - most : 0; slice < slices; slice++) {
    const unsigned turn = (unsigned)(slice % count);
    const uint64_t run = run_ns(scheduler, vgpus[turn]);
    out[written++] = (struct scheduler_entry){.time_ns = (uint64_t)machine->boot_ns + (slice + 1) * scheduler->timeslice_ns,
                                              .run_ns = run,
                                              .run_total_ns = (slice / count + 1) * run,
                                              .runlist = turn,
                                              .timeslice_ns = scheduler->timeslice_ns};
  }
  return written;
}
