/* `readings`: what a client would read now of all that moves by itself, as JSON, the shape of MachineReadings in mocks/control/types.ts. */
#include "show.h"

static void show_reading(FILE *output, const struct machine *machine, uint32_t index) {
  const struct live live = live_now(machine, &machine->gpus[index]);
  fprintf(output, "{\"index\":%u,\"gpuPercent\":%u,\"memoryPercent\":%u,\"encoderPercent\":%u,\"decoderPercent\":%u,\"jpegPercent\":%u,\"ofaPercent\":%u,", index, live.gpu_percent,
          live.memory_percent, live.encoder_percent, live.decoder_percent, live.jpeg_percent, live.ofa_percent);
  fprintf(output, "\"clocksMhz\":{\"graphics\":%u,\"sm\":%u,\"memory\":%u,\"video\":%u},", live.clock_mhz[CLOCK_OF_GRAPHICS], live.clock_mhz[CLOCK_OF_SM],
          live.clock_mhz[CLOCK_OF_MEMORY], live.clock_mhz[CLOCK_OF_VIDEO]);
  fprintf(output, "\"powerMilliwatts\":%u,\"gpuCelsius\":%u,\"usedBytes\":%llu,\"energyMillijoules\":%llu}", live.power_milliwatts, live.gpu_celsius,
          (unsigned long long)live_used_bytes(machine, &machine->gpus[index]), (unsigned long long)live.energy_millijoules);
}

void show_readings(FILE *output, const struct machine *machine, int gpu) {
  const char *separator = "";
  fputs("{\"time\":", output);
  show_time(output, machine_now_ns(machine));
  fputs(",\"gpus\":[", output);
  for (uint32_t index = 0; index < machine->gpu_count; index++) {
    if ((gpu != GPU_ANY && (uint32_t)gpu != index) || machine->gpus[index].removed) continue;
    fputs(separator, output);
    show_reading(output, machine, index);
    separator = ",";
  }
  fputs("]}\n", output);
}
