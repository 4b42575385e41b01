/* What moves by itself: attributes as they were set, or led by a load pattern. A function of the state and the time alone. */
#include <string.h>
#include "attributes.h"
#include "load-curve.h"
#include "machine.h"

/* What the attributes make of a pattern on this GPU. They tell how it idles; from there the pattern leads to what the board can. */
struct course {
  struct period period;
  struct curve curve;
  uint32_t idle_milliwatts, full_milliwatts;
  uint32_t rise_celsius; /* from idle to full power, were it kept up */
  int64_t start_us;
};

/* What the board was made for, whatever limit is set. */
static uint32_t full_milliwatts(const struct gpu *gpu) {
  const uint32_t limit = gpu->power.limits[POWER_OF_GPU].default_milliwatts;
  return limit == UNSUPPORTED_U32 ? gpu->power.usage_milliwatts * 6 : limit;
}

/* A board is cooled so that full power does not slow it down. */
static uint32_t rise_celsius(const struct gpu *gpu) {
  enum { RISE = 42, MARGIN = 3 };
  const struct thermal *thermal = &gpu->thermal;
  const uint32_t maximum = thermal->slowdown_celsius < thermal->gpu_maximum_celsius ? thermal->slowdown_celsius : thermal->gpu_maximum_celsius;
  if (maximum < thermal->gpu_celsius + MARGIN) return 0;
  return maximum - MARGIN - thermal->gpu_celsius < RISE ? maximum - MARGIN - thermal->gpu_celsius : RISE;
}

static struct course course_of(const struct machine *machine, const struct gpu *gpu) {
  const struct load *load = &gpu->load;
  const enum load_pattern pattern = (enum load_pattern)load->pattern;
  const uint32_t seconds = load->period_seconds ? load->period_seconds : load_usual_seconds(pattern);
  struct course course = {.idle_milliwatts = gpu->power.usage_milliwatts, .full_milliwatts = full_milliwatts(gpu), .rise_celsius = rise_celsius(gpu), .start_us = (int64_t)load->start_unix_milliseconds * 1000};
  /* GPUs of one seed do not move as one. */
  course.period = load_period(pattern, load->level_percent ? load->level_percent : load_usual_level(pattern), load->seed * GPU_MAX + (uint64_t)(gpu - machine->gpus));
  course.curve.period_seconds = seconds < LOAD_LONGEST_PERIOD_SECONDS ? seconds : LOAD_LONGEST_PERIOD_SECONDS;
  if (course.full_milliwatts < course.idle_milliwatts) course.full_milliwatts = course.idle_milliwatts;
  const uint64_t range = course.full_milliwatts - course.idle_milliwatts;
  for (uint32_t at = 0; at < LOAD_MOMENTS; at++)
    course.curve.milliwatts[at] = power_bounded(gpu, course.idle_milliwatts + (uint32_t)(range * course.period.moments[at].power / 1000));
  return course;
}

static bool follows_pattern(const struct load *load, int64_t time_ns) {
  return load->pattern != LOAD_AS_SET && time_ns / 1000000 >= (int64_t)load->start_unix_milliseconds;
}

/* A straight line from idle to full power, and back from a temperature to the power that keeps it. */
static double celsius_of(const struct course *course, const struct gpu *gpu, double milliwatts) {
  const double range = course->full_milliwatts - course->idle_milliwatts;
  return gpu->thermal.gpu_celsius + (range > 0 ? course->rise_celsius * (milliwatts - course->idle_milliwatts) / range : 0);
}

static double milliwatts_of(const struct course *course, const struct gpu *gpu, double celsius) {
  const double range = course->full_milliwatts - course->idle_milliwatts;
  return course->idle_milliwatts + (course->rise_celsius > 0 ? range * (celsius - gpu->thermal.gpu_celsius) / course->rise_celsius : 0);
}

static double celsius_at(const struct course *course, const struct gpu *gpu, int64_t time_ns) {
  const int64_t since_us = gpu->load.since_ns / 1000 - course->start_us, time_us = time_ns / 1000 - course->start_us;
  /* Where the pattern begins later than the last change, it begins at the idle temperature. */
  const double before = since_us < 0 ? gpu->thermal.gpu_celsius : (double)gpu->load.since_microcelsius / 1e6;
  return celsius_of(course, gpu, curve_followed(&course->curve, milliwatts_of(course, gpu, before), since_us < 0 ? 0 : since_us, time_us));
}

/* The parts of the time since the last change before and after the pattern begins. */
static uint64_t energy_at(const struct course *course, const struct gpu *gpu, int64_t time_ns) {
  const struct load *load = &gpu->load;
  const int64_t since_us = load->since_ns / 1000, time_us = time_ns / 1000;
  const int64_t start_us = !course || course->start_us > time_us ? time_us : course->start_us;
  if (time_us <= since_us) return load->since_millijoules;
  uint64_t energy = load->since_millijoules;
  if (start_us > since_us) energy += (uint64_t)(start_us - since_us) / 1000 * power_bounded(gpu, gpu->power.usage_milliwatts) / 1000;
  if (start_us < time_us)
    energy += curve_millijoules(&course->curve, time_us - start_us) - (since_us > start_us ? curve_millijoules(&course->curve, since_us - start_us) : 0);
  return energy;
}

static uint32_t clock_of(const struct gpu *gpu, enum clock_domain domain, uint32_t thousandths) {
  enum { STEP_MHZ = 15, MOST = 1000 };
  const uint32_t idle = gpu->clocks.current_mhz[domain], most = gpu->clocks.maximum_mhz[domain];
  if (most <= idle) return idle;
  const uint32_t below = (uint32_t)((uint64_t)(most - idle) * (MOST - (thousandths < MOST ? thousandths : MOST)) / MOST);
  return domain == CLOCK_OF_MEMORY ? most - below : most - below / STEP_MHZ * STEP_MHZ;
}

static uint32_t percent_of(uint32_t thousandths) { return (thousandths + 5) / 10; }

static void follow(const struct course *course, const struct gpu *gpu, int64_t time_ns, struct live *live) {
  /* Clocks rise long before a GPU is busy all of the time. */
  enum { CLOCKS_RISE = 4, MEMORY_CLOCK_RISES = 20 };
  const struct place place = curve_place(course->curve.period_seconds, time_ns / 1000 - course->start_us);
  const struct moment *before = &course->period.moments[place.moment], *after = &course->period.moments[place.next];
  const uint32_t busy = curve_between(place, before->gpu, after->gpu);
  const uint64_t taken = gpu->memory.reserved_bytes + gpu->memory.used_bytes;
  *live = (struct live){.gpu_percent = percent_of(busy),
                        .memory_percent = percent_of(curve_between(place, before->memory, after->memory)),
                        .power_milliwatts = curve_between(place, course->curve.milliwatts[place.moment], course->curve.milliwatts[place.next]),
                        .gpu_celsius = (uint32_t)(celsius_at(course, gpu, time_ns) + 0.5),
                        .used_bytes = gpu->memory.used_bytes};
  if (taken < gpu->memory.total_bytes) live->used_bytes += (gpu->memory.total_bytes - taken) / 1000 * course->period.memory_use;
  for (unsigned domain = 0; domain < CLOCK_DOMAINS; domain++) live->clock_mhz[domain] = clock_of(gpu, domain, busy * (domain == CLOCK_OF_MEMORY ? MEMORY_CLOCK_RISES : CLOCKS_RISE));
}

static struct live as_set(const struct gpu *gpu) {
  const struct load *load = &gpu->load;
  struct live live = {.gpu_percent = load->gpu_percent,
                      .memory_percent = load->memory_percent,
                      .encoder_percent = load->encoder_percent,
                      .decoder_percent = load->decoder_percent,
                      .jpeg_percent = load->jpeg_percent,
                      .ofa_percent = load->ofa_percent,
                      .power_milliwatts = power_bounded(gpu, gpu->power.usage_milliwatts),
                      .gpu_celsius = gpu->thermal.gpu_celsius,
                      .used_bytes = gpu->memory.used_bytes};
  memcpy(live.clock_mhz, gpu->clocks.current_mhz, sizeof live.clock_mhz);
  return live;
}

struct live live_at(const struct machine *machine, const struct gpu *gpu, int64_t time_ns) {
  struct live live = as_set(gpu);
  if (follows_pattern(&gpu->load, time_ns)) {
    const struct course course = course_of(machine, gpu);
    follow(&course, gpu, time_ns, &live);
    live.energy_millijoules = energy_at(&course, gpu, time_ns);
  } else {
    live.energy_millijoules = energy_at(NULL, gpu, time_ns);
  }
  clocks_bound(gpu, &live);
  return live;
}

struct live live_now(const struct machine *machine, const struct gpu *gpu) { return live_at(machine, gpu, machine_now_ns(machine)); }

/* What simulated processes and vGPUs use comes on top, as far as there is memory. */
uint64_t live_used_bytes(const struct machine *machine, const struct gpu *gpu) {
  const uint64_t most = gpu->memory.total_bytes - gpu->memory.reserved_bytes;
  const uint64_t used = live_now(machine, gpu).used_bytes + processes_memory(machine, gpu) + vgpus_memory(machine, gpu);
  return used < most ? used : most;
}

void load_settle(struct machine *machine, struct gpu *gpu) {
  struct load *load = &gpu->load;
  const int64_t now = machine_now_ns(machine);
  double celsius = gpu->thermal.gpu_celsius;
  if (follows_pattern(load, now)) {
    const struct course course = course_of(machine, gpu);
    celsius = celsius_at(&course, gpu, now);
    load->since_millijoules = energy_at(&course, gpu, now);
  } else {
    load->since_millijoules = energy_at(NULL, gpu, now);
  }
  load->since_microcelsius = (int64_t)(celsius * 1e6);
  load->since_ns = now;
}
